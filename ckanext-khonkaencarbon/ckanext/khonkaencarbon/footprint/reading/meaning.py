"""What a row says apart from quantity, names and free text: few combinations, each understood once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from ckanext.khonkaencarbon.footprint.model import CellKey
from ckanext.khonkaencarbon.footprint.reading.headings import is_fiscal
from ckanext.khonkaencarbon.footprint.reading.mapping import PARAMETER, ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.numbers import plain, read_number
from ckanext.khonkaencarbon.footprint.reading.periods import Period, PeriodReader
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold
from ckanext.khonkaencarbon.footprint.vocabulary import Activity, AmbiguousWord, Parameter, Unit, Vocabulary

NAMES = ("organisation", "facility", "place")
FREE_TEXT = ("evidence", "note")
PERIODS = ("period", "period_start", "period_end")
_CELL_ERRORS = frozenset(
    ("#n/a", "#ref!", "#div/0!", "#value!", "#name?", "#num!", "#null!", "#spill!", "#calc!", "#getting_data")
)
_NO_VALUE = "#formula?"  # written by sheet_child for a formula whose value was not stored
_UNCERTAINTY_DECIMALS = 4
Understood = TypeVar("Understood")


class Fault(NamedTuple):
    """Something wrong with one cell; ``activity`` helps to word it."""

    code: str
    role: str
    value: str
    activity: Activity | None = None


def named(fault: Fault) -> Fault:
    """The fault, by the name it has where the spreadsheet could not compute the cell."""
    if not fault.value.startswith("#"):
        return fault
    word = fold(fault.value)
    if word == _NO_VALUE:
        return fault._replace(code="formula-without-value")
    return fault._replace(code="cell-error") if word in _CELL_ERRORS else fault


@dataclass(slots=True)
class Meaning:
    """The outcome for the key cells of a row. ``key`` (without names) is set when nothing is wrong."""

    total: bool = False
    key: CellKey | None = None
    activity: Activity | None = None
    unit: Unit | None = None
    base_unit: str = ""  # set when unit and activity fit
    identity: str = ""  # equal for rows that say the same
    period: Period | None = None  # the row's own, which may be shorter than its cell's
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _When:
    """What the period cells say, whatever stands in the others."""

    total: bool
    faults: list[Fault]
    cell: tuple[date, ...] = ()  # first and last day of the row's cell
    period: Period | None = None
    identity: str = ""


@dataclass(slots=True)
class _What:
    """What the other key cells say, whatever stands in those of the period; without a key of its own."""

    meaning: Meaning
    rest: tuple[Any, ...] | None = None  # of the key, after its days


@lru_cache(maxsize=8)
def _period_reader(era: str, vocabulary: Vocabulary) -> PeriodReader:
    """One for all files: days and months are the same everywhere."""
    return PeriodReader(era, vocabulary.month_words, vocabulary.missing_words)


class KeyReader:
    """Reads the key cells of rows under one completely resolved mapping."""

    def __init__(self, mapping: ColumnMapping, vocabulary: Vocabulary) -> None:
        self.columns = [
            (role, column)
            for role, source in mapping.roles.items()
            if role not in ("quantity", *NAMES, *FREE_TEXT)
            for column in source.columns
        ]
        self._constants = {
            role: source.constant for role, source in mapping.roles.items() if source.constant is not None
        }
        self._vocabulary = vocabulary
        self._missing = vocabulary.missing_words
        self._totals = (*vocabulary.total_words, *map(fold, mapping.total_words))
        self._periods = _period_reader(mapping.era, vocabulary)
        period_columns = mapping.roles["period"].columns if "period" in mapping.roles else ()
        self._fiscal = any(is_fiscal(column) for column in period_columns)
        self._parameters = [role for role in mapping.roles if role.startswith(PARAMETER)]
        self._period_at = [at for at, (role, _) in enumerate(self.columns) if role in PERIODS]
        self._rest_at = [at for at, (role, _) in enumerate(self.columns) if role not in PERIODS]
        self._whens = Remembered(self._when)
        self._whats = Remembered(self._what)

    def read(self, cells: Sequence[str]) -> Meaning:
        """The meaning of the cells under ``columns``, in their order.

        Periods are many and all else is little: each is understood once.
        """
        when = self._whens[tuple([cells[at] for at in self._period_at])]
        what = self._whats[tuple([cells[at] for at in self._rest_at])]
        said = what.meaning
        if when.total or said.total:
            return Meaning(total=True)
        meaning = Meaning(False, None, said.activity, said.unit, said.base_unit)
        meaning.faults, meaning.warnings = [*when.faults, *said.faults], said.warnings
        if when.cell and what.rest and not meaning.faults:
            meaning.period = when.period
            meaning.key = CellKey._make((*when.cell, *what.rest))
            meaning.identity = f"{when.identity}\x1f{said.identity}"
        return meaning

    def _when(self, cells: Sequence[str]) -> _When:
        given = self._given(self._period_at, cells)
        faults: list[Fault] = []
        if self._is_total(given):
            return _When(True, faults)
        period = self._period(given, self._values(given), faults)
        faults = list(map(named, faults))
        if period is None:
            return _When(False, faults)
        return _When(False, faults, period.for_cell(), period, _identity(period.start, period.end))

    def _what(self, cells: Sequence[str]) -> _What:
        given = self._given(self._rest_at, cells)
        if self._is_total(given):
            return _What(Meaning(total=True))
        values, meaning = self._values(given), Meaning()
        consumer = self._consumer(values.get("consumer", ""), meaning)
        consumer = self._activity(values["activity"], consumer, meaning)
        self._unit(values["unit"], meaning)
        quality = self._quality(values.get("quality", ""), meaning)
        uncertainty = self._uncertainty(values.get("uncertainty_pct", ""), meaning)
        parameters = tuple(sorted(self._all_parameters(values, meaning)))
        meaning.faults = list(map(named, meaning.faults))
        if meaning.faults or not (meaning.activity and meaning.unit):
            return _What(meaning)
        code, consumer = meaning.activity.code, consumer or ""
        names = ("", "", "", quality, uncertainty, parameters)
        meaning.identity = _identity(meaning.unit.name, code, consumer, *names)
        return _What(meaning, (code, consumer, meaning.base_unit, *names))

    def _given(self, places: Sequence[int], cells: Sequence[str]) -> dict[str, list[str]]:
        given: dict[str, list[str]] = {}
        for at, cell in zip(places, cells, strict=True):
            given.setdefault(self.columns[at][0], []).append(cell)
        return given

    def _values(self, given: Mapping[str, list[str]]) -> dict[str, str]:
        """Texts by role, the mapping's constants among them."""
        return {**self._constants, **{role: " ".join(texts) for role, texts in given.items()}}

    def _is_total(self, given: Mapping[str, list[str]]) -> bool:
        cells = (cell for role in (*PERIODS, "activity") for cell in given.get(role, ()))
        return any(fold(cell).startswith(self._totals) for cell in cells)

    def _period(
        self, given: Mapping[str, list[str]], values: Mapping[str, str], faults: list[Fault]
    ) -> Period | None:
        if "period" in values:
            pair = given.get("period", [])
            if len(pair) == 2:
                read = self._periods.read_pair(*pair, fiscal=self._fiscal)
            else:
                read = self._periods.read(values["period"], fiscal=self._fiscal)
            return self._checked("period", values, read, faults)
        start, end = (
            self._checked(role, values, self._periods.read(values[role]), faults)
            for role in ("period_start", "period_end")
        )
        if start is None or end is None:
            return None
        if start.start > end.end:
            return self._checked("period_end", values, "period-reversed", faults)
        return Period(start.start, end.end)

    @staticmethod
    def _checked(
        role: str, values: Mapping[str, str], period: Period | str, faults: list[Fault]
    ) -> Period | None:
        if isinstance(period, Period):
            return period
        faults.append(Fault(period, role, values[role]))
        return None

    def _consumer(self, cell: str, meaning: Meaning) -> str | None:
        """The consumer's code, '' for none given, None for an unknown word."""
        word = fold(cell)
        if not word or word in self._missing:
            return ""
        consumer = self._vocabulary.consumer_words.get(word)
        if consumer is None:
            meaning.faults.append(Fault("unknown-consumer", "consumer", cell))
        return consumer

    def _activity(self, cell: str, consumer: str | None, meaning: Meaning) -> str | None:
        """Finds the activity; the consumer, or the activity's own where the row names none."""
        word = fold(cell)
        found = self._vocabulary.activity_words.get(word)
        if isinstance(found, AmbiguousWord):
            decided = found.by_consumer.get(consumer or "")
            found = self._vocabulary.activities[decided] if decided else None
            if found is None and consumer is not None:
                meaning.faults.append(Fault("ambiguous-activity", "activity", cell))
        elif found is None:
            missing = not word or word in self._missing
            meaning.faults.append(Fault("missing-value" if missing else "unknown-activity", "activity", cell))
        meaning.activity = found
        if found is None or consumer is None:
            return consumer
        consumer = consumer or found.default_consumer
        if consumer not in found.gpc:
            meaning.faults.append(Fault("consumer-not-allowed", "consumer", consumer, found))
        return consumer

    def _unit(self, cell: str, meaning: Meaning) -> None:
        word, activity = fold(cell), meaning.activity
        unit = self._vocabulary.unit_words.get(word)
        if unit is None:
            meaning.faults.append(Fault(self._unit_problem(word), "unit", cell, activity))
        elif activity is not None:
            measure = unit.measuring(activity.base_units)
            if measure is None:
                meaning.faults.append(Fault("unit-dimension", "unit", cell, activity))
            else:
                meaning.unit, meaning.base_unit = measure, activity.base_units[measure.dimension]

    def _unit_problem(self, word: str) -> str:
        if not word or word in self._missing:
            return "missing-value"
        return "unit-without-size" if word in self._vocabulary.units_without_size else "unknown-unit"

    def _quality(self, cell: str, meaning: Meaning) -> str:
        word = fold(cell)
        if not word or word in self._missing:
            return ""
        if word not in self._vocabulary.quality_words:
            meaning.faults.append(Fault("quality-error", "quality", cell))
        return self._vocabulary.quality_words.get(word, "")

    def _uncertainty(self, cell: str, meaning: Meaning) -> str:
        number = read_number(cell, self._missing)
        if number == "missing-value":
            return ""
        if (
            isinstance(number, str)
            or number < 0
            or len(plain(number).partition(".")[2]) > _UNCERTAINTY_DECIMALS
        ):
            meaning.faults.append(Fault("uncertainty-error", "uncertainty_pct", cell))
            return ""
        return plain(number)

    def _all_parameters(self, values: Mapping[str, str], meaning: Meaning) -> list[tuple[str, str]]:
        if meaning.activity is None:
            return []
        declared = meaning.activity.parameters
        found = []
        for role in self._parameters:
            cell, name = clean(values.get(role, "")), role.removeprefix(PARAMETER)
            if not cell or cell.casefold() in self._missing:
                continue
            if name not in declared:
                meaning.warnings.append(Fault("parameter-ignored", role, cell, meaning.activity))
                continue
            value = self._parameter(declared[name], cell)
            if value is None:
                meaning.faults.append(Fault("parameter-error", role, cell, meaning.activity))
            else:
                found.append((name, value))
        return found

    def _parameter(self, parameter: Parameter, cell: str) -> str | None:
        if parameter.choices:
            return parameter.choice(cell)
        number = read_number(cell, self._missing)
        if isinstance(number, str) or not parameter.allows(number):
            return None
        return plain(number)


def _identity(*said: object) -> str:
    """Equal for rows that say the same; finer than the cell, which may be a month or in another unit."""
    return "\x1f".join(map(str, said)).casefold()


class Remembered(dict[tuple[str, ...], Understood]):
    """What was understood by key cells, so that this happens once; forgets everything when full."""

    LIMIT = 20_000
    LONGEST = 1_000  # characters of a key worth remembering

    def __init__(self, read: Callable[[Sequence[str]], Understood]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cells: tuple[str, ...]) -> Understood:
        understood = self._read(cells)
        if sum(map(len, cells)) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[cells] = understood
        return understood
