"""What may be summed by an engine unseen: the terms of one table, learnt from a sample of its rows.

A row is *settled* if each part of it is known to be right by itself:

* its period cells, and its other key cells (activity, unit, consumer, ...), were understood by ``KeyReader``
  without fault or warning; the two groups do not depend on each other, and one dictionary each holds their
  meanings by raw text,
* its quantity has the narrow form of ``quantity_pattern``, which ``read_number`` reads as the same number,
  which cannot be part of an identity or telephone number, and which is below the limit in every known unit,
* no other cell can hold personal data, and no cell beyond the headings is filled.

Such a row is used, without a finding of its own. Everything else is read again by the reading part itself.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from ckanext.khonkaencarbon.footprint.cube.plain import PlainFile
from ckanext.khonkaencarbon.footprint.reading.inspection import UnfitError
from ckanext.khonkaencarbon.footprint.reading.meaning import PERIODS, Meaning
from ckanext.khonkaencarbon.footprint.reading.numbers import LIMIT
from ckanext.khonkaencarbon.footprint.reading.personal import kind_of_personal_data
from ckanext.khonkaencarbon.footprint.reading.rows import Lines, Rows
from ckanext.khonkaencarbon.footprint.reading.table import Table
from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits

Raw = tuple[str, ...]
BAD = -1
_TRIES = 2_000
_MOST_NAMES = 20_000
_NO_DIGITS_FROM = 0x20000  # the planes of ideographs and what is private; a test looks at all code points


class Ids:
    """Small whole numbers, from 1, for things in the order of their coming."""

    def __init__(self) -> None:
        self._ids: dict[object, int] = {}
        self.things: list[Any] = [None]  # by number

    def of(self, thing: object) -> int:
        """The number of a thing; a new one for a new thing."""
        number = self._ids.setdefault(thing, len(self.things))
        if number == len(self.things):
            self.things.append(thing)
        return number

    def known(self, thing: object) -> int | None:
        """The number of a thing that has one."""
        return self._ids.get(thing)


@dataclass
class Words:
    """One dictionary: raw cells -> number of their part of a cell's key, and number of what they say."""

    columns: list[int]
    entries: dict[Raw, tuple[int, int]] = field(default_factory=dict)
    keys: Ids = field(default_factory=Ids)
    said: Ids = field(default_factory=Ids)

    def learn(self, raw: Raw, key: object | None, said: object) -> tuple[int, int]:
        """Add raw cells; a key of None marks cells that are never settled."""
        entry = (BAD, 0) if key is None else (self.keys.of(key), self.said.of(said))
        self.entries[raw] = entry
        return entry

    def settled(self, cells: Sequence[str]) -> bool:
        """Whether the cells of a row are known to be right."""
        return self.entries.get(tuple([cells[at] for at in self.columns]), (BAD, 0))[0] != BAD


