"""An input as a typed table, every row as it was published: what the portal shows and answers queries from.

A column has a type where our own reading says so. Where a cell's text would not come back from its value
("1,000", "31/1/2567"), the column has a second one beside it with the text as published. Row ``n`` is record
``n`` of the findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.column_kinds import (
    DATE,
    MONTH,
    TEXT,
    Kind,
    Survey,
    published_text,
)
from ckanext.khonkaencarbon.footprint.reading.headings import is_fiscal
from ckanext.khonkaencarbon.footprint.reading.layout import heading_of, is_blank, rows_from_heading
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.periods import PeriodReader
from ckanext.khonkaencarbon.footprint.reading.preparation import Bytes, Prepared, prepare, resolved
from ckanext.khonkaencarbon.footprint.reading.rows import Row
from ckanext.khonkaencarbon.footprint.reading.text import fold
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

REST = "rest_of_row"
FIRST_DAY, LAST_DAY = "period_first_day", "period_last_day"
_PUBLISHED = "_published"
_THAI = re.compile("[\u0e00-\u0e7f]")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)
_TAKEN = frozenset(
    {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid", "rank", REST, FIRST_DAY, LAST_DAY}
)
_DAY_NOTE = Text(
    "อ่านจากช่องช่วงเวลาของแถว ว่างเมื่ออ่านไม่ได้", "Read from the period of the row; empty where it cannot be read."
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: ASCII name, type (text, numeric, date), and what people call it."""

    id: str
    kind: str
    label: Text
    notes: Text


