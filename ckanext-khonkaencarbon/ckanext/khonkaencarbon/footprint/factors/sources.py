"""What became of every number of the starting library: used, kept as a check, or left out with the reason.

config/factor-sources.csv holds the numbers as they were found. Its column ``becomes`` names rows of editions
(with ``*`` and ``?`` for several), ``=activity/unit`` for a published total, ``unit:name`` for a unit.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.factors.edition import edition_ids, load_edition
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

USED, CHECK, LEFT_OUT, PENDING = "used", "check value", "left out", "pending"
_SAID = ("id", "what", "unit", "gas", "value", "factor_unit", "confidence", "source")


class Fate(NamedTuple):
    """One number as found, what became of it, where, and why."""

    said: Mapping[str, str]
    state: str
    places: tuple[str, ...]  # edition/row, sorted
    reason: str


@cache
def source_rows() -> tuple[Mapping[str, str], ...]:
    """The numbers as they were found, in the order of the file."""
    text = (files("ckanext.khonkaencarbon.config") / "factor-sources.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def fates() -> list[Fate]:
    """What became of each number; ``pending`` if it is neither in an edition nor left out on purpose."""
    places = _places()
    return [_fate(row, places) for row in source_rows()]


def as_csv(found: Iterable[Fate]) -> str:
    """The table of docs/factor-accounting.csv."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow((*_SAID, "state", "places", "reason"))
    for fate in found:
        cells = [fate.said[name] for name in _SAID]
        writer.writerow((*cells, fate.state, ";".join(fate.places), fate.reason))
    return buffer.getvalue()


def _fate(row: Mapping[str, str], places: Mapping[str, list[str]]) -> Fate:
    patterns = row["becomes"].split(";") if row["becomes"] else []
    found = sorted({place for pattern in patterns for place in _matching(pattern, places)})
    if found:
        state = CHECK if row["becomes"].startswith("=") else USED
    else:
        state = LEFT_OUT if row["reason"] and not patterns else PENDING
    return Fate(row, state, tuple(found), row["reason"])


def _matching(pattern: str, places: Mapping[str, list[str]]) -> list[str]:
    if pattern in places:
        return places[pattern]
    if not any(wild in pattern for wild in "*?"):
        return []
    return [place for row, known in places.items() if fnmatchcase(row, pattern) for place in known]


def _places() -> dict[str, list[str]]:
    """Where each row id, published total and unit is found."""
    places = {f"unit:{name}": ["config/units.yaml"] for name in load_vocabulary().units}
    for edition in map(load_edition, edition_ids()):
        for row in edition.rows:
            places.setdefault(row.id, []).append(f"{edition.id}/{row.id}")
        for total in edition.published_totals:
            name = f"{total.activity}/{total.unit}"
            places.setdefault(f"={name}", []).append(f"{edition.id}/published_totals.csv {name}")
    return places
