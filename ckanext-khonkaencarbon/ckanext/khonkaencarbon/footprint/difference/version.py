"""A published version of a footprint, as a difference note needs it: its cells, how they were multiplied, and
what was published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.khonkaencarbon.footprint.accounting import settings_from_json
from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.fingerprint import ENGINE_VERSION
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, InputDescription
from ckanext.khonkaencarbon.footprint.output import summary
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION

_Paired = tuple[tuple[InputDescription, ColumnMapping], tuple[InputDescription, ColumnMapping]]


@dataclass(frozen=True, slots=True)
class Version:
    """One version; ``totals`` and ``refused`` are as published, whatever this code makes of the cells."""

    cube: Cube
    editions: tuple[Edition, ...]
    settings: AccountingSettings
    totals: Mapping[str, Any]  # of summary.json
    refused: int  # rows
    code: Mapping[str, str]  # version of each method used, of the reader and of the engine
    fingerprint: str

    @classmethod
    def stored(cls, document: Mapping[str, Any], cube: Cube, editions: Sequence[Edition]) -> Version:
        """From a summary.json, the cells behind it and the editions it names.

        Raises:
            FileRefused: its settings cannot be used by this code.
            ValueError: cells or editions are not those of the summary.
        """
        if [one["sha256"] for one in document["inputs"]] != [one.sha256 for one in cube.inputs]:
            raise ValueError("the cells are not of the inputs of the summary")
        if [(one["id"], one["sha256"]) for one in document["editions"]] != identities(editions):
            raise ValueError("the editions are not those of the summary")
        return cls(
            cube=cube,
            editions=tuple(editions),
            settings=settings_from_json(document["settings"]),
            totals=document["totals"],
            refused=document["counts"]["refused"],
            code={**{one["id"]: one["version"] for one in document["methods"]}, **document["versions"]},
            fingerprint=document["fingerprint"],
        )

    @classmethod
    def of(cls, footprint: Footprint) -> Version:
        """From a footprint that was computed now."""
        document = summary.document(footprint)
        return cls.stored(document, footprint.cube, footprint.editions)


def identities(editions: Iterable[Edition]) -> list[tuple[str, str]]:
    """Id and hash of each, in their order."""
    return [(edition.id, edition.sha256) for edition in editions]


def rows_changed(old: Cube, new: Cube) -> bool:
    """Whether a file was added, replaced or taken away; names do not matter."""
    return sorted(one.sha256 for one in old.inputs) != sorted(one.sha256 for one in new.inputs)


def mapping_changed(old: Cube, new: Cube) -> bool:
    """Whether a file that is in both, perhaps with other rows, is read in another way.

    A file is known again by its resource, its name, or for being the only one. Its encoding and delimiter are
    a part of its mapping only while it has the same bytes.
    """
    return any(_read_as(was, same) != _read_as(now, same) for was, now, same in _compared(old, new))


def code_changes(old: Version, new: Version) -> dict[str, tuple[str, str]]:
    """Each method or stage that both versions used, or only one but in another version than here runs."""
    here = {one.id: one.version for one in METHODS.values()}
    here |= {"reader": READER_VERSION, "engine": ENGINE_VERSION}
    found = {}
    for name in sorted({*old.code, *new.code}):
        now = here.get(name, "–")
        versions = old.code.get(name, now), new.code.get(name, now)
        if versions != (now, now):
            found[name] = versions
    return found


def _compared(old: Cube, new: Cube) -> Iterator[tuple[ColumnMapping, ColumnMapping, bool]]:
    for (was, old_mapping), (now, new_mapping) in _pairs(old, new):
        yield old_mapping, new_mapping, was.sha256 == now.sha256


def _pairs(old: Cube, new: Cube) -> Iterator[_Paired]:
    before, after = (list(zip(cube.inputs, cube.mappings, strict=True)) for cube in (old, new))
    if len(before) == len(after) == 1:
        yield before[0], after[0]
        return
    known = {_known_by(one): (one, mapping) for one, mapping in before}
    for one, mapping in after:
        if _known_by(one) in known:
            yield known[_known_by(one)], (one, mapping)


def _known_by(one: InputDescription) -> tuple[str, str]:
    return ("resource", one.resource_id) if one.resource_id else ("name", one.name)


def _read_as(mapping: ColumnMapping, same_bytes: bool) -> dict[str, Any]:
    document = mapping.as_json()
    return document if same_bytes else {**document, "encoding": None, "delimiter": None}
