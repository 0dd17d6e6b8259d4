"""Opening the bundle of a footprint that anybody may have made."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from ckanext.khonkaencarbon.footprint.output import forms, unpacking
from ckanext.khonkaencarbon.footprint.output.forms import Form
from ckanext.khonkaencarbon.footprint.output.manifest import (
    EDITION_FILE,
    FORMAT,
    INPUT_FILE,
    MANIFEST,
    MAPPING_FILE,
    OUTPUTS,
    SETTINGS,
    Manifest,
    parsed,
)
from ckanext.khonkaencarbon.footprint.output.unpacking import refused

MEMBER_LIMIT = 2_000
MANIFEST_LIMIT = 4 << 20
_FIXED = {SETTINGS, *(f"outputs/{output}" for output in OUTPUTS)}

Extracted = forms.Extracted[Manifest]


def extract(path: Path, folder: Path, form: Form[Manifest] | None = None) -> Extracted:
    """Check the bundle of a footprint and write its members into a folder; see ``unpacking.extract``."""
    return unpacking.extract(path, folder, form or FOOTPRINT)


def _is_known(name: str) -> bool:
    known = (EDITION_FILE, INPUT_FILE, MAPPING_FILE)
    return name in {MANIFEST, *_FIXED} or any(one.fullmatch(name) for one in known)


def _place(number: int, name: str) -> str:
    """An edition is read as a folder of files under their names."""
    edition = EDITION_FILE.fullmatch(name)
    return f"editions/{edition['id']}/{edition['file']}" if edition else str(number)


def _referred(manifest: Manifest, present: Set[str]) -> set[str]:
    editions = {name for name in present if name.startswith("editions/")}
    if {name.split("/")[1] for name in editions} != manifest.editions.keys() or not manifest.inputs:
        raise refused("ชุดค่าการปล่อยหรือข้อมูลเข้าไม่ครบ", "editions or inputs are missing")
    inputs = {one.path for one in manifest.inputs} | {one.mapping for one in manifest.inputs if one.mapping}
    return _FIXED | inputs | editions


FOOTPRINT = Form(FORMAT, _is_known, parsed, _referred, MEMBER_LIMIT, MANIFEST_LIMIT, _place)
