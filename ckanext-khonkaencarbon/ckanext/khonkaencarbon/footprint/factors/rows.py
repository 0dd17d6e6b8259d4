"""Rows of an edition's tables: text to checked values."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E, GWP_SETS, known_gases
from ckanext.khonkaencarbon.footprint.model import Factor

Row = Mapping[str, str]

_DATED = ("valid_from", "valid_to", "region", "uncertainty_pct", "source", "confidence")
CONSUMERS = "consumers"  # a last column that may be left out
FACTOR_COLUMNS = ("id", "activity", "unit", "gas", "biogenic", "value", *_DATED)
PARAMETER_COLUMNS = ("id", "activity", "parameter", "category", "value", "unit", *_DATED)
TOTAL_COLUMNS = ("activity", "unit", "co2e", "gwp", "source")

_NUMBER = re.compile(r"\d{1,12}(\.\d{1,18})?", re.ASCII)
# A row of low confidence has no place in an edition that computes.
_CONFIDENCES = ("high", "medium")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a method needs besides the quantity, with where it comes from."""

    id: str
    edition: str
    activity: str  # or the method, for all activities that use it
    name: str
    category: str  # which kind of waste, furnace, ...; empty where there is one value only
    value: Decimal
    unit: str
    valid_from: date | None
    valid_to: date | None  # inclusive
    region: str
    uncertainty_pct: Decimal | None
    source: str


PublishedRow = Factor | Parameter


class RowError(ValueError):
    """A table cannot be used; the message names file, row and column."""


def table(text: str, name: str, columns: tuple[str, ...], optional: str = "") -> list[tuple[str, Row]]:
    """The rows of a CSV file, each with its place ``name:line``.

    Raises:
        RowError: the columns are not exactly ``columns``, with or without ``optional`` at the end, or a row
            has too few or too many cells.
    """
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) not in (columns, (*columns, optional)):
        raise RowError(f"{name}:1: {','.join(reader.fieldnames or ())}")
    return list(_rows(reader, name))


def _rows(reader: csv.DictReader[str], name: str) -> Iterator[tuple[str, Row]]:
    for row in reader:
        place = f"{name}:{reader.line_num}"
        if None in row or None in row.values():
            raise RowError(place)
        yield place, row


def factor(place: str, row: Row, edition: str) -> Factor:
    """A factor row; RowError where a cell is not what its column asks for."""
    gas = _one_of(place, row, "gas", known_gases())
    biogenic = _one_of(place, row, "biogenic", ("true", "false")) == "true"
    if biogenic and gas not in ("CO2", "CH4"):
        raise RowError(f"{place}: biogenic: {gas}")
    start, end = _validity(place, row)
    return Factor(
        id=_filled(place, row, "id"),
        edition=edition,
        activity=_filled(place, row, "activity"),
        unit=_filled(place, row, "unit"),
        gas=gas,
        biogenic=biogenic,
        value=_number(place, row, "value"),
        valid_from=start,
        valid_to=end,
        region=_filled(place, row, "region"),
        uncertainty_pct=_optional_number(place, row, "uncertainty_pct"),
        source=_sourced(place, row),
        consumers=tuple(sorted(filter(None, row.get(CONSUMERS, "").split(";")))),
    )


def parameter(place: str, row: Row, edition: str) -> Parameter:
    """A parameter row; RowError where a cell is not what its column asks for."""
    start, end = _validity(place, row)
    return Parameter(
        id=_filled(place, row, "id"),
        edition=edition,
        activity=_filled(place, row, "activity"),
        name=_filled(place, row, "parameter"),
        category=row["category"],
        value=_number(place, row, "value"),
        unit=_filled(place, row, "unit"),
        valid_from=start,
        valid_to=end,
        region=_filled(place, row, "region"),
        uncertainty_pct=_optional_number(place, row, "uncertainty_pct"),
        source=_sourced(place, row),
    )


@dataclass(frozen=True, slots=True)
class PublishedTotal:
    """CO2e that the publisher prints beside gas rows: a check value, never added to anything."""

    activity: str
    unit: str
    co2e: Decimal
    gwp: str


def published_total(place: str, row: Row) -> PublishedTotal:
    """A check value; RowError where a cell is not what its column asks for."""
    _filled(place, row, "source")
    gwp = _one_of(place, row, "gwp", GWP_SETS)
    return PublishedTotal(row["activity"], row["unit"], _number(place, row, "co2e"), gwp)


def is_co2e_only(row: Factor) -> bool:
    """Whether a factor exists only as CO2e, without a split by gas."""
    return row.gas == CO2E


def _filled(place: str, row: Row, column: str) -> str:
    if not row[column].strip():
        raise RowError(f"{place}: {column}: (empty)")
    return row[column]


def _sourced(place: str, row: Row) -> str:
    _one_of(place, row, "confidence", _CONFIDENCES)
    return _filled(place, row, "source")


def _one_of(place: str, row: Row, column: str, allowed: tuple[str, ...] | frozenset[str]) -> str:
    if row[column] not in allowed:
        raise RowError(f"{place}: {column}: {row[column]!r}")
    return row[column]


def _number(place: str, row: Row, column: str) -> Decimal:
    if not _NUMBER.fullmatch(row[column]):
        raise RowError(f"{place}: {column}: {row[column]!r}")
    return Decimal(row[column])


def _optional_number(place: str, row: Row, column: str) -> Decimal | None:
    return _number(place, row, column) if row[column] else None


def _validity(place: str, row: Row) -> tuple[date | None, date | None]:
    start, end = _optional_date(place, row, "valid_from"), _optional_date(place, row, "valid_to")
    if start and end and start > end:
        raise RowError(f"{place}: valid_to: {row['valid_to']!r}")
    return start, end


def _optional_date(place: str, row: Row, column: str) -> date | None:
    try:
        return date.fromisoformat(row[column]) if row[column] else None
    except ValueError:
        raise RowError(f"{place}: {column}: {row[column]!r}") from None
