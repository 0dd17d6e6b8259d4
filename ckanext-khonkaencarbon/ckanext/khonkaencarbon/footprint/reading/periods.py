"""Periods as people write them: which days a cell speaks of.

The Thai solar calendar counts 543 years more than the Gregorian one (all dates since 1941); the fiscal year
runs from October of the year before to September. The era is settled before a date is built, so 29/02/2567 is
a day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits, fold

_BE_YEARS = range(2400, 2701)
_CE_YEARS = range(1857, 2200)
_BE_OFFSET = 543
_FISCAL_START = 10

_TIME = r"(?:[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_NUMERIC = (
    re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_TIME}", re.ASCII),
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})", re.ASCII),
    re.compile(
        rf"(?P<day>\d{{1,2}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_TIME}",
        re.ASCII,
    ),
    re.compile(r"(?P<month>\d{1,2})[-/](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4}|\d{2})", re.ASCII),
)
_MONTH_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_YEAR_NUMBER = re.compile(r"\d{4}|\d{2}", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_LETTER = "a-zก-ฺเ-๎"
_DOTS = re.compile(rf"(?<=[{_LETTER}])[. ]+(?=[{_LETTER}])|(?<=[{_LETTER}])\.")
_ERA_WORDS = {"พศ": "be", "be": "be", "คศ": "ce", "ce": "ce", "ad": "ce"}
_FISCAL_WORDS = ("ปีงบประมาณ", "งบประมาณ", "ปีงบ", "fiscalyear", "fy")
_NOISE_WORDS = ("ประจำเดือน", "ประจำปี", "เดือน", "วันที่", "ปี", "month", "year")
_TOKEN = re.compile(
    r"(?P<number>\d+)|(?P<word>"
    + "|".join(sorted((*_ERA_WORDS, *_FISCAL_WORDS, *_NOISE_WORDS), key=len, reverse=True))
    + rf")|(?P<month>[{_LETTER}]+?(?=พศ|คศ|ปี|[^{_LETTER}]|$))",
    re.ASCII,
)
_SEPARATORS = " .,/-"
_WORTH_REMEMBERING = 100  # characters


class Period(NamedTuple):
    """First and last day, both inclusive."""

    start: date
    end: date

    def for_cell(self) -> Period:
        """The period of the cell that such a record counts in: its month, its year, or its own days."""
        if (self.start.year, self.start.month) == (self.end.year, self.end.month):
            return _month(self.start.year, self.start.month)
        return self


class _PeriodError(Exception):
    """Carries the finding code."""


class PeriodReader:
    """Reads period cells under one declared era (auto, be, ce) with one table of month names."""

    def __init__(self, era: str, month_words: Mapping[str, int], missing_words: frozenset[str]) -> None:
        self._era = era
        self._months = {_DOTS.sub("", word): month for word, month in month_words.items()}
        self._missing = missing_words
        self._remembered = lru_cache(maxsize=1 << 14)(self._read)

    def read(self, cell: str, *, fiscal: bool = False) -> Period | str:
        """The period of a cell, or the code of what is wrong; ``fiscal``: the heading says fiscal year."""
        return (self._remembered if len(cell) <= _WORTH_REMEMBERING else self._read)(cell, fiscal)

    def _read(self, cell: str, fiscal: bool) -> Period | str:
        text = ascii_digits(fold(cell))
        if not text or text in self._missing:
            return "missing-value"
        try:
            for pattern in _NUMERIC:
                match = pattern.fullmatch(text)
                if match:
                    return self._numeric(match.groupdict(), fiscal)
            if _SERIAL.fullmatch(text):
                return "period-serial"
            return self._worded(_DOTS.sub("", text), fiscal)
        except _PeriodError as problem:
            return str(problem)

    def read_pair(self, month: str, year: str, *, fiscal: bool = False) -> Period | str:
        """The period of a month cell and a year cell; a month may be a number."""
        month, year = ascii_digits(fold(month)), ascii_digits(fold(year))
        if any(not part or part in self._missing for part in (month, year)):
            return "missing-value"
        if _MONTH_NUMBER.fullmatch(month) and _YEAR_NUMBER.fullmatch(year):
            try:
                return self._numeric({"month": month, "year": year}, fiscal)
            except _PeriodError as problem:
                return str(problem)
        return self.read(f"{month} {year}", fiscal=fiscal)

    def _numeric(self, parts: Mapping[str, str | None], fiscal: bool) -> Period:
        year = self._year(parts["year"] or "", self._era)
        month = int(parts.get("month") or 0)
        day = int(parts.get("day") or 0)
        if parts.get("month") is None:
            return _period(year, None, None, fiscal)
        if parts.get("day") is None:
            return _period(year, month, None, fiscal)
        if month > 12 >= day and parts.get("mark"):
            raise _PeriodError("period-month-first")
        return _period(year, month, day, False)

    def _worded(self, text: str, fiscal: bool) -> Period:
        if text[0] in _SEPARATORS or text[-1] in _SEPARATORS:
            raise _PeriodError("period-error")
        era, months, numbers = self._era, [], []
        order = ""
        position = 0
        while position < len(text):
            if text[position] in _SEPARATORS:
                position += 1
                continue
            match = _TOKEN.match(text, position)
            if match is None:
                raise _PeriodError("period-error")
            position = match.end()
            if match["number"]:
                numbers.append(match["number"])
                order += "n"
            elif match["month"]:
                months.append(self._month_number(match["month"]))
                order += "m"
            elif match["word"] in _ERA_WORDS:
                era = self._stated_era(_ERA_WORDS[match["word"]], era)
            else:
                fiscal = fiscal or match["word"] in _FISCAL_WORDS
        return self._assembled(order, months, numbers, era, fiscal)

    def _assembled(self, order: str, months: list[int], numbers: list[str], era: str, fiscal: bool) -> Period:
        if order == "n":
            return _period(self._year(numbers[0], era), None, None, fiscal)
        if order == "mn":
            return _period(self._year(numbers[0], era), months[0], None, fiscal)
        if order == "nmn" and len(numbers[0]) <= 2:
            return _period(self._year(numbers[1], era), months[0], int(numbers[0]), False)
        if order == "mnn":
            raise _PeriodError("period-month-first")
        raise _PeriodError("period-year-missing" if order in ("m", "nm") else "period-error")

    def _month_number(self, word: str) -> int:
        if word not in self._months:
            raise _PeriodError("period-error")
        return self._months[word]

    def _stated_era(self, stated: str, declared: str) -> str:
        if declared not in ("auto", stated):
            raise _PeriodError("period-era")
        return stated

    def _year(self, digits: str, era: str) -> int:
        """The Gregorian year."""
        if len(digits) not in (2, 4):
            raise _PeriodError("period-error")
        year = int(digits)
        if len(digits) == 2:
            if era == "auto":
                raise _PeriodError("period-two-digit-year")
            year += 2500 if era == "be" else 2000
        if era == "auto":
            era = "be" if year in _BE_YEARS else "ce"
        if year not in (_BE_YEARS if era == "be" else _CE_YEARS):
            raise _PeriodError("period-era" if era != "auto" and self._plausible(year) else "period-error")
        return year - _BE_OFFSET if era == "be" else year

    @staticmethod
    def _plausible(year: int) -> bool:
        return year in _BE_YEARS or year in _CE_YEARS


def _period(year: int, month: int | None, day: int | None, fiscal: bool) -> Period:
    if month is None:
        if fiscal:
            return Period(date(year - 1, _FISCAL_START, 1), date(year, _FISCAL_START - 1, 30))
        return Period(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        raise _PeriodError("period-impossible")
    if day is None:
        return _month(year - 1 if fiscal and month >= _FISCAL_START else year, month)
    if not 1 <= day <= monthrange(year, month)[1]:
        raise _PeriodError("period-impossible")
    return Period(date(year, month, day), date(year, month, day))


@lru_cache(maxsize=1 << 12)
def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