class Terms:
    """The dictionaries of one table and the form of its quantities."""

    def __init__(self, table: Table, plain: PlainFile) -> None:
        self._interpreter = table.interpreter
        self._looks = table.looks_for_personal_data
        columns = self._interpreter.key_columns
        self._period_at = [n for n, (role, _) in enumerate(columns) if role in PERIODS]
        self._rest_at = [n for n, (role, _) in enumerate(columns) if role not in PERIODS]
        self.periods = Words([columns[n][1] for n in self._period_at])
        self.rest = Words([columns[n][1] for n in self._rest_at])
        self.names = [None if at is None else Words([at]) for at in self._interpreter.names_at]
        quantity_at = self._interpreter.quantity_at
        if quantity_at is None:
            raise UnfitError
        self.quantity_at = quantity_at
        self.free_text_at = self._interpreter.free_text_at
        sample = [cells for piece in plain.pieces() for cells in cells_of(piece, plain.delimiter)]
        self.labels = len(table.labels)
        self.width = max(map(len, sample), default=0)
        self.width = max(self.width, self.labels) + 1
        for cells in sample:
            cells.extend([""] * (self.width - len(cells)))
        self._base_row = self._first_good(sample)
        self._base = _at(self._base_row, self.periods.columns), _at(self._base_row, self.rest.columns)
        self._learn(sample)
        self.decimals, self.digits = self._sizes(sample)
        self.quantity = re.compile(self.quantity_pattern())

    def settled(self, given: Sequence[str]) -> bool:
        """The rule of this module for one row of cells."""
        cells = [*given, *[""] * (self.width - len(given))]
        return (
            not any(cells[self.labels :])
            and bool(self.quantity.fullmatch(ascii_digits(cells[self.quantity_at])))
            and self.periods.settled(cells)
            and self.rest.settled(cells)
            and self._names_settled(cells)
            and not (self._looks and any(risky().search(cells[at]) for at in self.unread_columns()))
        )

    def _names_settled(self, cells: Sequence[str]) -> bool:
        for words in self.names:
            if words is None:
                continue
            raw = cells[words.columns[0]]
            entry = words.entries.get((raw,))
            if entry is None and self._looks and risky().search(raw):
                return False
            if entry is not None and entry[0] == BAD:
                return False
        return True

    def unread_columns(self) -> list[int]:
        """Columns under a heading that are in no dictionary: free text, and what plays no role."""
        named = {words.columns[0] for words in self.names if words is not None}
        known = {self.quantity_at, *self.periods.columns, *self.rest.columns, *named}
        return [at for at in range(self.labels) if at not in known]

    def understand_period(self, raw: Raw) -> tuple[int, int]:
        """Learn the meaning of period cells, beside other cells that are right."""
        meaning = self._meaning(raw, self._base[1])
        key = None if meaning is None else meaning.key
        said = None if meaning is None else _said_of_period(meaning)
        return self.periods.learn(raw, key and key[:2], said)

    def understand_rest(self, raw: Raw) -> tuple[int, int]:
        """Learn the meaning of the other key cells, beside a period that is right."""
        meaning = self._meaning(self._base[0], raw)
        if meaning is None or meaning.key is None or meaning.unit is None or _needs_evidence(meaning):
            return self.rest.learn(raw, None, None)
        return self.rest.learn(raw, (meaning.key[2:], meaning.unit.to_base), _said_of_rest(meaning))

    def understand_name(self, role: int, raw: str, *, remember: bool = True) -> str | None:
        """A name as it stands in a cell's key, learnt as the reading part sees it in a row that is right."""
        words = self.names[role]
        assert words is not None  # noqa: S101 - for the type checker: only columns have raw names
        name = None if self._is_personal(raw) else self._name(words.columns[0], role, raw)
        if remember or name is None:
            words.learn((raw,), name, None if name is None else name.casefold())
        return name

    def _name(self, column: int, role: int, raw: str) -> str | None:
        """The name of a cell of a row that is right otherwise; None where the row would not be settled."""
        name = self._interpreter.name(raw)
        if not name.startswith("#"):
            return name
        cells = self._base_row.copy()
        cells[column] = raw
        record = self._interpreter.read(cells).record
        return None if record is None else str(record.key[5 + role])

    def key(self, period: int, rest: int) -> tuple[tuple[Any, ...], tuple[Any, ...], Decimal]:
        """What numbers stand for: a key before and after its names, and its unit in the base unit."""
        tail, to_base = self.rest.keys.things[rest]
        return (*self.periods.keys.things[period], *tail[:3]), tail[6:], to_base

    def said(self, meaning: Meaning, names: Sequence[str], coarse: frozenset[int]) -> tuple[int, ...] | None:
        """The numbers of what a used row says; None if no settled row can say the same."""
        numbers = [
            self.periods.said.known(_said_of_period(meaning)),
            self.rest.said.known(_said_of_rest(meaning)),
        ]
        for role, (words, name) in enumerate(zip(self.names, names, strict=True)):
            if words is not None:
                numbers.append(0 if role in coarse else words.said.known(name.casefold()))
        return None if None in numbers else tuple(number or 0 for number in numbers)

    def holds(self, number: Decimal) -> bool:
        """Whether a settled quantity can be this number."""
        return 0 <= number < 10**self.digits and number == round(number, self.decimals)

    def quantity_pattern(self) -> str:
        """The form of a settled quantity, digits in ASCII; Python and RE2 understand it alike."""
        digits, groups = self.digits, (self.digits - 3) // 3
        whole = rf"(0|[1-9][0-9]{{0,{digits - 1}}}|[1-9][0-9]{{0,2}}(,[0-9]{{3}}){{1,{groups}}})"
        return rf" *{whole}([.][0-9]{{1,{self.decimals}}})? *"

    def _meaning(self, period: Raw, rest: Raw) -> Meaning | None:
        """The meaning of key cells, unless there is anything to say about them."""
        if any(map(self._is_personal, (*period, *rest))):
            return None
        cells = [""] * (len(period) + len(rest))
        for at, cell in zip((*self._period_at, *self._rest_at), (*period, *rest), strict=True):
            cells[at] = cell
        meaning = self._interpreter.key_reader.read(cells)
        return None if meaning.key is None or meaning.warnings or meaning.total else meaning

    def _is_personal(self, cell: str) -> bool:
        if not self._looks or not risky().search(cell):
            return False
        return kind_of_personal_data(cell) is not None

    def _first_good(self, sample: list[list[str]]) -> list[str]:
        """A row about which there is nothing to say, cut to the headings."""
        for cells in sample[:_TRIES]:
            row = cells[: self.labels]
            if self._interpreter.read(row.copy()).record is None or any(map(self._is_personal, row)):
                continue
            if self._meaning(_at(row, self.periods.columns), _at(row, self.rest.columns)) is not None:
                return row
        raise UnfitError

    def _learn(self, sample: list[list[str]]) -> None:
        for raw in dict.fromkeys(_at(cells, self.periods.columns) for cells in sample):
            self.understand_period(raw)
        for raw in dict.fromkeys(_at(cells, self.rest.columns) for cells in sample):
            self.understand_rest(raw)
        for role, words in enumerate(self.names):
            if words is not None:
                names = dict.fromkeys(cells[words.columns[0]] for cells in sample)
                for name in names if len(names) <= _MOST_NAMES else ():
                    self.understand_name(role, name)

    def _sizes(self, sample: list[list[str]]) -> tuple[int, int]:
        """Decimals of the sum, and digits before them that are safe in every unit of the dictionary."""
        written = (cells[self.quantity_at].strip() for cells in sample)
        longest = max((len(text.partition(".")[2]) for text in written if "." in text), default=0)
        decimals = next((places for places in (3, 6) if longest <= places), 9)
        largest = max(to_base for _, to_base in self.rest.keys.things[1:])
        most = 9 if decimals == 9 else 12
        digits = next((n for n in (12, 9, 6) if n <= most and Decimal(10) ** n <= LIMIT / largest), 0)
        if not digits:
            raise UnfitError
        return decimals, digits


