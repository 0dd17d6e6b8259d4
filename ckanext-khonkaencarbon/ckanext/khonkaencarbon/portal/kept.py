"""What is kept with a version to multiply it again, compare and trace it: cells, bundle, places of rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.output import cells
from ckanext.khonkaencarbon.footprint.output.bundle import Request
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of
from ckanext.khonkaencarbon.portal import ledger, storage
from ckanext.khonkaencarbon.portal.queue import engine


@dataclass(frozen=True, slots=True)
class Asked(Request):
    """What the core was asked, and what else it left behind: where the rows of each cell stand."""

    rows: bytes = b""


def contents(footprint: Footprint, request: Request) -> dict[str, bytes]:
    """What is written beside the files for people."""
    found = {storage.CELLS: cells.json_bytes(footprint.cube)}
    if isinstance(request, Asked) and request.rows:
        found[storage.ROWS] = request.rows
    return found


def newest(dataset_id: str) -> Any:
    """The row of the version that was published last; None where there is none."""
    with engine().begin() as connection:
        return ledger.newest(connection, dataset_id)


def cube(version: Any) -> Cube | None:
    """The cells of a version; None where it has none that can be used."""
    path = whole(version, storage.CELLS)
    if path is None:
        return None
    try:
        return cells.from_json(path.read_bytes())
    except cells.CellsError:
        return None


def whole(version: Any, name: str) -> Path | None:
    """Where a file of a version lies, if it has the bytes that were published."""
    expected = version.files.get(name)
    path = storage.path(version.dataset_id, version.number, name)
    try:
        return path if expected and digest_of(path)[0] == expected["sha256"] else None
    except OSError:
        return None
