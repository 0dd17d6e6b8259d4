"""The columns of summary.csv, which are the first keys of ``lines`` in summary.json.

A file has many lines, so the JSON of a line is a template; its bytes are those of Python's encoder, which
writes in C only without an indent.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.model import Line
from ckanext.khonkaencarbon.footprint.output.indented import indented

COLUMNS = (
    *("line_id", "year", "month", "period_start", "period_end", "gpc_ref", "scope", "activity", "consumer"),
    *("organisation", "facility", "place", "quantity", "unit", "gas", "biogenic", "mass_kg", "gwp"),
    *("co2e_kg", "method", "factor_ids", "quality", "uncertainty_pct", "rows"),
)
_REMEMBERED = 1 << 14  # texts
_quoted: Callable[[str], str] = lru_cache(_REMEMBERED)(json.JSONEncoder(ensure_ascii=False).encode)


def month(line: Line) -> int | None:
    """The month of a cell that lies inside one; None for others, and for gas that escapes after its cell."""
    start, end = line.key[:2]
    if (start.year, start.month) != (end.year, end.month):
        return None
    return start.month if start <= line.period_start and line.period_end <= end else None


def csv_chunks(lines: tuple[Line, ...], size: int = 1000) -> Iterator[str]:
    """The text of summary.csv in pieces of ``size`` lines: RFC 4180, LF, minimal quoting."""
    heading = f"{','.join(COLUMNS)}\n"
    for first in range(0, len(lines), size):
        yield heading + "".join(map(_row, lines[first : first + size]))
        heading = ""


def _row(line: Line) -> str:
    _, start, end, gpc_ref, scope, key, quantity, gas, biogenic, mass, gwp, co2e, method, ids, *_ = line
    return (
        f"{line.line_id},{start.year},{month(line) or ''},{start.isoformat()},{end.isoformat()},"
        f"{_cell(gpc_ref)},{scope},{_cell(key.activity)},{_cell(key.consumer)},{_cell(key.organisation)},"
        f"{_cell(key.facility)},{_cell(key.place)},{plain(quantity)},{_cell(key.unit)},{_cell(gas)},"
        f"{'true' if biogenic else 'false'},{plain(mass)},{_plain(gwp)},{_plain(co2e)},{_cell(method)},"
        f"{_cell(';'.join(ids))},{_cell(key.quality)},{_plain(line.uncertainty_pct)},{line.rows}\n"
    )


@lru_cache(_REMEMBERED)
def _cell(text: str) -> str:
    """A text as the standard library's writer puts it among others."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow((text, ""))
    return buffer.getvalue()[:-2]


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def json_chunks(lines: tuple[Line, ...], size: int = 1000) -> Iterator[str]:
    """The elements of ``lines`` in pieces of ``size``, with a comma between any two of them."""
    for first in range(0, len(lines), size):
        yield ("," if first else "") + ",".join(map(_element, lines[first : first + size]))


def _element(line: Line) -> str:
    """The columns, and the parameters that the rows gave to the method."""
    _, start, end, gpc_ref, scope, key, quantity, gas, biogenic, mass, gwp, co2e, method, ids, *_ = line
    return f"""
    {{
      "line_id": "{line.line_id}",
      "year": {start.year},
      "month": {month(line) or "null"},
      "period_start": "{start.isoformat()}",
      "period_end": "{end.isoformat()}",
      "gpc_ref": {_quoted(gpc_ref)},
      "scope": {scope},
      "activity": {_quoted(key.activity)},
      "consumer": {_filled(key.consumer)},
      "organisation": {_filled(key.organisation)},
      "facility": {_filled(key.facility)},
      "place": {_filled(key.place)},
      "quantity": "{plain(quantity)}",
      "unit": {_quoted(key.unit)},
      "gas": {_quoted(gas)},
      "biogenic": {"true" if biogenic else "false"},
      "mass_kg": "{plain(mass)}",
      "gwp": {_number(gwp)},
      "co2e_kg": {_number(co2e)},
      "method": {_quoted(method)},
      "factor_ids": {_listed(ids)},
      "quality": {_filled(key.quality)},
      "uncertainty_pct": {_number(line.uncertainty_pct)},
      "rows": {line.rows},
      "parameters": {_named(key.parameters)}
    }}"""


def _filled(text: str) -> str:
    return _quoted(text) if text else "null"


def _number(value: Decimal | None) -> str:
    return "null" if value is None else f'"{plain(value)}"'


@lru_cache(_REMEMBERED)
def _listed(ids: tuple[str, ...]) -> str:
    return _within_line(list(ids))


@lru_cache(_REMEMBERED)
def _named(parameters: tuple[tuple[str, str], ...]) -> str:
    return _within_line(dict(parameters))


def _within_line(value: object) -> str:
    return indented(value, "\n" + " " * 6)
