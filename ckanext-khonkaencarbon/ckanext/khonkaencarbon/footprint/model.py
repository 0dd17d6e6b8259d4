"""The nouns of the carbon path: what one stage hands to the next.

file - reading - Record - cube - Cell - factors and methods - Line - output

Quantities, factors and masses are ``Decimal`` everywhere. Nothing here knows CKAN, a clock or a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages of the portal."""

    th: str
    en: str

    def as_json(self) -> dict[str, str]:
        """The form used in every published JSON file."""
        return {"th": self.th, "en": self.en}


class Severity(str, Enum):
    """Error: row or file refused. Warning: used, somebody should look. Remark: information."""

    ERROR = "error"
    WARNING = "warning"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark about a row, a column or a file.

    ``record`` counts non-blank rows after the heading from 1; ``line`` is where the record begins in the
    file (the sheet row in a workbook); ``value`` is shortened and never holds personal data.
    """

    code: str
    severity: Severity
    expected: Text
    fix: Text
    input: str = ""
    record: int | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    needs_decision: bool = False


class CellKey(NamedTuple):
    """What makes two records the same cell; absent parts are empty strings."""

    period_start: date
    period_end: date  # inclusive
    activity: str
    consumer: str
    unit: str  # base unit of the activity for the dimension that was given
    organisation: str
    facility: str
    place: str
    quality: str  # H, M, L or empty
    uncertainty_pct: str  # as a plain decimal text, or empty
    parameters: tuple[tuple[str, str], ...] = ()  # (name without param_, value), sorted


class Record(NamedTuple):
    """One valid row after reading; the quantity is in the key's base unit."""

    key: CellKey
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """Exact sum of the records that share a key, and how many they were."""

    key: CellKey
    quantity: Decimal
    rows: int


@dataclass(frozen=True, slots=True)
class Factor:
    """Mass of one gas per unit of an activity, with where it comes from."""

    id: str
    edition: str
    activity: str
    unit: str  # base unit of the activity: kWh, litre, kg
    gas: str  # CO2, CH4, N2O, HFC-..., or CO2e where no split by gas exists
    biogenic: bool
    value: Decimal  # kg of gas per unit
    valid_from: date | None
    valid_to: date | None  # inclusive
    region: str
    uncertainty_pct: Decimal | None
    source: str
    consumers: tuple[str, ...] = ()  # for these only; empty = whoever consumes


class Line(NamedTuple):
    """One emission line: part of a cell x gas. Field order is the column order of summary.csv.

    ``elasticities`` stand beside ``factor_ids`` and are not published (see ``methods.method.GasMass``).
    """

    line_id: str
    period_start: date
    period_end: date
    gpc_ref: str
    scope: int
    key: CellKey
    quantity: Decimal
    gas: str
    biogenic: bool
    mass_kg: Decimal
    gwp: Decimal | None  # None for biogenic CO2 and for memo gases, which are in no total
    co2e_kg: Decimal | None
    method: str
    factor_ids: tuple[str, ...]
    uncertainty_pct: Decimal | None
    rows: int
    elasticities: tuple[Decimal, ...] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An input file: the name people know, where its bytes are, and the portal's id for it."""

    name: str
    path: Path
    resource_id: str | None = None


@dataclass(frozen=True, slots=True)
class InputDescription:
    """What is published about an input."""

    name: str
    sha256: str
    bytes: int
    encoding: str
    resource_id: str | None


@dataclass(slots=True)
class Counts:
    """Rows of all inputs: read = used + refused; blank, total and repeated heading rows are in none."""

    read: int = 0
    used: int = 0
    refused: int = 0
    lines: int = 0


@dataclass(slots=True)
class Refused:
    """What was left out: rows by finding code, and readable quantities by activity and base unit."""

    by_code: dict[str, int] = field(default_factory=dict)
    quantity: dict[tuple[str, str], Decimal] = field(default_factory=dict)


# Grid electricity: with network losses in it (I.x.3 = IE), or generation with the losses apart in I.x.3.
TGO_SCOPE2 = "tgo-scope2"
GENERATION = "generation-plus-losses"
ELECTRICITY = (TGO_SCOPE2, GENERATION)


@dataclass(frozen=True, slots=True)
class AccountingSettings:
    """How an inventory is computed. Defaults are those of contracts.md."""

    gwp: str = "ar5-tgo"
    editions: tuple[str, ...] = ("tgo-2022-04", "tgo-2026-01", "ipcc-2006")
    electricity: str = TGO_SCOPE2
    boundary: str = "organisation"
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
