"""The cells of one row to a record in the base unit, or to what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.exact import EXACT
from ckanext.khonkaencarbon.footprint.model import Record
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.meaning import Fault, KeyReader, Meaning, Remembered
from ckanext.khonkaencarbon.footprint.reading.numbers import LIMIT, plain, read_number
from ckanext.khonkaencarbon.footprint.reading.text import fold
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

_REQUIRED = ("period", "period_start", "period_end", "activity", "quantity", "unit")
_FREE_TEXT = ("evidence", "note")


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
        self._key_of = _picker([self._at(column) for _, column in reader.columns])
        quantity = mapping.roles["quantity"]
        self._quantity_at = self._at(quantity.columns[0]) if quantity.columns else None
        self._quantity_constant = quantity.constant or ""
        self._free_text_of = _picker(
            [
                self._at(column)
                for role in _FREE_TEXT
                if role in mapping.roles
                for column in mapping.roles[role].columns
            ]
        )
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
        return self._with_quantity(meaning, self._quantity_cell(cells))

    def said(self, outcome: Outcome, cells: Sequence[str]) -> str:
        """Text that is equal for rows whose mapped roles are all equal after normalisation."""
        quantity = plain(outcome.quantity or Decimal(0))
        return "\x1e".join((outcome.meaning.identity, quantity, *map(fold, self._free_text_of(cells))))

    def repeats_headings(self, cells: Sequence[str]) -> bool:
        """Whether the row is the headings once more."""
        return bool(self._mapped) and all(fold(cells[at]) == self._labels[at] for _, at in self._mapped)

    def _at(self, column: str) -> int:
        return self._labels.index(fold(column))

    def _quantity_cell(self, cells: Sequence[str]) -> str:
        return self._quantity_constant if self._quantity_at is None else cells[self._quantity_at]

    def _with_quantity(self, meaning: Meaning, cell: str) -> Outcome:
        number = read_number(cell, self._missing)
        if isinstance(number, str):
            return Outcome(meaning, faults=[*meaning.faults, Fault(number, "quantity", cell)])
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
        return Outcome(meaning, Record(meaning.key, quantity), quantity=quantity)


def _picker(positions: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """The cells at these positions, as a tuple."""

    def pick(cells: Sequence[str]) -> tuple[str, ...]:
        return tuple([cells[at] for at in positions])

    return pick
