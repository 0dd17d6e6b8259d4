"""Which rows of one key count: selection is by reference, activity (carrier), year and period.

A city-level source is the total for its days. Organisations are shown inside it, and counted on the days that
it does not cover; the same holds for the facilities of an organisation. Sources of one level that overlap and
are not declared disjoint are a conflict: none of their overlapping rows counts until one is picked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.exact import EXACT, product, quotient
from ckanext.khonkaencarbon.footprint.inventory import spans
from ckanext.khonkaencarbon.footprint.inventory.choices import Choices
from ckanext.khonkaencarbon.footprint.inventory.ledger import order
from ckanext.khonkaencarbon.footprint.inventory.model import CITY, FACILITY, Dataset, Key, LedgerRow
from ckanext.khonkaencarbon.footprint.inventory.spans import Spans

SPLIT, CONFLICTING, NOT_PICKED, NESTED = "split", "conflict", "not-picked", "nested"
CITY_OWNER = ""


class Piece(NamedTuple):
    """Some days of a row and their share of its mass."""

    row: LedgerRow
    days: Spans
    mass_kg: Decimal


class Note(NamedTuple):
    """Something a planner has to know about a key: what, which datasets, when, how much."""

    what: str
    datasets: tuple[str, ...]
    days: Spans
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the rows of a key."""

    key: Key
    city: tuple[Piece, ...] = ()  # city-level sources: the total of their days
    added: tuple[Piece, ...] = ()  # organisations on days without a city-level source
    inside: tuple[Piece, ...] = ()  # organisations on days with one
    full: bool = False  # the whole year is covered by city-level sources
    notes: tuple[Note, ...] = field(default=())

    @property
    def conflict(self) -> bool:
        """Whether something waits for the planner's pick."""
        return any(note.what == CONFLICTING for note in self.notes)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What became of the rows of one owner: the city, or one organisation."""

    city: tuple[Piece, ...] = ()
    added: tuple[Piece, ...] = ()
    inside: tuple[Piece, ...] = ()
    cover: Spans = ()  # the days of which the city speaks
    whole: bool = False  # these are all days of the year, and no row was refused
    notes: tuple[Note, ...] = ()


def select(key: Key, rows: Iterable[LedgerRow], datasets: Mapping[str, Dataset], choices: Choices) -> Answer:
    """The answer for one key from its rows alone, whatever their order.

    Args:
        key: year, reference, activity.
        rows: the rows of the key.
        datasets: at least those of the rows.
        choices: what the planner decided.
    """
    owners: dict[str, list[LedgerRow]] = defaultdict(list)
    for row in rows:
        owners[owner_of(row, datasets[row.dataset])].append(row)
    city = of_city(key, owners.pop(CITY_OWNER, []), datasets, choices)
    chosen = [of_owner(key, owners[one], city.cover, datasets, choices) for one in sorted(owners)]
    added = tuple(piece for one in chosen for piece in one.added)
    inside = tuple(piece for one in chosen for piece in one.inside)
    notes = tuple(_merged(note for one in (city, *chosen) for note in one.notes))
    return Answer(key, city.city, added, inside, city.whole and not added, notes)


def owner_of(row: LedgerRow, dataset: Dataset) -> str:
    """Whose rows are chosen together: the city's, an organisation's, else those of one dataset."""
    return CITY_OWNER if dataset.level == CITY else row.organisation or f"\0{row.dataset}"


def of_city(key: Key, rows: Iterable[LedgerRow], datasets: Mapping[str, Dataset], choices: Choices) -> Chosen:
    """What counts of the city-level rows of a key."""
    return _Selection(key, datasets, choices).city(sorted(rows, key=order))


def of_owner(
    key: Key, rows: Iterable[LedgerRow], cover: Spans, datasets: Mapping[str, Dataset], choices: Choices
) -> Chosen:
    """What counts of the rows of one organisation; city-level sources speak of the days of ``cover``."""
    return _Selection(key, datasets, choices).owner(sorted(rows, key=order), cover)


def split(piece: Piece, cover: Spans) -> tuple[Piece | None, Piece | None]:
    """The piece on the days of ``cover`` and on the others, by days.

    As for cells: the first part is rounded half even at 9 decimals, the last takes the remainder.
    """
    within = spans.common(piece.days, cover)
    if not within:
        return None, piece
    beyond = spans.without(piece.days, cover)
    if not beyond:
        return piece, None
    share = quotient(product(piece.mass_kg, Decimal(spans.days(within))), Decimal(spans.days(piece.days)))
    rest = EXACT.subtract(piece.mass_kg, share)
    return Piece(piece.row, within, share), Piece(piece.row, beyond, rest)


class _Selection:
    """One key at work; collects the notes."""

    def __init__(self, key: Key, datasets: Mapping[str, Dataset], choices: Choices) -> None:
        self._key, self._datasets, self._choices = key, datasets, choices
        self._notes: list[Note] = []

    def city(self, rows: Iterable[LedgerRow]) -> Chosen:
        """The city-level sources."""
        pieces = self._resolved(_pieces(rows))
        cover = _cover(pieces)
        missing = spans.without((spans.year_span(self._key.year),), cover)
        whole = bool(pieces) and not missing and not self._incomplete(pieces)
        return Chosen(tuple(pieces), cover=cover, whole=whole, notes=tuple(_merged(self._notes)))

    def owner(self, rows: Iterable[LedgerRow], cover: Spans) -> Chosen:
        """One organisation beside city-level sources of these days."""
        inside, added = self._cut(self._own(_pieces(rows)), cover)
        return Chosen((), tuple(added), tuple(inside), notes=tuple(_merged(self._notes)))

    def _own(self, pieces: list[Piece]) -> list[Piece]:
        """One organisation: its own statistic, and its facilities on days without one."""
        whole = self._resolved([one for one in pieces if self._level(one) != FACILITY])
        facilities = self._resolved([one for one in pieces if self._level(one) == FACILITY])
        nested, beside = self._cut(facilities, _cover(whole))
        self._note(NESTED, nested)
        return [*whole, *beside]

    def _resolved(self, pieces: list[Piece]) -> list[Piece]:
        """The pieces that count among sources of one level."""
        if len({piece.row.dataset for piece in pieces}) < 2:
            return pieces
        left = self._without_others(pieces)
        covers = _covers(left)
        counted: list[Piece] = []
        conflicting: list[Piece] = []
        for piece in left:
            against = [
                other
                for other, cover in covers.items()
                if self._collide(piece.row.dataset, other) and spans.common(piece.days, cover)
            ]
            (conflicting if against else counted).append(piece)
        self._note(CONFLICTING, conflicting)
        return counted

    def _without_others(self, pieces: list[Piece]) -> list[Piece]:
        """The pieces less the days on which a picked source speaks in their place."""
        covers = _covers(pieces)
        picks = self._choices.picks(self._key)
        picked = sorted(picks.of.keys() & covers.keys())
        left: list[Piece] = []
        dropped: list[Piece] = []
        for piece in pieces:
            name = piece.row.dataset
            rivals = [one for one in picked if picks.prevails(one, name) and self._collide(name, one)]
            gone, kept = self._cut([piece], spans.union(day for one in rivals for day in covers[one]))
            dropped += gone
            left += kept
        self._note(NOT_PICKED, dropped)
        return left

    def _cut(self, pieces: Iterable[Piece], cover: Spans) -> tuple[list[Piece], list[Piece]]:
        within: list[Piece] = []
        beyond: list[Piece] = []
        for piece in pieces:
            first, last = split(piece, cover)
            within += [first] if first else []
            beyond += [last] if last else []
            if first and last:
                self._note(SPLIT, [piece])
        return within, beyond

    def _collide(self, first: str, second: str) -> bool:
        return first != second and not self._choices.are_disjoint(
            self._key, self._datasets[first], self._datasets[second]
        )

    def _level(self, piece: Piece) -> str:
        return self._datasets[piece.row.dataset].level

    def _incomplete(self, pieces: Iterable[Piece]) -> bool:
        return any(self._datasets[piece.row.dataset].incomplete for piece in pieces)

    def _note(self, what: str, pieces: Sequence[Piece]) -> None:
        if pieces:
            names = tuple(sorted({piece.row.dataset for piece in pieces}))
            self._notes.append(Note(what, names, _cover(pieces), tuple(pieces)))


def _pieces(rows: Iterable[LedgerRow]) -> list[Piece]:
    return [Piece(row, (spans.span(row.period_start, row.period_end),), row.mass_kg) for row in rows]


def _merged(notes: Iterable[Note]) -> list[Note]:
    """Notes on the same datasets as one: a conflict of twelve months is one conflict."""
    groups: dict[tuple[str, tuple[str, ...]], list[Piece]] = {}
    for note in notes:
        groups.setdefault((note.what, note.datasets), []).extend(note.pieces)
    return [Note(what, names, _cover(pieces), tuple(pieces)) for (what, names), pieces in groups.items()]


def _cover(pieces: Iterable[Piece]) -> Spans:
    return spans.union(day for piece in pieces for day in piece.days)


def _covers(pieces: Iterable[Piece]) -> dict[str, Spans]:
    days: dict[str, list[spans.Span]] = defaultdict(list)
    for piece in pieces:
        days[piece.row.dataset] += piece.days
    return {name: spans.union(found) for name, found in sorted(days.items())}
