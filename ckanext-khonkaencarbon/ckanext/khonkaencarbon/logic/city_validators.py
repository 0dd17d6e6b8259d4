"""Validators of the city's settings, as the form of its dataset states them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.inventory.settings import settings_from_json as inventory_settings
from ckanext.khonkaencarbon.logic import notation_rows
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city import boundary, home, keys

EDITION = re.compile(r"[a-z0-9-]+")


def khonkaencarbon_city_years(value: str) -> str:
    """Years in either era, as the city's dataset states them."""
    try:
        home.years_of(value)
    except FileRefused:
        raise tk.Invalid(tk._("Give years such as 2562-2565, 2567")) from None
    return value


def khonkaencarbon_city_choices(value: str) -> str:
    """The planner's choices among sources that overlap: a list of JSON."""
    try:
        inventory_settings({"choices": home.choices_of(value)})
    except FileRefused as refused:
        found = refused.finding
        raise tk.Invalid(f"{found.value}: {language.text(found.expected)}") from None
    return value


def khonkaencarbon_city_notation(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Notation keys as rows, stored as JSON text; where some are wrong, the faults of each row."""
    try:
        rows, faults = notation_rows.judged(_rows_given(data.get(key)), _known_organisations(context))
    except notation_rows.RowsRefusedError as refused:
        errors[key].append(str(refused))
        raise tk.StopOnError from refused
    if any(faults):
        errors[key].extend(faults)
        raise tk.StopOnError
    if not rows:
        data.pop(key, None)
        raise tk.StopOnError
    data[key] = json.dumps(rows, ensure_ascii=False)


def khonkaencarbon_city_notation_rows(value: Any) -> Any:
    """Stored notation keys as a list."""
    return keys.stored({keys.FIELD: value}) if isinstance(value, str) else value


def _rows_given(value: Any) -> Any:
    if not value or value is tk.missing:
        return []
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _known_organisations(context: Context) -> Callable[[str], bool]:
    """Whether an organisation is one of the portal, or was named in the dataset before."""
    package = context.get("package")
    before = {row["responsible_organisation"] for row in keys.stored(package.extras)} if package else set()

    def is_known(name: str) -> bool:
        group = model.Group.by_name(name)
        return name in before or (group is not None and group.is_organization and group.state == "active")

    return is_known


def khonkaencarbon_city_boundary(value: Any) -> str:
    """The city's boundary: a polygon of GeoJSON inside Thailand."""
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        boundary.rings(text)
    except boundary.NoBoundaryError as refused:
        raise tk.Invalid(_boundary_words()[refused.problem].format(where=refused.where)) from None
    return text


def _boundary_words() -> dict[str, str]:
    return {
        "json": tk._("This is not JSON. Paste the whole text of a .geojson file"),
        "long": tk._("The boundary is longer than {where} characters. Simplify it first"),
        "features": tk._("Give a collection of exactly one feature, the city"),
        "kind": tk._("Give a Polygon or MultiPolygon of GeoJSON; found: {where}"),
        "empty": tk._("The polygon has no coordinates"),
        "short": tk._("A ring needs at least four positions, the last equal to the first"),
        "open": tk._("A ring is not closed: end it with its first position, {where}"),
        "position": tk._("A position is two numbers, longitude and latitude; found: {where}"),
        "swapped": tk._("Longitude comes first, then latitude. These look swapped: {where}"),
        "outside": tk._("This position is not in Thailand: {where}. Use degrees of WGS 84, longitude first"),
        "crosses": tk._("The boundary crosses or touches itself: {where}"),
    }


def khonkaencarbon_city_editions(value: str) -> str:
    """Editions of factors in their order, separated by commas: each has to exist."""
    named = [one.strip() for one in value.split(",") if one.strip()]
    wrong = [one for one in named if not EDITION.fullmatch(one)]  # an id, never a path
    if wrong:
        raise tk.Invalid(tk._("Not the id of an edition: {value}").format(value=wrong[0]))
    try:
        load_editions(named)
    except FileRefused as refused:
        found = refused.finding
        raise tk.Invalid(f"{language.text(found.fix)} ({language.text(found.expected)})") from None
    return ", ".join(named)
