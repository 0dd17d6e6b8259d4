"""Computing a bundle again and comparing every published byte."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.accounting import settings_from_json
from ckanext.khonkaencarbon.footprint.compute import Footprint, compute
from ckanext.khonkaencarbon.footprint.factors.edition import edition_ids, load_edition
from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.fingerprint import ENGINE_VERSION
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import findings, forms, summary
from ckanext.khonkaencarbon.footprint.output.bundle import Request, claims
from ckanext.khonkaencarbon.footprint.output.bundle_reading import Extracted, extract
from ckanext.khonkaencarbon.footprint.output.difference import Difference, first_difference
from ckanext.khonkaencarbon.footprint.output.manifest import MANIFEST, OUTPUTS, SETTINGS, Manifest
from ckanext.khonkaencarbon.footprint.output.packing import json_bytes
from ckanext.khonkaencarbon.footprint.output.unpacking import refused
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION

_CHECKSUM = "sha256"


class Version(NamedTuple):
    """A part of the code of which the bundle names another version than runs here; None: not there."""

    part: str
    bundle: str
    here: str | None


class Verification(NamedTuple):
    """What came of it. ``editions``: "same" as ours, "differs" from ours of that id, or "unknown" here."""

    differences: tuple[Difference, ...]  # of checksums, then at most one of each published file
    versions: tuple[Version, ...]
    editions: Mapping[str, str]
    fingerprint: str
    usable: bool  # whether anything could be computed

    @property
    def equal(self) -> bool:
        """Whether every checksum and every byte is that of the bundle."""
        return not self.differences


def verify(path: Path) -> Verification:
    """Compute what a bundle says was computed, with nothing but what is in it.

    Raises:
        FileRefused: it is not a bundle, or its settings, mappings or editions cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="khonkaencarbon-") as name:
        folder = Path(name)
        try:
            bundle = extract(path, folder)
            footprint = _computed(bundle, folder)
        except FileRefused as refusal:
            raise FileRefused(replace(refusal.finding, input=path.name)) from None
        return Verification(
            differences=(*damaged(bundle), *_differences(bundle, footprint)),
            versions=tuple(_versions(bundle.manifest)),
            editions={edition: _standing(edition, sha) for edition, sha in _editions(footprint, bundle)},
            fingerprint=bundle.manifest.fingerprint,
            usable=footprint.usable,
        )


def _computed(bundle: Extracted, folder: Path) -> Footprint:
    asked = request_of(bundle, folder)
    return compute(
        asked.sources, asked.mappings, asked.settings, personal_data_cleared=asked.personal_data_cleared
    )


def request_of(bundle: Extracted, folder: Path) -> Request:
    """What ``compute`` was asked, with inputs and editions from the bundle; FileRefused where it is none."""
    manifest = bundle.manifest
    settings = settings_from_json(_text(bundle, SETTINGS))
    if settings.editions != tuple(manifest.editions):
        raise refused("การตั้งค่ากับชุดค่าการปล่อยไม่ตรงกัน", "settings and editions do not agree", SETTINGS)
    sources = [Source(one.name, bundle.files[one.path], one.resource_id) for one in manifest.inputs]
    mappings = [
        None if one.mapping is None else ColumnMapping.from_json(_text(bundle, one.mapping))
        for one in manifest.inputs
    ]
    return Request(sources, mappings, _with_own_editions(settings, folder), manifest.personal_data_cleared)


def _with_own_editions(settings: AccountingSettings, folder: Path) -> AccountingSettings:
    """The editions are those in the bundle, not those of the same ids that are installed here."""
    return replace(settings, editions=tuple(str(folder / "editions" / name) for name in settings.editions))


def _text(bundle: Extracted, member: str) -> str:
    try:
        return bundle.content(member).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileRefused(finding("encoding-error", encoding="UTF-8", offset=error.start + 1)) from None


def damaged(bundle: forms.Extracted[forms.Listed]) -> list[Difference]:
    """Members whose checksums are not those of the manifest."""
    return [
        Difference(member, None, _CHECKSUM, bundle.manifest.files[member].sha256, found)
        for member, found in bundle.damaged.items()
    ]


def _differences(bundle: Extracted, footprint: Footprint) -> list[Difference]:
    """One at most for each published file, figures first, and for the manifest."""
    found, manifest = _outputs(footprint), bundle.manifest
    said = claims(footprint)
    claimed = {name: getattr(manifest, name) for name in said}
    compared = [
        *((f"outputs/{name}", bundle.content(f"outputs/{name}"), found[name]) for name in OUTPUTS),
        (MANIFEST, json_bytes(claimed), json_bytes(said)),
    ]
    differences = (first_difference(*one) for one in compared)
    return [difference for difference in differences if difference is not None]


def _outputs(footprint: Footprint) -> dict[str, bytes]:
    if not footprint.usable:
        return {"summary.csv": b"", "summary.json": b"", "findings.json": findings.json_bytes(footprint.log)}
    return {
        "summary.csv": summary.csv_bytes(footprint),
        "summary.json": summary.json_bytes(footprint),
        "findings.json": findings.json_bytes(footprint.log),
    }


def _versions(manifest: Manifest) -> list[Version]:
    here = {"reader": READER_VERSION, "engine": ENGINE_VERSION}
    found = [Version(part, version, here[part]) for part, version in manifest.versions.items()]
    for method, version in manifest.methods.items():
        known = METHODS.get(method)
        found.append(Version(method, version, known.version if known else None))
    return [one for one in found if one.bundle != one.here]


def _editions(footprint: Footprint, bundle: Extracted) -> list[tuple[str, str]]:
    computed = {edition.id: edition.sha256 for edition in footprint.editions}
    return [(name, computed.get(name, sha)) for name, sha in bundle.manifest.editions.items()]


def _standing(edition: str, sha256: str) -> str:
    if edition not in edition_ids():
        return "unknown"
    return "same" if load_edition(edition).sha256 == sha256 else "differs"
