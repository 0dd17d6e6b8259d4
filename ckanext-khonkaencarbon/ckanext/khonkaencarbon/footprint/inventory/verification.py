"""Computing the bundle of an inventory again and comparing every published byte."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.bundle import claims
from ckanext.khonkaencarbon.footprint.inventory.history import read_history
from ckanext.khonkaencarbon.footprint.inventory.manifest import (
    HISTORY,
    INVENTORY,
    OPTIONAL,
    SUMMARY_FILE,
    InventoryManifest,
)
from ckanext.khonkaencarbon.footprint.inventory.request import (
    INVENTORY_VERSION,
    VERSION_FILES,
    CityTable,
    InventoryRequest,
    computed,
    dataset_versions,
)
from ckanext.khonkaencarbon.footprint.inventory.settings import settings_from_json
from ckanext.khonkaencarbon.footprint.inventory.values import parsed_json
from ckanext.khonkaencarbon.footprint.output import forms
from ckanext.khonkaencarbon.footprint.output.difference import Difference, first_difference
from ckanext.khonkaencarbon.footprint.output.manifest import MANIFEST, SETTINGS
from ckanext.khonkaencarbon.footprint.output.packing import json_bytes
from ckanext.khonkaencarbon.footprint.output.unpacking import extract, refused
from ckanext.khonkaencarbon.footprint.output.verification import Verification, Version, damaged

Extracted = forms.Extracted[InventoryManifest]
WHOLE_LIMIT = 256 << 20
_ABSENT = "–"


def verify_inventory(path: Path) -> Verification:
    """Compute what a bundle says was computed, with nothing but what is in it.

    Raises:
        FileRefused: it is not a bundle, or its settings, summaries or history cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="khonkaencarbon-") as name:
        try:
            return _verified(extract(path, Path(name), INVENTORY))
        except FileRefused as refusal:
            raise FileRefused(replace(refusal.finding, input=path.name)) from None
        except RecursionError as error:
            raise refused("JSON ข้างในซ้อนกันลึกเกินไป", "JSON in it is nested too deeply") from error


def _verified(bundle: Extracted) -> Verification:
    request, manifest = request_of(bundle), bundle.manifest
    here = Version("inventory", manifest.versions["inventory"], INVENTORY_VERSION)
    return Verification(
        differences=(*damaged(bundle), *_differences(bundle, request, computed(request, FindingLog()))),
        versions=() if here.bundle == here.here else (here,),
        editions={},
        fingerprint=manifest.fingerprint,
        usable=True,
    )


def request_of(bundle: Extracted) -> InventoryRequest:
    """What ``computed`` was asked; FileRefused where settings or history are of another form."""
    manifest = bundle.manifest
    _check_sizes(bundle)
    try:
        settings = parsed_json(bundle.content(SETTINGS).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise FileRefused(finding("encoding-error", encoding="UTF-8", offset=error.start + 1)) from None
    except ValueError:
        settings = None  # refused with what is allowed, as in any other file
    settings_from_json(settings)
    summaries = {
        known["id"]: bundle.files[name] for name in bundle.files if (known := SUMMARY_FILE.fullmatch(name))
    }
    tables = [CityTable(one.name, bundle.content(one.path)) for one in manifest.tables]
    history = read_history(bundle.content(HISTORY), manifest.number)
    return InventoryRequest(settings, summaries, tables, history, manifest.number, manifest.as_of)


def _check_sizes(bundle: Extracted) -> None:
    """Everything but summaries and outputs is read as a whole."""
    whole = (SETTINGS, HISTORY, *(one.path for one in bundle.manifest.tables))
    for member in whole:
        if bundle.files[member].stat().st_size > WHOLE_LIMIT:
            limit = f"{WHOLE_LIMIT >> 20} MiB"
            raise refused(f"มีไฟล์ใหญ่เกิน {limit}", f"a member exceeds {limit}", member)


def _differences(
    bundle: Extracted, request: InventoryRequest, found: Mapping[str, bytes]
) -> Iterator[Difference]:
    """One at most for each published file, figures first, and for the manifest."""
    for name in VERSION_FILES:
        member = f"outputs/{name}"
        published = bundle.content(member) if member in bundle.files else None
        if name in OPTIONAL and (published is None) != (name not in found):
            words = [_ABSENT if one is None else name for one in (published, found.get(name))]
            yield Difference(member, None, "", *words)
        elif published is not None and (one := first_difference(member, published, found[name])):
            yield one
    said = claims(request, dataset_versions(request))
    claimed = {name: getattr(bundle.manifest, name) for name in said}
    if one := first_difference(MANIFEST, json_bytes(claimed), json_bytes(said)):
        yield one
