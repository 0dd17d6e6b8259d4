"""The words of the city's small tables: data of config/inventory.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits, fold


@cache
def _config() -> Mapping[str, Any]:
    text = (files("ckanext.khonkaencarbon.config") / "inventory.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


def _by_word(meanings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {fold(word): meaning for meaning, words in meanings.items() for word in (meaning, *words)}


@cache
def headings() -> Mapping[str, str]:
    """Folded heading -> column."""
    found = _by_word(_config()["headings"])
    return {**found, **{word.replace("_", " "): column for word, column in found.items()}}


@cache
def notation_words() -> Mapping[str, str]:
    """Folded word -> notation key."""
    return _by_word(_config()["notation"])


@cache
def truth_words() -> Mapping[str, str]:
    """Folded word -> ``true`` or ``false``."""
    return _by_word(_config()["truth"])


@cache
def indicator_words() -> Mapping[str, str]:
    """Folded word -> denominator."""
    return _by_word({name: one["words"] for name, one in _config()["indicators"].items()})


@cache
def indicator_units(name: str) -> Mapping[str, Decimal]:
    """Folded unit -> how many of the denominator's own unit it is."""
    units = _config()["indicators"][name]["units"]
    return {fold(unit): Decimal(size) for unit, size in units.items()}


@cache
def indicators() -> Mapping[str, str]:
    """Denominator -> its unit."""
    return {name: one["unit"] for name, one in _config()["indicators"].items()}


def year_of(cell: str) -> int | None:
    """A year of either era in the common era; None where it is none. Years 2400 to 2700 are Buddhist."""
    text = ascii_digits(cell).strip()
    for mark in ("พ.ศ.", "ค.ศ.", "ปี"):
        text = text.removeprefix(mark).strip()
    if len(text) != 4 or not text.isascii() or not text.isdigit():
        return None
    year = int(text)
    if 2400 <= year <= 2700:
        return year - 543
    return year if 1950 <= year <= 2150 else None
