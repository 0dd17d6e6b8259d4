"""Accounting settings as JSON: how an inventory is to be computed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint.factors.edition import edition_ids, is_edition_id
from ckanext.khonkaencarbon.footprint.factors.gwp import GWP_SETS
from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import ELECTRICITY, GENERATION, AccountingSettings
from ckanext.khonkaencarbon.footprint.vocabulary import Activity, Parameter, load_vocabulary

FORMAT = "khonkaencarbon-settings/1"
BOUNDARIES = ("city", "organisation", "facility", "district", "province")
_GENERATION_EDITION = "eppo-generation"
_GRID, _LOSS_SHARE = "electricity-grid", "loss_share"
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,9})?", re.ASCII)
_KEYS = ("format", "gwp", "editions", "electricity", "boundary", "parameters")


def settings_from_json(settings: Mapping[str, Any] | str) -> AccountingSettings:
    """Read settings; a key left out has its default.

    Raises:
        FileRefused: not JSON, an unknown key, or a value that is not one of those possible.
    """
    given = _parsed(settings)
    for key in given:
        if key not in _KEYS:
            raise _refused(key, key, ", ".join(_KEYS))
    if given.get("format", FORMAT) != FORMAT:
        raise _refused("format", given.get("format"), FORMAT)
    values = {key: value for key, value in given.items() if key != "format"}
    if "editions" in values:
        values["editions"] = _editions(values["editions"])
    if "parameters" in values:
        values["parameters"] = _parameters(values["parameters"])
    return checked(AccountingSettings(**values))


def checked(settings: AccountingSettings) -> AccountingSettings:
    """The same settings; FileRefused where a choice does not exist or two do not go together."""
    for name, value, allowed in (
        ("gwp", settings.gwp, GWP_SETS),
        ("electricity", settings.electricity, ELECTRICITY),
        ("boundary", settings.boundary, BOUNDARIES),
    ):
        if value not in allowed:
            raise _refused(name, value, ", ".join(allowed))
    if settings.electricity == GENERATION:
        _check_generation(settings)
    if not settings.editions or len(set(settings.editions)) < len(settings.editions):
        raise _refused("editions", ", ".join(settings.editions), ", ".join(edition_ids()))
    return settings


def _check_generation(settings: AccountingSettings) -> None:
    """Losses apart need a generation factor and the share that is lost, for which there is no default."""
    if _GENERATION_EDITION not in settings.editions:
        raise _refused("editions", ", ".join(settings.editions), _GENERATION_EDITION)
    if _LOSS_SHARE not in settings.parameters.get(_GRID, {}):
        raise _refused(f"parameters.{_GRID}.{_LOSS_SHARE}", "-", ">= 0, < 1")


def as_json(settings: AccountingSettings) -> dict[str, Any]:
    """The complete form that is published and hashed."""
    return {
        "format": FORMAT,
        "gwp": settings.gwp,
        "editions": list(settings.editions),
        "electricity": settings.electricity,
        "boundary": settings.boundary,
        "parameters": {
            activity: dict(sorted(values.items())) for activity, values in sorted(settings.parameters.items())
        },
    }


def _parsed(settings: Mapping[str, Any] | str) -> Mapping[str, Any]:
    parsed: object = settings
    if isinstance(settings, str):
        try:
            parsed = json.loads(settings)
        except (ValueError, RecursionError):
            raise _refused("", settings, "JSON") from None
    if not isinstance(parsed, Mapping):
        raise _refused("", settings, "{ }")
    return parsed


def _editions(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and is_edition_id(one) for one in value):
        raise _refused("editions", value, ", ".join(edition_ids()))
    return tuple(value)


def _parameters(value: object) -> dict[str, dict[str, str]]:
    activities = load_vocabulary().activities
    if not isinstance(value, dict):
        raise _refused("parameters", value, "{ }")
    for code, named in value.items():
        if code not in activities or not isinstance(named, dict):
            raise _refused("parameters", code, ", ".join(sorted(activities)))
        for name, text in named.items():
            _check_parameter(activities[code], name, text)
    return value


def _check_parameter(activity: Activity, name: str, text: object) -> None:
    place = f"parameters.{activity.code}.{name}"
    if name not in activity.parameters:
        raise _refused(place, text, ", ".join(activity.parameters) or "-")
    known = activity.parameters[name]
    if not isinstance(text, str) or not _fits(known, text):
        raise _refused(place, text, known.allowed())


def _fits(known: Parameter, text: str) -> bool:
    if known.choices:
        return text in known.choices
    return bool(_NUMBER.fullmatch(text)) and known.allows(Decimal(text))


def _refused(key: str, value: object, allowed: str) -> FileRefused:
    return FileRefused(
        finding("settings-refused", column=key or None, value=str(value)[:80], allowed=allowed)
    )
