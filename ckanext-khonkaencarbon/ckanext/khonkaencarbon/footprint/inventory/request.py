"""What a published version of the city's inventory is made of, and its files: pure, from files to bytes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.binding import bound_by_id
from ckanext.khonkaencarbon.footprint.inventory.files import FILES, inventory_files, inventory_of
from ckanext.khonkaencarbon.footprint.inventory.members import members
from ckanext.khonkaencarbon.footprint.inventory.recalculation import entry, recalculations_csv
from ckanext.khonkaencarbon.footprint.inventory.remarks import remark
from ckanext.khonkaencarbon.footprint.inventory.settings import settings_from_json
from ckanext.khonkaencarbon.footprint.inventory.tables import OWN_OUTPUT, Table, read_table
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of

# Changes whenever the roll-up, the log or the files of an inventory can give other bytes.
INVENTORY_VERSION = "1"
RECALCULATIONS = "recalculations.csv"
VERSION_FILES = (*FILES, RECALCULATIONS)


class CityTable(NamedTuple):
    """A table that the city typed, or of indicators."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class InventoryRequest:
    """Everything that decides a version.

    ``settings`` are khonkaencarbon-city-settings/1 with an entry for each dataset that counts and no other;
    ``summaries`` are the summary.json of the version of each, by id. ``history`` has the entries of the
    earlier versions that everybody may see, oldest first: the last with what it is made of
    (``history_entry``), the others as ``recalculation.told`` leaves them. ``number`` and ``as_of``
    (an instant, ISO 8601) are those of the version to come.
    """

    settings: Mapping[str, Any]
    summaries: Mapping[str, Path]
    tables: Sequence[CityTable]
    history: Sequence[Mapping[str, Any]]
    number: int
    as_of: str


class DatasetVersion(NamedTuple):
    """A version of a dataset that counts, and the checksum of its summary."""

    id: str
    version: str
    sha256: str
    bytes: int


def computed(request: InventoryRequest, log: FindingLog) -> dict[str, bytes]:
    """The files of a version, in the order of ``VERSION_FILES``; the log takes what a planner has to know.

    Raises:
        FileRefused: settings or a summary cannot be used, or they are not of the same datasets.
    """
    settings = settings_from_json(request.settings)
    found = members(bound_by_id(request.summaries, settings), settings, log)
    inventory = inventory_of(found, read_city_tables(request.tables, log), settings, log)
    remark(inventory, log)
    files = inventory_files(inventory, inventory.totals())
    written = {name: content for name, content in files.items() if content is not None}
    history = [*request.history, history_entry(request, written)]
    return {**written, RECALCULATIONS: recalculations_csv(history)}


def history_entry(request: InventoryRequest, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What later versions have to know of this one, whose files these are."""
    return entry(
        request.number,
        request.as_of,
        json.loads(files["totals.json"]),
        request.settings,
        {name: _version(request, name) for name in request.summaries},
        named_checksums(request.tables),
    )


def fingerprint_of(request: InventoryRequest) -> str:
    """Hash of settings, datasets with versions and summaries, tables and the code's version.

    Neither the history nor number or instant of the version are in it: where it stays, no figure changed.
    """
    return fingerprint_from(request, dataset_versions(request))


def fingerprint_from(request: InventoryRequest, datasets: Iterable[DatasetVersion]) -> str:
    """The same by whoever knows the checksums of the summaries already."""
    return digest(
        {
            "settings": request.settings,
            "datasets": {one.id: [one.version, one.sha256] for one in datasets},
            "tables": [[name, _sha256(content)] for name, content in sorted_tables(request.tables)],
            "inventory": INVENTORY_VERSION,
        }
    )


def dataset_versions(request: InventoryRequest) -> list[DatasetVersion]:
    """The versions of the datasets by id, with the checksums of their summaries, which are read for that."""
    return [
        DatasetVersion(name, _version(request, name), *digest_of(path))
        for name, path in sorted(request.summaries.items())
    ]


def sorted_tables(tables: Sequence[CityTable]) -> list[CityTable]:
    """The tables by name, then checksum."""
    return sorted(tables, key=lambda one: (one.name, _sha256(one.content)))


def named_checksums(tables: Sequence[CityTable]) -> dict[str, str]:
    """Name -> checksum of the tables; a name that comes again takes a number."""
    seen: Counter[str] = Counter()
    found = {}
    for name, content in sorted_tables(tables):
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = _sha256(content)
    return found


def read_city_tables(tables: Sequence[CityTable], log: FindingLog) -> list[Table]:
    """The tables in the order of their contents; one that cannot be used is a finding."""
    found = []
    for one in sorted_tables(tables):
        try:
            table = read_table(one.content, one.name)
            if table.kind in (None, OWN_OUTPUT):
                raise FileRefused(finding("inventory-input-unknown", value=", ".join(table.columns)[:80]))
            found.append(table)
        except FileRefused as refused:
            log.add(replace(refused.finding, input=one.name))
    return in_order(found)


def in_order(tables: Iterable[Table]) -> list[Table]:
    """Tables in the order of their contents: it says which of two rows about one cell comes first."""
    return sorted(tables, key=lambda table: (table.text, table.name))


def _version(request: InventoryRequest, dataset: str) -> str:
    return str(request.settings.get("datasets", {}).get(dataset, {}).get("version", ""))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
