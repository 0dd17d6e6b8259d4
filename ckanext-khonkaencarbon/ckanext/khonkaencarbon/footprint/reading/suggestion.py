"""What the resource form offers before anybody has decided: headings, the roles they seem to play, and why.

``compute`` resolves roles by headings alone. What the first rows say (``guesses``, ``wide``,
``header_row``) is for a person to accept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Finding, Text
from ckanext.khonkaencarbon.footprint.reading.archive import is_zip
from ckanext.khonkaencarbon.footprint.reading.evidence import Evidence, Witness
from ckanext.khonkaencarbon.footprint.reading.headings import (
    known_role,
    missing_roles,
    role_label,
    suggested_roles,
)
from ckanext.khonkaencarbon.footprint.reading.layout import heading_of, is_blank, rows_from_heading
from ckanext.khonkaencarbon.footprint.reading.mapping import ROLES, ColumnMapping, RoleSource
from ckanext.khonkaencarbon.footprint.reading.preparation import Bytes, Prepared, prepare, resolved
from ckanext.khonkaencarbon.footprint.reading.sheet import Limits
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold
from ckanext.khonkaencarbon.footprint.reading.wide_suggestion import month_columns
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

HEAD_BYTES = 256 * 1024
_LIMITS = Limits(cpu=20, wall=30)  # seconds; somebody waits for the form
_SAMPLE = 50  # rows
_HEADING_ROWS = 20  # in which headings are looked for
_FEWEST_KNOWN = 3


@dataclass(frozen=True)
class Suggestion:
    """The headings of a file, the role of each as far as known, and what stands in the way.

    ``sources`` holds the roles that have one; ``missing`` are the required roles that have none. ``guesses``
    are columns for missing roles by what their cells hold; ``wide`` month columns and their periods;
    ``header_row`` where the headings seem to stand. ``reasons`` has a sentence for each of these, by role,
    "wide" or "header_row".
    """

    headings: list[str] = field(default_factory=list)
    sources: Mapping[str, RoleSource] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    problem: Finding | None = None
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    guesses: Mapping[str, RoleSource] = field(default_factory=dict)
    wide: Mapping[str, str] | None = None
    header_row: int | None = None
    reasons: Mapping[str, Text] = field(default_factory=dict)

    @property
    def roles(self) -> dict[str, str | None]:
        """Every role -> its column (month and year joined by " + "), None for a constant or nothing."""
        columns = {role: " + ".join(source.columns) or None for role, source in self.sources.items()}
        return {role: columns.get(role) for role in dict.fromkeys((*ROLES, *columns))}

    def as_mapping(self) -> ColumnMapping:
        """The suggestion as a mapping that can be stored; guesses are not in it."""
        return replace(self.mapping, roles=dict(self.sources))


def suggest(head: bytes, vocabulary: Vocabulary, mapping: ColumnMapping | None = None) -> Suggestion:
    """Look at the first bytes of a text file (at most 256 KiB are needed); never raises for bad content."""
    if is_zip(head) and b"xl/" in head:
        return Suggestion(problem=finding("workbook-not-seen"), mapping=mapping or ColumnMapping())
    return _suggested(Bytes.of_head(head[:HEAD_BYTES]), vocabulary, mapping or ColumnMapping())


def suggest_file(path: Path, vocabulary: Vocabulary, mapping: ColumnMapping | None = None) -> Suggestion:
    """Look at a stored file: the head of a text, the whole of a workbook; never raises for bad content."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return Suggestion(problem=finding("source-unreadable"), mapping=mapping or ColumnMapping())
    content = Bytes.of_file(path, _LIMITS) if is_zip(head) else Bytes.of_head(head)
    return _suggested(content, vocabulary, mapping or ColumnMapping())


def _suggested(content: Bytes, vocabulary: Vocabulary, given: ColumnMapping) -> Suggestion:
    try:
        prepared = prepare(content, given, vocabulary)
    except FileRefused as refusal:
        return Suggestion(problem=refusal.finding, mapping=given)
    headings = [label for label in prepared.layout.labels if label]
    sources, problem = dict(given.roles), None
    try:
        sources = suggested_roles(prepared.layout.labels, given, vocabulary)
        resolved(given, prepared, vocabulary)
    except FileRefused as refusal:
        problem = refusal.finding
    missing = missing_roles(sources, wide=given.wide is not None) if problem else []
    found = Suggestion(headings, sources, missing, problem, given)
    return _with_reasons(found, prepared, vocabulary)


