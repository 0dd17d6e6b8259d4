"""Years as people write them in titles and queries, in either era, as years of the common era."""

from __future__ import annotations

import re
from collections.abc import Iterator

BUDDHIST_ERA = 543  # years ahead of the common era
LONGEST_SPAN = 60  # years; a longer one is no coverage but two numbers
_YEAR = r"(?<![\d.,])(\d{4})(?![\d,]|\.\d)"
_SPAN = re.compile(_YEAR + r"\s*(?:-|/|ถึง|to|until)\s*(?:พ\.ศ\.|ค\.ศ\.|ปี)?\s*(\d{4}|\d{2})(?!\d)")
_SINGLE = re.compile(_YEAR)
_SHORT = re.compile(r"(?:ปี|ปีงบประมาณ|ปีงบ|พ\.ศ\.|ปี พ\.ศ\.)\s*((?:5|6|7)\d)(?!\d)")


def common_era(number: int) -> int | None:
    """The year that a number of four digits means; nothing for a number that is no likely year."""
    if 2400 <= number <= 2700:
        return number - BUDDHIST_ERA
    return number if 1850 <= number <= 2150 else None


def covered(text: str) -> frozenset[int]:
    """Every year that a text names, spans filled: พ.ศ. 2560-2562 is 2017, 2018 and 2019."""
    return frozenset(_years(text))


def _years(text: str) -> Iterator[int]:
    for first, last in _SPAN.findall(text):
        start = common_era(int(first))
        end = common_era(int(last if len(last) == 4 else first[:2] + last))
        if start and end and 0 < end - start <= LONGEST_SPAN:
            yield from range(start, end + 1)
    for found in _SINGLE.findall(text):
        if year := common_era(int(found)):
            yield year
    for found in _SHORT.findall(text):
        yield 2500 + int(found) - BUDDHIST_ERA
