"""The verification bundle: one zip with all that a stranger needs to compute a footprint again, offline.

Inputs, mappings as they were given, settings, the files of every edition, the published files, and a manifest
with the checksum of each. Equal runs give equal bytes (by the same zlib): order, dates and rights are fixed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, NamedTuple

from ckanext.khonkaencarbon.footprint import accounting
from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.factors.edition_files import edition_files
from ckanext.khonkaencarbon.footprint.fingerprint import ENGINE_VERSION
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, InputDescription, Source
from ckanext.khonkaencarbon.footprint.output import findings, summary
from ckanext.khonkaencarbon.footprint.output.manifest import FORMAT, MANIFEST, OUTPUTS, SETTINGS, mapping_path
from ckanext.khonkaencarbon.footprint.output.packing import (
    InputChangedError,
    Member,
    checksum,
    checksum_of,
    json_bytes,
    pack,
    safe_name,
    unchanged,
)
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION


@dataclass(frozen=True, slots=True)
class Request:
    """What ``compute`` was asked; ``settings.editions`` are ids or paths, as they were given."""

    sources: Sequence[Source]
    mappings: Sequence[ColumnMapping | None]
    settings: AccountingSettings
    personal_data_cleared: bool = False


class _Input(NamedTuple):
    description: InputDescription
    source: Source
    mapping: ColumnMapping | None


def bundle_bytes(request: Request, footprint: Footprint) -> bytes:
    """The bundle of a small footprint; see ``write_bundle``."""
    target = io.BytesIO()
    write_bundle(target, request, footprint)
    return target.getvalue()


def write_bundle(target: IO[bytes], request: Request, footprint: Footprint) -> None:
    """Write the bundle of a usable footprint; inputs are streamed, so memory is that of the summary.

    Args:
        target: a file that can be written and sought.
        request: what ``compute`` was given.
        footprint: what it returned.

    Raises:
        InputChangedError: an input has changed meanwhile; what was written is no bundle.
        ValueError: the footprint is not usable, so there is nothing to verify.
    """
    if not footprint.usable:
        raise ValueError("nothing was computed")
    inputs = _inputs(request, footprint)
    contents = {**_settings(footprint, inputs), **_editions(request, footprint), **_outputs(footprint)}
    members = {_member(number, one): one for number, one in enumerate(inputs, 1)}
    manifest = json_bytes(_manifest(request, footprint, contents, members))
    small = [Member.of(path, content) for path, content in {MANIFEST: manifest, **contents}.items()]
    large = [
        Member(
            path,
            one.description.bytes,
            unchanged(one.source.path, one.description.sha256, one.description.name),
        )
        for path, one in members.items()
    ]
    pack(target, [*small, *large])


def _inputs(request: Request, footprint: Footprint) -> list[_Input]:
    """The inputs in the order in which the summary names them, each with its mapping."""
    each = list(request.mappings) * (len(request.sources) if len(request.mappings) == 1 else 1)
    waiting = [
        (digest_of(source.path)[0], source, mapping)
        for source, mapping in zip(request.sources, each, strict=True)
    ]
    found = []
    for described in footprint.inputs:
        wanted = described.sha256, described.name, described.resource_id
        for one in waiting:
            if (one[0], one[1].name, one[1].resource_id) == wanted:
                waiting.remove(one)
                found.append(_Input(described, one[1], one[2]))
                break
        else:
            raise InputChangedError(described.name)
    return found


def _settings(footprint: Footprint, inputs: Sequence[_Input]) -> dict[str, bytes]:
    found = {SETTINGS: json_bytes(accounting.as_json(footprint.settings))}
    for number, one in enumerate(inputs, 1):
        if one.mapping is not None:
            found[mapping_path(number)] = json_bytes(one.mapping.as_json())
    return found


def _editions(request: Request, footprint: Footprint) -> dict[str, bytes]:
    return {
        f"editions/{edition.id}/{file_name}": content
        for edition, name in zip(footprint.editions, request.settings.editions, strict=True)
        for file_name, content in edition_files(name).items()
    }


def _outputs(footprint: Footprint) -> dict[str, bytes]:
    written = (
        summary.csv_bytes(footprint),
        summary.json_bytes(footprint),
        findings.json_bytes(footprint.log),
    )
    return {f"outputs/{name}": content for name, content in zip(OUTPUTS, written, strict=True)}


def _member(number: int, one: _Input) -> str:
    return f"inputs/{number}-{safe_name(one.description.name, 'input')}"


def _manifest(
    request: Request, footprint: Footprint, contents: dict[str, bytes], members: dict[str, _Input]
) -> dict[str, object]:
    checksums = [checksum_of(path, content) for path, content in contents.items()]
    checksums += [
        checksum(path, one.description.bytes, one.description.sha256) for path, one in members.items()
    ]
    return {
        "format": FORMAT,
        **claims(footprint),
        "settings": SETTINGS,
        "inputs": [
            {
                "path": path,
                "name": one.description.name,
                "resource_id": one.description.resource_id,
                "mapping": None if one.mapping is None else mapping_path(number),
            }
            for number, (path, one) in enumerate(members.items(), 1)
        ],
        "personal_data_cleared": request.personal_data_cleared,
        "files": checksums,
    }


def claims(footprint: Footprint) -> dict[str, object]:
    """What a manifest says of a computation; a second computation has to say the same."""
    return {
        "fingerprint": footprint.fingerprint,
        "versions": {"reader": READER_VERSION, "engine": ENGINE_VERSION},
        "methods": {method.id: method.version for method in footprint.methods},
        "editions": {edition.id: edition.sha256 for edition in footprint.editions},
    }
