"""Sums over cities: only scope 1 may be added, for BASIC would count the same kWh twice (GPC 1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint.exact import plain, total
from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding

TERRITORIAL = "territorial"


def sum_of_cities(cities: Iterable[Mapping[str, Any]], year: int, framework: str = TERRITORIAL) -> str:
    """Kilograms of CO2e of cities whose boundaries do not overlap, from their totals.json.

    Raises:
        FileRefused: another framework than the territorial one was asked for, or a city lacks the year.
    """
    if framework != TERRITORIAL:
        raise FileRefused(finding("cities-not-additive", value=framework))
    try:
        return plain(total([Decimal(city[str(year)][framework]) for city in cities]))
    except KeyError:
        raise FileRefused(finding("year-unreadable", value=str(year), column="year")) from None