def _needs_evidence(meaning: Meaning) -> bool:
    """Whether a cell outside the key decides if the row is used."""
    return meaning.activity is not None and meaning.activity.needs_evidence


@cache
def risky_pattern() -> str:
    """Text that may hold personal data, for Python and RE2: a mail sign or eight digits near each other.

    Wider than every form of ``personal``, whose shortest is a telephone number of eight digits.
    """
    digit = "".join(f"{chr(first)}-{chr(last)}" for first, last in _digit_ranges())
    return f"@|([{digit}][ -]?){{8}}"


@cache
def risky() -> re.Pattern[str]:
    """The compiled form of ``risky_pattern``."""
    return re.compile(risky_pattern())


def _digit_ranges() -> Iterator[tuple[int, int]]:
    r"""The decimal digits of Unicode, which are what ``\d`` stands for in Python: in tens, without gaps."""
    code = 0
    while code < _NO_DIGITS_FROM:
        if chr(code).isdecimal():
            first = last = code
            while chr(first - 1).isdecimal():
                first -= 1
            while chr(last + 1).isdecimal():
                last += 1
            yield first, last
            code = last
        code += 5


def cells_of(piece: bytes, delimiter: str) -> Iterator[list[str]]:
    """The cells of whole plain lines."""
    text = io.StringIO(piece.decode("utf-8", "replace").replace("\r\n", "\n"))
    for row in Rows(Lines(text), delimiter):
        if row.cells:
            yield row.cells


def _at(cells: Sequence[str], columns: Iterable[int]) -> Raw:
    return tuple([cells[at] for at in columns])


def _said_of_period(meaning: Meaning) -> tuple[str, ...]:
    return tuple(meaning.identity.split("\x1f")[:2])


def _said_of_rest(meaning: Meaning) -> tuple[str, ...]:
    return tuple(meaning.identity.split("\x1f")[2:])
