"""What the resource form offers: activities by sector, units by what they measure, parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.terms import Activity, Parameter, Unit
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary
from ckanext.khonkaencarbon.portal.language import is_thai, text


@dataclass(frozen=True)
class Choice:
    """One entry of a select; ``dimensions`` and ``parameters`` tell which other entries go with it."""

    value: str
    label: str
    dimensions: str = ""
    parameters: str = ""


@dataclass(frozen=True)
class Group:
    """Entries under a heading of their own; an empty heading is none."""

    label: str
    choices: Sequence[Choice]


def activities() -> list[Group]:
    """All activities, by sector of the GPC."""
    by_sector: dict[str, list[Choice]] = {}
    for activity in load_vocabulary().activities.values():
        by_sector.setdefault(activity.sector, []).append(_activity(activity))
    names = sectors()
    return [Group(names[one], by_sector[one]) for one in names if one in by_sector]


def sectors() -> dict[str, str]:
    """Roman number -> name of each sector of the GPC, in its order."""
    return _sectors(is_thai())


@cache
def _sectors(thai: bool) -> dict[str, str]:
    rows = gpc.references().values()
    return {row["sector"]: row["sector_th" if thai else "sector_en"] for row in rows}


def _activity(activity: Activity) -> Choice:
    dimensions, parameters = " ".join(activity.base_units), " ".join(activity.parameters)
    return Choice(activity.code, text(activity.label), dimensions, parameters)


def units() -> list[Group]:
    """The units that some activity is measured in, by what they measure."""
    vocabulary, names = load_vocabulary(), dimension_names()
    wanted = {one for activity in vocabulary.activities.values() for one in activity.base_units}
    groups: dict[str, list[Choice]] = {}
    for unit in vocabulary.units.values():
        if wanted & _dimensions(unit):
            label = f"{text(unit.label)} ({unit.name})"
            choice = Choice(unit.name, label, " ".join(sorted(_dimensions(unit))))
            groups.setdefault(names[unit.dimension], []).append(choice)
    return [Group(label, found) for label, found in groups.items()]


def _dimensions(unit: Unit) -> set[str]:
    return {unit.dimension, *unit.also}


def dimension_names() -> dict[str, str]:
    """What people call that which units measure."""
    return {
        "energy": tk._("Electricity and energy"),
        "heat": tk._("Heat content of fuels"),
        "volume": tk._("Volume of liquids"),
        "bulk-volume": tk._("Volume"),
        "standard-volume": tk._("Volume of gas"),
        "mass": tk._("Mass"),
        "area": tk._("Area"),
        "distance": tk._("Distance"),
        "passenger-distance": tk._("Passengers and distance"),
        "freight-distance": tk._("Freight and distance"),
        "people": tk._("People"),
        "animals": tk._("Animals"),
        "movements": tk._("Landings and take-offs"),
    }


def consumers() -> list[Group]:
    """Who may use the energy."""
    return [Group("", [Choice(code, text(label)) for code, label in load_vocabulary().consumers.items()])]


def qualities() -> list[Group]:
    """Grades of data."""
    grades = (("H", tk._("High")), ("M", tk._("Medium")), ("L", tk._("Low")))
    return [Group("", [Choice(code, label) for code, label in grades])]


@dataclass(frozen=True)
class ParameterChoice:
    """A parameter of the form: its label, its choices or bounds, and what is taken where nobody gives it."""

    name: str
    label: str
    groups: Sequence[Group]
    allowed: str
    defaults: Sequence[tuple[str, str, str]]  # default in words, source and id of the method


def parameters() -> list[ParameterChoice]:
    """Every parameter that some activity takes, once each."""
    uses: dict[str, list[tuple[Activity, Parameter]]] = {}
    for activity in load_vocabulary().activities.values():
        for name, parameter in activity.parameters.items():
            uses.setdefault(name, []).append((activity, parameter))
    return [_parameter(name, found) for name, found in uses.items()]


def _parameter(name: str, uses: Sequence[tuple[Activity, Parameter]]) -> ParameterChoice:
    words = dict.fromkeys(one for _, parameter in uses for one in parameter.choices)
    bounds = dict.fromkeys(parameter.allowed() for _, parameter in uses if not parameter.choices)
    return ParameterChoice(
        name,
        text(uses[0][1].label),
        [Group("", [Choice(word, word) for word in words])] if words else [],
        "; ".join(filter(None, bounds)),
        list(dict.fromkeys(_defaults(name, (activity.method for activity, _ in uses)))),
    )


def _defaults(name: str, method_ids: Iterable[str]) -> list[tuple[str, str, str]]:
    found = []
    for method_id in method_ids:
        method = METHODS[method_id]
        default = defaults_by_name(method.defaults).get(name)
        if default:
            found.append((tk._(default), method.source, method.id))
    return found


def defaults_by_name(defaults: Mapping[str, str]) -> dict[str, str]:
    """The registry names several parameters at once where they share a default."""
    return {name.strip(): words for names, words in defaults.items() for name in names.split(",")}