_FIRST = Column(FIRST_DAY, DATE, Text("วันแรกของช่วงเวลา", "First day of the period"), _DAY_NOTE)
_LAST = Column(LAST_DAY, DATE, Text("วันสุดท้ายของช่วงเวลา", "Last day of the period"), _DAY_NOTE)
_REST = Column(
    REST,
    TEXT,
    Text("แถวที่แยกคอลัมน์ไม่ได้", "Row that does not fit"),
    Text(
        "ข้อความทั้งแถวของแถวที่แยกเป็นช่องไม่ได้ หรือมีช่องมากกว่าหัวตาราง",
        "The whole text of a row that could not be split into cells, or has more of them than headings.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of the file: what its cells are read as, and its column or two of the table."""

    position: int
    kind: Kind
    columns: tuple[Column, ...]

    def parts(self, cells: Sequence[str]) -> list[str]:
        cell = cells[self.position]
        value = self.kind.value(cell)
        return [value] if len(self.columns) == 1 else [value, published_text(cell)]


@dataclass(frozen=True, slots=True)
class _Days:
    """First and last day of the period that one column, or month and year in two, speak of."""

    positions: tuple[int, ...]
    fiscal: bool
    periods: PeriodReader

    def parts(self, cells: Sequence[str]) -> list[str]:
        given = [cells[at] for at in self.positions]
        if len(given) == 2:
            read = self.periods.read_pair(*given, fiscal=self.fiscal)
        else:
            read = self.periods.read(given[0], fiscal=self.fiscal)
        return ["", ""] if isinstance(read, str) else [read.start.isoformat(), read.end.isoformat()]


@dataclass(frozen=True)
class PublishedTable:
    """The columns, and the rows one by one: texts that PostgreSQL reads as the column's type, or nothing."""

    columns: tuple[Column, ...]
    count: int
    _prepared: Prepared
    _header_row: int
    _places: tuple[_Place, ...]
    _days: _Days | None
    _has_rest: bool

    def rows(self) -> Iterator[list[str]]:
        """Every row with text below the headings, in the order of the file, which is read again."""
        width = len(self._prepared.layout.labels)
        for row in _rows(self._prepared, self._header_row):
            cells = _cells(row, width)
            made = [part for place in self._places for part in place.parts(cells)]
            if self._days is not None:
                made += self._days.parts(cells)
            if self._has_rest:
                made.append(published_text(row.text) if _is_irregular(row, width) else "")
            yield made


def read_published(path: Path, given: ColumnMapping | None, vocabulary: Vocabulary) -> PublishedTable:
    """Look through a file once and settle its columns; memory does not grow with the number of rows.

    Raises:
        FileRefused: the file or its mapping cannot be used.
    """
    asked = given or ColumnMapping()
    prepared = prepare(Bytes.of_file(path), asked, vocabulary)
    mapping = resolved(asked, prepared, vocabulary)
    labels = prepared.layout.labels
    periods = PeriodReader(mapping.era, vocabulary.month_words, vocabulary.missing_words)
    roles = _roles(labels, mapping)
    surveys = [Survey(at, role, periods, vocabulary) for at, (role, _) in enumerate(roles)]
    count, has_rest = 0, False
    for row in _rows(prepared, mapping.header_row):
        count += 1
        has_rest = has_rest or _is_irregular(row, len(labels))
        cells = _cells(row, len(labels))
        for survey in surveys:
            survey.look_at(cells[survey.position])
    taken = set(_TAKEN)
    places = tuple(
        _place(survey, _free(wanted, survey.position, taken), label, role, vocabulary)
        for survey, (role, wanted), label in zip(surveys, roles, labels, strict=True)
    )
    days = _days(places, roles, labels, periods)
    columns = [column for place in places for column in place.columns]
    columns += [_FIRST, _LAST] if days else []
    columns += [_REST] if has_rest else []
    return PublishedTable(tuple(columns), count, prepared, mapping.header_row, places, days, has_rest)


def _rows(prepared: Prepared, header_row: int) -> Iterator[Row]:
    with prepared.file.open() as text:
        rows, iterator = rows_from_heading(text, prepared.layout.delimiter, header_row)
        heading_of(iterator)
        rows.width = len(prepared.layout.labels)
        yield from (row for row in iterator if row.fault is not None or not is_blank(row.text))


def _cells(row: Row, width: int) -> Sequence[str]:
    return row.cells if len(row.cells) >= width else [*row.cells, *[""] * (width - len(row.cells))]


def _is_irregular(row: Row, width: int) -> bool:
    return row.fault is not None or any(row.cells[width:])


def _roles(labels: Sequence[str], mapping: ColumnMapping) -> list[tuple[str | None, str]]:
    """The role of each column, and the name it would like."""
    named = dict[str, tuple[str, str]]()
    for role, source in mapping.roles.items():
        parts = ("period_month", "period_year") if len(source.columns) == 2 else (role,)
        named |= {fold(column): (role, name) for column, name in zip(source.columns, parts, strict=False)}
    for column, period in mapping.wide_columns.items():
        named[fold(column)] = (MONTH, f"{MONTH}_{period}".replace("-", "_"))
    return [named.get(fold(label), (None, fold(label).replace(" ", "_"))) for label in labels]


def _free(wanted: str, position: int, taken: set[str]) -> str:
    """A name that no other column has: the wanted one, or the number of the column."""
    name = wanted if _NAME.fullmatch(wanted) and wanted not in taken else f"column_{position + 1}"
    while name in taken or name + _PUBLISHED in taken:
        name += "_"
    taken |= {name, name + _PUBLISHED}
    return name


def _place(survey: Survey, name: str, heading: str, role: str | None, vocabulary: Vocabulary) -> _Place:
    kind = survey.kind()
    label, notes = _words(heading or name, role, vocabulary)
    first = Column(name, kind.name, label, notes)
    if survey.is_exact(kind):
        return _Place(survey.position, kind, (first,))
    suffixed = Text(f"{label.th} (ตามที่พิมพ์)", f"{label.en} (as published)")
    return _Place(survey.position, kind, (first, Column(name + _PUBLISHED, TEXT, suffixed, notes)))


def _words(heading: str, role: str | None, vocabulary: Vocabulary) -> tuple[Text, Text]:
    """Label and meaning: the heading in its own language, what the column is for in the other."""
    meant = vocabulary.role_labels.get("quantity" if role == MONTH else role or "")
    thai = _THAI.search(heading) is not None
    known = meant is not None and role != MONTH
    label = Text(
        heading if thai or not (meant and known) else meant.th,
        meant.en.capitalize() if thai and meant and known else heading,
    )
    if meant is None:
        return label, Text(f"คอลัมน์ “{heading}” ของไฟล์", f"Column “{heading}” of the file.")
    return label, Text(
        f"คอลัมน์ “{heading}” ของไฟล์: {meant.th}", f"Column “{heading}” of the file: {meant.en}."
    )


def _days(
    places: Sequence[_Place],
    roles: Sequence[tuple[str | None, str]],
    labels: Sequence[str],
    periods: PeriodReader,
) -> _Days | None:
    mine = [place for place, (role, _) in zip(places, roles, strict=True) if role == "period"]
    if not mine or mine[0].kind.name == DATE:
        return None
    ordered = sorted(mine, key=lambda place: roles[place.position][1])  # period_month before period_year
    fiscal = any(is_fiscal(labels[place.position]) for place in mine)
    return _Days(tuple(place.position for place in ordered), fiscal, periods)
