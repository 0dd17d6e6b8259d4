"""Which factors apply: by activity, unit, consumer, date, region and setting, in the order of editions."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeVar

from ckanext.khonkaencarbon.footprint.cube.parts import Part, Span, parts, spans
from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter, PublishedRow
from ckanext.khonkaencarbon.footprint.model import Cell, Factor

# From the most to the least particular; a row of any other region does not apply to Khon Kaen.
_REGIONS = ("TH-40", "TH", "world")

_REMEMBERED = 1 << 14  # subjects and their periods

RowT = TypeVar("RowT", Factor, Parameter)


class Subject(NamedTuple):
    """What rows are looked up for."""

    activity: str
    method: str  # parameters may be published for it instead of for one activity
    unit: str
    consumer: str = ""
    electricity: str = ""  # the setting that an edition has to serve; empty where it does not matter
    rowless: bool = False  # whether the method can do without any row


@dataclass(frozen=True)
class Choice:
    """What one edition says about an activity on a date."""

    edition: Edition
    factors: tuple[Factor, ...]
    parameters: tuple[Parameter, ...]

    @cached_property
    def by_name(self) -> dict[tuple[str, str], Parameter]:
        """The parameters by name and category; many cells share a choice."""
        return {(row.name, row.category): row for row in self.parameters}


class NotComputableError(LookupError):
    """The chosen editions and parameters do not allow to compute a cell."""


class NoFactorError(NotComputableError):
    """No listed edition covers the whole of a cell."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


class ConsumerError(NotComputableError):
    """Factors exist, but for other consumers than the one of the cell."""

    def __init__(self, consumers: Iterable[str]) -> None:
        self.consumers = tuple(sorted(set(consumers)))
        super().__init__(", ".join(self.consumers))


class TieError(NotComputableError):
    """One edition has two rows for the same thing on the same date."""

    def __init__(self, edition: str, ids: Sequence[str]) -> None:
        super().__init__(edition, ids)
        self.edition = edition
        self.ids = tuple(sorted(ids))


class Selector:
    """Looks up the listed editions in their order; the first that has rows wins for all gases.

    What it found it remembers: many cells share their subject and period.
    """

    def __init__(self, editions: Sequence[Edition]) -> None:
        self.editions = editions
        self._parts = lru_cache(_REMEMBERED)(self._parts_of)
        self._choice = lru_cache(_REMEMBERED)(self._choice_since)
        self._dates = lru_cache(_REMEMBERED)(self._dates_of)
        self._by_edition = lru_cache(_REMEMBERED)(self._rows_by_edition)

    def select(self, cell: Cell, subject: Subject) -> list[tuple[Part, Choice]]:
        """The parts of a cell, each with what applies to all of its days.

        Raises:
            NoFactorError: some days have no factor in any edition.
            ConsumerError: some days have factors, but for other consumers only.
            TieError: an edition contradicts itself.
        """
        found = self._parts(subject, cell.key.period_start, cell.key.period_end)
        cut = parts(cell, [span for span, _ in found])
        return [(part, choice) for part, (_, choice) in zip(cut, found, strict=True)]

    def _parts_of(self, subject: Subject, start: date, end: date) -> list[tuple[Span, Choice]]:
        found: list[tuple[Span, Choice]] = []
        cuts = self._dates(subject)
        for span in spans(start, end, cuts):
            passed = bisect_right(cuts, span.start)
            choice = self._choice(subject, cuts[passed - 1] if passed else date.min)
            if choice is None:
                raise self._nothing(subject, span)
            found.append((span, choice))
        return _joined(found)

    def _dates_of(self, subject: Subject) -> list[date]:
        """The days on which something else applies than on the day before, in order."""
        rows = [row for _, rows in self._by_edition(subject) for row in rows]
        starts = {row.valid_from for row in rows if row.valid_from}
        ends = {row.valid_to + timedelta(days=1) for row in rows if row.valid_to and row.valid_to < date.max}
        return sorted(starts | ends)

    def _choice_since(self, subject: Subject, day: date) -> Choice | None:
        choices = (_choice(edition, rows, subject, day) for edition, rows in self._by_edition(subject))
        found = next((choice for choice in choices if choice is not None), None)
        if found is None and subject.rowless:
            return Choice(self.editions[0], (), ())
        return found

    def _nothing(self, subject: Subject, span: Span) -> NotComputableError:
        consumers = [
            consumer
            for _, rows in self._by_edition(subject)
            for row in rows
            if isinstance(row, Factor) and _applies(row, span.start)
            for consumer in row.consumers
        ]
        return ConsumerError(consumers) if consumers else NoFactorError(span)

    def _rows_by_edition(self, subject: Subject) -> list[tuple[Edition, list[PublishedRow]]]:
        """What each edition has about the subject, whatever the day and the consumer."""
        return [(edition, _rows_of(edition, subject)) for edition in self.editions]


@lru_cache(maxsize=8)
def selector(editions: tuple[Edition, ...]) -> Selector:
    """One for every run on these editions; it knows nothing of a run."""
    return Selector(editions)


def _joined(found: list[tuple[Span, Choice]]) -> list[tuple[Span, Choice]]:
    """Neighbours of one calendar year with the same rows are one part."""
    result: list[tuple[Span, Choice]] = []
    for span, choice in found:
        last = result[-1] if result else None
        if last and last[1] == choice and last[0].start.year == span.start.year:
            result[-1] = (Span(last[0].start, span.end), choice)
        else:
            result.append((span, choice))
    return result


def _rows_of(edition: Edition, subject: Subject) -> list[PublishedRow]:
    if subject.electricity not in ("", edition.electricity):
        return []
    factors = [row for row in edition.factors if (row.activity, row.unit) == (subject.activity, subject.unit)]
    return [*factors, *(row for row in edition.parameters if row.activity in subject[:2])]


def _choice(edition: Edition, known: list[PublishedRow], subject: Subject, day: date) -> Choice | None:
    """What the edition says; None where that is nothing, or a gas lacks for this consumer only."""
    rows = [row for row in known if _applies(row, day)]
    gases = [row for row in rows if isinstance(row, Factor)]
    served = [row for row in gases if not row.consumers or subject.consumer in row.consumers]
    if not rows or {_subject(row) for row in gases} != {_subject(row) for row in served}:
        return None
    parameters = [row for row in rows if isinstance(row, Parameter)]
    return Choice(edition, _unique(edition, served), _unique(edition, parameters))


def _applies(row: PublishedRow, day: date) -> bool:
    if row.region not in _REGIONS:
        return False
    return (row.valid_from or date.min) <= day <= (row.valid_to or date.max)


def _unique(edition: Edition, rows: Iterable[RowT]) -> tuple[RowT, ...]:
    """One row per gas or parameter: the nearest region, then named consumers; two of them are a tie."""
    groups: dict[tuple[str, str], list[RowT]] = defaultdict(list)
    for row in rows:
        groups[_subject(row)].append(row)
    result = []
    for group in groups.values():
        nearest = min(map(_breadth, group))
        best = [row for row in group if _breadth(row) == nearest]
        if len(best) > 1:
            raise TieError(edition.id, [row.id for row in best])
        result.append(best[0])
    return tuple(sorted(result, key=lambda row: row.id))


def _breadth(row: PublishedRow) -> tuple[int, bool]:
    """Smaller for a row that is more particular."""
    return _REGIONS.index(row.region), not (isinstance(row, Factor) and row.consumers)


def _subject(row: PublishedRow) -> tuple[str, str]:
    if isinstance(row, Factor):
        return row.gas, str(row.biogenic)
    return row.name, row.category
