"""The columns of summary.csv, which are the first keys of ``lines`` in summary.json."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.model import Line

Value = str | int | bool | Decimal | date | tuple[str, ...] | None

COLUMNS: dict[str, Callable[[Line], Value]] = {
    "line_id": lambda line: line.line_id,
    "year": lambda line: line.period_start.year,
    "month": lambda line: month(line),
    "period_start": lambda line: line.period_start,
    "period_end": lambda line: line.period_end,
    "gpc_ref": lambda line: line.gpc_ref,
    "scope": lambda line: line.scope,
    "activity": lambda line: line.key.activity,
    "consumer": lambda line: line.key.consumer or None,
    "organisation": lambda line: line.key.organisation or None,
    "facility": lambda line: line.key.facility or None,
    "place": lambda line: line.key.place or None,
    "quantity": lambda line: line.quantity,
    "unit": lambda line: line.key.unit,
    "gas": lambda line: line.gas,
    "biogenic": lambda line: line.biogenic,
    "mass_kg": lambda line: line.mass_kg,
    "gwp": lambda line: line.gwp,
    "co2e_kg": lambda line: line.co2e_kg,
    "method": lambda line: line.method,
    "factor_ids": lambda line: line.factor_ids,
    "quality": lambda line: line.key.quality or None,
    "uncertainty_pct": lambda line: line.uncertainty_pct,
    "rows": lambda line: line.rows,
}


def month(line: Line) -> int | None:
    """The month of a cell that lies inside one; None for others, and for gas that escapes after its cell."""
    start, end = line.key.period_start, line.key.period_end
    inside = start <= line.period_start and line.period_end <= end
    return start.month if inside and (start.year, start.month) == (end.year, end.month) else None


def csv_chunks(lines: tuple[Line, ...], size: int = 1000) -> Iterator[str]:
    """The text of summary.csv in pieces of ``size`` lines: RFC 4180, LF, minimal quoting."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for first in range(0, len(lines), size):
        for line in lines[first : first + size]:
            writer.writerow([_cell(read(line)) for read in COLUMNS.values()])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def json_object(line: Line) -> dict[str, object]:
    """One element of ``lines``: the columns, and the parameters that the rows gave to the method."""
    return {
        **{name: _json(read(line)) for name, read in COLUMNS.items()},
        "parameters": dict(line.key.parameters),
    }


def _cell(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(value)
    return _text(value)


def _json(value: Value) -> object:
    if value is None or isinstance(value, bool):
        return value
    return list(value) if isinstance(value, tuple) else _text(value)


def _text(value: str | int | Decimal | date) -> str | int:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
