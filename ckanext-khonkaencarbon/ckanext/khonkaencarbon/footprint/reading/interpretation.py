"""The cells of one row to a record in the base unit, or to what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.exact import EXACT
from ckanext.khonkaencarbon.footprint.model import CellKey, Record
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.meaning import (
    FREE_TEXT,
    NAMES,
    Fault,
    KeyReader,
    Meaning,
    Remembered,
    named,
)
from ckanext.khonkaencarbon.footprint.reading.numbers import LIMIT, plain, read_number
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

_REQUIRED = ("period", "period_start", "period_end", "activity", "quantity", "unit")


class Outcome(NamedTuple):
    """A record, or the faults that refuse its row; ``quantity`` (base unit) is set where it was readable."""

    meaning: Meaning
    record: Record | None = None
    faults: Sequence[Fault] = ()
    quantity: Decimal | None = None


class Interpreter:
    """Understands the rows of one table, whose headings are ``labels``."""

    def __init__(self, mapping: ColumnMapping, labels: Sequence[str], vocabulary: Vocabulary) -> None:
        self._labels = [fold(label) for label in labels]
        self._missing = vocabulary.missing_words
        self._width = len(labels)
        reader = KeyReader(mapping, vocabulary)
        self._meanings = Remembered(reader.read)
        self.key_reader = reader
        self.key_columns = [(role, self._at(column)) for role, column in reader.columns]
        self._key_of = _picker([at for _, at in self.key_columns])
        self.quantity_at = self._position(mapping, "quantity")
        self._quantity_constant = _constant(mapping, "quantity")
        self.names_at = [self._position(mapping, role) for role in NAMES]
        self.names = tuple(self.name(_constant(mapping, role)) for role in NAMES)
        self._has_names = any(self.names) or any(at is not None for at in self.names_at)
        free_text = [self._position(mapping, role) for role in FREE_TEXT]
        self.free_text_at = [at for at in free_text if at is not None]
        self._free_text_of = _picker(self.free_text_at)
        sources = mapping.roles.items()
        self._mapped = [(role, self._at(column)) for role, source in sources for column in source.columns]
        self._needed = [(role, at) for role, at in self._mapped if role in _REQUIRED]
        self._shortest = max((at + 1 for _, at in self._needed), default=0)

    def read(self, cells: list[str]) -> Outcome:
        """What a row says. The list is made as long as the headings."""
        given, extra = len(cells), cells[self._width :]
        if given < self._width:
            cells.extend([""] * (self._width - given))
        meaning = self._meanings[self._key_of(cells)]
        if meaning.total:
            return Outcome(meaning)
        if given < self._shortest:
            role = next(role for role, at in self._needed if at >= given)
            return Outcome(meaning, faults=[Fault("missing-cell", role, "")])
        if extra and any(fold(cell) for cell in extra):
            return Outcome(meaning, faults=[Fault("extra-cell", "", next(filter(fold, extra)))])
        return self._with_quantity(meaning, cells)

    def said(self, outcome: Outcome, cells: Sequence[str]) -> str:
        """Text that is equal for rows whose mapped roles are all equal after normalisation."""
        names = outcome.record.key[5:8] if outcome.record else ()
        quantity = plain(outcome.quantity or Decimal(0))
        texts = (*names, *map(clean, self._free_text_of(cells)))
        return "\x1e".join((outcome.meaning.identity, quantity, *texts)).casefold()

    def repeats_headings(self, cells: Sequence[str]) -> bool:
        """Whether the row is the headings once more."""
        return bool(self._mapped) and all(fold(cells[at]) == self._labels[at] for _, at in self._mapped)

    def _position(self, mapping: ColumnMapping, role: str) -> int | None:
        source = mapping.roles.get(role)
        return self._at(source.columns[0]) if source and source.columns else None

    def name(self, cell: str) -> str:
        """A name as it stands in a cell's key; nothing where the cell says that there is none."""
        name = clean(cell)
        return "" if name.casefold() in self._missing else name

    def _key(self, key: CellKey, cells: Sequence[str]) -> CellKey:
        """The key with the row's names in it."""
        if not self._has_names:
            return key
        names = [
            given if at is None else self.name(cells[at])
            for at, given in zip(self.names_at, self.names, strict=True)
        ]
        return CellKey._make((*key[:5], *names, *key[8:]))

    def _at(self, column: str) -> int:
        return self._labels.index(fold(column))

    def _with_quantity(self, meaning: Meaning, cells: Sequence[str]) -> Outcome:
        cell = self._quantity_constant if self.quantity_at is None else cells[self.quantity_at]
        number = read_number(cell, self._missing)
        if isinstance(number, str):
            return Outcome(meaning, faults=[*meaning.faults, named(Fault(number, "quantity", cell))])
        if meaning.activity is None or meaning.unit is None:
            return Outcome(meaning, faults=meaning.faults)
        if number < 0 and not meaning.activity.allows_negative:
            return Outcome(meaning, faults=[*meaning.faults, Fault("negative-quantity", "quantity", cell)])
        if abs(number) >= LIMIT / meaning.unit.to_base:
            fault = Fault("number-too-large", "quantity", cell, meaning.activity)
            return Outcome(meaning, faults=[*meaning.faults, fault])
        quantity = EXACT.multiply(number, meaning.unit.to_base)
        if meaning.key is None:
            return Outcome(meaning, faults=meaning.faults, quantity=quantity)
        key = self._key(meaning.key, cells)
        broken = self._broken_name(key) if self._has_names else None
        if broken is not None:
            return Outcome(meaning, faults=[broken], quantity=quantity)
        return Outcome(meaning, Record(key, quantity), quantity=quantity)

    @staticmethod
    def _broken_name(key: CellKey) -> Fault | None:
        """A name that is the error of a spreadsheet would be an organisation of that name."""
        names = key[5:8]
        if "#" not in (names[0][:1], names[1][:1], names[2][:1]):
            return None
        faults = [named(Fault("", role, name)) for role, name in zip(NAMES, names, strict=True)]
        return next((fault for fault in faults if fault.code), None)


def _picker(positions: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """The cells at these positions, as a tuple."""

    def pick(cells: Sequence[str]) -> tuple[str, ...]:
        return tuple([cells[at] for at in positions])

    return pick


def _constant(mapping: ColumnMapping, role: str) -> str:
    source = mapping.roles.get(role)
    return (source.constant or "") if source else ""
