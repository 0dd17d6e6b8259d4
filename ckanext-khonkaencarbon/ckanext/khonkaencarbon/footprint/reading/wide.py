"""Tables with one column per month: each filled month cell of a row is a figure of its own.

The row keeps its one record number; a finding about a figure names the month's column. A month cell that is
empty or says that there is no figure ("-", "ไม่มีข้อมูล") is no row of its own, neither zero nor refused: the
number of such cells is remarked, because the months of a year that is not over look like that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.interpretation import Interpreter
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping, RoleSource
from ckanext.khonkaencarbon.footprint.reading.periods import Period, PeriodReader
from ckanext.khonkaencarbon.footprint.reading.reporting import Reporter
from ckanext.khonkaencarbon.footprint.reading.text import fold
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """One month's column, read as a long table of that month would be."""

    position: int
    interpreter: Interpreter
    reporter: Reporter


class MonthColumns:
    """The month columns of a table; ``empty`` counts their cells without a figure."""

    def __init__(
        self,
        mapping: ColumnMapping,
        labels: Sequence[str],
        vocabulary: Vocabulary,
        log: FindingLog,
        name: str,
    ) -> None:
        self.empty = 0
        self._width = len(labels)
        self._missing = vocabulary.missing_words
        self._totals = {*vocabulary.total_words, *map(fold, mapping.total_words)}
        places = [fold(label) for label in labels]
        self._columns = []
        for label, period in mapping.wide_columns.items():
            of_month = _of_month(mapping, label, period)
            reader = Interpreter(of_month, labels, vocabulary)
            reporter = Reporter(log, name, of_month, vocabulary)
            self._columns.append(MonthColumn(places.index(fold(label)), reader, reporter))

    def is_total(self, cells: Sequence[str]) -> bool:
        """Whether the row is a sum of others."""
        return self._columns[0].interpreter.read(list(cells)).meaning.total

    def repeats_headings(self, cells: Sequence[str]) -> bool:
        """Whether the row is the headings once more."""
        padded = [*cells, *[""] * (self._width - len(cells))]
        return self._columns[0].interpreter.repeats_headings(padded)

    def filled(self, cells: Sequence[str]) -> Iterator[MonthColumn]:
        """The months in which the row has something written."""
        for column in self._columns:
            word = fold(cells[column.position]) if column.position < len(cells) else ""
            if not word or word in self._missing:
                self.empty += 1
            else:
                yield column

    def looks_like_total(self, names: Sequence[str]) -> bool:
        """Whether a name is a word for a sum: the row may be the sum of the others."""
        return any(fold(name) in self._totals for name in names)


def _of_month(mapping: ColumnMapping, label: str, period: str) -> ColumnMapping:
    """The mapping of the long table that one month column stands for."""
    sources = {"period": RoleSource(constant=period), "quantity": RoleSource((label,))}
    return replace(mapping, era="auto", wide=None, roles={**mapping.roles, **sources})


def check_periods(mapping: ColumnMapping, vocabulary: Vocabulary) -> None:
    """Refuse month columns without a readable period, or two of them for the same days.

    Raises:
        FileRefused: mapping-invalid, with the column.
    """
    reader = PeriodReader("auto", vocabulary.month_words, vocabulary.missing_words)
    found: list[tuple[Period, str]] = []
    for label, text in mapping.wide_columns.items():
        period = reader.read(text)
        if isinstance(period, str):
            raise _refused(
                f"อ่านช่วงเวลา “{text}” ของคอลัมน์ “{label}” ไม่ได้", f"“{text}” of column “{label}” is no period"
            )
        found.append((period, label))
    for (first, label), (second, other) in pairwise(sorted(found)):
        if second.start <= first.end:
            raise _refused(
                f"คอลัมน์ “{label}” กับ “{other}” มีวันซ้ำกัน", f"columns “{label}” and “{other}” share days"
            )


def _refused(th: str, en: str) -> FileRefused:
    return FileRefused(finding("mapping-invalid", problem=Text(th, en)))
