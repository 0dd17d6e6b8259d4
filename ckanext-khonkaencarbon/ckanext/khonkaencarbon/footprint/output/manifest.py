"""The manifest of a bundle: what is in it, where, and with which checksum; read with distrust."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ckanext.khonkaencarbon.footprint.factors.edition import is_edition_id
from ckanext.khonkaencarbon.footprint.factors.edition_files import FILE_NAME

FORMAT = "khonkaencarbon-bundle/1"
INVENTORY_FORMAT = "khonkaencarbon-inventory-bundle/1"
FORMATS = (FORMAT, INVENTORY_FORMAT)
MANIFEST, SETTINGS = "manifest.json", "settings.json"
OUTPUTS = ("summary.csv", "summary.json", "findings.json")
EDITION_FILE = re.compile(
    rf"editions/(?P<id>[a-z0-9][a-z0-9.-]{{0,63}})/(?P<file>{FILE_NAME.pattern})", re.ASCII
)
INPUT_FILE = re.compile(r'inputs/[1-9][0-9]{0,3}-[^/\\:*?"<>|\x00-\x1f\x7f]{1,80}')
MAPPING_FILE = re.compile(r"mappings/[1-9][0-9]{0,3}\.json")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Input(NamedTuple):
    """An input of a bundle: its member, the name people know, and the member of its mapping."""

    path: str
    name: str
    resource_id: str | None
    mapping: str | None


class Checksum(NamedTuple):
    """What the manifest says about a member."""

    bytes: int
    sha256: str


class Manifest(NamedTuple):
    """A manifest whose every part is of the kind it has to be."""

    fingerprint: str
    versions: Mapping[str, str]
    methods: Mapping[str, str]
    editions: Mapping[str, str]  # id: hash, in the order in which they are looked up
    inputs: tuple[Input, ...]
    personal_data_cleared: bool
    files: Mapping[str, Checksum]


def mapping_path(number: int) -> str:
    """Where the mapping of the input of this number is, counted from 1."""
    return f"mappings/{number}.json"


def parsed(content: bytes) -> Manifest:
    """A manifest from its bytes.

    Raises ValueError, TypeError, LookupError, AttributeError or RecursionError where it is not one.
    """
    given = json.loads(content)
    if given["format"] != FORMAT:
        raise ValueError(FORMAT)
    cleared = given["personal_data_cleared"]
    if not isinstance(cleared, bool) or given["settings"] != SETTINGS:
        raise ValueError(SETTINGS)
    return Manifest(
        fingerprint=sha256_of(given["fingerprint"]),
        versions={name: text_of(given["versions"][name]) for name in ("reader", "engine")},
        methods={method: text_of(version) for method, version in given["methods"].items()},
        editions=dict(_edition(*one) for one in given["editions"].items()),
        inputs=tuple(_input(number, one) for number, one in enumerate(given["inputs"], 1)),
        personal_data_cleared=cleared,
        files=dict(checksums(given["files"])),
    )


def _edition(name: str, sha256: object) -> tuple[str, str]:
    if not is_edition_id(name):
        raise ValueError(name)
    return name, sha256_of(sha256)


def _input(number: int, given: Mapping[str, Any]) -> Input:
    resource_id, mapping = given["resource_id"], given["mapping"]
    if mapping not in (None, mapping_path(number)) or not INPUT_FILE.fullmatch(text_of(given["path"])):
        raise ValueError(mapping)
    return Input(
        given["path"],
        text_of(given["name"]),
        None if resource_id is None else text_of(resource_id),
        mapping,
    )


def checksums(given: list[Mapping[str, Any]]) -> Iterator[tuple[str, Checksum]]:
    """Path -> checksum of every member; raises as ``parsed`` does."""
    for one in given:
        size = one["bytes"]
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(size)
        yield text_of(one["path"]), Checksum(size, sha256_of(one["sha256"]))


def text_of(value: object) -> str:
    """A text; TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def sha256_of(value: object) -> str:
    """A SHA-256 in hex; TypeError or ValueError for anything else."""
    text = text_of(value)
    if not _SHA256.fullmatch(text):
        raise ValueError(text)
    return text