def _with_reasons(found: Suggestion, prepared: Prepared, vocabulary: Vocabulary) -> Suggestion:
    above, rows = _sample(prepared, found.mapping.header_row)
    witness = Witness(vocabulary, found.mapping.era)
    evidence = {
        label: witness.about([row[at] for row in rows if at < len(row)])
        for at, label in enumerate(prepared.layout.labels) if label
    }  # fmt: skip
    reasons = {
        role: _reason(role, source, found, evidence, vocabulary)
        for role, source in found.sources.items()
        if source.is_given
    }
    guesses: dict[str, RoleSource] = {}
    taken = {column for source in found.sources.values() for column in source.columns}
    for role in found.missing:
        column = next(
            (c for c, seen in evidence.items() if seen and seen.role == role and c not in taken), None
        )
        seen = evidence[column] if column else None
        if column and seen:
            guesses[role] = RoleSource((column,))
            reasons[role] = _about_column(column, seen)
            taken.add(column)
    wide = None
    if found.mapping.wide is None and "quantity" in found.missing:
        months = month_columns(prepared.layout.labels, above, vocabulary, found.mapping.era)
        if months:
            wide, reasons["wide"] = months
    header_row = _heading_row(found, prepared, vocabulary)
    if header_row:
        reasons["header_row"] = Text(
            f"แถวที่ {header_row} มีหัวคอลัมน์ที่รู้จักมากกว่า", f"Row {header_row} holds more headings that are known"
        )
    return replace(found, guesses=guesses, wide=wide, header_row=header_row, reasons=reasons)


def _reason(
    role: str,
    source: RoleSource,
    found: Suggestion,
    evidence: Mapping[str, Evidence | None],
    vocabulary: Vocabulary,
) -> Text:
    """Why the role has this source: a person's choice, the heading, and what its cells hold."""
    label = role_label(role, vocabulary)
    if source.constant is not None:
        why = Text(f"“{source.constant}” สำหรับทุกแถว", f"“{source.constant}” for every row")
        return (
            why
            if role in found.mapping.roles
            else Text(f"{why.th} ตามหัวคอลัมน์", f"{why.en}, as the heading says")
        )
    columns = " + ".join(source.columns)
    chosen = role in found.mapping.roles
    th = f"เลือก “{columns}” ไว้แล้ว" if chosen else f"หัวคอลัมน์ “{columns}” คือ{label.th}"
    en = f"“{columns}” was chosen" if chosen else f"The heading “{columns}” means {label.en}"
    seen = evidence.get(source.columns[0])
    return Text(f"{th} {seen.text.th}", f"{en}; {seen.text.en}") if seen else Text(th, en)


def _about_column(column: str, seen: Evidence) -> Text:
    return Text(f"คอลัมน์ “{column}”: {seen.text.th}", f"Column “{column}”: {seen.text.en}")


def _sample(prepared: Prepared, header_row: int) -> tuple[list[str], list[Sequence[str]]]:
    """The cells above the headings, and the first rows below them."""
    with prepared.file.open() as text:
        iterator = rows_from_heading(text, prepared.layout.delimiter, 1)[1]
        above = [cell for row in islice(iterator, header_row - 1) for cell in row.cells if cell.strip()]
        heading_of(iterator)
        below = (row.cells for row in iterator if row.fault is None and not is_blank(row.text))
        return above, list(islice(below, _SAMPLE))


def _heading_row(found: Suggestion, prepared: Prepared, vocabulary: Vocabulary) -> int | None:
    """A row below the first that has more known headings, where the first row does not do."""
    if found.mapping.header_row != 1 or not found.problem:
        return None
    with prepared.file.open() as text:
        iterator = rows_from_heading(text, prepared.layout.delimiter, 1)[1]
        known = [_known(row.cells, vocabulary) for row in islice(iterator, _HEADING_ROWS)]
    best = max(range(len(known)), key=lambda at: (known[at], -at), default=0)
    here = _known(prepared.layout.labels, vocabulary)
    return best + 1 if known and known[best] >= _FEWEST_KNOWN and known[best] > here else None


def _known(cells: Sequence[str], vocabulary: Vocabulary) -> int:
    words = {fold(cell) for cell in map(clean, cells) if cell}
    return sum(known_role(word, vocabulary) is not None or word in vocabulary.month_words for word in words)
