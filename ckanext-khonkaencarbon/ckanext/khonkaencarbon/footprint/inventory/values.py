"""Values of settings as JSON: of the right kind, or refused with what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding

_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # a surrogate as JSON may escape it
_FIRST_YEAR, _LAST_YEAR = 1950, 2150


def parsed_json(text: str) -> Any:
    """The document of a JSON text; ValueError also where a character of it is half of one.

    Such a half cannot be written to any file of ours.
    """
    try:
        document = json.loads(text)
        if _HALF.search(text):
            json.dumps(document, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError from None
    return document


def object_of(place: str, value: object, keys: tuple[str, ...] | None) -> Mapping[str, Any]:
    """A mapping with no other keys than these; FileRefused for anything else."""
    if not isinstance(value, Mapping):
        raise refused(place, value, "{ }")
    for key in value:
        if keys is not None and key not in keys:
            raise refused(f"{place}.{key}".strip("."), key, ", ".join(keys))
    return value


def list_of(place: str, value: object) -> list[Any]:
    """A list; FileRefused for anything else."""
    if not isinstance(value, list):
        raise refused(place, value, "[ ]")
    return value


def texts_of(place: str, value: object) -> list[str]:
    """A list of texts; FileRefused for anything else."""
    return [text_of(place, one) for one in list_of(place, value)]


def text_of(place: str, value: object) -> str:
    """A text; FileRefused for anything else."""
    if not isinstance(value, str):
        raise refused(place, value, "“…”")
    return value


def years_of(place: str, value: object) -> set[int]:
    """Years of the common era; FileRefused for anything else."""
    return {year_of(place, one) for one in list_of(place, value)}


def year_of(place: str, value: object) -> int:
    """A year of the common era; FileRefused for anything else."""
    if type(value) is not int or not _FIRST_YEAR <= value <= _LAST_YEAR:
        raise refused(place, value, f"{_FIRST_YEAR} – {_LAST_YEAR}")
    return value


def one_of(place: str, value: object, allowed: tuple[str, ...]) -> str:
    """One of the allowed texts; FileRefused for anything else."""
    if not isinstance(value, str) or value not in allowed:
        raise refused(place, value, ", ".join(allowed))
    return value


def refused(key: str, value: object, allowed: str) -> FileRefused:
    """The refusal of a setting, with what is allowed."""
    return FileRefused(
        finding("settings-refused", column=key or None, value=str(value)[:80], allowed=allowed)
    )
