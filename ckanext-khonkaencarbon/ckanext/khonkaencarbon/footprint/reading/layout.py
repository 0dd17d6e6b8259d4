"""Where the table begins in a text file: delimiter and headings, settled by known words, never sniffed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.reading.headings import known_role
from ckanext.khonkaencarbon.footprint.reading.mapping import DELIMITERS, ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.rows import COLUMN_LIMIT, Lines, Row, Rows
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

_DECLARATION = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_BYTE_ORDER_MARK = "\ufeff"
_EMPTY = ' \t\n\r\v\f\u00a0\u200b\ufeff"' + "".join(DELIMITERS)

OpenBytes = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Layout:
    """The delimiter and the cleaned headings, without blank ones at the end."""

    delimiter: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextFile:
    """Bytes of a proven encoding that can be opened again from their start.

    ``whole`` is False where the bytes may end within a character, which is then left out.
    """

    open_bytes: OpenBytes
    encoding: str
    whole: bool = True

    def open(self) -> TextIO:
        """The text; every kind of line end reads as a line feed."""
        errors = "strict" if self.whole else "ignore"
        return io.TextIOWrapper(self.open_bytes(), self.encoding, errors, newline=None)


def find_layout(file: TextFile, mapping: ColumnMapping, vocabulary: Vocabulary) -> Layout:
    """The declared layout, or the one under which most headings are understood.

    Raises:
        FileRefused: an empty file, no headings where they should be, or too many columns.
    """
    declared = mapping.delimiter or _declared_in(file)
    layouts = [_layout(file, each, mapping.header_row) for each in ([declared] if declared else DELIMITERS)]
    wanted = {fold(column) for source in mapping.roles.values() for column in source.columns}
    wanted |= set(map(fold, mapping.wide_columns))
    best = max(layouts, key=lambda layout: _understood(layout, wanted, vocabulary))
    if not best.labels:
        raise FileRefused(
            finding("blank-header" if _has_text(file) else "source-error", row=mapping.header_row)
        )
    if len(best.labels) > COLUMN_LIMIT:
        raise FileRefused(finding("too-many-columns", limit=COLUMN_LIMIT))
    return best


def rows_from_heading(text: TextIO, delimiter: str, header_row: int) -> tuple[Rows, Iterator[Row]]:
    """The rows, beginning with the headings: the first row with text at or below ``header_row``."""
    lines = Lines(text)
    first = lines.next()
    if first is not None and first[1] is not None:
        content = first[1].removeprefix(_BYTE_ORDER_MARK)
        if not _DECLARATION.fullmatch(content):
            lines.give_back([(first[0], content)])
    rows = Rows(lines, delimiter)
    iterator = iter(rows)
    for _ in range(header_row - 1):
        next(iterator, None)
    return rows, iterator


def heading_of(rows: Iterator[Row]) -> Row | None:
    """The next row that is not blank."""
    return next((row for row in rows if row.fault or not is_blank(row.text)), None)


def is_blank(text: str) -> bool:
    """Whether a row has nothing but blanks, delimiters and empty quotation marks."""
    return not text.strip(_EMPTY)


def _layout(file: TextFile, delimiter: str, header_row: int) -> Layout:
    with file.open() as text:
        heading = heading_of(rows_from_heading(text, delimiter, header_row)[1])
    labels = [clean(cell) for cell in heading.cells] if heading else []
    while labels and not labels[-1]:
        labels.pop()
    return Layout(delimiter, tuple(labels))


def _understood(layout: Layout, wanted: set[str], vocabulary: Vocabulary) -> tuple[int, int, int]:
    folded = {fold(label) for label in layout.labels}
    known = sum(known_role(label, vocabulary) is not None for label in layout.labels)
    return len(wanted & folded), known, len(layout.labels)


def _declared_in(file: TextFile) -> str | None:
    with file.open() as text:
        match = _DECLARATION.fullmatch(text.readline(64).removeprefix(_BYTE_ORDER_MARK))
    return match[1] if match and match[1] in DELIMITERS else None


def _has_text(file: TextFile) -> bool:
    with file.open() as text:
        return any(not is_blank(piece) for piece in iter(lambda: text.read(1 << 16), ""))
