"""The verification bundle: one zip with all that a stranger needs to compute a footprint again, offline.

Inputs, mappings as they were given, settings, the files of every edition, the published files, and a manifest
with the checksum of each. Equal runs give equal bytes (by the same zlib): order, dates and rights are fixed.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, NamedTuple

from ckanext.khonkaencarbon.footprint import accounting
from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.factors.edition_files import edition_files
from ckanext.khonkaencarbon.footprint.fingerprint import ENGINE_VERSION
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, InputDescription, Source
from ckanext.khonkaencarbon.footprint.output import findings, summary
from ckanext.khonkaencarbon.footprint.output.manifest import FORMAT, MANIFEST, OUTPUTS, SETTINGS, mapping_path
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of
from ckanext.khonkaencarbon.footprint.reading.inspection import file_chunks
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
_RIGHTS = 0o100644 << 16
_UNIX = 3
_LEVEL = 6
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')


@dataclass(frozen=True, slots=True)
class Request:
    """What ``compute`` was asked; ``settings.editions`` are ids or paths, as they were given."""

    sources: Sequence[Source]
    mappings: Sequence[ColumnMapping | None]
    settings: AccountingSettings
    personal_data_cleared: bool = False


class InputChangedError(Exception):
    """An input is not what the footprint was computed from."""


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
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for path, content in {MANIFEST: manifest, **contents}.items():
            _add(archive, path, len(content), iter([content]))
        for path, one in members.items():
            _add(archive, path, one.description.bytes, _unchanged(one))


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
    """A path that every system can hold and that people recognise."""
    return f"inputs/{number}-{_NOT_IN_NAMES.sub('_', one.description.name)[:80].rstrip(' .') or 'input'}"


def _manifest(
    request: Request, footprint: Footprint, contents: dict[str, bytes], members: dict[str, _Input]
) -> dict[str, object]:
    checksums = [
        {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in contents.items()
    ]
    checksums += [
        {"path": path, "bytes": one.description.bytes, "sha256": one.description.sha256}
        for path, one in members.items()
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


def json_bytes(document: object) -> bytes:
    """Two-space indent, letters as they are, final newline."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _unchanged(one: _Input) -> Iterator[bytes]:
    """The bytes of an input; InputChangedError after the last where they are not those of the summary."""
    digest = hashlib.sha256()
    for chunk in file_chunks(one.source.path):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != one.description.sha256:
        raise InputChangedError(one.description.name)


def _add(archive: zipfile.ZipFile, path: str, size: int, chunks: Iterator[bytes]) -> None:
    member = zipfile.ZipInfo(path, _DATE)
    member.create_system, member.external_attr = _UNIX, _RIGHTS
    member.compress_type, member.file_size = zipfile.ZIP_DEFLATED, size
    with archive.open(member, "w") as file:
        for chunk in chunks:
            file.write(chunk)
