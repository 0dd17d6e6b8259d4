"""The rows of the input files behind an emission line, where the files were small enough to note them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from ckanext.khonkaencarbon.footprint.cube.witness import places
from ckanext.khonkaencarbon.footprint.methods.emission import line_id
from ckanext.khonkaencarbon.footprint.model import CellKey
from ckanext.khonkaencarbon.portal import kept, storage

LARGEST = 8_000_000  # bytes of cells that a page reads


def rows(version: Any, line: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Input, record and line of the first rows behind a line of summary.json; None: they were not noted."""
    if storage.ROWS not in version.files or version.files[storage.CELLS]["size"] > LARGEST:
        return None
    cube, noted = kept.cube(version), kept.whole(version, storage.ROWS)
    if cube is None or noted is None:
        return None
    wanted = line["line_id"]
    cell = next((number for number, one in enumerate(cube.cells) if _id(one.key, line) == wanted), None)
    if cell is None:
        return None
    files = {one.sha256: one for one in cube.inputs}
    return [
        {
            "input": files[place.input].name,
            "resource_id": files[place.input].resource_id,
            "record": place.record,
            "line": place.line,
        }
        for place in places(json.loads(noted.read_bytes()), cell)
    ]


def _id(key: CellKey, line: Mapping[str, Any]) -> str:
    """What the line would be called if it were of this cell."""
    start = date.fromisoformat(line["period_start"])
    return line_id(key, start, line["gpc_ref"], line["gas"], line["biogenic"], line["method"])
