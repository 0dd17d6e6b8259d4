"""What a method is, gathered from the registry, the vocabulary and the editions: nothing is written twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.factors.edition import Edition, edition_ids, load_edition
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.footprint.methods.method import Method
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import Factor, Text
from ckanext.khonkaencarbon.footprint.vocabulary import Activity, load_vocabulary

Json = dict[str, Any]


def description(method_id: str) -> Json:
    """Title, equation, source, inputs, parameters, activities with references, and published numbers.

    Raises KeyError for an id that is not in the registry.
    """
    method = METHODS[method_id]
    activities = activities_of(method)
    return {
        "id": method.id,
        "version": method.version,
        "title": method.title.as_json(),
        "equation": method.equation,
        "source": method.source,
        "inputs": method.inputs.as_json(),
        "parameters": list(_parameters(method, activities)),
        "activities": [_activity(activity) for activity in activities],
        "numbers": list(_numbers(method, activities)),
    }


def activities_of(method: Method) -> list[Activity]:
    """The activities that are computed by a method, by code."""
    activities = load_vocabulary().activities.values()
    return sorted((one for one in activities if one.method == method.id), key=lambda one: one.code)


def _parameters(method: Method, activities: list[Activity]) -> Iterator[Json]:
    """Each parameter of any of the activities, then defaults of names that no activity lets people set."""
    defaults = {name.strip(): text for names, text in method.defaults.items() for name in names.split(",")}
    declared: dict[tuple[str, str], tuple[Text, list[str]]] = {}
    for activity in activities:
        for name, one in activity.parameters.items():
            declared.setdefault((name, one.allowed()), (one.label, []))[1].append(activity.code)
    for (name, allowed), (label, codes) in declared.items():
        yield {
            "name": name,
            "label": label.as_json(),
            "allowed": allowed,
            "default": defaults.get(name),
            "activities": [] if len(codes) == len(activities) else codes,  # empty: all of them
        }
    for name in sorted(defaults.keys() - {name for name, _ in declared}):
        yield {"name": name, "label": None, "allowed": "", "default": defaults[name], "activities": []}


def _activity(activity: Activity) -> Json:
    found = set(activity.gpc.values())
    return {
        "code": activity.code,
        "label": activity.label.as_json(),
        "units": list(dict.fromkeys(activity.base_units.values())),
        "references": [reference for reference in references() if reference in found],
    }


def _numbers(method: Method, activities: Iterable[Activity]) -> Iterator[Json]:
    """What editions publish for a method or its activities: rows of which name, how large, from where."""
    subjects = {getattr(method, "table", method.id)}
    for activity in activities:
        subjects |= {activity.code, getattr(activity, "factors_of", "")}
    for edition_id in edition_ids():
        edition = load_edition(edition_id)
        for name, rows in _by_name(edition, subjects).items():
            yield {
                "edition": edition.id,
                "name": name,
                "rows": len(rows),
                "values": _range(rows),
                "sources": sorted({row.source for row in rows}),
            }


def _range(rows: list[PublishedRow]) -> str:
    """The value, or the smallest and the largest; with the unit where all have the same."""
    values = sorted({row.value for row in rows})
    units = {_unit(row) for row in rows}
    numbers = " – ".join(plain(value) for value in dict.fromkeys((values[0], values[-1])))
    return f"{numbers} {units.pop()}" if len(units) == 1 else numbers


def _unit(row: PublishedRow) -> str:
    return f"kg/{row.unit}" if isinstance(row, Factor) else row.unit


def _by_name(edition: Edition, subjects: set[str]) -> Mapping[str, list[PublishedRow]]:
    found: dict[str, list[PublishedRow]] = {}
    for row in edition.rows:
        if row.activity in subjects:
            name = f"{row.gas}, biogenic" if isinstance(row, Factor) and row.biogenic else _name(row)
            found.setdefault(name, []).append(row)
    return dict(sorted(found.items()))


def _name(row: PublishedRow) -> str:
    return row.gas if isinstance(row, Factor) else row.name
