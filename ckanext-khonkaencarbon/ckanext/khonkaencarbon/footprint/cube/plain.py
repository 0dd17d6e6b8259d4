"""Which lines of a text file every CSV reader sees alike, found in one cheap pass over the bytes.

What a plain line is says ``reading.inspection``. It is one row whose cells are beyond dispute, and it can be
read alone. Every other row is irregular: it is read here by ``Rows``, exactly and with all its lines, and
kept apart.

A UTF-8 file of plain lines is used as it is. From others a plain copy is written: UTF-8, one line feed per
line, a mark in place of each line of an irregular row, so that line numbers stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from ckanext.khonkaencarbon.footprint.reading.inspection import (
    PlainCheck,
    UnfitError,
    check_fit,
    count_lines,
    marks_in_pairs,
    whole_lines,
)
from ckanext.khonkaencarbon.footprint.reading.layout import heading_of, rows_from_heading
from ckanext.khonkaencarbon.footprint.reading.rows import Lines, Row, Rows
from ckanext.khonkaencarbon.footprint.reading.table import Table

IRREGULAR = b"\x1a"  # stands for a line of an irregular row; reads as a row of one cell that means nothing
_BLOCK = 1 << 20
_PIECES, _PIECE = 64, 1 << 16  # of a sample
_MANY = 50_000  # irregular rows; with more, nothing is gained


class Irregular(NamedTuple):
    """A row that is not one plain line, and how many lines it takes up."""

    row: Row
    lines: int


@dataclass
class PlainFile:
    """A file whose lines below ``skip`` are plain; the first of them is the input's ``first_line``."""

    path: Path
    skip: int
    first_line: int
    delimiter: str
    irregular: dict[int, Irregular] = field(default_factory=dict)  # by number of the first line
    lines: int = 0

    def pieces(self) -> Iterator[bytes]:
        """Whole lines from places spread evenly over the file."""
        size = self.path.stat().st_size
        with self.path.open("rb") as file:
            for _ in range(self.skip):
                file.readline()
            begin = file.tell()
            step = max((size - begin) // _PIECES, _PIECE)
            for offset in range(begin, size, step):
                file.seek(offset)
                if offset > begin:
                    file.readline(_PIECE)
                piece = file.read(_PIECE)
                yield piece if file.tell() >= size else piece[: piece.rfind(b"\n") + 1]

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Whole lines below ``skip`` in pieces, each with the number of its first line."""
        number = self.first_line - self.skip
        for block in whole_lines(self.path):
            lines = count_lines(block)
            missing = min(max(self.first_line - number, 0), lines)
            number += lines
            for _ in range(missing):
                block = block.partition(b"\n")[2]
            if block:
                yield number - lines + missing, block


def data_begins(table: Table) -> int | None:
    """The number of the line after the headings; None if there is none."""
    with table.prepared.file.open() as text:
        rows, iterator = rows_from_heading(text, table.delimiter, table.mapping.header_row)
        heading_of(iterator)
        return rows.next_line()


def as_it_is(table: Table, first_line: int) -> PlainFile:
    """The input as a plain file, not yet looked through."""
    return PlainFile(table.path, first_line - 1, first_line, table.delimiter)


def looks_plain(plain: PlainFile) -> bool:
    """Whether the lines of a sample are plain."""
    return all(marks_in_pairs(piece, plain.delimiter.encode()) for piece in plain.pieces())


def count_if_plain(plain: PlainFile) -> bool:
    """Whether all lines of the file are plain; their number is set.

    Raises:
        UnfitError: a control character, or a line so long that it must be looked at with care.
    """
    check = PlainCheck(plain.delimiter)
    total = 0
    for block in whole_lines(plain.path):
        if not check.holds(block):
            return False
        total += count_lines(block)
    plain.lines = total - plain.skip
    return True


def plain_copy(table: Table, first_line: int, path: Path) -> PlainFile:
    """Write the lines below the headings to ``path`` as a plain file.

    Raises:
        UnfitError: too many irregular rows, a control character, UTF-16, or a line to be looked at with care.
    """
    if table.prepared.encoded.encoding.startswith("utf-16"):
        raise UnfitError
    plain = PlainFile(path, 0, first_line, table.delimiter)
    for chunk in whole_lines(table.path):
        check_fit(chunk)
    with table.prepared.file.open() as text, path.open("wb") as out:
        for _ in range(first_line - 1):
            text.readline()
        _Copy(plain, text, out, len(table.labels)).run()
    return plain


class _Copy:
    """Writes the lines of ``text``; what is irregular goes to the plain file's list instead."""

    def __init__(self, plain: PlainFile, text: TextIO, out: BinaryIO, width: int) -> None:
        self._plain = plain
        self._text = text
        self._out = out
        self._width = width
        self._delimiter = plain.delimiter.encode()
        self._next = plain.first_line

    def run(self) -> None:
        while block := self._text.readlines(_BLOCK):
            joined = "".join(block).encode()
            if marks_in_pairs(joined, self._delimiter):
                self._out.write(joined)
                self._next += len(block)
            else:
                self._sort_out(block)
            if len(self._plain.irregular) > _MANY:
                raise UnfitError
        self._plain.lines = self._next - self._plain.first_line

    def _sort_out(self, block: list[str]) -> None:
        """Line by line, beyond the block where its last row goes on there."""
        lines = Lines(self._text, self._next + len(block) - 1)
        lines.give_back([(self._next + at, line.removesuffix("\n")) for at, line in enumerate(block)])
        rows = Rows(lines, self._plain.delimiter)
        rows.width = self._width
        iterator = iter(rows)
        while lines.returned:
            number, text = lines.next() or (0, None)
            content = (text or "").encode()
            if text is not None and marks_in_pairs(content, self._delimiter):
                self._out.write(content + b"\n")
                self._next += 1
                continue
            lines.give_back([(number, text)])
            row = next(iterator)
            end = lines.peek()
            taken = (end[0] if end else lines.number + 1) - number
            self._plain.irregular[number] = Irregular(row, taken)
            self._out.write((IRREGULAR + b"\n") * taken)
            self._next += taken
