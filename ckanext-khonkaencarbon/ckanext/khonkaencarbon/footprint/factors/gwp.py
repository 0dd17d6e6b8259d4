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
def _rows() -> list[dict[str, str]]:
    text = files("ckanext.khonkaencarbon.config").joinpath("gwp.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _table() -> Mapping[tuple[str, bool], Mapping[str, Decimal]]:
    return {
        (row["gas"], row["origin"] == "non-fossil"): {name: Decimal(row[name]) for name in GWP_SETS}
        for row in _rows()
    }


@cache
def memo_gases() -> frozenset[str]:
    """Gases of the Montreal Protocol: the GPC keeps them outside every total."""
    return frozenset(row["gas"] for row in _rows() if row["memo"] == "true")


def known_gases() -> frozenset[str]:
    """Every gas that has a potential, and ``CO2e``."""
    return frozenset({gas for gas, _ in _table()} | {CO2E})


def gwp(gas: str, biogenic: bool, gwp_set: str) -> Decimal | None:
    """Kilograms of CO2 with the effect of one kilogram of ``gas`` in the totals.

    Returns None for biogenic CO2 and for memo gases, which are reported apart. Raises KeyError for an unknown
    gas or set. Source: the column ``source`` of config/gwp.csv.
    """
    if gas == CO2E:
        return Decimal(1)
    if gas in memo_gases() or (gas == "CO2" and biogenic):
        return None
    return _table()[gas, biogenic][gwp_set]


def memo_gwp(gas: str, gwp_set: str) -> Decimal:
    """The potential of a memo gas; KeyError for any other."""
    if gas not in memo_gases():
        raise KeyError(gas)
    return _table()[gas, False][gwp_set]
