"""What helps to use a resource: its table, examples for programs, how to cite it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.citation import CitedFile, citation_of_file
from ckanext.khonkaencarbon.portal import input_tables, publication, versions
from ckanext.khonkaencarbon.portal.calendar import ZONE
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.portal.city.versions import reading as city_versions
from ckanext.khonkaencarbon.portal.language import text
from ckanext.khonkaencarbon.portal.snapshot import in_utc

ROWS = 5  # in the examples
WAITING = Text("ระบบกำลังสร้างตารางจากไฟล์นี้", "The table of this file is being made.")


@dataclass(frozen=True)
class Use:
    """``snippets`` are (language, code); ``note`` says why there is no table, or that one is made."""

    snippets: Sequence[tuple[str, str]]
    citation: Mapping[str, str]
    note: str


def of_resource(package: Mapping[str, Any], resource: Mapping[str, Any]) -> Use:
    """Of a resource as its page has it."""
    address = _address(resource["id"]) if resource.get("datastore_active") else ""
    return Use(_snippets(address) if address else (), _citation(package, resource), _note(resource))


def _address(resource_id: str) -> str:
    action = tk.h.url_for(
        "api.action", ver=3, logic_function="datastore_search", qualified=True, locale="default"
    )
    return f"{action}?resource_id={resource_id}&limit={ROWS}"


def _snippets(address: str) -> list[tuple[str, str]]:
    """Each prints the first rows; none needs more than the language's usual reader of JSON."""
    python = (
        "import json\nfrom urllib.request import urlopen\n\n"
        f'with urlopen("{address}") as answer:\n    found = json.load(answer)["result"]\n'
        'for row in found["records"]:\n    print(row)'
    )
    r = f'library(jsonlite)\n\nfound <- fromJSON("{address}")$result\nprint(found$records)'
    return [("curl", f'curl -fsS "{address}"'), ("Python", python), ("R", r)]


def _citation(package: Mapping[str, Any], resource: Mapping[str, Any]) -> Mapping[str, str]:
    if resource.get("carbon_role") == "derived":
        of = city_versions if package["type"] == home.TYPE else versions
        return of.citation_of(package["id"], int(resource["carbon_version"]))
    names = publication.names(package["id"])
    named = resource.get("name_translated") or {}
    own = resource.get("name") or str(resource.get("url") or "").rsplit("/", 1)[-1]
    page = tk.h.url_for(
        f"{package['type']}_resource.read",
        id=package["name"],
        resource_id=resource["id"],
        qualified=True,
        locale="default",
    )
    name = Text(named.get("th") or own, named.get("en") or own) if isinstance(named, dict) else Text(own, own)
    changed = _day(resource.get("last_modified") or resource["created"])
    return citation_of_file(CitedFile(names.publisher, names.title, name, changed, page)).as_json()


def _day(moment: str) -> Any:
    at = in_utc(datetime.fromisoformat(moment))
    return at.astimezone(ZONE).date() if at else None


def _note(resource: Mapping[str, Any]) -> str:
    """What is to be said of the table of an input."""
    if resource.get("carbon_role") != "input" or not p.plugin_loaded("datastore"):
        return ""
    row = input_tables.present(resource["id"])
    if row is None:
        return ""
    if row.error:
        return text(row.error)
    return text(WAITING) if row.wanted != row.held else ""
