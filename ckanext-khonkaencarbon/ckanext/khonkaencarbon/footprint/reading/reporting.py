"""Faults of rows to findings in words. Words are made only for findings that are listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.duplicates import LIMIT as DUPLICATE_LIMIT
from ckanext.khonkaencarbon.footprint.reading.mapping import PARAMETER, ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.meaning import Fault
from ckanext.khonkaencarbon.footprint.reading.rows import CELL_LIMIT
from ckanext.khonkaencarbon.footprint.reading.sheet import Sheet, listed_sheets
from ckanext.khonkaencarbon.footprint.reading.text import fold
from ckanext.khonkaencarbon.footprint.vocabulary import Activity, AmbiguousWord, Vocabulary, nearest

Words = Mapping[str, Text | str | int]

_EXAMPLE_UNITS = {"energy": "kWh, MWh, หน่วย", "volume": "ลิตร, พันลิตร", "mass": "kg, ตัน"}
_EXAMPLE_ACTIVITIES = Text("ไฟฟ้า, น้ำมันดีเซลรถยนต์, ก๊าซหุงต้ม", "electricity-grid, diesel-road, lpg-stationary")


class Reporter:
    """Adds the findings of one input to the log of the run."""

    def __init__(
        self, log: FindingLog, source_name: str, mapping: ColumnMapping, vocabulary: Vocabulary
    ) -> None:
        self._log = log
        self._input = source_name
        self._roles = mapping.roles
        self._vocabulary = vocabulary
        self._worded: dict[tuple[str, str, str, str], Words] = {}
        self._word_makers: Mapping[str, Callable[[Fault], Words]] = {
            "unknown-activity": self._about_activities,
            "ambiguous-activity": self._about_meanings,
            "unknown-consumer": self._about_consumers,
            "consumer-not-allowed": self._about_activity,
            "parameter-ignored": self._about_activity,
            "unknown-unit": self._about_units,
            "unit-without-size": self._about_units,
            "unit-dimension": self._about_units,
            "parameter-error": self._about_parameter,
            "number-too-large": self._about_base_units,
        }

    def add(
        self,
        code: str,
        record: int | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **words: Text | str | int,
    ) -> None:
        """Add a finding about this input."""
        if self._log.is_full(code):
            self._log.count(code)
            return
        place = {"input": self._input, "record": record, "line": line, "column": column, "value": value}
        self._log.add(finding(code, **place, **words))  # type: ignore[arg-type]

    def add_fault(self, fault: Fault, record: int, line: int, width: int) -> None:
        """Add a finding about one cell of a row in a table of ``width`` columns."""
        if self._log.is_full(fault.code):
            self._log.count(fault.code)
            return
        words = {"width": width, **self._words_about(fault)}
        column = self.column_of(fault.role) if fault.role else None
        self.add(fault.code, record, line, column, fault.value, **words)

    def _words_about(self, fault: Fault) -> Words:
        """Looking for the nearest word takes milliseconds, and the same word is often wrong in many rows."""
        key = fault.code, fault.role, fault.value, fault.activity.code if fault.activity else ""
        if key not in self._worded:
            make_words = self._word_makers.get(fault.code)
            self._worded[key] = make_words(fault) if make_words else {}
        return self._worded[key]

    def add_row_fault(self, code: str, record: int, line: int) -> None:
        """Add a finding about a row that has no cells to speak of."""
        self.add(code, record, line, limit=CELL_LIMIT)

    def add_duplicate(self, first: tuple[str, int], record: int, line: int) -> None:
        """Add a warning that names both rows."""
        source, number = first
        th, en = f"แถวลำดับที่ {number}", f"record {number}"
        if source != self._input:
            th, en = f"{th} ของไฟล์ {source}", f"{en} of {source}"
        self.add("duplicate-row", record, line, first=Text(th, en), second=record)

    def add_about_sheet(self, sheet: Sheet, labels: Sequence[str]) -> None:
        """Add what has to be said about the sheet of a workbook."""
        if sheet.others:
            self.add("sheets-not-read", value=sheet.name, sheets=listed_sheets(sheet.others))
        if sheet.hidden:
            self.add("sheet-hidden", value=sheet.name)
        if sheet.hidden_rows:
            self.add("rows-hidden", number=sheet.hidden_rows)
        if sheet.merged:
            self.add("cells-merged", number=sheet.merged)
        for kind in sheet.extras:
            self.add("workbook-extras", kind=kind)
        for at, (row, number) in sorted(sheet.buddhist_dates.items()):
            column = labels[at] if at < len(labels) else str(at + 1)
            self.add("date-cells-buddhist", line=row, column=column, number=number)

    def add_end_of_watch(self) -> None:
        """Add the remark that repeated rows are no longer looked for."""
        self.add("duplicates-not-checked", limit=DUPLICATE_LIMIT)

    def column_of(self, role: str) -> str:
        """The heading of the role's column, or the role itself where a constant stands for it."""
        source = self._roles.get(role)
        return " + ".join(source.columns) if source and source.columns else role

    def _about_activities(self, fault: Fault) -> Words:
        known = {
            word: _named(activity.label, activity.code)
            for word, activity in self._vocabulary.activity_words.items()
            if isinstance(activity, Activity)
        }
        return {"suggestions": nearest(fault.value, known), "examples": _EXAMPLE_ACTIVITIES}

    def _about_meanings(self, fault: Fault) -> Words:
        word = self._vocabulary.activity_words.get(fold(fault.value))
        codes = sorted(set(word.by_consumer.values())) if isinstance(word, AmbiguousWord) else []
        return {"suggestions": ", ".join(codes or self._vocabulary.activities)}

    def _about_consumers(self, fault: Fault) -> Words:
        return {
            "suggestions": nearest(fault.value, self._consumer_names()),
            "examples": ", ".join(self._vocabulary.consumers),
        }

    def _consumer_names(self) -> dict[str, Text]:
        consumers = self._vocabulary.consumers
        return {word: _named(consumers[code], code) for word, code in self._vocabulary.consumer_words.items()}

    def _about_activity(self, fault: Fault) -> Words:
        return {"activity": fault.activity.label if fault.activity else ""}

    def _about_units(self, fault: Fault) -> Words:
        dimensions = fault.activity.base_units if fault.activity else _EXAMPLE_UNITS
        known = {word: _named(unit.label, unit.name) for word, unit in self._vocabulary.unit_words.items()}
        return {
            "suggestions": nearest(fault.value, known),
            "examples": ", ".join(_EXAMPLE_UNITS[dimension] for dimension in dimensions),
            **self._about_activity(fault),
        }

    def _about_base_units(self, fault: Fault) -> Words:
        return {"unit": " / ".join(fault.activity.base_units.values()) if fault.activity else ""}

    def _about_parameter(self, fault: Fault) -> Words:
        name = fault.role.removeprefix(PARAMETER)
        parameter = fault.activity.parameters[name] if fault.activity else None
        return {
            "name": parameter.label if parameter else name,
            "allowed": parameter.allowed() if parameter else "",
        }


def _named(label: Text, code: str) -> Text:
    return Text(f"{label.th} ({code})", code)
