"""When new data of a dataset are due: from its declared frequency and the days on which its data changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from ckanext.khonkaencarbon.catalogue.years import common_era


class Due(NamedTuple):
    """The last day on which new data are in time, and the last on which they are merely late."""

    on: date
    at_the_latest: date


def due(dataset: Mapping[str, Any], files: Sequence[Mapping[str, Any]], days: int, today: date) -> Due | None:
    """When the next data are due; None where no change of the data is known.

    Args:
        dataset: with `last_updated_date`, `metadata_created` and a number of updates,
            `update_frequency_interval`.
        files: of the dataset, with the moments of their last change.
        days: of the declared unit of frequency.
        today: changes that are said to come later are not looked at.
    """
    last = max((day for day in _changes(dataset, files) if day <= today), default=None)
    if last is None:
        return None
    period = timedelta(days=_divided(days, str(dataset.get("update_frequency_interval") or "1")))
    return Due(last + period, last + 2 * period)


def _divided(days: int, times: str) -> int:
    """Days between two updates where there are several in that time; at least one."""
    try:
        count = Decimal(times.strip())
    except InvalidOperation:
        return days
    return math.ceil(days / count) if count.is_finite() and count >= 1 else days


def _changes(dataset: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> Iterator[date]:
    """Days on which the data, not their description, are known to have been changed."""
    moments = [one.get("last_modified") or one.get("created") for one in files]
    for text in (dataset.get("last_updated_date"), *moments, dataset.get("metadata_created")):
        if day := day_of(str(text or "")):
            yield day


def day_of(text: str) -> date | None:
    """The day at the beginning of an ISO date of either era; None for anything else."""
    if not text[:4].isdecimal():
        return None
    year = common_era(int(text[:4]))
    try:
        return date.fromisoformat(f"{year}{text[4:10]}")
    except ValueError:
        return None
