"""From a file to records and findings: the room where reading comes together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from ckanext.khonkaencarbon.footprint.exact import add
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.model import Counts, Finding, InputDescription, Record, Refused, Source
from ckanext.khonkaencarbon.footprint.reading.content import name_fits
from ckanext.khonkaencarbon.footprint.reading.duplicates import DuplicateWatch
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of
from ckanext.khonkaencarbon.footprint.reading.headings import is_used
from ckanext.khonkaencarbon.footprint.reading.interpretation import Interpreter, Outcome
from ckanext.khonkaencarbon.footprint.reading.layout import heading_of, is_blank, rows_from_heading
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.personal import kind_of_personal_data, suspicious
from ckanext.khonkaencarbon.footprint.reading.preparation import Bytes, Prepared, prepare, resolved
from ckanext.khonkaencarbon.footprint.reading.proof import Proof, UnprovenError
from ckanext.khonkaencarbon.footprint.reading.reporting import Reporter
from ckanext.khonkaencarbon.footprint.reading.rows import Row
from ckanext.khonkaencarbon.footprint.reading.text import fold
from ckanext.khonkaencarbon.footprint.reading.wide import MonthColumns
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

READER_VERSION = "3"  # part of every fingerprint; raised when the same bytes would read differently
_NOTHING = Decimal(0)
Digest = Callable[[], tuple[str, int]]


def open_table(
    source: Source,
    mapping: ColumnMapping | None,
    vocabulary: Vocabulary,
    log: FindingLog,
    *,
    personal_data_cleared: bool = False,
    duplicates: DuplicateWatch | None = None,
    digest: Digest | None = None,
    beside: bool = False,
) -> Table:
    """Settle how an input is read; its rows are read by ``Table.records``.

    Args:
        source: the file.
        mapping: what a person decided; None leaves everything to the content and the headings.
        vocabulary: the words that are understood.
        log: takes all findings of the run.
        personal_data_cleared: a person has looked and found no personal data.
        duplicates: shared by the inputs of one run; None watches this input alone.
        digest: gives SHA-256 and size where somebody else sees to them; None reads the file.
        beside: have the bytes proved by a process beside the reading. ``Table.begin``, before anything is
            reported, then raises UnprovenError where that fails, and the file is to be opened without.

    Raises:
        FileRefused: the file cannot be read at all; the finding is in the log.
    """
    given = mapping or ColumnMapping()
    try:
        settled, prepared = _settled(source, given, vocabulary, trusting=beside)
    except (FileRefused, UnicodeDecodeError):
        settled, prepared, beside = *_refusing(source, given, vocabulary, log), False
    about = Table(source, settled, prepared, vocabulary, log, duplicates or DuplicateWatch(), digest)
    about.assumed = given.encoding is None
    about.looks_for_personal_data = not personal_data_cleared
    if beside and not settled.wide and not prepared.sheet and prepared.encoded.encoding == "utf-8":
        about.proof = Proof(source.path, prepared.layout.delimiter)
    else:
        about.begin()
    return about


def _settled(
    source: Source, given: ColumnMapping, vocabulary: Vocabulary, *, trusting: bool
) -> tuple[ColumnMapping, Prepared]:
    prepared = prepare(Bytes.of_file(source.path), given, vocabulary, trusting=trusting)
    return resolved(given, prepared, vocabulary), prepared


def _refusing(
    source: Source, given: ColumnMapping, vocabulary: Vocabulary, log: FindingLog
) -> tuple[ColumnMapping, Prepared]:
    """The same with every byte looked at; what refuses the file is logged."""
    try:
        return _settled(source, given, vocabulary, trusting=False)
    except FileRefused as refusal:
        found = replace(refusal.finding, input=source.name)
        log.add(found)
        raise FileRefused(found) from None


@dataclass(slots=True)
class _Skipped:
    """Rows that are no data."""

    blank: int = 0
    total: int = 0
    repeated: int = 0


class Table:
    """An input whose reading is settled. ``counts`` and ``refused`` grow while ``records`` runs."""

    def __init__(
        self,
        source: Source,
        mapping: ColumnMapping,
        prepared: Prepared,
        vocabulary: Vocabulary,
        log: FindingLog,
        duplicates: DuplicateWatch,
        digest: Digest | None = None,
    ) -> None:
        self._digest = digest
        self.proof: Proof | None = None
        self.assumed = True
        self._begun = False
        self.mapping = mapping
        self.counts = Counts()
        self.refused = Refused()
        self.path = source.path
        self._source = source
        self.prepared = prepared
        self.labels = prepared.layout.labels
        self.delimiter = prepared.layout.delimiter
        self.interpreter = Interpreter(mapping, self.labels, vocabulary)
        self._reporter = Reporter(log, source.name, mapping, vocabulary)
        months = (mapping, self.labels, vocabulary, log, source.name)
        self._months = MonthColumns(*months) if mapping.wide else None
        self.duplicates = duplicates
        self.looks_for_personal_data = True
        self._personal_id: Finding | None = None
        self._skipped = _Skipped()

    @cached_property
    def description(self) -> InputDescription:
        """What is published about the input; asked for while the file is read, it waits for the hash."""
        if self._digest is not None:
            sha256, size = self._digest()
        elif self.proof is not None:
            sha256, size = self.proof.outcome[:2]
        else:
            sha256, size = digest_of(self.path)
        encoding = self.prepared.encoded.encoding
        return InputDescription(self._source.name, sha256, size, encoding, self._source.resource_id)

    def begin(self) -> None:
        """Report on the file as a whole, once; it has to be what it was taken for (UnprovenError)."""
        if self.proof is not None and not self.proof.outcome.utf8:
            raise UnprovenError
        if not self._begun:
            self._begun = True
            self._report_on_file()

    def _report_on_file(self) -> None:
        if not self.looks_for_personal_data:
            self._reporter.add("personal-data-cleared")
        sheet = self.prepared.sheet
        if not name_fits(self._source.name, workbook=sheet is not None):
            code = "extension-mismatch" if sheet is None else "extension-mismatch-workbook"
            self._reporter.add(code, value=self._source.name)
        if sheet is not None:
            self._reporter.add_about_sheet(sheet, self.labels)
        if self.assumed and self.prepared.encoded.assumed:
            doubtful = self.prepared.encoded.doubtful
            self._reporter.add("encoding-doubtful" if doubtful else "encoding-assumed", value="cp874")
        of_months = set(map(fold, self.mapping.wide_columns))
        for number, label in enumerate(self.labels, 1):
            if not label:
                self._reporter.add("missing-label", number=number)
            elif not is_used(label, self.mapping.roles) and fold(label) not in of_months:
                self._reporter.add("extra-label", column=label)

    def records(self) -> Iterator[Record]:
        """The valid rows, one pass, in bounded memory; findings go to the log.

        Raises:
            FileRefused: after the last row, if there was no row at all or a cell held an identity number; the
                finding is in the log.
        """
        for _, _, record in self.placed_records():
            yield record

    def placed_records(self) -> Iterator[tuple[int, int, Record]]:
        """The same, each with its record number and line; of a row with month columns there are several."""
        self.begin()
        for number, row in self._numbered_rows():
            for record in self._taken(number, row):
                yield number, row.line, record
        self.close()

    def said(self) -> Iterator[tuple[int, int, Outcome]]:
        """The valid rows once more: record, line and what was understood; counts and reports nothing."""
        for number, row in self._numbered_rows():
            for outcome in self._outcomes(row):
                if outcome.record is not None:
                    yield number, row.line, outcome

    def _outcomes(self, row: Row) -> Iterator[Outcome]:
        if row.fault:
            return
        if self._months is None:
            yield self.interpreter.read(row.cells)
        elif not self._months.is_total(row.cells) and not self._months.repeats_headings(row.cells):
            for month in self._months.filled(row.cells):
                yield month.interpreter.read(list(row.cells))

    def _taken(self, number: int, row: Row) -> Iterator[Record]:
        if self._months is not None and not row.fault:
            self._look_at(number, row)
            yield from self._records_of_months(self._months, row, number)
            return
        record = self.take(number, row)
        if record is not None:
            yield record

    def take(self, number: int, row: Row) -> Record | None:
        """The record of a row that is not blank, or None; everything there is to say about it is reported.

        For tables without month columns.
        """
        self._look_at(number, row)
        if row.fault:
            self._refuse(row.fault, row, number)
            return None
        outcome = self.interpreter.read(row.cells)
        if outcome.record is None:
            self._without_record(outcome, row, number)
            return None
        self.counts.read += 1
        self.counts.used += 1
        self.report_on_used(outcome, row, number)
        return outcome.record

    def _look_at(self, number: int, row: Row) -> None:
        if self.looks_for_personal_data and suspicious(row.text):
            self._report_personal_data(row, number)

    def take_unseen(self, rows: int) -> None:
        """Count used rows that were summed elsewhere, about which there is nothing to say."""
        if self.duplicates.pass_over(rows):
            self._reporter.add_end_of_watch()

    def skip_blank(self) -> None:
        """Count a row without text."""
        self._skipped.blank += 1

    def _numbered_rows(self) -> Iterator[tuple[int, Row]]:
        """Rows below the headings that are not blank, numbered from 1."""
        number = 0
        with self.prepared.file.open() as text:
            rows, iterator = rows_from_heading(text, self.delimiter, self.mapping.header_row)
            heading_of(iterator)
            rows.width = len(self.labels)
            for row in iterator:
                if row.fault is None and is_blank(row.text):
                    self.skip_blank()
                    continue
                number += 1
                yield number, row

    def _records_of_months(self, months: MonthColumns, row: Row, record: int) -> Iterator[Record]:
        """The figures of a row with one column per month; what is wrong with the row itself is said once."""
        if months.is_total(row.cells):
            self._skipped.total += 1
            return
        if months.repeats_headings(row.cells):
            self._skipped.repeated += 1
            return
        said: set[tuple[str, str]] = set()
        for month in months.filled(row.cells):
            outcome = month.interpreter.read(list(row.cells))
            if outcome.record is None:
                self._refuse_faults(outcome, row, record, month.reporter, said)
                continue
            self.counts.read += 1
            self.counts.used += 1
            if not said:
                said.add(("", ""))
                self.report_on_used(outcome, row, record)
                if months.looks_like_total(outcome.record.key[5:8]):
                    self._reporter.add("total-suspected", record, row.line)
            yield outcome.record

    def _without_record(self, outcome: Outcome, row: Row, record: int) -> None:
        if outcome.meaning.total:
            self._skipped.total += 1
        elif self.interpreter.repeats_headings(row.cells):
            self._skipped.repeated += 1
        else:
            self._refuse_faults(outcome, row, record)

    def _refuse(self, code: str, row: Row, record: int) -> None:
        self._count_refused(code)
        self._reporter.add_row_fault(code, record, row.line)

    def _refuse_faults(
        self,
        outcome: Outcome,
        row: Row,
        record: int,
        reporter: Reporter | None = None,
        said: set[tuple[str, str]] | None = None,
    ) -> None:
        """A row is counted under its first fault; all of its faults are findings, unless ``said`` before."""
        self._count_refused(outcome.faults[0].code)
        for fault in outcome.faults:
            if said is not None and fault.role != "quantity":
                if (fault.code, fault.role) in said:
                    continue
                said.add((fault.code, fault.role))
            (reporter or self._reporter).add_fault(fault, record, row.line, len(self.labels))
        if outcome.quantity is not None and outcome.meaning.activity is not None:
            key = outcome.meaning.activity.code, outcome.meaning.base_unit
            self.refused.quantity[key] = add(self.refused.quantity.get(key, _NOTHING), outcome.quantity)

    def _count_refused(self, code: str) -> None:
        self.counts.read += 1
        self.counts.refused += 1
        self.refused.by_code[code] = self.refused.by_code.get(code, 0) + 1

    def report_on_used(self, outcome: Outcome, row: Row, record: int) -> None:
        """Warnings about a row that is used, and whether an earlier one says the same."""
        for warning in outcome.meaning.warnings:
            self._reporter.add_fault(warning, record, row.line, len(self.labels))
        watch = self.duplicates
        if watch.full:
            return
        first = watch.first_like(self.interpreter.said(outcome, row.cells), self._source.name, record)
        if first is not None:
            self._reporter.add_duplicate(first, record, row.line)
        if watch.full:
            self._reporter.add_end_of_watch()

    def _report_personal_data(self, row: Row, record: int) -> None:
        for position, cell in enumerate(row.cells or row.text.split(self.delimiter)):
            code = kind_of_personal_data(cell)
            if code is None:
                continue
            column = self.labels[position] if position < len(self.labels) else str(position + 1)
            self._reporter.add(code, record, row.line, column)
            if code == "personal-id" and self._personal_id is None:
                self._personal_id = finding(
                    code, input=self._source.name, record=record, line=row.line, column=column
                )

    def close(self) -> None:
        """After the last row: what was skipped, and whether the input is refused (raises FileRefused)."""
        skipped = self._skipped
        if skipped.blank or skipped.total or skipped.repeated:
            self._reporter.add(
                "rows-skipped", blank=skipped.blank, total=skipped.total, repeated=skipped.repeated
            )
        if self._months is not None and self._months.empty:
            self._reporter.add("month-cells-empty", number=self._months.empty)
        if self._personal_id is not None:
            raise FileRefused(self._personal_id)
        if not self.counts.read:
            self._reporter.add("no-data-rows")
            raise FileRefused(finding("no-data-rows", input=self._source.name))
