"""The manifest of an inventory's bundle: what is in it and with which checksum; read with distrust."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import Any, NamedTuple

from ckanext.khonkaencarbon.footprint.inventory.request import VERSION_FILES
from ckanext.khonkaencarbon.footprint.inventory.values import parsed_json
from ckanext.khonkaencarbon.footprint.output.forms import Form
from ckanext.khonkaencarbon.footprint.output.manifest import (
    INVENTORY_FORMAT,
    MANIFEST,
    SETTINGS,
    Checksum,
    checksums,
    sha256_of,
    text_of,
)

HISTORY = "history.json"
MEMBER_LIMIT = 22_000  # summaries of 20,000 datasets, and what stands beside them
MANIFEST_LIMIT = 16 << 20
NUMBER_LIMIT = 20_000  # of a version
DATASET_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SUMMARY_FILE = re.compile(rf"inputs/(?P<id>{DATASET_ID.pattern})/summary\.json")
TABLE_FILE = re.compile(r'tables/[1-9][0-9]{0,3}-[^/\\:*?"<>|\x00-\x1f\x7f]{1,80}')
OPTIONAL = ("crosscheck.csv",)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.A,
)
_OUTPUTS = {f"outputs/{name}" for name in VERSION_FILES}
_FIXED = {SETTINGS, HISTORY, *(_OUTPUTS - {f"outputs/{name}" for name in OPTIONAL})}


class TableMember(NamedTuple):
    """A table of a bundle: its member and the name people know."""

    path: str
    name: str


class InventoryManifest(NamedTuple):
    """A manifest whose every part is of the kind it has to be."""

    fingerprint: str
    number: int
    as_of: str
    versions: Mapping[str, str]
    tables: tuple[TableMember, ...]
    files: Mapping[str, Checksum]


def summary_path(dataset: str) -> str:
    """Where the summary of a dataset is; ValueError for an id that cannot be a folder everywhere."""
    if not DATASET_ID.fullmatch(dataset):
        raise ValueError(dataset)
    return f"inputs/{dataset}/summary.json"


def parsed(content: bytes) -> InventoryManifest:
    """A manifest from its bytes.

    Raises ValueError, TypeError, LookupError, AttributeError or RecursionError where it is not one.
    """
    given = parsed_json(content.decode("utf-8"))
    if (given["format"], given["settings"], given["history"]) != (INVENTORY_FORMAT, SETTINGS, HISTORY):
        raise ValueError(INVENTORY_FORMAT)
    return InventoryManifest(
        fingerprint=sha256_of(given["fingerprint"]),
        number=number_of(given["number"]),
        as_of=instant_of(given["as_of"]),
        versions={"inventory": text_of(given["versions"]["inventory"])},
        tables=tuple(map(_table, given["tables"])),
        files=dict(checksums(given["files"])),
    )


def number_of(value: object) -> int:
    """The number of a version; ValueError for anything else."""
    if type(value) is not int or not 0 < value <= NUMBER_LIMIT:
        raise ValueError(value)
    return value


def instant_of(value: object) -> str:
    """An instant as ISO 8601 has it; ValueError or TypeError for anything else."""
    if not _INSTANT.fullmatch(text_of(value)):
        raise ValueError(value)
    return str(value)


def _table(given: Mapping[str, Any]) -> TableMember:
    if not TABLE_FILE.fullmatch(text_of(given["path"])):
        raise ValueError(given["path"])
    return TableMember(given["path"], text_of(given["name"]))


def _is_known(name: str) -> bool:
    if name == MANIFEST or name in _FIXED or name in _OUTPUTS:
        return True
    return any(one.fullmatch(name) for one in (SUMMARY_FILE, TABLE_FILE))


def _referred(manifest: InventoryManifest, present: Set[str]) -> set[str]:
    """Summaries are named by their paths alone, and an output may be left out."""
    free = {name for name in present if name in _OUTPUTS or SUMMARY_FILE.fullmatch(name)}
    return _FIXED | free | {one.path for one in manifest.tables}


INVENTORY = Form(INVENTORY_FORMAT, _is_known, parsed, _referred, MEMBER_LIMIT, MANIFEST_LIMIT)
