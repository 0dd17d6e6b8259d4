"""Dates, years and figures as people write them: Buddhist era in Thai, common era in English."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.dates import get_month_names
from ckan.common import _
from ckan.lib import helpers as core
from ckan.lib.i18n import get_lang
from flask import has_request_context

from ckanext.khonkaencarbon.footprint.model import Text

BUDDHIST_ERA = 543  # years ahead of the common era
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
BUDDHIST_YEARS = range(2400, 2701)  # numbers that are read as years of the Buddhist era


def is_thai() -> bool:
    """Whether the page is in Thai; so is everything that is said outside a request."""
    return not has_request_context() or get_lang() == "th"


def year(value: int | str) -> str:
    """A year of either era in the era of the page; what is no year stays as it is."""
    if not str(value).isdecimal():
        return str(value)
    number = int(value)
    gregorian = number - BUDDHIST_ERA if number in BUDDHIST_YEARS else number
    return str(gregorian + BUDDHIST_ERA if is_thai() else gregorian)


def years(value: str) -> str:
    """Several years such as 2022-2024, 2026, each in the era of the page."""
    return re.sub(r"\d{4}", lambda one: year(one[0]), value)


def month(value: str) -> str:
    """A month such as 2024-05: พ.ค. 2567, May 2024."""
    gregorian, number = value.split("-")
    return f"{_months('abbreviated')[int(number)]} {year(gregorian)}"


def day(value: str) -> str:
    """A day such as 2024-05-31: 31 พ.ค. 2567, 31 May 2024; what is no day stays as it is."""
    try:
        at = datetime.date.fromisoformat(value)
    except ValueError:
        return value
    return f"{at.day} {_months('abbreviated')[at.month]} {year(at.year)}"


def moment(
    value: datetime.datetime | str | None,
    date_format: str | None = None,
    with_hours: bool = False,
    with_seconds: bool = False,
) -> str:
    """A date as core renders it, in Thai with the year of the Buddhist era."""
    at = core._datestamp_to_datetime(value)
    if at is not None:  # core leaves a moment that names its own zone in that zone
        at = at.astimezone(core.get_display_timezone())
    if at is None or date_format or not is_thai():
        return str(core.render_datetime(at, date_format, with_hours, with_seconds))
    day = f"{at.day} {_months('wide')[at.month]} {year(at.year)}"
    if with_hours or with_seconds:
        return f"{day} {at.strftime('%H:%M:%S' if with_seconds else '%H:%M')} น."
    return day


def text(value: Text | Mapping[str, str] | str | None) -> str:
    """The sentence of the page's language."""
    if not value or isinstance(value, str):
        return value or ""
    both = value.as_json() if isinstance(value, Text) else value
    return both.get("th" if is_thai() else "en") or both.get("th") or both.get("en") or ""


def phrase(words: str | None) -> str:
    """Words of CKAN or of the web server in the page's language; a per cent sign in them means nothing.

    Templates cannot look such words up themselves: their gettext fills in what follows a per cent sign.
    """
    return _(words) if words else ""


def tonnes(kilograms: str | Decimal) -> str:
    """Kilograms as tonnes: two decimals, four where it is less than one tonne."""
    value = Decimal(kilograms) / 1000
    return f"{value:,.2f}" if abs(value) >= 1 or not value else f"{value:,.4f}"


def figure(value: str | int | Decimal) -> str:
    """A number with thousands separators and at most three decimals."""
    number = round(Decimal(value), 3)
    return f"{number.normalize():,f}" if number else "0"


def formula(gas: str) -> str:
    """CO2 as CO₂; names such as HFC-134a stay."""
    return gas if "-" in gas else gas.translate(SUBSCRIPTS)


def named(entity: Mapping[str, Any], field: str = "title") -> str:
    """The name of an organisation or dataset in the page's language."""
    return text(entity.get(f"{field}_translated")) or entity.get(field) or entity.get("name", "")


def _months(width: str) -> Mapping[int, str]:
    return get_month_names(width, locale="th" if is_thai() else "en")
