"""The ``city-footprint`` dataset: whose city it is, and how its inventory is put together."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.inventory.settings import FORMAT
from ckanext.khonkaencarbon.footprint.inventory.values import list_of, refused
from ckanext.khonkaencarbon.portal import rules

TYPE = "city-footprint"
YEARS = "2562-2565, 2567"  # how a list of years may look
_FIELDS = {  # field of the dataset -> key of the settings
    "city_gwp": "gwp",
    "city_electricity": "electricity",
    "city_waste_to_energy": "waste_to_energy",
}
_SPAN = re.compile(r"([0-9]{4})\s*[-–]\s*([0-9]{4})")


@dataclass(frozen=True)
class Home:
    """The city's dataset as stored."""

    id: str
    name: str
    organisation_id: str
    public: bool
    fields: Mapping[str, Any]


def find(connection: Connection) -> Home | None:
    """The city's dataset; the first that was made where somebody made two, None where there is none."""
    package = model.package_table
    query = sa.select(package).where(package.c.type == TYPE, package.c.state == "active")
    row = connection.execute(query.order_by(package.c.metadata_created, package.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    return Home(row.id, row.name, row.owner_org or "", not row.private, row.extras or {})


def settings_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a city's dataset as the settings of the roll-up; what is empty has its default.

    Raises:
        FileRefused: a year or the planner's choices cannot be read.
    """
    present = rules.of_portal().parts
    given: dict[str, Any] = {
        "format": FORMAT,
        "gwp": present["gwp"],
        "electricity": present["electricity"],
        "years": years_of(fields.get("city_years") or ""),
        "choices": choices_of(fields.get("city_choices") or ""),
    }
    given |= {key: fields[field] for field, key in _FIELDS.items() if fields.get(field)}
    given["editions"] = [one.strip() for one in (fields.get("city_editions") or "").split(",") if one.strip()]
    base = years_of(fields.get("city_base_year") or "", "city_base_year")
    if base:
        given["base_year"] = base[0]
    return given


def years_of(text: str, field: str = "city_years") -> list[int]:
    """Years as people write them, in either era: ``2562-2565, 2567``.

    Raises:
        FileRefused: something in it is no year.
    """
    found: list[int] = []
    for part in filter(None, re.split(r"[,;\s]+", _SPAN.sub(r"\1-\2", str(text)).translate(_THAI))):
        first, _, last = part.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()):
            raise refused(field, text, YEARS)
        span = range(_common_era(int(first)), _common_era(int(last or first)) + 1)
        if not span or len(span) > 100:
            raise refused(field, text, YEARS)
        found += span
    return sorted(set(found))


_THAI = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def _common_era(year: int) -> int:
    return year - 543 if 2400 <= year <= 2700 else year


def choices_of(text: str) -> list[Any]:
    """The planner's choices as JSON.

    Raises:
        FileRefused: it is no list of JSON.
    """
    try:
        found = json.loads(text or "[]")
    except ValueError:
        raise refused("city_choices", text, "JSON") from None
    return list_of("city_choices", found)
