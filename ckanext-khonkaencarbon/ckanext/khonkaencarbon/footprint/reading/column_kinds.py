"""What the cells of a column are read as, when an input becomes a typed table: text, numbers or days."""

from __future__ import annotations

import re

from ckanext.khonkaencarbon.footprint.reading.mapping import PARAMETER
from ckanext.khonkaencarbon.footprint.reading.numbers import NUMBER_MARK, plain, read_number
from ckanext.khonkaencarbon.footprint.reading.periods import PeriodReader
from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

TEXT, NUMERIC, DATE = "text", "numeric", "date"  # as PostgreSQL calls them
MONTH = "month_column"  # the role of a column that holds one month's quantities
NUMBERS = ("quantity", "uncertainty_pct", MONTH)
PERIODS = ("period", "period_start", "period_end")

# What PostgreSQL's numeric gives back as it was given, trailing zeros too.
_CANONICAL = re.compile(r"(?!-0(?:\.0*)?$)-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?", re.ASCII)
_LONGEST = 200  # characters of a number
# What also a reader of JSON, who has a float, writes as it was written: no zero at the end, 15 digits.
_SHORT = re.compile(r"-?[0-9]*(?:\.[0-9]*[1-9])?", re.ASCII)
_DIGITS = 15
_CODE = re.compile(r"-?0[0-9]")  # a leading zero: a meter, a telephone, no quantity


def published_text(cell: str) -> str:
    """A cell's text as PostgreSQL can hold it, without the reader's own marks."""
    return cell.removeprefix(NUMBER_MARK).replace("\x00", "\ufffd")


class Kind:
    """Turns a cell of a column into the text of its value."""

    def __init__(self, name: str, missing: frozenset[str], periods: PeriodReader) -> None:
        self.name = name
        self._missing = missing
        self._periods = periods

    def value(self, cell: str) -> str:
        """The value of a cell; nothing where it has none that can be read."""
        if self.name == TEXT:
            return published_text(cell)
        read = self.number(cell) if self.name == NUMERIC else self.day(cell)
        return read or ""

    def number(self, cell: str) -> str | None:
        """The number of a cell; nothing where it says that there is none, None where it is no number."""
        if _CANONICAL.fullmatch(cell):
            return cell
        if len(cell) > _LONGEST:
            return None
        read = read_number(cell, self._missing)
        if isinstance(read, str):
            return "" if read == "missing-value" else None
        return plain(read)

    def day(self, cell: str) -> str | None:
        """The one day of a cell in ISO 8601; nothing where there is none, None where it is no single day."""
        read = self._periods.read(cell)
        if isinstance(read, str):
            return "" if read == "missing-value" else None
        return read.start.isoformat() if read.start == read.end else None

    def is_longer(self, cell: str) -> bool:
        """Whether a cell speaks of more than one day."""
        read = self._periods.read(cell)
        return not isinstance(read, str) and read.start != read.end


class Survey:
    """Looks at every cell of a column once, and then knows its kind."""

    def __init__(self, position: int, role: str | None, periods: PeriodReader, words: Vocabulary) -> None:
        self.position = position
        self._periods, self._missing = periods, words.missing_words
        self._reader = Kind(TEXT, self._missing, periods)
        self._own = role is not None and not role.startswith(PARAMETER)  # the role decides, not the cells
        free = not self._own
        self._number = free or role in NUMBERS
        self._day = free or role in PERIODS
        self._values = {NUMERIC: 0, DATE: 0}
        self._exact = {NUMERIC: True, DATE: True, TEXT: True}

    def look_at(self, cell: str) -> None:
        """Take notice of one cell."""
        if not cell:
            return
        if self._number:
            self._number = self._note(NUMERIC, cell, self._reader.number(cell)) or self._own
            if not self._own and _CODE.match(ascii_digits(cell.strip())):
                self._number = False
        if self._day:
            known = self._note(DATE, cell, self._reader.day(cell))
            self._day = known or (self._own and not self._reader.is_longer(cell))

    def kind(self) -> Kind:
        """What the column is."""
        number = self._number and (self._own or self._values[NUMERIC])
        day = self._day and self._values[DATE]
        return Kind(NUMERIC if number else DATE if day else TEXT, self._missing, self._periods)

    def is_exact(self, kind: Kind) -> bool:
        """Whether every cell's text comes back from its value."""
        return self._exact[kind.name]

    def _note(self, kind: str, cell: str, value: str | None) -> bool:
        self._values[kind] += bool(value)
        same = value == published_text(cell)
        if same and kind == NUMERIC:
            same = bool(_SHORT.fullmatch(cell)) and sum(map(str.isdigit, cell)) <= _DIGITS
        self._exact[kind] = self._exact[kind] and same
        return value is not None
