"""Licences: the government catalogue's list beside CKAN's, in forms, on pages and in CKAN's register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.model.license import License

from ckanext.khonkaencarbon.catalogue import choices
from ckanext.khonkaencarbon.portal.language import text


def register() -> None:
    """Tell CKAN the title and address of each licence of the government's catalogue; twice does nothing."""
    known = model.Package.get_license_register()
    there = set(known.keys())
    known.licenses += [_license(row) for value, row in choices.licences().items() if value not in there]


def _license(row: Mapping[str, str]) -> License:
    openness = "approved" if row["open"] == "true" else "not reviewed"
    return License({"id": row["value"], "title": row["en"], "url": row["url"], "od_conformance": openness})


def options(value: str | None) -> list[Mapping[str, Any]]:
    """What the licence may be: the catalogue's list, then CKAN's others; one of them is selected."""
    selected = choices.licence_of_catalogue(value or choices.UNSPECIFIED_LICENCE)
    listed = [(str(one["value"]), text(one["label"])) for one in choices.licence_choices()]
    known = {row["ckan"] for row in choices.licences().values()} | {name for name, _ in listed}
    others = (one for one in model.Package.get_license_register().values() if one.id not in known)
    listed += [(one.id, tk._(one.title)) for one in others]
    return [{"value": name, "text": shown, "selected": name == selected} for name, shown in listed]


def name(package: Mapping[str, Any]) -> str:
    """The licence of a dataset in the language of the page."""
    value = package.get("license_id") or ""
    row = choices.licences().get(value)
    if row is None:
        return tk._(package.get("license_title") or value or "License not specified")
    other = package.get("license_id_other") if value == choices.OTHER else ""
    return other or text({"th": row["th"], "en": row["en"]})
