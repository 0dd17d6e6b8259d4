"""Which lines of a text file every CSV reader sees alike, found in one cheap pass over the bytes.

A line is plain if each quotation mark in it opens a cell (it follows a delimiter or the line's beginning) or
closes one (a delimiter or the line's end follows), and no quoted cell holds a mark or a line end. Such a line
is one row whose cells are beyond dispute, and it can be read alone. Every other row is irregular: it is read
here by ``Rows``, exactly and with all lines that it takes up, and kept apart.

A UTF-8 file of plain lines is used as it is. From others a plain copy is written: UTF-8, one line feed per
line, a mark in place of each line of an irregular row, so that line numbers stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from ckanext.khonkaencarbon.footprint.reading.encoding import file_chunks
from ckanext.khonkaencarbon.footprint.reading.layout import heading_of, rows_from_heading
from ckanext.khonkaencarbon.footprint.reading.rows import Lines, Row, Rows
from ckanext.khonkaencarbon.footprint.reading.table import Table

IRREGULAR = b"\x1a"  # stands for a line of an irregular row; reads as a row of one cell that means nothing
_WINDOW = 1 << 14  # bytes in which a line must end
_BLOCK = 1 << 20
_MANY = 50_000  # irregular rows; with more, nothing is gained


class UnfitError(Exception):
    """The table is one for the standard library's engine."""


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

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Whole lines below ``skip`` in pieces, each with the number of its first line."""
        number = self.first_line - self.skip
        for block in whole_lines(self.path):
            lines = block.count(b"\n") + (not block.endswith(b"\n"))
            missing = min(max(self.first_line - number, 0), lines)
            number += lines
            for _ in range(missing):
                block = block.partition(b"\n")[2]
            if block:
                yield number - lines + missing, block


def whole_lines(path: Path) -> Iterator[bytes]:
    """The file in pieces that end with a line; only the last line may have no end."""
    rest = b""
    for chunk in file_chunks(path):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
            if len(rest) > 2 * _BLOCK:
                raise UnfitError
    if rest:
        yield rest


def data_begins(table: Table) -> int | None:
    """The number of the line after the headings; None if there is none."""
    with table.prepared.file.open() as text:
        rows, iterator = rows_from_heading(text, table.delimiter, table.mapping.header_row)
        heading_of(iterator)
        return rows.next_line()


def as_it_is(table: Table, first_line: int) -> PlainFile:
    """The input as a plain file, not yet looked through."""
    return PlainFile(table.path, first_line - 1, first_line, table.delimiter)


def count_if_plain(plain: PlainFile) -> bool:
    """Whether all lines of the file are plain; their number is set.

    Raises:
        UnfitError: a control character, or a line so long that it must be looked at with care.
    """
    check = _Check(plain.delimiter)
    total = 0
    for block in whole_lines(plain.path):
        if not check.holds(block):
            return False
        total += block.count(b"\n") + (not block.endswith(b"\n"))
    plain.lines = total - plain.skip
    return True


class _Check:
    """Looks at blocks of whole lines; one kind of line end is allowed in a file."""

    def __init__(self, delimiter: str) -> None:
        self._quoted = quoted_cell(delimiter)
        self._carriage: bool | None = None

    def holds(self, block: bytes) -> bool:
        _within_window(block)
        if b"\0" in block or b"\x1f" in block:
            raise UnfitError
        return self._one_line_end(block) and self._quotes_in_pairs(block)

    def _one_line_end(self, block: bytes) -> bool:
        carriage = b"\r" in block
        if self._carriage is None:
            self._carriage = carriage
        if carriage != self._carriage or not carriage:
            return carriage == self._carriage
        pairs = block.count(b"\r\n")
        return pairs == block.count(b"\r") == block.count(b"\n") and block.endswith(b"\n")

    def _quotes_in_pairs(self, block: bytes) -> bool:
        marks = block.count(b'"')
        return not marks or 2 * len(self._quoted.findall(block)) == marks


def quoted_cell(delimiter: str) -> re.Pattern[bytes]:
    """A quoted cell of a plain line; if two marks each are all marks of a text, its lines are plain."""
    end = re.escape(delimiter).encode()
    return re.compile(rb'"(?<![^\n' + end + rb']")[^"\r\n]*"(?![^\r\n' + end + rb"])")


def _within_window(block: bytes) -> None:
    for start in range(0, len(block) - _WINDOW, _WINDOW):
        if block.find(b"\n", start, start + _WINDOW) < 0:
            raise UnfitError


def plain_copy(table: Table, first_line: int, path: Path) -> PlainFile:
    """Write the lines below the headings to ``path`` as a plain file.

    Raises:
        UnfitError: too many irregular rows, a control character, UTF-16, or a line to be looked at with care.
    """
    if table.description.encoding.startswith("utf-16"):
        raise UnfitError
    plain = PlainFile(path, 0, first_line, table.delimiter)
    for chunk in whole_lines(table.path):
        _within_window(chunk)
        if b"\0" in chunk or b"\x1f" in chunk:
            raise UnfitError
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
        self._quoted = quoted_cell(plain.delimiter)
        self._next = plain.first_line

    def run(self) -> None:
        while block := self._text.readlines(_BLOCK):
            joined = "".join(block).encode()
            if self._is_plain(joined):
                self._out.write(joined)
                self._next += len(block)
            else:
                self._sort_out(block)
            if len(self._plain.irregular) > _MANY:
                raise UnfitError
        self._plain.lines = self._next - self._plain.first_line

    def _is_plain(self, text: bytes) -> bool:
        return text.count(b'"') == 2 * len(self._quoted.findall(text))

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
            if text is not None and self._is_plain(content):
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
