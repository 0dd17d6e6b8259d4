"""summary.csv and summary.json: the same lines, byte for byte the same wherever they are computed."""

from __future__ import annotations

import io
from datetime import date
from itertools import chain

from ckanext.khonkaencarbon.footprint import accounting
from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter, PublishedRow
from ckanext.khonkaencarbon.footprint.fingerprint import ENGINE_VERSION
from ckanext.khonkaencarbon.footprint.methods.method import Method
from ckanext.khonkaencarbon.footprint.model import InputDescription
from ckanext.khonkaencarbon.footprint.output.columns import csv_chunks, json_chunks
from ckanext.khonkaencarbon.footprint.output.indented import indented
from ckanext.khonkaencarbon.footprint.output.totals import (
    quality,
    quality_shares,
    totals,
    uncertainty_pct,
)
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION

FORMAT = "khonkaencarbon-summary/1"
_NO_LINES = '\n  "lines": [],\n'


def csv_bytes(footprint: Footprint) -> bytes:
    """summary.csv: one row per emission line, sorted."""
    file = io.BytesIO()
    for chunk in csv_chunks(footprint.lines):
        file.write(chunk.encode())
    return file.getvalue()


def json_bytes(footprint: Footprint) -> bytes:
    """summary.json: two-space indent, non-ASCII literal, final newline.

    Lines are written one by one: as one tree they would take several times the memory of the text.
    """
    frame = indented(document(footprint)) + "\n"
    if not footprint.lines:
        return frame.encode()
    head, tail = frame.split(_NO_LINES)  # no string can hold a raw line break, so this is the top-level key
    file = io.BytesIO()
    for text in chain((head, '\n  "lines": ['), json_chunks(footprint.lines), ("\n  ],\n", tail)):
        file.write(text.encode())
    return file.getvalue()


def document(footprint: Footprint) -> dict[str, object]:
    """What summary.json says, the list of lines left empty."""
    lines = footprint.lines
    percent = uncertainty_pct(lines, footprint.factors)
    return {
        "format": FORMAT,
        "settings": accounting.as_json(footprint.settings),
        "inputs": [_input(one) for one in footprint.inputs],
        "mapping": [mapping.as_json() for mapping in footprint.mappings],
        "editions": [_edition(edition) for edition in footprint.editions],
        "factors": [_factor(row) for row in footprint.factors],
        "methods": [_method(method) for method in footprint.methods],
        "counts": _counts(footprint),
        "refused": _refused(footprint),
        "totals": totals(lines, footprint.settings.gwp),
        "quality": quality(lines),
        "uncertainty_pct": None if percent is None else plain(percent),
        "incomplete": footprint.incomplete,
        "findings": dict(sorted(footprint.log.by_code.items())),
        "fingerprint": footprint.fingerprint,
        "lines": [],
        "notation": {
            ref: {"key": entry.key, "explanation": entry.explanation.as_json()}
            for ref, entry in footprint.notation.items()
        },
        "quality_shares": quality_shares(lines),
        "versions": {"reader": READER_VERSION, "engine": ENGINE_VERSION},
    }


def _input(one: InputDescription) -> dict[str, object]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "bytes": one.bytes,
        "encoding": one.encoding,
        "resource_id": one.resource_id,
    }


def _edition(edition: Edition) -> dict[str, object]:
    return {
        "id": edition.id,
        "sha256": edition.sha256,
        "title": edition.title.as_json(),
        "publisher": edition.publisher,
        "date": edition.date,
    }


def _method(method: Method) -> dict[str, object]:
    return {
        "id": method.id,
        "version": method.version,
        "title": method.title.as_json(),
        "equation": method.equation,
        "source": method.source,
    }


def _factor(row: PublishedRow) -> dict[str, object]:
    percent = row.uncertainty_pct
    own: dict[str, object]
    if isinstance(row, Parameter):
        unit, gas = row.unit, None
        own = {"name": row.name, "category": row.category or None, "biogenic": None}
    else:
        unit, gas = f"kg/{row.unit}", row.gas
        own = {"name": None, "category": None, "biogenic": row.biogenic}
    return {
        "id": row.id,
        "value": plain(row.value),
        "unit": unit,
        "gas": gas,
        "source": row.source,
        **own,
        "edition": row.edition,
        "region": row.region,
        "valid_from": _day(row.valid_from),
        "valid_to": _day(row.valid_to),
        "uncertainty_pct": None if percent is None else plain(percent),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _counts(footprint: Footprint) -> dict[str, int]:
    counts = footprint.counts
    return {"read": counts.read, "used": counts.used, "refused": counts.refused, "lines": counts.lines}


def _refused(footprint: Footprint) -> dict[str, object]:
    refused = footprint.refused
    quantity: dict[str, dict[str, str]] = {}
    for (activity, unit), value in sorted(refused.quantity.items()):
        quantity.setdefault(activity, {})[unit] = plain(value)
    return {"by_code": dict(sorted(refused.by_code.items())), "quantity": quantity}
