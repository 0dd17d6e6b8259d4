"""The history of an inventory as a bundle has it: entries of earlier versions, read with distrust."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint.inventory.manifest import HISTORY, instant_of, number_of
from ckanext.khonkaencarbon.footprint.inventory.recalculation import CAUSE_COLUMNS, CAUSES, MADE_OF
from ckanext.khonkaencarbon.footprint.inventory.totals import FRAMEWORKS
from ckanext.khonkaencarbon.footprint.inventory.values import parsed_json
from ckanext.khonkaencarbon.footprint.output.manifest import text_of
from ckanext.khonkaencarbon.footprint.output.unpacking import refused

_YEAR = re.compile(r"[12][0-9]{3}", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,40})?", re.ASCII)


def read_history(content: bytes, number: int) -> list[dict[str, Any]]:
    """The entries of the versions before this one, oldest first.

    Raises:
        FileRefused: not JSON, an entry that is none, or numbers that do not rise.
    """
    try:
        listed = _list(parsed_json(content.decode("utf-8")))
        history = [_entry(one, is_last=place == len(listed)) for place, one in enumerate(listed, 1)]
        numbers = [*(one["number"] for one in history), number]
        if numbers != sorted(set(numbers)):
            raise ValueError(numbers)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise refused("history.json ไม่ถูกรูปแบบ", "history.json is not of its form", HISTORY) from error
    return history


def _entry(given: Mapping[str, Any], *, is_last: bool) -> dict[str, Any]:
    base = given["base_year"]
    if base is not None and type(base) is not int:
        raise TypeError(base)
    known: dict[str, Any] = {
        "number": number_of(given["number"]),
        "as_of": instant_of(given["as_of"]),
        "totals": {_matching(_YEAR, year): _figures(of) for year, of in given["totals"].items()},
        "base_year": base,
    }
    if CAUSES in given or not is_last:
        known[CAUSES] = {name: text_of(given[CAUSES][name]) for name in CAUSE_COLUMNS}
    if is_last:
        known[MADE_OF] = _made_of(given[MADE_OF])
    return known


def _made_of(given: Mapping[str, Any]) -> dict[str, Any]:
    settings = dict(given["settings"])
    settings["datasets"] = dict(settings["datasets"])
    tables = _texts(given["tables"])
    return {"settings": settings, "datasets": _texts(given["datasets"]), "tables": tables}


def _figures(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: _matching(_NUMBER, given[name]) for name in FRAMEWORKS}


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    return {text_of(name): text_of(value) for name, value in given.items()}


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not pattern.fullmatch(text_of(value)):
        raise ValueError(value)
    return str(value)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value
