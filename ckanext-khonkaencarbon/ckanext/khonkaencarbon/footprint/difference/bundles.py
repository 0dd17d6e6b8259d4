"""The difference of two bundles: they hold the files, so rows and mapping can be told apart."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.compute import Footprint, compute
from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.difference.decomposition import Decomposition, decompose
from ckanext.khonkaencarbon.footprint.difference.version import Version
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.model import Source
from ckanext.khonkaencarbon.footprint.output.bundle import Request
from ckanext.khonkaencarbon.footprint.output.bundle_reading import extract
from ckanext.khonkaencarbon.footprint.output.unpacking import refused
from ckanext.khonkaencarbon.footprint.output.verification import request_of


class _Opened(NamedTuple):
    request: Request
    version: Version


def bundle_difference(old: Path, new: Path) -> Decomposition:
    """Why the second bundle differs from the first; FileRefused where one cannot be used or is damaged."""
    with tempfile.TemporaryDirectory(prefix="khonkaencarbon-") as folder:
        first, second = (_opened(path, Path(folder) / str(n)) for n, path in enumerate((old, new)))
        return decompose(first.version, second.version, _between(first.request, second.request))


def _opened(path: Path, folder: Path) -> _Opened:
    folder.mkdir()
    try:
        bundle = extract(path, folder)
        if bundle.damaged:
            raise refused("ไฟล์ข้างในไม่ตรงกับค่าตรวจสอบ", "a member has another checksum", min(bundle.damaged))
        asked = request_of(bundle, folder)
        made = _computed(asked)
        document = json.loads(bundle.content("outputs/summary.json"))
        return _Opened(asked, Version.stored(document, made.cube, made.editions))
    except FileRefused as refusal:
        raise FileRefused(replace(refusal.finding, input=path.name)) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise refused("summary.json ไม่ตรงกับชุดนี้", "its summary.json does not belong to it") from error


def _computed(asked: Request) -> Footprint:
    return compute(
        asked.sources, asked.mappings, asked.settings, personal_data_cleared=asked.personal_data_cleared
    )


def _between(old: Request, new: Request) -> Cube | None:
    """The new files under the old mappings; a file that is only in the new bundle keeps its own."""
    if len(old.sources) == len(new.sources) == 1:
        mappings = list(old.mappings)
    else:
        known = {_known_by(one): mapping for one, mapping in zip(old.sources, old.mappings, strict=True)}
        mappings = [
            known.get(_known_by(one), own) for one, own in zip(new.sources, new.mappings, strict=True)
        ]
    cube = _computed(replace(new, mappings=mappings)).cube
    return cube if cube.inputs else None


def _known_by(one: Source) -> str:
    return one.resource_id or one.name
