"""The files of the next version of the inventory, of one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.footprint.inventory import bundle, descriptor, recalculation
from ckanext.khonkaencarbon.footprint.inventory.model import CITY
from ckanext.khonkaencarbon.footprint.inventory.request import (
    RECALCULATIONS,
    CityTable,
    InventoryRequest,
    fingerprint_of,
    history_entry,
)
from ckanext.khonkaencarbon.portal import publication, storage
from ckanext.khonkaencarbon.portal.city import keys, tables
from ckanext.khonkaencarbon.portal.city.home import Home
from ckanext.khonkaencarbon.portal.city.inventory import Present
from ckanext.khonkaencarbon.portal.city.versions import reading, sources

PACKAGE, BUNDLE = "datapackage.json", "bundle.zip"


@dataclass(frozen=True)
class Draft:
    """A version to come, short of its files."""

    city: Home
    before: int | None  # the version whose log it goes on with
    as_of: datetime
    stamp: str
    fingerprint: str
    sources: Mapping[str, Any]
    state: Mapping[str, Any]
    entry: Mapping[str, Any]
    request: InventoryRequest
    contents: Mapping[str, bytes]

    @property
    def number(self) -> int:
        """Of the version."""
        return self.request.number


def draft(now: Present, city: Home) -> Draft:
    """The inventory of this instant as the next version of the city's dataset."""
    members = now.members
    before = reading.last_readable(now.connection, city.id)
    stored = now.tables
    number, _ = reading.known(now.connection, city.id)
    request = InventoryRequest(
        settings=_settings(now),
        summaries={one.id: storage.path(one.id, one.version, "summary.json") for one in members.values()},
        tables=[
            *tables.usable(stored),
            *(CityTable(one.name, one.text.encode()) for one in keys.tables(city)),
        ],
        history=reading.history(now.connection, city.id, before.number if before else None),
        number=number + 1,
        as_of=now.as_of.isoformat(),
    )
    counted = {one.id: one.version for one in members.values()}
    files = {name: content for name, content in now.files.items() if content is not None}
    entry = history_entry(request, files)
    log = recalculation.recalculations_csv([*request.history, entry])
    return Draft(
        city=city,
        before=before.number if before else None,
        as_of=now.as_of,
        stamp=now.stamp,
        fingerprint=fingerprint_of(request),
        sources=sources.of(counted, tables.owners(stored, city), before.sources if before else None),
        state=entry[recalculation.MADE_OF],
        entry=recalculation.told(request.history[-1] if request.history else None, entry),
        request=request,
        contents={**files, RECALCULATIONS: log},
    )


def stage(made: Draft) -> Path:
    """Write the files of a version, beside the place that it will have."""
    staged = storage.stage(made.city.id, uuid4().hex, made.contents)
    described = storage.described(staged, made.contents)
    about = publication.about(made.city.id)
    inventory_csv = made.contents["inventory.csv"]
    content = descriptor.json_bytes(made.request, about, described, made.fingerprint, inventory_csv)
    storage.add(staged, PACKAGE, lambda file: file.write(content))
    if sum(path.stat().st_size for path in made.request.summaries.values()) <= settings.largest_bundle():
        storage.add(
            staged,
            BUNDLE,
            lambda file: bundle.write_inventory_bundle(file, made.request, made.contents),
        )
    return staged


def _settings(now: Present) -> dict[str, Any]:
    """What the command ``rollup`` has to be told to come to the same inventory."""
    datasets = {
        one.id: {
            "version": str(one.version),
            "reporting_boundary": one.level,
            "organisation": "" if one.level == CITY else one.organisation,
        }
        for one in now.members.values()
    }
    organisations = {name: {"type": one["type"]} for name, one in sorted(now.organisations.items())}
    return {**now.settings, "datasets": datasets, "organisations": organisations}
