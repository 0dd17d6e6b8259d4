"""Global warming potentials over 100 years: one set per inventory, never mixed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files

GWP_SETS = ("ar4", "ar5", "ar5-tgo", "ar6")
# Carbon dioxide equivalent is already weighted.
CO2E = "CO2e"


@cache
def _table() -> Mapping[tuple[str, bool], Mapping[str, Decimal]]:
    text = files("ckanext.khonkaencarbon.config").joinpath("gwp.csv").read_text(encoding="utf-8")
    table: dict[tuple[str, bool], Mapping[str, Decimal]] = {}
    for row in csv.DictReader(text.splitlines()):
        values = {name: Decimal(row[name]) for name in GWP_SETS}
        table[row["gas"], row["origin"] == "non-fossil"] = values
    return table


def known_gases() -> frozenset[str]:
    """Every gas that has a potential, and ``CO2e``."""
    return frozenset({gas for gas, _ in _table()} | {CO2E})


def gwp(gas: str, biogenic: bool, gwp_set: str) -> Decimal | None:
    """Kilograms of CO2 with the effect of one kilogram of ``gas``.

    Returns None for biogenic CO2 only, which is reported apart. Raises KeyError for an unknown gas or set.
    Source: the column ``source`` of config/gwp.csv.
    """
    if gas == CO2E:
        return Decimal(1)
    if gas == "CO2" and biogenic:
        return None
    return _table()[gas, biogenic][gwp_set]
