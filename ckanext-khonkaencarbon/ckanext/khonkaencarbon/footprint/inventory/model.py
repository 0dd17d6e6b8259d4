"""The nouns of the roll-up: rows of the ledger, who published them, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.model import Text

CITY, ORGANISATION, FACILITY = "city", "organisation", "facility"
ROLLED_UP = (CITY, ORGANISATION, FACILITY)  # district and province never are

COMPUTED, PARTIAL, TYPED = "computed", "partial", "typed"
NOTATION, CONFLICT, MISSING = "notation", "conflict", "missing"
STATUSES = (COMPUTED, PARTIAL, TYPED, NOTATION, CONFLICT, MISSING)


class Key(NamedTuple):
    """What one selection is about; it depends on the rows of this key and on nothing else."""

    year: int
    gpc_ref: str
    activity: str


class LedgerRow(NamedTuple):
    """An exact sum of emission lines of one dataset that agree in everything but the mass.

    ``factor_pct`` is the uncertainty of the only factor, None where there are none, several or it is unknown;
    ``uncertainty_pct`` that of the lines.
    """

    dataset: str
    key: Key
    period_start: date
    period_end: date  # inclusive, in the same calendar year
    organisation: str
    place: str
    gas: str
    biogenic: bool
    quality: str
    uncertainty_pct: Decimal | None
    factor_ids: tuple[str, ...]
    factor_pct: Decimal | None
    mass_kg: Decimal


@dataclass(frozen=True, slots=True)
class Dataset:
    """What the roll-up has to know about a dataset that counts."""

    id: str
    version: str
    level: str  # one of ROLLED_UP
    facility: str = ""
    incomplete: bool = False  # rows of it were refused


class Part(NamedTuple):
    """A share of a row, or the sum of such shares, weighted.

    ``co2e_kg`` is None for biogenic CO2 and for memo gases, ``mass_kg`` where a city typed CO2e alone for a
    gas. Everything from there on is additive over parts: that is what the portal keeps and adds up.
    """

    role: str  # city, typed: city-level; added: counted without one; inside: declared within one
    row: LedgerRow
    mass_kg: Decimal | None
    co2e_kg: Decimal | None
    magnitude: Decimal = Decimal(0)  # sum of the absolute CO2e
    square: Decimal = Decimal(0)  # what its quantities make uncertain, squared: (% kg)²
    mixed: Decimal = Decimal(0)  # what comes to the squares where gases of one quantity are summed


class Noted(NamedTuple):
    """Something a planner has to know about a key: what, which datasets, when, how much."""

    what: str
    key: Key
    datasets: tuple[str, ...]
    days: str
    co2e_kg: str


CITY_LEVEL = ("city", "typed")
COUNTED = (*CITY_LEVEL, "added")
INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class NotationEntry:
    """A notation key of a reference and year, and who is to answer for it."""

    key: str
    explanation: str
    responsible: str = ""
    elsewhere: str = ""  # the reference that an IE names


@dataclass(frozen=True, slots=True)
class Entry:
    """The inventory's answer for one reference and year."""

    year: int
    gpc_ref: str
    status: str
    parts: tuple[Part, ...] = ()
    memo: tuple[Part, ...] = ()  # stated apart by the treatment of waste-to-energy
    notation: NotationEntry | None = None
    responsible: str = ""
    explanation: str = ""  # of a typed total

    @property
    def counted(self) -> tuple[Part, ...]:
        """The parts whose sum is the figure."""
        return tuple(part for part in self.parts if part.role in COUNTED)

    @property
    def inside(self) -> tuple[Part, ...]:
        """What organisations declared within a city-level figure."""
        return tuple(part for part in self.parts if part.role == INSIDE)

    @property
    def has_city_level(self) -> bool:
        """Whether a residual can be stated."""
        return any(part.role in CITY_LEVEL for part in self.parts)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A member of the city's network."""

    id: str
    type: str = ""
    title: Text | None = None


class TypedRow(NamedTuple):
    """A figure typed by the city: an inventory from before or from elsewhere."""

    year: int
    gpc_ref: str
    gas: str
    biogenic: bool
    mass_kg: Decimal | None
    co2e_kg: Decimal | None  # as typed where it comes without a mass
    quality: str
    explanation: str = ""


class Indicator(NamedTuple):
    """A denominator: the sum over its places."""

    value: Decimal
    places: int


@dataclass(slots=True)
class CityInputs:
    """Everything beside the ledger that the city hands in."""

    typed: list[TypedRow] = field(default_factory=list)
    notation: dict[tuple[int, str], NotationEntry] = field(default_factory=dict)
    indicators: dict[tuple[str, int], Indicator] = field(default_factory=dict)
    estimate: dict[tuple[int, str], Decimal] = field(default_factory=dict)
