"""A footprint from stored cells, where only factors or settings changed: no input file is opened.

The bundle of the new version needs the input files: they are taken out of the bundle of the old one.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

from ckanext.khonkaencarbon.footprint.compute import Footprint, footprint_of_cells
from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.model import Source
from ckanext.khonkaencarbon.footprint.output.bundle import Request
from ckanext.khonkaencarbon.footprint.output.manifest import MANIFEST
from ckanext.khonkaencarbon.portal import bundles, inputs, kept, rules, storage
from ckanext.khonkaencarbon.portal.kept import Asked
from ckanext.khonkaencarbon.portal.snapshot import Snapshot


@contextmanager
def multiplied(dataset: Snapshot) -> Iterator[tuple[Footprint, Request] | None]:
    """The footprint of a dataset with what it is asked, for as long as the block runs.

    None where the files have to be read: they or their mappings changed, nothing changed at all (somebody
    wants it computed anew), or what is kept of the version published last does not do.
    """
    version = kept.newest(dataset.id)
    cube = kept.cube(version) if version is not None and _is_enough(version.inputs, dataset.parts) else None
    with ExitStack() as held:
        yield _made(dataset, version, cube, held) if cube is not None and cube.is_current else None


def _is_enough(then: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether cells that were summed then are those of now, and something else calls for a computation."""
    return then != now and all(then[name] == now[name] for name in ("files", "mappings"))


def _made(dataset: Snapshot, version: Any, cube: Cube, held: ExitStack) -> tuple[Footprint, Request] | None:
    try:
        settings = rules.of_dataset(dataset.boundary)
        editions = load_editions(settings.editions)
        mappings = [inputs.mapping_of(one.mapping) for one in dataset.inputs]
    except FileRefused:
        return None  # reading the files says so in a finding
    noted = kept.whole(version, storage.ROWS)
    rows = noted.read_bytes() if noted else b""
    footprint = footprint_of_cells(cube, editions, settings)
    if not footprint.usable or not bundles.is_offered(footprint):
        return footprint, Asked([], mappings, settings, rows=rows)
    path = kept.whole(version, "bundle.zip")
    sources = _sources(held.enter_context(zipfile.ZipFile(path)), dataset) if path else None
    return (footprint, Asked(sources, mappings, settings, rows=rows)) if sources else None


def _sources(archive: zipfile.ZipFile, dataset: Snapshot) -> list[Source] | None:
    """The inputs of a dataset inside a bundle, in their order."""
    members = {one["resource_id"]: one for one in json.loads(archive.read(MANIFEST))["inputs"]}
    if members.keys() != {one.id for one in dataset.inputs}:
        return None
    return [
        # inside an archive, which can be opened and read like any other path
        Source(one.name, cast(Path, zipfile.Path(archive, members[one.id]["path"])), one.id)
        for one in dataset.inputs
    ]
