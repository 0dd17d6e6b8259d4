"""What the catalogue is filtered by, and how each value reads."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from flask import g
from markupsafe import Markup

from ckanext.khonkaencarbon.catalogue.choices import lists
from ckanext.khonkaencarbon.catalogue.places import districts, english
from ckanext.khonkaencarbon.catalogue.thai_text import order
from ckanext.khonkaencarbon.pages import choices, licensing, quality
from ckanext.khonkaencarbon.portal.language import is_thai, named, text, year

_GROUP = Markup('<optgroup label="{}">{}</optgroup>')
_OPTION = Markup('<option value="{}"{}>{}</option>')
_SELECTED = Markup(" selected")
TYPES = {"kk_organisation_type": "organisation_type", "kk_data_type": "data_type"}


def titles(without: Sequence[str] = ()) -> dict[str, str]:
    """Index fields to filter by, with their headings, in the order shown."""
    every = OrderedDict(
        kk_footprint=tk._("Carbon footprint"),
        organization=tk._("Organisation"),
        kk_organisation_type=tk._("Kind of organisation"),
        kk_sectors=tk._("GPC sector"),
        kk_years=tk._("Year of the data"),
        kk_places=tk._("Place"),
        res_format=tk._("Format"),
        license_id=tk._("Licence"),
        kk_data_type=tk._("Kind of data"),
        kk_quality=tk._("Quality"),
        tags=tk._("Tag"),
    )
    return OrderedDict((field, title) for field, title in every.items() if field not in without)


def label(field: str, value: str, otherwise: str = "") -> str:
    """A value of an index field in the language of the page."""
    if field in TYPES:
        return text(_choices().get(value)) or value
    named = _NAMED.get(field)
    return named(value, otherwise) if named else otherwise or value


_NAMED: Mapping[str, Callable[[str, str], str]] = {
    "kk_years": lambda value, _: year(value),
    "kk_footprint": lambda value, _: (
        tk._("with a published footprint") if value == "true" else tk._("without a footprint")
    ),
    "kk_sectors": lambda value, _: f"{value} {choices.sectors().get(value, '')}".strip(),
    "kk_places": lambda value, _: value if is_thai() else english().get(value, value),
    "kk_quality": lambda value, _: quality.level_name(value),
    "organization": lambda value, otherwise: organisation_names().get(value, otherwise or value),
    "license_id": lambda value, otherwise: licensing.name({"license_id": value, "license_title": otherwise}),
}


def ordered(field: str, items: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Values in the order shown: years from the newest, levels from the best, others by number, then name."""
    if field == "kk_years":
        return sorted(items, key=lambda item: str(item["name"]), reverse=True)
    if field == "kk_quality":
        return sorted(items, key=lambda item: str(item["name"]))
    return sorted(items, key=lambda item: (-int(item["count"]), order(_shown(field, item))))


def _shown(field: str, item: Mapping[str, Any]) -> str:
    return label(field, str(item["name"]), str(item.get("display_name") or ""))


def place_options(chosen: str) -> Markup:
    """The options of a select of districts and their subdistricts, in the language of the page."""
    return _place_options(chosen if chosen in english() else "", "th" if is_thai() else "en")


@lru_cache(maxsize=1024)
def _place_options(chosen: str, language: str) -> Markup:
    groups = (
        _GROUP.format(
            district[language],
            Markup().join(
                _OPTION.format(one["th"], _SELECTED if one["th"] == chosen else "", one[language])
                for one in (district, *below)
            ),
        )
        for district, below in districts()
    )
    return Markup().join(groups)


def organisation_names() -> Mapping[str, str]:
    """Names of organisations in the language of the page; one query for a page."""
    if not hasattr(g, "khonkaencarbon_organisations"):
        group = model.Group
        query = sa.select(group.name, group.title, group.extras).where(group.is_organization)
        rows = model.Session.execute(query.where(group.state == "active"))
        g.khonkaencarbon_organisations = {row.name: organisation_name(row._asdict()) for row in rows}
    names: Mapping[str, str] = g.khonkaencarbon_organisations
    return names


def organisation_name(row: Mapping[str, Any]) -> str:
    """The name of an organisation, as a row with its extras, in the language of the page."""
    translated = json.loads((row["extras"] or {}).get("title_translated") or "{}")
    return named({**row, "title_translated": translated})


@cache
def _choices() -> Mapping[str, Mapping[str, str]]:
    """Labels of the choices of both kinds of field, as the schemas have them."""
    organisations = tk.h.scheming_get_organization_schema("organization") or {}
    kinds = (field for field in organisations.get("fields", ()) if field["field_name"] in TYPES.values())
    listed = (*lists()["data_type"], *(one for field in kinds for one in field["choices"]))
    return {one["value"]: one["label"] for one in listed}
