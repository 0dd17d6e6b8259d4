"""A carrier's answer as sums: what an entry needs to know of it, and all that has to be kept.

Parts are additive: those of many datasets, weighed one by one, give the entry that all rows together give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import add, plain, product, total
from ckanext.khonkaencarbon.footprint.factors.gwp import gwp
from ckanext.khonkaencarbon.footprint.inventory import spans
from ckanext.khonkaencarbon.footprint.inventory.model import INSIDE, Key, Noted, Part
from ckanext.khonkaencarbon.footprint.inventory.selection import Answer, Note, Piece
from ckanext.khonkaencarbon.footprint.inventory.weight import spread

CITY_SOURCE, ADDED = "city", "added"


@dataclass(frozen=True, slots=True)
class Carrier:
    """What counts of one year, reference and activity."""

    key: Key
    parts: tuple[Part, ...] = ()
    full: bool = False  # the whole year is covered by city-level sources, and nothing was added
    conflict: bool = False  # something waits for the planner's pick
    has_figures: bool = False  # something of it counts, or would if a conflict were decided


def carrier(answer: Answer, gwp_set: str) -> Carrier:
    """The answer for a key, weighed."""
    parts = weighed(answer.city, answer.added, answer.inside, gwp_set)
    has_figures = bool(answer.city or answer.added or answer.conflict)
    return Carrier(answer.key, tuple(parts), answer.full, answer.conflict, has_figures)


def noted(key: Key, notes: Iterable[Note], gwp_set: str) -> list[Noted]:
    """The notes of a key in words and sums."""
    return [
        Noted(one.what, key, one.datasets, spans.text(one.days), plain(_co2e(one.pieces, gwp_set)))
        for one in notes
    ]


def weighed(
    city: Sequence[Piece], added: Sequence[Piece], inside: Sequence[Piece], gwp_set: str
) -> list[Part]:
    """The parts of a key or of one of its owners."""
    found: list[Part] = []
    for role, pieces in ((CITY_SOURCE, city), (ADDED, added), (INSIDE, inside)):
        found += spread([_part(role, piece, gwp_set) for piece in pieces])
    return found


def merged(parts: Iterable[Part]) -> list[Part]:
    """Parts that agree in all but days and mass as one, in the order of the first of each."""
    found: dict[tuple[object, ...], Part] = {}
    for part in parts:
        year = part.row.key.year
        row = part.row._replace(
            period_start=date(year, 1, 1), period_end=date(year, 12, 31), mass_kg=Decimal(0)
        )
        part = part._replace(row=row)
        before = found.get((part.role, row))
        found[part.role, row] = part if before is None else _sum(before, part)
    return list(found.values())


def _sum(first: Part, second: Part) -> Part:
    return first._replace(
        mass_kg=_add(first.mass_kg, second.mass_kg),
        co2e_kg=_add(first.co2e_kg, second.co2e_kg),
        magnitude=add(first.magnitude, second.magnitude),
        square=add(first.square, second.square),
        mixed=add(first.mixed, second.mixed),
    )


def _add(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    return None if first is None or second is None else add(first, second)


def _co2e(pieces: Iterable[Piece], gwp_set: str) -> Decimal:
    weights = [weighted(one.row.gas, one.row.biogenic, one.mass_kg, gwp_set) for one in pieces]
    return total([weight for weight in weights if weight is not None])


def _part(role: str, piece: Piece, gwp_set: str) -> Part:
    row = piece.row
    co2e_kg = weighted(row.gas, row.biogenic, piece.mass_kg, gwp_set)
    return Part(role, row, piece.mass_kg, co2e_kg, abs(co2e_kg or Decimal(0)))


def weighted(gas: str, biogenic: bool, mass_kg: Decimal, gwp_set: str) -> Decimal | None:
    """CO2e of a mass, exact; None for biogenic CO2 and for memo gases."""
    potential = gwp(gas, biogenic, gwp_set)
    return None if potential is None else product(mass_kg, potential)
