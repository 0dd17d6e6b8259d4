"""What the first rows of a table say about its columns, in words; a person decides with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.numbers import read_number
from ckanext.khonkaencarbon.footprint.reading.periods import Period, PeriodReader
from ckanext.khonkaencarbon.footprint.reading.personal import masked
from ckanext.khonkaencarbon.footprint.reading.text import clean, fold, shortened
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

_BE_OFFSET = 543
_MOST = 0.8  # of the filled cells
_SHOWN = 3

# In this order: a year is a period before it is a number.
_WORDS: Mapping[str, Text] = {
    "period": Text("ช่วงเวลา", "periods"),
    "unit": Text("หน่วย", "units"),
    "activity": Text("กิจกรรม", "activities"),
    "consumer": Text("ผู้ใช้", "consumers"),
    "quality": Text("คุณภาพข้อมูล", "levels of quality"),
    "quantity": Text("ตัวเลข", "numbers"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What most filled cells of a column are, as the role they would fit; ``text`` says it."""

    role: str
    text: Text


def _one_of(words: frozenset[str]) -> Callable[[str], bool]:
    return lambda cell: fold(cell) in words


class Witness:
    """Looks at cells with the eyes of the reader."""

    def __init__(self, vocabulary: Vocabulary, era: str) -> None:
        self._missing = vocabulary.missing_words
        self._periods = PeriodReader(era, vocabulary.month_words, vocabulary.missing_words)
        words: Mapping[str, Iterable[str]] = {
            "unit": vocabulary.unit_words,
            "activity": vocabulary.activity_words,
            "consumer": vocabulary.consumer_words,
            "quality": vocabulary.quality_words,
        }
        self._is: dict[str, Callable[[str], bool]] = {
            "period": lambda cell: isinstance(self.period(cell), Period),
            **{role: _one_of(frozenset(known)) for role, known in words.items()},
            "quantity": lambda cell: isinstance(read_number(cell, self._missing), Decimal),
        }

    def period(self, cell: str) -> Period | str:
        """The period of a cell, or the code of what is wrong with it."""
        return self._periods.read(cell)

    def about(self, cells: Sequence[str]) -> Evidence | None:
        """What most of the filled cells are; None where they are of no one kind."""
        filled = [cell for cell in map(clean, cells) if cell and cell.casefold() not in self._missing]
        for role, fits in self._is.items():
            found = [cell for cell in filled if fits(cell)]
            if found and len(found) >= _MOST * len(filled):
                return Evidence(role, self._worded(role, found, len(filled)))
        return None

    def _worded(self, role: str, found: Sequence[str], filled: int) -> Text:
        kind, shown = _WORDS[role], ", ".join(_shown(cell) for cell in [*dict.fromkeys(found)][:_SHOWN])
        if role == "period":
            kind = self._worded_periods(found)
        return Text(
            f"{len(found)} จาก {filled} ช่องแรกเป็น{kind.th} เช่น {shown}",
            f"{len(found)} of the first {filled} cells are {kind.en}, such as {shown}",
        )

    def _worded_periods(self, found: Sequence[str]) -> Text:
        periods = [period for period in map(self.period, found) if isinstance(period, Period)]
        years = sorted({period.end.year for period in periods})
        monthly = all(period.start.month == period.end.month for period in periods)
        first, last = years[0], years[-1]
        th = f"{first + _BE_OFFSET}" if first == last else f"{first + _BE_OFFSET}–{last + _BE_OFFSET}"
        en = f"{first}" if first == last else f"{first}–{last}"
        return Text(
            f"เดือนของปี {th}" if monthly else f"ช่วงเวลาของปี {th}",
            f"months of {en}" if monthly else f"periods of {en}",
        )


def _shown(cell: str) -> str:
    return masked(shortened(cell, 20))
