"""Which columns look like months of one table with a column per month, and of which year.

Month names need one year, from the title above the headings or from a heading. A fiscal year (ปีงบประมาณ) runs
from October of the year before; columns in that order are taken for one, and the reason says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.periods import Period, PeriodReader
from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits, fold
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

_FEWEST = 3  # columns
_YEAR = re.compile(r"(?<![0-9])(?:2[45][0-9]{2}|20[0-9]{2}|19[5-9][0-9])(?![0-9])")
_FISCAL = ("งบประมาณ", "fiscal", "ปีงบ")
_OCTOBER, _BE_OFFSET = 10, 543


def month_columns(
    labels: Sequence[str], above: Sequence[str], vocabulary: Vocabulary, era: str
) -> tuple[Mapping[str, str], Text] | None:
    """Heading -> period for the columns that are months, and why; nothing in it where the year is not said.

    Args:
        labels: the headings.
        above: the cells of the rows above them.
        vocabulary: the names of the months.
        era: as declared by the mapping.
    """
    reader = PeriodReader(era, vocabulary.month_words, vocabulary.missing_words)
    periods = {label: period for label in labels if isinstance(period := reader.read(label), Period)}
    months = {label: _written(period) for label, period in periods.items() if _is_month(period)}
    if len(months) >= _FEWEST:
        return _unique(months), Text(
            f"หัวคอลัมน์ {len(months)} คอลัมน์เป็นเดือนพร้อมปี", f"{len(months)} headings are months with their year"
        )
    names = {label: at for label in labels if (at := _month_name(label, vocabulary))}
    return _with_year(names, labels, above, reader) if len(set(names.values())) >= _FEWEST else None


def _with_year(
    names: Mapping[str, int], labels: Sequence[str], above: Sequence[str], reader: PeriodReader
) -> tuple[Mapping[str, str], Text]:
    texts = [ascii_digits(fold(text)) for text in (*above, *labels)]
    years = {period.start.year for text in texts for year in _YEAR.findall(text)
             if isinstance(period := reader.read(year), Period)}  # fmt: skip
    if len(years) != 1:
        return {}, Text(
            "หัวคอลัมน์เป็นชื่อเดือน แต่ไม่พบปีเดียวที่แน่ชัดในหัวตาราง โปรดระบุปีของแต่ละเดือน",
            "The headings are months, but the title does not name one year. State the year of each month.",
        )
    (year,) = years
    order = list(names.values())
    stated = any(word in text for word in _FISCAL for text in texts)
    fiscal = stated or (order[0] == _OCTOBER and 1 in order)
    found = {label: f"{year - (fiscal and month >= _OCTOBER)}-{month:02}" for label, month in names.items()}
    return _unique(found), _reason(len(names), year, fiscal, stated)


def _reason(number: int, year: int, fiscal: bool, stated: bool) -> Text:
    be = year + _BE_OFFSET
    if not fiscal:
        return Text(
            f"หัวคอลัมน์ {number} คอลัมน์เป็นชื่อเดือน และหัวตารางบอกปี {be}",
            f"{number} headings are months, and the title names the year {year}",
        )
    why = Text("หัวตารางบอกปีงบประมาณ", "the title names the fiscal year") if stated else Text(
        "คอลัมน์เรียงจากตุลาคม จึงถือเป็นปีงบประมาณ", "the columns begin with October, taken as the fiscal year"
    )  # fmt: skip
    return Text(
        f"หัวคอลัมน์ {number} คอลัมน์เป็นชื่อเดือน และ{why.th} {be} (ตุลาคม {be - 1} ถึงกันยายน {be})",
        f"{number} headings are months, and {why.en} {year} (October {year - 1} to September {year})",
    )


def _month_name(label: str, vocabulary: Vocabulary) -> int | None:
    """The month that a heading without a year names."""
    word = re.sub(r"[. ]", "", fold(label).removeprefix("เดือน"))
    for name, month in vocabulary.month_words.items():
        if re.sub(r"[. ]", "", name) == word:
            return month
    return None


def _is_month(period: Period) -> bool:
    return period.start.day == 1 and (period.start.year, period.start.month) == (
        period.end.year,
        period.end.month,
    )


def _written(period: Period) -> str:
    return f"{period.start.year}-{period.start.month:02}"


def _unique(found: Mapping[str, str]) -> Mapping[str, str]:
    """Nothing where two columns would be the same month: a quantity and a factor beside each other, say."""
    return found if len(set(found.values())) == len(found) else {}
