"""Physical lines to rows of cells, with the line a row begins in, in bounded memory.

The standard library's reader lets an unclosed quotation mark swallow the rest of a file. Here it costs one
row: reading resumes at the next line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

CELL_LIMIT = 32_768  # characters
COLUMN_LIMIT = 256
_LINE_LIMIT = CELL_LIMIT * COLUMN_LIMIT
_PIECE = 1 << 16
_LOOKAHEAD = 1 << 20  # characters in which a quoted cell must be closed


class Row(NamedTuple):
    """A row as it stands in the file; ``fault`` is the finding code of a row that has no cells."""

    line: int
    text: str
    cells: list[str]
    fault: str | None = None


class Lines:
    """Numbered physical lines without their ends; lines can be given back to be read again."""

    def __init__(self, file: TextIO, number: int = 0) -> None:
        self._file = file
        self.number = number  # of the last line taken from the file
        self._returned: deque[tuple[int, str | None]] = deque()

    def next(self) -> tuple[int, str | None] | None:
        """The next line; its text is None if it is longer than a row can be; None at the end."""
        if self._returned:
            return self._returned.popleft()
        text = self._file.readline(_LINE_LIMIT)
        if not text:
            return None
        self.number += 1
        if text.endswith("\n"):
            return self.number, text[:-1]
        return self.number, None if self._skip_rest_of_line(text) else text

    @property
    def returned(self) -> bool:
        """Whether lines that were given back wait to be read again."""
        return bool(self._returned)

    def peek(self) -> tuple[int, str | None] | None:
        """The line that comes next, left where it is."""
        line = self.next()
        if line is not None:
            self.give_back([line])
        return line

    def give_back(self, lines: list[tuple[int, str | None]]) -> None:
        """Put lines back in front."""
        self._returned.extendleft(reversed(lines))

    def _skip_rest_of_line(self, text: str) -> bool:
        """Drop what is left of an overlong line; False if the file simply ended without a line end."""
        if len(text) < _LINE_LIMIT:
            return False
        while text and not text.endswith("\n"):
            text = self._file.readline(_PIECE)
        return True


class Rows:
    """The rows of a text file under a delimiter.

    ``width`` is the number of headings, once they are known: a line inside quotation marks that has as many
    cells by itself shows that the mark was never closed.
    """

    def __init__(self, lines: Lines, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self.width = 0

    def next_line(self) -> int | None:
        """The number of the line that comes next; None at the end."""
        line = self._lines.peek()
        return line and line[0]

    def __iter__(self) -> Iterator[Row]:
        delimiter = self._delimiter
        while (line := self._lines.next()) is not None:
            number, text = line
            if text is None:
                yield Row(number, "", [], "cell-too-long")
            elif '"' in text:
                yield self._quoted(number, text)
            elif len(text) > CELL_LIMIT:
                yield _within_limits(number, text, text.split(delimiter))
            else:
                yield Row(number, text, text.split(delimiter))

    def _quoted(self, number: int, first: str) -> Row:
        cells: list[str] = []
        open_cell = _split(first, 0, self._delimiter, cells)
        taken: list[tuple[int, str | None]] = []
        parts, length = [first], len(first)
        while open_cell is not None and open_cell.closable:
            line = self._lines.next()
            if line is None:
                break
            taken.append(line)
            text = line[1]
            length += len(text or "")
            if text is None or length > _LOOKAHEAD:
                break
            parts.append(text)
            open_cell = self._continued(open_cell, text, cells)
        if open_cell is not None:
            self._lines.give_back(taken)
            return Row(number, first, [], "quote-error")
        return _within_limits(number, "\n".join(parts), cells)

    def _continued(self, open_cell: _OpenCell, text: str, cells: list[str]) -> _OpenCell | None:
        end = _closing_mark(text, 0)
        inside = text if end < 0 else text[:end]
        if self.width > 2 and inside.count(self._delimiter) >= self.width - 1:
            return _OpenCell([], closable=False)
        open_cell.parts.append(inside)
        if end < 0:
            return open_cell
        cells.append(open_cell.text())
        return _after_closing(text, end + 1, self._delimiter, cells)


class _OpenCell(NamedTuple):
    """A quoted cell whose closing mark has not come yet, or (not closable) cannot come."""

    parts: list[str]
    closable: bool = True

    def text(self) -> str:
        return "\n".join(self.parts).replace('""', '"')


def _within_limits(line: int, text: str, cells: list[str]) -> Row:
    if any(len(cell) > CELL_LIMIT for cell in cells):
        return Row(line, text, [], "cell-too-long")
    return Row(line, text, cells)


def _split(text: str, position: int, delimiter: str, cells: list[str]) -> _OpenCell | None:
    """Append the cells of ``text`` from ``position``; None when the row is complete."""
    while True:
        if text.startswith('"', position):
            end = _closing_mark(text, position + 1)
            if end < 0:
                return _OpenCell([text[position + 1 :]])
            cells.append(text[position + 1 : end].replace('""', '"'))
            position = end + 1
            if position < len(text) and text[position] != delimiter:
                return _OpenCell([], closable=False)
        else:
            end = text.find(delimiter, position)
            end = len(text) if end < 0 else end
            cells.append(text[position:end])
            position = end
        if position >= len(text):
            return None
        position += 1


def _after_closing(text: str, position: int, delimiter: str, cells: list[str]) -> _OpenCell | None:
    if position >= len(text):
        return None
    if text[position] != delimiter:
        return _OpenCell([], closable=False)
    return _split(text, position + 1, delimiter, cells)


def _closing_mark(text: str, position: int) -> int:
    """Where the quotation mark stands that is not doubled; -1 if there is none."""
    while (found := text.find('"', position)) >= 0:
        if text.startswith('"', found + 1):
            position = found + 2
        else:
            return found
    return -1
