"""Validators of values that people write in several ways: years, dates, numbers, links and places on earth.

Years and dates of the Buddhist era are stored in the common era. What is empty stays empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.khonkaencarbon.catalogue import geojson
from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.reading.numbers import read_number
from ckanext.khonkaencarbon.footprint.reading.periods import Period, PeriodReader
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

Validator = Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], None]
FILE_SCHEMES = ("", "http", "https", "ftp", "ftps", "s3")
SIDES = ("west_bound_longitude", "south_bound_longitude", "east_bound_longitude", "north_bound_longitude")


@cache
def _periods() -> PeriodReader:
    words = load_vocabulary()
    return PeriodReader("auto", words.month_words, words.missing_words)


def khonkaencarbon_year(value: Any) -> str:
    """A year in either era, with Thai digits or พ.ศ. before it, as a year of the common era."""
    if not str(value).strip():
        return ""
    read = _periods().read(str(value))
    if isinstance(read, Period) and (read.start.month, read.start.day, read.end.month) == (1, 1, 12):
        return str(read.start.year)
    raise tk.Invalid(
        tk._("“{value}” is not a year: give one such as 2567 or 2024").format(value=_shown(value))
    )


def khonkaencarbon_date(value: Any) -> str:
    """A day in either era, as numbers or with the name of the month, in ISO 8601 of the common era."""
    if not str(value).strip():
        return ""
    read = _periods().read(str(value))
    if isinstance(read, Period) and read.start == read.end:
        return read.start.isoformat()
    if read == "period-impossible":
        raise tk.Invalid(
            tk._("There is no day “{value}”: that month of that year has fewer days").format(
                value=_shown(value)
            )
        )
    raise tk.Invalid(
        tk._("“{value}” is not a date: give one such as 2567-02-29, 29/2/2567 or 2024-02-29").format(
            value=_shown(value)
        )
    )


def khonkaencarbon_count(value: Any) -> str:
    """A whole number above zero."""
    number = _number(value)
    if number is not None and (number <= 0 or number != number.to_integral_value()):
        raise tk.Invalid(tk._("“{value}” is not a whole number above zero").format(value=_shown(value)))
    return "" if number is None else plain(number)


def khonkaencarbon_amount(value: Any) -> str:
    """A number that is not negative; stored without thousands separators."""
    number = _number(value)
    if number is not None and number < 0:
        raise tk.Invalid(tk._("“{value}” is below zero").format(value=_shown(value)))
    return "" if number is None else plain(number)


def khonkaencarbon_signed_amount(value: Any) -> str:
    """A number; stored without thousands separators."""
    number = _number(value)
    return "" if number is None else plain(number)


def khonkaencarbon_degrees(limit: int) -> Callable[[Any], str]:
    """A validator of degrees between minus and plus ``limit``."""

    def degrees(value: Any) -> str:
        number = _number(value)
        if number is not None and abs(number) > limit:
            raise tk.Invalid(
                tk._("“{value}” is outside the world: give degrees between -{limit} and {limit}").format(
                    value=_shown(value), limit=limit
                )
            )
        return "" if number is None else plain(number)

    return degrees


def khonkaencarbon_not_below(other: str) -> Validator:
    """A validator of a number that must not be smaller than that of another field before it."""
    return _compared(other, lambda mine, theirs: mine >= theirs)


def khonkaencarbon_not_above(other: str) -> Validator:
    """A validator of a number that must not be larger than that of another field before it."""
    return _compared(other, lambda mine, theirs: mine <= theirs)


def _compared(other: str, holds: Callable[[Decimal, Decimal], bool]) -> Validator:
    def compared(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        mine, theirs = (_quiet_number(data.get(one)) for one in (key, (*key[:-1], other)))
        if mine is not None and theirs is not None and not holds(mine, theirs):
            errors[key].append(
                tk._(
                    "Two edges are swapped, {mine} and {theirs}: west is smaller than east, south than north"
                ).format(mine=plain(mine), theirs=plain(theirs))
            )

    return compared


def khonkaencarbon_not_before(other: str) -> Validator:
    """A validator of a year that must not come before that of another field."""

    def not_before(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        mine, theirs = (str(data.get(one) or "") for one in (key, (*key[:-1], other)))
        if mine.isdecimal() and theirs.isdecimal() and int(mine) < int(theirs):
            errors[key].append(tk._("The last year comes before the first one: change one of them"))

    return not_before


def khonkaencarbon_link(value: Any) -> str:
    """The address of a page on the web; nothing that a browser would run."""
    address = str(value or "").strip()
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc or " " in address:
        raise tk.Invalid(
            tk._("“{value}” is not the address of a page: give one that begins with https://").format(
                value=_shown(value)
            )
        )
    return address


def khonkaencarbon_file_link(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """The address of a file elsewhere: nothing that a browser would run. Uploads have names of the portal."""
    address = str(data.get(key) or "").strip()
    if data.get((*key[:-1], "url_type")) or urlsplit(address).scheme.lower() in FILE_SCHEMES:
        return
    errors[key].append(
        tk._("“{value}” is not the address of a file: give one that begins with https://").format(
            value=_shown(address)
        )
    )


def khonkaencarbon_geojson(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """An extent as GeoJSON text; where there is none, the box of the four edges, if they are given."""
    value = data.get(key)
    geometry = _geometry(value) if value and value is not tk.missing else _box(data)
    if geometry is None:
        data.pop(key, None)
        raise tk.StopOnError
    fault = geojson.fault(geometry)
    if fault:
        errors[key].append(_explained(fault))
        raise tk.StopOnError
    data[key] = value if isinstance(value, str) and value else json.dumps(geometry)


def _geometry(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return "no JSON"


def _box(data: FlattenDataDict) -> dict[str, Any] | None:
    sides = [_quiet_number(data.get((side,))) for side in SIDES]
    if any(side is None for side in sides):
        return None
    west, south, east, north = (float(side) for side in sides if side is not None)
    on_earth = max(-west, east) <= geojson.WORLD[0] and max(-south, north) <= geojson.WORLD[1]
    return geojson.box(west, south, east, north) if west <= east and south <= north and on_earth else None


def _explained(fault: str) -> str:
    return {
        geojson.NOT_GEOMETRY: tk._(
            "This is no GeoJSON geometry: give a point or a polygon as in the example"
        ),
        geojson.NOT_POSITIONS: tk._(
            "A position is two numbers, longitude and latitude, such as [102.83, 16.43]"
        ),
        geojson.OUTSIDE: tk._("A position is outside the world: longitude to 180, latitude to 90 degrees"),
        geojson.SWAPPED: tk._("Longitude and latitude are swapped: in Khon Kaen it is [102.83, 16.43]"),
        geojson.OPEN_RING: tk._("The line around a polygon must end where it begins"),
    }[fault]


def _number(value: Any) -> Decimal | None:
    if value is None or not str(value).strip():
        return None
    number = read_number(str(value), frozenset())
    if isinstance(number, str):
        raise tk.Invalid(
            tk._("“{value}” is not a number: give digits such as 1250 or 16.43").format(value=_shown(value))
        )
    return number


def _quiet_number(value: Any) -> Decimal | None:
    try:
        return None if value is tk.missing else _number(value)
    except tk.Invalid:
        return None


def _shown(value: Any) -> str:
    return str(value)[:60]
