"""cells.json: a cube as data, so that a new edition multiplies it again and opens no file.

Exact and deterministic: equal cubes give equal bytes, and what is read back gives equal lines, summaries and
findings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog
from ckanext.khonkaencarbon.footprint.model import (
    Cell,
    CellKey,
    Counts,
    Finding,
    InputDescription,
    Refused,
    Severity,
    Text,
)
from ckanext.khonkaencarbon.footprint.output import findings
from ckanext.khonkaencarbon.footprint.output.indented import indented
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

FORMAT = "khonkaencarbon-cells/1"
_TEXTS = ("activity", "consumer", "unit", "organisation", "facility", "place", "quality", "uncertainty_pct")
_NO_CELLS = '\n  "cells": []\n'


class CellsError(ValueError):
    """Stored cells cannot be used; the message says why. Reading the files again makes new ones."""


def json_bytes(cube: Cube) -> bytes:
    """Two-space indent, non-ASCII literal, final newline; one cell after the other, as summary.json does."""
    frame = indented(_frame(cube)) + "\n"
    if not cube.cells:
        return frame.encode()
    head, tail = frame.split(_NO_CELLS)
    cells = ",".join(map(_indented, cube.cells))
    return f'{head}\n  "cells": [{cells}\n  ]\n{tail}'.encode()


def from_json(content: bytes | str) -> Cube:
    """The cube that ``json_bytes`` wrote.

    Raises:
        CellsError: not such a document, or an activity in it is not known any more.
    """
    try:
        return _cube(json.loads(content))
    except CellsError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, InvalidOperation, FileRefused) as error:
        raise CellsError(f"{FORMAT}: {type(error).__name__}: {error}") from error


def _frame(cube: Cube) -> dict[str, Any]:
    counts = cube.counts
    return {
        "format": FORMAT,
        "versions": {"reader": cube.reader, "engine": cube.engine},
        "inputs": [
            {
                "name": one.name,
                "sha256": one.sha256,
                "bytes": one.bytes,
                "encoding": one.encoding,
                "resource_id": one.resource_id,
            }
            for one in cube.inputs
        ],
        "mapping": [mapping.as_json() for mapping in cube.mappings],
        "counts": {"read": counts.read, "used": counts.used, "refused": counts.refused},
        "refused": {
            "by_code": dict(sorted(cube.refused.by_code.items())),
            "quantity": [
                {"activity": activity, "unit": unit, "quantity": plain(quantity)}
                for (activity, unit), quantity in sorted(cube.refused.quantity.items())
            ],
        },
        "findings": {
            "by_code": dict(sorted(cube.log.by_code.items())),
            "listed": [findings.document(one) for one in cube.log.listed],
        },
        "cells": [],
    }


def _indented(cell: Cell) -> str:
    return "\n    " + indented(_cell(cell), "\n    ")


def _cell(cell: Cell) -> dict[str, Any]:
    key = cell.key
    return {
        "period_start": key.period_start.isoformat(),
        "period_end": key.period_end.isoformat(),
        **{name: getattr(key, name) or None for name in _TEXTS},
        "parameters": dict(key.parameters),
        "quantity": plain(cell.quantity),
        "rows": cell.rows,
    }


def _cube(given: Mapping[str, Any]) -> Cube:
    if given["format"] != FORMAT:
        raise CellsError(f"format: {given['format']!r}")
    cells = tuple(_cells(given["cells"]))
    if any(second.key <= first.key for first, second in pairwise(cells)):
        raise CellsError("cells: not sorted, or a key occurs twice")
    quantities = given["refused"]["quantity"]
    return Cube(
        cells=cells,
        inputs=tuple(InputDescription(**one) for one in given["inputs"]),
        mappings=tuple(map(ColumnMapping.from_json, given["mapping"])),
        counts=Counts(**given["counts"]),
        refused=Refused(
            dict(given["refused"]["by_code"]),
            {(one["activity"], one["unit"]): _decimal(one["quantity"]) for one in quantities},
        ),
        log=_log(given["findings"]),
        reader=given["versions"]["reader"],
        engine=given["versions"]["engine"],
    )


def _cells(given: list[Mapping[str, Any]]) -> Iterator[Cell]:
    activities = load_vocabulary().activities
    for one in given:
        if one["activity"] not in activities:
            raise CellsError(f"activity: {one['activity']!r}")
        key = CellKey(
            period_start=date.fromisoformat(one["period_start"]),
            period_end=date.fromisoformat(one["period_end"]),
            **{name: one[name] or "" for name in _TEXTS},
            parameters=tuple(sorted(one["parameters"].items())),
        )
        yield Cell(key, _decimal(one["quantity"]), int(one["rows"]))


def _decimal(text: object) -> Decimal:
    """A number as it is written here; a JSON number is none, for it has been a float."""
    if not isinstance(text, str) or not (number := Decimal(text)).is_finite() or plain(number) != text:
        raise CellsError(f"quantity: {text!r}")
    return number


def _log(given: Mapping[str, Any]) -> FindingLog:
    log = FindingLog()
    for one in given["listed"]:
        log.add(_finding(one))
    for code, number in given["by_code"].items():
        log.count(code, number - log.by_code.get(code, 0))
    return log


def _finding(one: Mapping[str, Any]) -> Finding:
    texts = {"expected": Text(**one["expected"]), "fix": Text(**one["fix"])}
    return Finding(**{**one, **texts, "severity": Severity(one["severity"])})
