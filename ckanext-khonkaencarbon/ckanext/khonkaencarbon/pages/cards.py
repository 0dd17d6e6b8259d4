"""What a card of a search result says beside title and description; two queries for all cards of a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.catalogue.documents import covered_years, named_places
from ckanext.khonkaencarbon.catalogue.quality import Rows, quality
from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.pages.facets import label, organisation_name
from ckanext.khonkaencarbon.pages.quality import Level, short
from ckanext.khonkaencarbon.portal.calendar import today
from ckanext.khonkaencarbon.portal.language import year
from ckanext.khonkaencarbon.portal.quality import rows_of

MOST_PLACES = 3


@dataclass(frozen=True)
class Card:
    """Facts by which people decide whether a dataset is the one."""

    years: str
    places: Sequence[str]
    publisher: str
    publisher_kind: str
    formats: Sequence[str]
    updated: str
    co2e_kg: str | None
    quality: Level


def cards(packages: Sequence[Mapping[str, Any]]) -> dict[str, Card]:
    """A card for each dataset, by id."""
    footprints = _footprints([one["id"] for one in packages if _has_footprint(one)])
    nothing = _Footprint(None, None)
    publishers = _publishers({one["owner_org"] for one in packages if one.get("owner_org")})
    return {
        one["id"]: _card(
            one, publishers.get(one.get("owner_org"), ("", "")), footprints.get(one["id"], nothing)
        )
        for one in packages
    }


def _card(package: Mapping[str, Any], publisher: tuple[str, str], footprint: _Footprint) -> Card:
    said = {**package, "tags": [tag["name"] for tag in package.get("tags") or ()]}
    resources = [one for one in package.get("resources") or () if one.get("carbon_role") != "derived"]
    return Card(
        years=_span(covered_years(said)),
        places=[label("kk_places", place) for place in named_places(said)[:MOST_PLACES]],
        publisher=publisher[0],
        publisher_kind=publisher[1],
        formats=sorted({one["format"] for one in resources if one.get("format")}),
        updated=max([package["metadata_modified"], *(one.get("last_modified") or "" for one in resources)]),
        co2e_kg=footprint.co2e_kg,
        quality=short(quality(package, today(), footprint.rows)),
    )


def _span(years: Sequence[str]) -> str:
    if not years:
        return ""
    return year(years[0]) if years[0] == years[-1] else f"{year(years[0])}–{year(years[-1])}"


def _has_footprint(package: Mapping[str, Any]) -> bool:
    return any(one.get("carbon_product") for one in package.get("resources") or ())


class _Footprint(NamedTuple):
    """What the published version of a dataset adds up to, and how much of its inputs it used."""

    co2e_kg: str | None
    rows: Rows | None


def _footprints(ids: Sequence[str]) -> dict[str, _Footprint]:
    if not ids:
        return {}
    columns = Version.overview["totals"]["co2e_kg"].astext, Version.overview["counts"]
    query = sa.select(Version.dataset_id, *columns).where(Version.dataset_id.in_(ids), Version.in_force)
    rows = model.Session.execute(query).all()
    return {dataset_id: _Footprint(co2e_kg, rows_of(counts)) for dataset_id, co2e_kg, counts in rows}


def _publishers(ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Names and kinds of organisations in the language of the page."""
    if not ids:
        return {}
    group = model.Group
    rows = model.Session.execute(
        sa.select(group.id, group.name, group.title, group.extras).where(group.id.in_(ids))
    )
    return {row.id: (organisation_name(row._asdict()), _kind(row.extras or {})) for row in rows}


def _kind(extras: Mapping[str, str]) -> str:
    value = extras.get("organisation_type")
    return label("kk_organisation_type", value) if value else ""
