"""The uncertainty table of IPCC approach 1: a small CSV to rows and findings."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from ckanext.khonkaencarbon.footprint.approach_one import Row
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.model import Counts, Text
from ckanext.khonkaencarbon.footprint.reading.content import HEAD_BYTES, refuse_other_content
from ckanext.khonkaencarbon.footprint.reading.encoding import find_encoding
from ckanext.khonkaencarbon.footprint.reading.mapping import DELIMITERS
from ckanext.khonkaencarbon.footprint.reading.numbers import LIMIT, read_number
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

NUMBERS = ("base_year_emissions", "year_emissions", "activity_uncertainty_pct", "factor_uncertainty_pct")
REQUIRED = ("category", "gas", *NUMBERS)
GROUP = "correlated_group"
_SIZE_LIMIT = 4 << 20  # an inventory has hundreds of rows

Cells = Mapping[str, str]


@dataclass(slots=True)
class UncertaintyTable:
    """The valid rows of a table, and how many there were."""

    rows: list[Row] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


def read_table(path: Path, name: str, log: FindingLog) -> UncertaintyTable:
    """Read a table; a row with a cell that cannot be used is refused with a finding, a total row is left out.

    Args:
        path: where the bytes are.
        name: what people call the file.
        log: takes the findings.

    Raises:
        FileRefused: not a CSV with the columns of ``REQUIRED``, or without a row; the finding is in the log.
    """
    try:
        return _Reader(name, log).read(_text(path))
    except FileRefused as refused:
        found = replace(refused.finding, input=name)
        log.add(found)
        raise FileRefused(found) from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_SIZE_LIMIT + 1)
    except OSError as error:
        raise FileRefused(finding("source-unreadable")) from error
    if not content:
        raise FileRefused(finding("source-error"))
    if len(content) > _SIZE_LIMIT:
        raise FileRefused(finding("table-too-large", limit=f"{_SIZE_LIMIT >> 20} MiB"))
    refuse_other_content(content[:HEAD_BYTES])
    encoded = find_encoding(lambda: iter([content]), None)
    return content.decode(encoded.encoding).removeprefix("\ufeff")


class _Reader:
    """One pass over the text of a table."""

    def __init__(self, name: str, log: FindingLog) -> None:
        self._name = name
        self._log = log
        self._vocabulary = load_vocabulary()
        self._totals = 0

    def read(self, text: str) -> UncertaintyTable:
        delimiter, labels = max(((mark, _labels(text, mark)) for mark in DELIMITERS), key=_understood)
        _check_labels(labels)
        table = UncertaintyTable()
        for record, (line, cells) in enumerate(_records(text, delimiter, labels), 1):
            if fold(cells["category"]).startswith(self._vocabulary.total_words):
                self._totals += 1
                continue
            table.counts.read += 1
            row = self._row(cells, record, line, len(labels))
            if row is None:
                table.counts.refused += 1
            else:
                table.counts.used += 1
                table.rows.append(row)
        if self._totals:
            self._add("rows-skipped", blank=0, total=self._totals, repeated=0)
        if not table.counts.read:
            raise FileRefused(finding("no-data-rows"))
        return table

    def _row(self, cells: Cells, record: int, line: int, width: int) -> Row | None:
        """The row; None, with findings, where a cell cannot be used."""
        faults = [(column, "missing-value") for column in ("category", "gas") if not cells[column]]
        faults += [("", "extra-cell")] if "" in cells else []
        values: dict[str, Decimal] = {}
        for column in NUMBERS:
            number = self._number(cells[column], column)
            if isinstance(number, str):
                faults.append((column, number))
            else:
                values[column] = number
        for column, code in faults:
            place = {"record": record, "line": line, "column": column or None, "value": cells[column] or None}
            self._add(code, **place, unit="", width=width)
        if faults:
            return None
        base, year, activity, factor = (values[column] for column in NUMBERS)
        return Row(cells["category"], cells["gas"], base, year, activity, factor, cells.get(GROUP, ""))

    def _number(self, cell: str, column: str) -> Decimal | str:
        number = read_number(cell, self._vocabulary.missing_words)
        if isinstance(number, str):
            return number
        if abs(number) >= LIMIT:
            return "number-too-large"
        return "percentage-negative" if number < 0 and column.endswith("_pct") else number

    def _add(self, code: str, **words: Text | str | int | None) -> None:
        self._log.add(finding(code, input=self._name, **words))  # type: ignore[arg-type]


def _understood(layout: tuple[str, list[str]]) -> int:
    return len(set(layout[1]) & {*REQUIRED, GROUP})


def _labels(text: str, delimiter: str) -> list[str]:
    _, row = next(_filled(text, delimiter), (0, []))
    labels = [fold(cell).replace(" ", "_") for cell in row]
    while labels and not labels[-1]:
        labels.pop()
    return labels


def _check_labels(labels: list[str]) -> None:
    missing = [column for column in REQUIRED if column not in labels]
    if missing:
        raise FileRefused(
            finding("table-columns", columns=", ".join(labels)[:200] or "–", missing=", ".join(missing))
        )
    for column in (*REQUIRED, GROUP):
        if labels.count(column) > 1:
            raise FileRefused(finding("duplicate-label", value=column))


def _records(text: str, delimiter: str, labels: list[str]) -> Iterator[tuple[int, Cells]]:
    """Rows below the headings with the line they begin in; the first filled cell too many is named ''."""
    rows = _filled(text, delimiter)
    next(rows)
    for line, row in rows:
        cells = {**dict.fromkeys(labels, ""), **dict(zip(labels, row, strict=False))}
        beyond = next((cell for cell in row[len(labels) :] if cell), "")
        yield line, {**cells, "": beyond} if beyond else cells


def _filled(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, cleaned, with the line each begins in."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [clean(cell) for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise FileRefused(finding("quote-error", line=line)) from None
