"""Notation keys as cities write them, and their table."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.footprint.inventory.model import NotationEntry
from ckanext.khonkaencarbon.footprint.inventory.tables import Table, TableRow
from ckanext.khonkaencarbon.footprint.inventory.words import notation_words, year_of
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold

KEYS = ("NO", "IE", "NE", "C")
_REFERENCE = re.compile(r"\b(?:VI|IV|V|I{1,3})(?:\.\d)+\b", re.I)
_TRIM = " \t.,;:()[]{}*\"'“”‘’-–—"
_JOINTS = re.compile(r"\s*(?:,|;|/|\+|&|\band\b|และ|กับ)\s*")
_RANGE = re.compile(r"([^\s–—-]+)\s*(?:–|—|-|\bto\b|ถึง)\s*([^\s–—-]+)")
_ALL_YEARS = frozenset({"", "all", "every year", "ทุกปี", "ทั้งหมด"})
_LONGEST_RANGE = 200


class Written(NamedTuple):
    """A key as read from a cell: what it is, the place that it names, what else was written."""

    key: str
    elsewhere: str = ""
    rest: str = ""


def read_notation(cell: str) -> Written | str:
    """The key that a cell means, or the code of what is wrong with it.

    Case, blanks, dots, brackets and stars do not matter; a reference behind the key is the place of an IE;
    words behind a dash, a colon or in brackets are an explanation.
    """
    text = clean(unicodedata.normalize("NFKC", cell))
    if not text:
        return "notation-unreadable"
    head, rest = _head(text)
    keys = {_key(part) for part in _JOINTS.split(head)} if _JOINTS.search(head) else {_key(head)}
    if None in keys:
        return "notation-unreadable"
    if len(keys) > 1:
        return "notation-several"
    key = keys.pop() or ""
    found = _REFERENCE.search(rest)
    elsewhere = found[0].upper() if found else ""
    if elsewhere and elsewhere not in references():
        return "notation-elsewhere"
    return Written(key, elsewhere if key == "IE" else "", rest.strip(_TRIM))


def _head(text: str) -> tuple[str, str]:
    """The key and what stands behind it."""
    place = _REFERENCE.search(text)
    cuts = [found.start() for found in re.finditer(r"[(\[:–—]|\s-\s", text) if found.start()]
    cuts += [place.start()] if place and place.start() else []
    cut = min(cuts, default=len(text))
    return text[:cut], text[cut:]


def _key(text: str) -> str | None:
    word = fold(text).strip(_TRIM)
    return notation_words().get(word) or notation_words().get(word.replace(".", "").replace(" ", ""))


def read_years(cell: str, all_years: tuple[int, ...]) -> tuple[int, ...] | None:
    """The years of a cell: one, several, a range, or all of the inventory; None where it cannot be read."""
    if fold(cell) in _ALL_YEARS:
        return all_years
    years: set[int] = set()
    for part in re.split(r"\s*[,;]\s*|\s+และ\s*", clean(cell)):
        given = _RANGE.fullmatch(part)
        first, last = (year_of(given[1]), year_of(given[2])) if given else (year_of(part), year_of(part))
        if first is None or last is None or not 0 <= last - first < _LONGEST_RANGE:
            return None
        years.update(range(first, last + 1))
    return tuple(sorted(years))


class NotationTable:
    """All notation tables and cells together; the same for any order of files and rows."""

    def __init__(self, log: FindingLog, all_years: tuple[int, ...]) -> None:
        self._log, self.all_years = log, all_years
        self._found: dict[tuple[int, str], set[NotationEntry]] = defaultdict(set)
        self._tables: dict[tuple[int, str], set[str]] = defaultdict(set)

    def read(self, table: Table) -> None:
        """Take the rows of a table; one that cannot be read is refused with a finding."""
        for row in table.rows(self._log):
            years = read_years(row.cells["year"], self.all_years)
            if years is None:
                self.refuse(table.name, row, "year-unreadable", "year")
            else:
                self.take(table.name, row, years)

    def take(self, name: str, row: TableRow, years: tuple[int, ...]) -> None:
        """Take one row that carries a key for these years."""
        cells = row.cells
        reference = cells["gpc_ref"].upper()
        if reference not in references():
            return self.refuse(name, row, "gpc-reference", "gpc_ref")
        written = read_notation(cells["notation"])
        if isinstance(written, str):
            return self.refuse(name, row, written, "notation")
        if written.elsewhere == reference:
            return self.refuse(name, row, "notation-elsewhere", "notation")
        explanation = cells["explanation"] or written.rest
        if not explanation:
            self.refuse(name, row, "notation-unexplained", "explanation")
        entry = NotationEntry(written.key, explanation, cells["responsible_organisation"], written.elsewhere)
        for year in years:
            self._found[year, reference].add(entry)
            self._tables[year, reference].add(name)
        return None

    def refuse(self, name: str, row: TableRow, code: str, column: str) -> None:
        """Say what is wrong with a cell."""
        value = row.cells[column] or None
        self._log.add(finding(code, input=name, record=row.record, line=row.line, column=column, value=value))

    def entries(self) -> Iterator[tuple[tuple[int, str], NotationEntry]]:
        """One entry for each reference and year; where two keys disagree, none, with a finding."""
        for place, entries in sorted(self._found.items()):
            keys = sorted({entry.key for entry in entries})
            if len(keys) > 1:
                year, reference = place
                tables, value = ", ".join(sorted(self._tables[place])), ", ".join(keys)
                self._log.add(
                    finding("notation-conflict", input=tables, value=value, reference=reference, year=year)
                )
                continue
            yield place, _joined(entries)


def _joined(entries: set[NotationEntry]) -> NotationEntry:
    def texts(name: str) -> str:
        return "; ".join(sorted({getattr(entry, name) for entry in entries} - {""}))

    places = sorted({entry.elsewhere for entry in entries} - {""})
    key = next(iter(entries)).key
    return NotationEntry(key, texts("explanation"), texts("responsible"), places[0] if places else "")
