"""The city's settings as JSON: years, weights, and what the city decided about each dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.accounting import BOUNDARIES
from ckanext.khonkaencarbon.footprint.factors.gwp import GWP_SETS
from ckanext.khonkaencarbon.footprint.inventory.choices import PICK_COMPUTED, PICK_TYPED, Choice, Choices
from ckanext.khonkaencarbon.footprint.inventory.model import Organisation
from ckanext.khonkaencarbon.footprint.inventory.values import (
    list_of,
    object_of,
    one_of,
    parsed_json,
    refused,
    text_of,
    texts_of,
    year_of,
    years_of,
)
from ckanext.khonkaencarbon.footprint.model import ELECTRICITY, AccountingSettings, Text

FORMAT = "khonkaencarbon-city-settings/1"
_ACCOUNTING = "khonkaencarbon-settings/1"  # the settings of compute do, too
_DEFAULTS = AccountingSettings()
DECISIONS = ("pending", "accepted", "declined")
COUNTED_WASTE, ELSEWHERE = "exported-incineration", "included-elsewhere"
_KEYS = (
    "format", "city", "years", "base_year", "gwp", "editions", "electricity", "waste_to_energy",
    "organisations", "datasets", "choices", "boundary", "parameters",
)  # fmt: skip
_DATASET_KEYS = (
    "source", "reporting_boundary", "organisation", "facility", "inventory_decision", "include_in_inventory",
    "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DatasetSettings:
    """What the city knows about a dataset; what is None is taken from the summary."""

    id: str
    source: str = ""  # what the summary is known by, if not the id
    level: str | None = None
    organisation: str = ""
    facility: str = ""
    decision: str = "accepted"
    offered: bool = True
    version: str = ""


@dataclass(frozen=True, slots=True)
class CitySettings:
    """How an inventory is put together. Defaults are those of contracts.md."""

    years: tuple[int, ...] = ()  # none: those that have something
    base_year: int | None = None
    gwp: str = _DEFAULTS.gwp
    editions: tuple[str, ...] = ()
    electricity: str = _DEFAULTS.electricity
    waste_to_energy: str = COUNTED_WASTE
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    datasets: Mapping[str, DatasetSettings] = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)

    @property
    def waste_is_counted(self) -> bool:
        """Whether waste burnt for energy elsewhere is a figure in III.3.2, not a key with a memo."""
        return self.waste_to_energy == COUNTED_WASTE


def settings_from_json(given: Mapping[str, Any] | str) -> CitySettings:
    """Read settings; a key left out has its default.

    Raises:
        FileRefused: not JSON, an unknown key, or a value that is not one of those possible.
    """
    entries = object_of("", _parsed(given), _KEYS)
    one_of("format", entries.get("format", FORMAT), (FORMAT, _ACCOUNTING))
    base = entries.get("base_year")
    return CitySettings(
        years=tuple(sorted(years_of("years", entries.get("years", [])))),
        base_year=None if base is None else year_of("base_year", base),
        gwp=one_of("gwp", entries.get("gwp", _DEFAULTS.gwp), GWP_SETS),
        editions=tuple(texts_of("editions", entries.get("editions", []))),
        electricity=one_of("electricity", entries.get("electricity", _DEFAULTS.electricity), ELECTRICITY),
        waste_to_energy=one_of(
            "waste_to_energy", entries.get("waste_to_energy", COUNTED_WASTE), (COUNTED_WASTE, ELSEWHERE)
        ),
        organisations=_named("organisations", entries, _organisation),
        datasets=_named("datasets", entries, _dataset),
        choices=Choices(tuple(map(choice_of, list_of("choices", entries.get("choices", []))))),
    )


def _parsed(given: Mapping[str, Any] | str) -> object:
    if not isinstance(given, str):
        return given
    try:
        return parsed_json(given)
    except ValueError:
        raise refused("", given, "JSON") from None


def _organisation(name: str, given: object) -> Organisation:
    entry = object_of(f"organisations.{name}", given, ("type", "title"))
    title = entry.get("title")
    if title is not None:
        words = object_of(f"organisations.{name}.title", title, ("th", "en"))
        title = Text(text_of("th", words.get("th", "")), text_of("en", words.get("en", "")))
    return Organisation(name, text_of("type", entry.get("type", "")), title)


def _dataset(name: str, given: object) -> DatasetSettings:
    place = f"datasets.{name}"
    if name in ("", PICK_TYPED, PICK_COMPUTED):
        raise refused("datasets", name, f"≠ {PICK_TYPED}, {PICK_COMPUTED}")
    entry = object_of(place, given, _DATASET_KEYS)
    level = entry.get("reporting_boundary")
    offered = entry.get("include_in_inventory", True)
    if not isinstance(offered, bool):
        raise refused(f"{place}.include_in_inventory", offered, "true, false")
    version = entry.get("version", "")
    return DatasetSettings(
        id=name,
        source=text_of(f"{place}.source", entry.get("source", "")),
        level=None if level is None else one_of(f"{place}.reporting_boundary", level, BOUNDARIES),
        organisation=text_of(f"{place}.organisation", entry.get("organisation", "")),
        facility=text_of(f"{place}.facility", entry.get("facility", "")),
        decision=one_of(
            f"{place}.inventory_decision", entry.get("inventory_decision", "accepted"), DECISIONS
        ),
        offered=offered,
        version=str(version) if type(version) is int else text_of(f"{place}.version", version),
    )


def choice_of(given: object) -> Choice:
    """A choice of the planner as the settings state it.

    Raises:
        FileRefused: it is none.
    """
    entry = object_of("choices", given, ("gpc_ref", "activity", "years", "pick", "disjoint", "note"))
    reference = text_of("choices.gpc_ref", entry.get("gpc_ref", ""))
    if reference and reference not in gpc.references():
        raise refused("choices.gpc_ref", reference, "I.1.1 … VI.1")
    choice = Choice(
        reference,
        text_of("choices.activity", entry.get("activity", "")),
        frozenset(years_of("choices.years", entry.get("years", []))),
        text_of("choices.pick", entry.get("pick", "")),
        frozenset(texts_of("choices.disjoint", entry.get("disjoint", []))),
    )
    if bool(choice.pick) == bool(choice.disjoint):
        raise refused("choices", json.dumps(entry, ensure_ascii=False), "pick | disjoint")
    return choice


def _named(name: str, entries: Mapping[str, Any], read: Any) -> dict[str, Any]:
    given = object_of(name, entries.get(name, {}), None)
    return {key: read(key, value) for key, value in sorted(given.items())}
