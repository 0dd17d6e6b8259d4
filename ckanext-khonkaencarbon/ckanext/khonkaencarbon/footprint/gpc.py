"""References of the Global Protocol for Community-Scale Greenhouse Gas Inventories (config/gpc.csv)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

# Purchased goods and all else upstream: outside every total.
OTHER_SCOPE_3 = "VI.1"
# Sectors in which grid energy is consumed, and its network losses are a reference of their own.
_WITH_LOSSES = ("I", "II")


@cache
def references() -> Mapping[str, Mapping[str, str]]:
    """The rows of config/gpc.csv by reference."""
    text = files("ckanext.khonkaencarbon.config").joinpath("gpc.csv").read_text(encoding="utf-8")
    return {row["gpc_ref"]: row for row in csv.DictReader(text.splitlines())}


@cache
def scope(gpc_ref: str) -> int:
    """Scope 1, 2 or 3 of a reference; KeyError for one that does not exist."""
    return int(references()[gpc_ref]["scope"])


def sector(gpc_ref: str) -> str:
    """Roman number of the sector of a reference."""
    return references()[gpc_ref]["sector"]


def losses_reference(gpc_ref: str) -> str | None:
    """Where network losses of a grid-energy reference belong: I.2.2 gives I.2.3, II.1.2 gives II.1.3.

    None for a reference that is not grid energy (scope 2).
    """
    if scope(gpc_ref) != 2 or sector(gpc_ref) not in _WITH_LOSSES:
        return None
    return f"{gpc_ref.rpartition('.')[0]}.3"
