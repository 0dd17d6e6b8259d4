"""What the city asks of organisations, as the pages show it, and the form that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.inventory.totals import subsector
from ckanext.khonkaencarbon.pages.city_names import reference_name, subsector_names
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city import inventory, requests

SEEN_BY = "create_dataset"  # who may publish for an organisation sees what it is asked for


@dataclass(frozen=True)
class Requests:
    """The requests that the city has not closed, at one instant of the inventory."""

    stored: Sequence[requests.Asked]

    @cached_property
    def _open(self) -> dict[tuple[int, str], list[dict[str, Any]]]:
        return requests.open_of(self.stored)

    def of(self, year: int, gpc_ref: str) -> list[dict[str, Any]]:
        """Those for one cell."""
        return [_shown(one) for one in self._open.get((year, gpc_ref), [])]

    @property
    def listed(self) -> list[dict[str, Any]]:
        """All of them."""
        return [_shown(one) for found in self._open.values() for one in found]

    def of_organisation(self, name: str) -> list[dict[str, Any]]:
        """Those to one organisation."""
        return [one for one in self.listed if one["organisation"] == name]


def of_organisation(organisation_id: str) -> list[dict[str, Any]]:
    """What an organisation is asked for, on CKAN's page about it."""
    return _asked([organisation_id])


def of_user() -> list[dict[str, Any]]:
    """What the organisations are asked for that somebody publishes for."""
    mine = tk.get_action("organization_list_for_user")({}, {"permission": SEEN_BY})
    return _asked([one["id"] for one in mine])


def may_be_asked(status: str) -> list[dict[str, Any]]:
    """Organisations to choose from, for somebody who may ask them for a cell of this status; else none."""
    if status not in requests.ASKED_FOR or not tk.h.check_access("khonkaencarbon_request_create", {}):
        return []
    return requests.organisations()


def _asked(organisations: Sequence[str]) -> list[dict[str, Any]]:
    if not organisations or not requests.is_asked(organisations):
        return []
    with inventory.present() as now:
        return Requests(requests.stored(now, organisations=organisations)).listed


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "who": language.named({**one, "name": one["organisation"]}),
        "what": reference_name(one["gpc_ref"]),
        "answer": answer(one),
    }


def answer(one: dict[str, Any]) -> str:
    """The form of a new dataset that answers a request, filled in as far as the request goes."""
    names = subsector_names()[subsector(one["gpc_ref"])]
    year, reference, titles = one["year"], one["gpc_ref"], one["title_translated"]
    who = {"th": titles.get("th") or one["title"], "en": titles.get("en") or one["title"]}
    buddhist = f"พ.ศ. {year + language.BUDDHIST_ERA}"
    fields = {
        "title": f"{names['th']} {who['th']} {buddhist}",
        "title_translated-en": f"{names['en']}, {who['en']}, {year}",
        "notes": f"ตอบคำขอข้อมูลของเมือง: รายการอ้างอิง GPC {reference} {buddhist}",
        "notes_translated-en": f"Answers the city's request: GPC reference {reference}, {year}",
        "tag_string": reference,
        "owner_org": one["organisation_id"],
        "include_in_inventory": "true",
        "first_year_of_data": year,
        "last_year_of_data": year,
    }
    return str(tk.url_for("activity-data.new", **fields))
