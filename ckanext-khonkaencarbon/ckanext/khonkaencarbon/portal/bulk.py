"""Emission lines into a table by COPY, in the form they have in summary.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.khonkaencarbon.footprint.model import Line
from ckanext.khonkaencarbon.footprint.output.columns import COLUMNS, csv_chunks


def copy_lines(cursor: Any, table: str, constants: Mapping[str, str | int], lines: Sequence[Line]) -> None:
    """Append lines to a table with the columns of summary.csv and of ``constants``, the same in every row."""
    columns = ", ".join(f'"{name}"' for name in (*constants, *COLUMNS))
    statement = f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)'
    for chunk in _chunks(list(constants.values()), lines):
        cursor.copy_expert(statement, chunk)


def _chunks(constants: list[str | int], lines: Sequence[Line]) -> Iterator[io.StringIO]:
    for number, text in enumerate(csv_chunks(tuple(lines))):
        rows = csv.reader(io.StringIO(text, newline=""))
        if number == 0:
            next(rows)
        chunk = io.StringIO()
        csv.writer(chunk, lineterminator="\n").writerows([*constants, *row] for row in rows)
        chunk.seek(0)
        yield chunk
