"""What is kept with a version so that it can be multiplied again and compared: its cells, its bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.output import cells
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of
from ckanext.khonkaencarbon.portal import ledger, storage
from ckanext.khonkaencarbon.portal.queue import engine


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
