"""A small CSV of the city as cells under known headings; what it is about is told by its headings."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.words import headings
from ckanext.khonkaencarbon.footprint.reading.content import HEAD_BYTES, refuse_other_content
from ckanext.khonkaencarbon.footprint.reading.encoding import find_encoding
from ckanext.khonkaencarbon.footprint.reading.mapping import DELIMITERS
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold

SIZE_LIMIT = 16 << 20  # 54 references, some gases, some decades
_CELL_LIMIT = 32_000
_SEP = "sep="

TYPED_TABLE, NOTATION_TABLE = "typed", "notation"
INDICATOR_TABLE, ESTIMATE_TABLE = "indicator", "estimate"
OWN_OUTPUT = "output"  # something that we write and never read
# In this order: what a table must have, any of these and none of those.
_KINDS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    (OWN_OUTPUT, frozenset({"dataset_ids"}), frozenset()),
    (OWN_OUTPUT, frozenset({"line_id", "factor_ids"}), frozenset()),
    (OWN_OUTPUT, frozenset({"basic_plus"}), frozenset()),
    (OWN_OUTPUT, frozenset({"own_co2e_kg"}), frozenset()),
    (OWN_OUTPUT, frozenset({"before_co2e_kg", "after_co2e_kg"}), frozenset()),
    (TYPED_TABLE, frozenset({"year", "gpc_ref"}), frozenset({"mass_kg", "co2e_kg"})),
    (NOTATION_TABLE, frozenset({"gpc_ref", "notation"}), frozenset()),
    (INDICATOR_TABLE, frozenset({"year", "indicator", "value"}), frozenset()),
    (ESTIMATE_TABLE, frozenset({"year", "sector"}), frozenset({"co2e_kg", "co2e_t"})),
)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row with where it stands; ``cells`` has every known column, empty where the table has not."""

    record: int
    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was understood so far as its headings go."""

    name: str
    kind: str | None
    columns: tuple[str, ...]
    text: str
    delimiter: str

    def rows(self, log: FindingLog) -> Iterator[TableRow]:
        """Rows below the headings; one with a filled cell too many is refused with a finding.

        Raises FileRefused where a quote is not closed.
        """
        lines = _filled(self.text, self.delimiter)
        next(lines)
        for record, (line, cells) in enumerate(lines, 1):
            if any(cells[len(self.columns) :]) or max(map(len, cells)) > _CELL_LIMIT:
                place = {"input": self.name, "record": record, "line": line}
                log.add(finding("extra-cell", width=len(self.columns), **place))  # type: ignore[arg-type]
                continue
            known = dict.fromkeys(headings().values(), "")
            yield TableRow(record, line, {**known, **dict(zip(self.columns, cells, strict=False))})


def read_table(content: bytes, name: str) -> Table:
    """The table in these bytes; ``kind`` is None where its headings say nothing we know.

    Raises:
        FileRefused: empty, too large, not text, a heading twice, or quotes that do not pair.
    """
    text = _text(content)
    delimiter, labels = max(
        ((one, _labels(text, one)) for one in DELIMITERS), key=lambda found: _understood(found[1])
    )
    columns = tuple(headings().get(label, label) for label in labels)
    for column in set(headings().values()) & set(columns):
        if columns.count(column) > 1:
            raise FileRefused(finding("duplicate-label", value=column))
    return Table(name, _kind(frozenset(columns)), columns, text, delimiter)


def _kind(columns: frozenset[str]) -> str | None:
    for kind, needed, any_of in _KINDS:
        if needed <= columns and (not any_of or any_of & columns):
            return kind
    return None


def _text(content: bytes) -> str:
    if not content.strip():
        raise FileRefused(finding("source-error"))
    if len(content) > SIZE_LIMIT:
        raise FileRefused(finding("city-table-too-large", limit=f"{SIZE_LIMIT >> 20} MiB"))
    refuse_other_content(content[:HEAD_BYTES])
    encoded = find_encoding(lambda: iter([content]), None)
    return content.decode(encoded.encoding).removeprefix("\ufeff")


def _understood(labels: list[str]) -> int:
    return sum(label in headings() for label in labels)


def _labels(text: str, delimiter: str) -> list[str]:
    _, row = next(_filled(text, delimiter), (0, []))
    labels = [fold(cell) for cell in row]
    while labels and not labels[-1]:
        labels.pop()
    return labels


def _filled(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, cleaned, with the line each begins in; a declaration sep= is none."""
    lines = text.splitlines(keepends=True)
    skipped = 1 if lines and fold(lines[0]).strip('"').startswith(_SEP) else 0
    reader = csv.reader(lines[skipped:], delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [clean(cell) for cell in row]
            if any(cells):
                yield line + skipped, cells
            line = reader.line_num + 1
    except csv.Error:
        raise FileRefused(finding("quote-error", line=line + skipped)) from None
