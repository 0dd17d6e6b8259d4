"""Notation keys in the form of the city's dataset, and on its page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.catalogue.thai_text import order
from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.inventory.model import MISSING, NOTATION
from ckanext.khonkaencarbon.footprint.inventory.notation import read_years
from ckanext.khonkaencarbon.pages import choices, facets
from ckanext.khonkaencarbon.pages.city_names import reference_name
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city import keys
from ckanext.khonkaencarbon.portal.city.home import Home

BLANKS = 2  # rows to fill in, more of them with a script or after saving
ASKED = "kk-notation-asked"  # id of the row that a link leads to
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Row:
    """A row of the form: what stands in it, what is wrong with it, and whether a link leads to it."""

    cells: Mapping[str, Any]
    faults: Mapping[str, Sequence[str]]
    is_asked: bool = False


def rows(data: Mapping[str, Any], errors: Mapping[str, Any]) -> list[Row]:
    """The rows of the form as stored or typed, the one that a link asks for, and empty ones."""
    given = data.get(keys.FIELD)
    found = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    if not errors:
        found = [{**one, "years": years(one.get("years") or "")} for one in found]
    faults = errors.get(keys.FIELD) or []
    told = [Row(one, _of(faults, number)) for number, one in enumerate(found)]
    wanted = None if errors else _wanted()
    if wanted:
        told = _with(told, wanted)
    return told + [Row({}, {})] * BLANKS


def fault_of_all(errors: Mapping[str, Any]) -> str:
    """What is wrong with the field as a whole."""
    return " ".join(one for one in errors.get(keys.FIELD) or () if isinstance(one, str))


def _of(faults: Sequence[Any], number: int) -> Mapping[str, Sequence[str]]:
    found = faults[number] if number < len(faults) else {}
    return found if isinstance(found, Mapping) else {}


def _wanted() -> Row | None:
    """A row for the cell that the address asks for."""
    reference, year = tk.request.args.get("gpc_ref", ""), tk.request.args.get("year", "")
    if reference not in gpc.references() or len(read_years(year, ()) or ()) != 1:
        return None
    return Row({"gpc_ref": reference, "years": language.year(year)}, {}, True)


def _with(told: list[Row], wanted: Row) -> list[Row]:
    """The rows with the one that speaks about a cell marked, or a new one for it."""
    for number, row in enumerate(told):
        if _speaks_about(row, wanted):
            return [*told[:number], replace(row, is_asked=True), *told[number + 1 :]]
    return [*told, wanted]


def _speaks_about(row: Row, wanted: Row) -> bool:
    years = read_years(wanted.cells["years"], ()) or ()
    spoken = read_years(str(row.cells.get("years") or ""), years) or ()
    return row.cells.get("gpc_ref") == wanted.cells["gpc_ref"] and set(years) <= set(spoken)


def is_asked_for() -> bool:
    """Whether the address asks for a cell, so that its part of the form is open."""
    return tk.request.method == "GET" and _wanted() is not None


def years(text: str) -> str:
    """Years in the era of the page."""
    return _YEAR.sub(lambda found: language.year(found[0]), str(text))


def references() -> list[choices.Group]:
    """The 54 references by sector."""
    names = choices.sectors()
    groups: dict[str, list[choices.Choice]] = {name: [] for name in names}
    for reference in gpc.references():
        groups[gpc.sector(reference)].append(choices.Choice(reference, _label(reference)))
    return [choices.Group(f"{name} {names[name]}", found) for name, found in groups.items()]


def _label(reference: str) -> str:
    scope = tk._("scope {n}").format(n=gpc.scope(reference))
    return f"{reference} {reference_name(reference)} ({scope})"


def meanings() -> dict[str, str]:
    """What each key means."""
    return {
        "NO": tk._("The activity does not occur in the city"),
        "NE": tk._("It occurs, but was not estimated"),
        "IE": tk._("Estimated, and counted under another reference"),
        "C": tk._("Confidential: the figure must not be shown"),
    }


def organisations() -> list[tuple[str, str]]:
    """Name and title of everybody who may be responsible, by title."""
    return sorted(facets.organisation_names().items(), key=lambda one: order(one[1]))


def responsible(names: str) -> str:
    """The titles of organisations that answer for a reference; what is none of the portal as it was typed."""
    known = facets.organisation_names() if names else {}
    return "; ".join(known.get(name, name) for name in names.split("; "))


def shown(stored: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Stored rows in words, by reference and year."""
    position = {name: number for number, name in enumerate(gpc.references())}
    return [
        {
            "reference": row["gpc_ref"],
            "name": _label(row["gpc_ref"]).removeprefix(f"{row['gpc_ref']} "),
            "years": years(row["years"]) or tk._("All years"),
            "key": keys.notation(row),
            "meaning": meanings()[row["key"]],
            "explanation": row["explanation"],
            "responsible": responsible(row["responsible_organisation"]),
        }
        for row in sorted(stored, key=lambda one: (position[one["gpc_ref"]], one["years"]))
    ]


def form_of_cell(city: Home | None, status: str, year: int, gpc_ref: str) -> str:
    """The address of the form with a row for a cell, for somebody who may fill it in; else empty."""
    if city is None or status not in (MISSING, NOTATION):
        return ""
    if not tk.h.check_access("package_update", {"id": city.id}):
        return ""
    address = tk.url_for("city-footprint.edit", id=city.name, gpc_ref=gpc_ref, year=year)
    return f"{address}#{ASKED}"
