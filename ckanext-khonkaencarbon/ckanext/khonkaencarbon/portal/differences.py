"""Why a version differs from the one before: the note that is stored with it.

It is made of stored cells. Only where rows and mapping changed together the files are read once more, under
the old mapping, and only small ones; else the two are one term.
"""

from __future__ import annotations

import logging
from typing import Any

from ckanext.khonkaencarbon.footprint.compute import Footprint, compute
from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.cube.engine import BIG
from ckanext.khonkaencarbon.footprint.difference import note as notes
from ckanext.khonkaencarbon.footprint.difference.decomposition import decompose
from ckanext.khonkaencarbon.footprint.difference.version import Version, mapping_changed, rows_changed
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.output.bundle import Request
from ckanext.khonkaencarbon.portal import inputs, kept

log = logging.getLogger(__name__)

MOST_CELLS = 100_000  # of both versions: each state between them multiplies all cells


def note(dataset_id: str, footprint: Footprint, request: Request) -> dict[str, Any] | None:
    """The note of a footprint to the version published last, of the form khonkaencarbon-difference/1.

    None where there is no version before or it is the same, where its cells were not kept or are too many, or
    where its editions are not in this release any more. No note is worth a version: faults are logged.
    """
    version = kept.newest(dataset_id)
    if version is None or version.fingerprint == footprint.fingerprint:
        return None
    try:
        return _note(version, footprint, request)
    except (ValueError, LookupError, FileRefused, OSError) as reason:
        log.warning("No difference note for dataset %s (%s: %s)", dataset_id, type(reason).__name__, reason)
        return None


def _note(version: Any, footprint: Footprint, request: Request) -> dict[str, Any] | None:
    cube = kept.cube(version)
    if cube is None or len(cube.cells) + len(footprint.cube.cells) > MOST_CELLS:
        return None
    document = version.overview
    old = Version.stored(document, cube, load_editions(document["settings"]["editions"]))
    new = Version.of(footprint)
    between = _between(version.inputs, request) if _is_needed(old.cube, new.cube) else None
    return notes.document(decompose(old, new, between))


def _is_needed(old: Cube, new: Cube) -> bool:
    small = sum(one.bytes for one in new.inputs) <= BIG
    return small and rows_changed(old, new) and mapping_changed(old, new)


def _between(then: dict[str, Any], request: Request) -> Cube | None:
    """The new files under the old mappings; a file that was not there keeps its own."""
    before = then["mappings"]
    if len(before) == len(request.sources) == 1:
        mappings = [inputs.mapping_of(text) for text in before.values()]
    else:
        mappings = [
            inputs.mapping_of(before[one.resource_id]) if one.resource_id in before else own
            for one, own in zip(request.sources, request.mappings, strict=True)
        ]
    cube = compute(request.sources, mappings, request.settings).cube
    return cube if cube.inputs else None
