"""Emission lines into a table by COPY and out of it, in the form they have in summary.csv."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.model import Line
from ckanext.khonkaencarbon.footprint.output.columns import COLUMNS, csv_chunks

Rows = Counter[tuple[str, ...]]  # as in summary.csv, each with how often it is there
CHUNK = 1000  # rows


def copy_lines(cursor: Any, table: str, constants: Mapping[str, str | int], lines: Sequence[Line]) -> None:
    """Append lines to a table with the columns of summary.csv and of ``constants``, the same in every row."""
    _copy(cursor, table, constants, _rows_of(lines))


def copy_file(cursor: Any, table: str, constants: Mapping[str, str | int], path: Path) -> None:
    """The same from a summary.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        _copy(cursor, table, constants, rows)


def texts(columns: Iterable[str]) -> list[Any]:
    """Columns as summary.csv has them."""
    return [sa.func.coalesce(sa.cast(sa.literal_column(f'"{name}"'), sa.Text), "") for name in columns]


def rows(connection: Connection, query: Any) -> Rows:
    """The rows of a query of such columns."""
    return Counter(tuple(row) for row in connection.execute(query))


def _copy(cursor: Any, table: str, constants: Mapping[str, str | int], rows: Iterable[Sequence[str]]) -> None:
    columns = ", ".join(f'"{name}"' for name in (*constants, *COLUMNS))
    statement = f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)'
    whole = iter([*constants.values(), *row] for row in rows)
    while chunk := list(islice(whole, CHUNK)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(chunk)
        text.seek(0)
        cursor.copy_expert(statement, text)


def _rows_of(lines: Sequence[Line]) -> Iterator[list[str]]:
    for number, text in enumerate(csv_chunks(tuple(lines))):
        yield from islice(csv.reader(io.StringIO(text, newline="")), int(number == 0), None)
