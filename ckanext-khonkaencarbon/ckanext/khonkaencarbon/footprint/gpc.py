"""References of the Global Protocol for Community-Scale Greenhouse Gas Inventories (config/gpc.csv)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def references() -> Mapping[str, Mapping[str, str]]:
    """The rows of config/gpc.csv by reference."""
    text = files("ckanext.khonkaencarbon.config").joinpath("gpc.csv").read_text(encoding="utf-8")
    return {row["gpc_ref"]: row for row in csv.DictReader(text.splitlines())}


def scope(gpc_ref: str) -> int:
    """Scope 1, 2 or 3 of a reference; KeyError for one that does not exist."""
    return int(references()[gpc_ref]["scope"])


def losses_reference(gpc_ref: str) -> str | None:
    """Where network losses of a grid-electricity reference of sector I belong: I.2.2 gives I.2.3."""
    row = references()[gpc_ref]
    if row["sector"] != "I" or row["scope"] != "2":
        return None
    return f"{gpc_ref.rpartition('.')[0]}.3"
