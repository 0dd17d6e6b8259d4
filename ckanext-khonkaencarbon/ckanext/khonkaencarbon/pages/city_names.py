"""What things of the inventory are called on the city's pages, in the page's language."""

from __future__ import annotations

import json
from functools import cache

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.inventory.model import (
    COMPUTED,
    CONFLICT,
    MISSING,
    NOTATION,
    PARTIAL,
    TYPED,
)
from ckanext.khonkaencarbon.footprint.inventory.totals import subsector
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city.inventory import Present


def organisation_name(now: Present, name: str) -> str:
    """The title of an organisation; its name where it is not one of the portal."""
    known = now.organisations.get(name)
    if not known:
        return name or tk._("Not stated")
    return language.named({**known, "title_translated": json.loads(known["titles"])})


def organisation_kind(kind: str) -> str:
    """What a kind of organisation is called, as in the form of organisations."""
    fields = tk.h.scheming_get_organization_schema("organization")["fields"]
    (choices,) = (one["choices"] for one in fields if one["field_name"] == "organisation_type")
    labels = {one["value"]: one["label"] for one in choices}
    return language.text(labels[kind]) if kind in labels else kind or tk._("Not stated")


def reference_name(gpc_ref: str) -> str:
    """The sub-sector of a reference."""
    return language.text(subsector_names()[subsector(gpc_ref)])


def part_name(part: str) -> str:
    """A sector or a sub-sector with its number; empty where there is none such."""
    names = {**sector_names(), **subsector_names()}
    return f"{part} {language.text(names[part])}" if part in names else ""


@cache
def sector_names() -> dict[str, dict[str, str]]:
    """Sector -> its names."""
    return {
        row["sector"]: {"th": row["sector_th"], "en": row["sector_en"]} for row in gpc.references().values()
    }


@cache
def subsector_names() -> dict[str, dict[str, str]]:
    """Sub-sector -> its names."""
    return {
        subsector(name): {"th": row["subsector_th"], "en": row["subsector_en"]}
        for name, row in gpc.references().items()
    }


def status_names() -> dict[str, str]:
    """What each status of coverage is called."""
    return {
        COMPUTED: tk._("Computed"),
        PARTIAL: tk._("Computed in part"),
        TYPED: tk._("Typed by the city"),
        NOTATION: tk._("Notation key"),
        CONFLICT: tk._("Sources contradict each other"),
        MISSING: tk._("Nothing yet"),
    }


def organisation_page(now: Present, name: str) -> str:
    """The address of an organisation's page; empty where it is not one of the portal."""
    return tk.url_for("khonkaencarbon_city.organisation", id=name) if name in now.organisations else ""
