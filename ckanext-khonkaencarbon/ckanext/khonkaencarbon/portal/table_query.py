"""A part of a DataStore table: what its filters leave, in a fixed order, as a page or all of it in a stream.

A filter is read by the type of its column. The order ends in the row's number, so that it is the same for
equal values, on every page and in every download.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine

from ckanext.khonkaencarbon.footprint.reading.numbers import read_number
from ckanext.khonkaencarbon.footprint.reading.periods import PeriodReader
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

NUMBERS = ("numeric", "int4", "int8", "float8")
DAYS = ("date", "timestamp")
PATIENCE = "20s"  # for a page; a download takes what it takes
CHUNK = 2000  # rows fetched at once
LONGEST = 200  # characters of a filter


class FilterError(Exception):
    """A filter that cannot be read: ``args`` are the name of the column and the value."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: words anywhere, by column what is contained or between which bounds."""

    words: str = ""
    contains: Mapping[str, str] = field(default_factory=dict)
    least: Mapping[str, str] = field(default_factory=dict)
    most: Mapping[str, str] = field(default_factory=dict)
    order: str = ""  # a column, with a minus in front for the other way round


class TablePart:
    """The rows of a table that a wish leaves. Whoever makes one has asked whether the reader may."""

    def __init__(self, resource_id: str, fields: Sequence[Mapping[str, Any]], asked: Asked) -> None:
        """Raises FilterError."""
        self.kinds = {one["id"]: one["type"] for one in fields if not one["id"].startswith("_")}
        self._table = sa.table(resource_id, sa.column("_id"), *map(sa.column, self.kinds))
        self._conditions = [*self._words(asked.words), *self._by_column(asked)]
        self._order = self._ordered(asked.order)

    def count(self) -> int:
        """How many rows there are."""
        query = sa.select(sa.func.count()).select_from(self._table).where(*self._conditions)
        with get_read_engine().begin() as connection:
            connection.execute(sa.text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            return int(connection.execute(query).scalar() or 0)

    def page(self, first: int, size: int) -> list[dict[str, str]]:
        """Some of the rows, by column."""
        with get_read_engine().begin() as connection:
            connection.execute(sa.text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
            found = connection.execute(self._query("_id").offset(first).limit(size))
            return [{name: _text(value) for name, value in row._mapping.items()} for row in found]

    def csv(self) -> Iterator[str]:
        """Every row as CSV, as it stands: a text that looks like a formula is published as it is."""
        yield _line([*self.kinds])
        for rows in self._streamed():
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([_text(value) for value in row] for row in rows)
            yield text.getvalue()

    def json(self) -> Iterator[str]:
        """Every row as an object in one list; decimals are strings, as in all JSON of the portal."""
        yield "["
        separator = "\n"
        for rows in self._streamed():
            made = (json.dumps(_json(row._mapping), ensure_ascii=False) for row in rows)
            yield separator + ",\n".join(made)
            separator = ",\n"
        yield "\n]\n"

    def _query(self, *more: str) -> sa.Select[Any]:
        columns = [sa.column(name) for name in (*more, *self.kinds)]
        return sa.select(*columns).select_from(self._table).where(*self._conditions).order_by(*self._order)

    def _streamed(self) -> Iterator[Sequence[Any]]:
        """All rows by a cursor of the server: memory holds one chunk."""
        with get_read_engine().connect() as connection:
            streaming = connection.execution_options(stream_results=True, max_row_buffer=CHUNK)
            yield from streaming.execute(self._query()).partitions(CHUNK)

    def _words(self, words: str) -> Iterator[Any]:
        for word in words[:LONGEST].split():
            yield sa.or_(*(_contains(name, word) for name in self.kinds))

    def _by_column(self, asked: Asked) -> Iterator[Any]:
        for name, text in self._given(asked.contains):
            exact = self.kinds[name] in (*NUMBERS, *DAYS)
            yield sa.column(name) == self._value(name, text) if exact else _contains(name, text)
        for name, text in self._given(asked.least):
            yield sa.column(name) >= self._value(name, text)
        for name, text in self._given(asked.most):
            yield sa.column(name) <= self._value(name, text)

    def _given(self, filters: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(name, text[:LONGEST]) for name, text in filters.items() if name in self.kinds and text]

    def _value(self, name: str, text: str) -> Decimal | date | str:
        if self.kinds[name] in NUMBERS:
            number = read_number(text, frozenset())
            if isinstance(number, str):
                raise FilterError(name, text)
            return number
        if self.kinds[name] in DAYS:
            words = load_vocabulary()
            period = PeriodReader("auto", words.month_words, frozenset()).read(text)
            if isinstance(period, str) or period.start != period.end:
                raise FilterError(name, text)
            return period.start
        return text

    def _ordered(self, order: str) -> list[Any]:
        name = order.removeprefix("-")
        number = sa.column("_id")
        if name not in self.kinds:
            return [number]
        column = sa.column(name)
        chosen = column.desc() if order.startswith("-") else column.asc()
        return [chosen.nulls_last(), number]


def fields_of(resource_id: str) -> list[dict[str, Any]]:
    """The columns of a table with type, label and notes.

    Raises:
        NotAuthorized, ObjectNotFound: not for this reader, or there is no table.
    """
    fields: list[dict[str, Any]] = tk.get_action("datastore_info")({}, {"id": resource_id})["fields"]
    return fields


def _contains(name: str, text: str) -> Any:
    return sa.cast(sa.column(name), sa.Text).icontains(text, autoescape=True)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _json(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = (int, bool, type(None))
    return {name: value if isinstance(value, kept) else _text(value) for name, value in row.items()}


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
