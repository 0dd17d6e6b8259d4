"""Which rows made a cell: remembered while small files are read, so that a figure leads back to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.cube.engine import BIG, by_size
from ckanext.khonkaencarbon.footprint.cube.sums import Sums
from ckanext.khonkaencarbon.footprint.model import CellKey, Record
from ckanext.khonkaencarbon.footprint.reading.table import Table

FORMAT = "khonkaencarbon-rows/1"
LISTED = 50  # rows of a cell


class Place(NamedTuple):
    """Where a row stands; ``input`` is the SHA-256 of its file."""

    input: str
    record: int
    line: int


class Witness:
    """An engine that counts as ``by_size`` does and remembers the first rows of cells of small files."""

    def __init__(self) -> None:
        self._places: dict[CellKey, list[Place]] = {}

    def __call__(self, table: Table, sums: Sums, alone: bool) -> None:
        """Count the rows of a table."""
        if table.path.stat().st_size >= BIG:
            by_size(table, sums, alone)
        else:
            sums.add_records(self._watched(table))

    def json_bytes(self, cube: Cube) -> bytes:
        """The rows of each cell, in the order of the cells; a big file has none."""
        hashes = [one.sha256 for one in cube.inputs]
        number = {sha256: hashes.index(sha256) for sha256 in hashes}
        found = [
            [[number[at.input], at.record, at.line] for at in self._places.get(_blind(cell.key), ())]
            for cell in cube.cells
        ]
        document = {"format": FORMAT, "inputs": hashes, "cells": found}
        return (json.dumps(document, separators=(",", ":")) + "\n").encode()

    def _watched(self, table: Table) -> Iterator[Record]:
        sha256 = table.description.sha256
        for number, line, record in table.placed_records():
            places = self._places.setdefault(_blind(record.key), [])
            if len(places) < LISTED:
                places.append(Place(sha256, number, line))
            yield record


def places(document: Mapping[str, Any], cell: int) -> list[Place]:
    """The rows of a cell by its number, as ``json_bytes`` wrote them.

    Raises:
        LookupError, TypeError, ValueError: it is not such a document.
    """
    return [Place(document["inputs"][one], record, line) for one, record, line in document["cells"][cell]]


def _blind(key: CellKey) -> CellKey:
    """Names that differ by case alone end in one cell."""
    return key._replace(
        organisation=key.organisation.casefold(),
        facility=key.facility.casefold(),
        place=key.place.casefold(),
    )
