"""The first place in which two published files differ."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

_ABSENT = "–"
_SHOWN = 120  # characters of a value


class Difference(NamedTuple):
    """Where, what is published, and what came out now. ``place`` is a column of a CSV or a path in JSON."""

    file: str
    line: int | None
    place: str
    expected: str
    found: str


def first_difference(file: str, published: bytes, found: bytes) -> Difference | None:
    """The first difference of a CSV or JSON file in reading order; None where all bytes are equal."""
    if published == found:
        return None
    try:
        places = _in_json(published, found) if file.endswith(".json") else _in_csv(published, found)
        line, place, was, now = next(places)
    except (ValueError, csv.Error, RecursionError, StopIteration):
        line, place, was, now = _in_bytes(published, found)
    return Difference(file, line, place, _short(was), _short(now))


_Place = tuple[int | None, str, object, object]


def _in_csv(published: bytes, found: bytes) -> Iterator[_Place]:
    texts = (content.decode("utf-8").splitlines(keepends=True) for content in (published, found))
    expected, actual = (csv.reader(text) for text in texts)
    headings: list[str] = []
    nothing: list[str] = []
    for was, now in zip_longest(expected, actual, fillvalue=nothing):
        headings = headings or was
        line = max(expected.line_num, actual.line_num if not was else 1)
        if not was or not now:
            yield line, "", ",".join(was) or _ABSENT, ",".join(now) or _ABSENT
        for number, (before, after) in enumerate(zip_longest(was, now, fillvalue=_ABSENT)):
            if before != after:
                yield line, headings[number] if number < len(headings) else str(number + 1), before, after


def _in_json(published: bytes, found: bytes) -> Iterator[_Place]:
    for place, was, now in _walk("$", json.loads(published), json.loads(found)):
        yield None, place, was, now


def _walk(place: str, was: Any, now: Any) -> Iterator[tuple[str, object, object]]:
    if isinstance(was, dict) and isinstance(now, dict):
        for name in dict.fromkeys([*was, *now]):
            yield from _walk(f"{place}.{name}", was.get(name, _ABSENT), now.get(name, _ABSENT))
    elif isinstance(was, list) and isinstance(now, list):
        for number, (before, after) in enumerate(zip_longest(was, now, fillvalue=_ABSENT)):
            yield from _walk(f"{place}[{number}]", before, after)
    elif was != now or type(was) is not type(now):
        yield place, was, now


def _in_bytes(published: bytes, found: bytes) -> _Place:
    """For files that are alike in meaning or cannot be read: the first line that differs."""
    lines = zip_longest(published.split(b"\n"), found.split(b"\n"), fillvalue=_ABSENT.encode())
    number, (was, now) = next((number, pair) for number, pair in enumerate(lines, 1) if pair[0] != pair[1])
    return number, "", was.decode("utf-8", "backslashreplace"), now.decode("utf-8", "backslashreplace")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
