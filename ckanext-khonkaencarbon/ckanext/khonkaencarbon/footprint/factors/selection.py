"""Which factors apply: by activity, unit, date, region and electricity setting, in the order of editions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from ckanext.khonkaencarbon.footprint.cube.parts import Part, Span, parts, spans
from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter, PublishedRow
from ckanext.khonkaencarbon.footprint.model import Cell, Factor

# From the most to the least particular; a row of any other region does not apply to Khon Kaen.
_REGIONS = ("TH-40", "TH", "world")

RowT = TypeVar("RowT", Factor, Parameter)


class _Subject(NamedTuple):
    """What rows are looked up for."""

    activity: str
    method: str
    unit: str


class Choice(NamedTuple):
    """What one edition says about an activity on a date."""

    edition: Edition
    factors: tuple[Factor, ...]
    parameters: tuple[Parameter, ...]


class NotComputableError(LookupError):
    """The chosen editions and parameters do not allow to compute a cell."""


class NoFactorError(NotComputableError):
    """No listed edition covers the whole of a cell."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


class TieError(NotComputableError):
    """One edition has two rows for the same thing on the same date."""

    def __init__(self, edition: str, ids: Sequence[str]) -> None:
        super().__init__(edition, ids)
        self.edition = edition
        self.ids = tuple(sorted(ids))


@dataclass(slots=True)
class Selector:
    """Looks up the listed editions in their order; the first that has rows wins for all gases."""

    editions: Sequence[Edition]
    _choices: dict[tuple[_Subject, date], Choice | None] = field(default_factory=dict)
    _cuts: dict[_Subject, frozenset[date]] = field(default_factory=dict)

    def select(self, cell: Cell, method: str) -> list[tuple[Part, Choice]]:
        """The parts of a cell, each with what applies to all of its days.

        ``method`` is the activity's; parameters may be published for it instead of for one activity.

        Raises:
            NoFactorError: some days have no factor in any edition.
            TieError: an edition contradicts itself.
        """
        key = cell.key
        subject = _Subject(key.activity, method, key.unit)
        found: list[tuple[Span, Choice]] = []
        for span in spans(key.period_start, key.period_end, self._dates(subject)):
            choice = self._choice(subject, span.start)
            if choice is None:
                raise NoFactorError(span)
            found.append((span, choice))
        joined = _joined(found)
        cut = parts(cell, [span for span, _ in joined])
        return [(part, choice) for part, (_, choice) in zip(cut, joined, strict=True)]

    def _dates(self, subject: _Subject) -> frozenset[date]:
        if subject not in self._cuts:
            rows = [row for edition in self.editions for row in _rows_of(edition, subject)]
            starts = {row.valid_from for row in rows if row.valid_from}
            ends = {
                row.valid_to + timedelta(days=1) for row in rows if row.valid_to and row.valid_to < date.max
            }
            self._cuts[subject] = frozenset(starts | ends)
        return self._cuts[subject]

    def _choice(self, subject: _Subject, day: date) -> Choice | None:
        if (subject, day) not in self._choices:
            choices = (_choice(edition, subject, day) for edition in self.editions)
            self._choices[subject, day] = next((choice for choice in choices if choice is not None), None)
        return self._choices[subject, day]


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


def _rows_of(edition: Edition, subject: _Subject) -> list[PublishedRow]:
    factors = [row for row in edition.factors if (row.activity, row.unit) == (subject.activity, subject.unit)]
    return [*factors, *(row for row in edition.parameters if row.activity in subject[:2])]


def _choice(edition: Edition, subject: _Subject, day: date) -> Choice | None:
    rows = [row for row in _rows_of(edition, subject) if _applies(row, day)]
    factors = _unique(edition, [row for row in rows if isinstance(row, Factor)])
    parameters = _unique(edition, [row for row in rows if isinstance(row, Parameter)])
    return Choice(edition, factors, parameters) if rows else None


def _applies(row: PublishedRow, day: date) -> bool:
    if row.region not in _REGIONS:
        return False
    return (row.valid_from or date.min) <= day <= (row.valid_to or date.max)


def _unique(edition: Edition, rows: Iterable[RowT]) -> tuple[RowT, ...]:
    """One row per gas or parameter: the most particular region; two of them are a tie."""
    groups: dict[tuple[str, str], list[RowT]] = defaultdict(list)
    for row in rows:
        groups[_subject(row)].append(row)
    result = []
    for group in groups.values():
        region = min((row.region for row in group), key=_REGIONS.index)
        best = [row for row in group if row.region == region]
        if len(best) > 1:
            raise TieError(edition.id, [row.id for row in best])
        result.append(best[0])
    return tuple(sorted(result, key=lambda row: row.id))


def _subject(row: PublishedRow) -> tuple[str, str]:
    if isinstance(row, Factor):
        return row.gas, str(row.biogenic)
    return row.name, row.category
