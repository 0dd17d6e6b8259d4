"""The mapping as the resource form asks for it: a select and a constant per role, and the month columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint.reading.mapping import PARAMETER, ROLES, WIDE_ROLES, WIDE_VALUE

PREFIX = "mapping-"
COLUMN, CONSTANT = "-column", "-constant"
OPTIONS = ("encoding", "sheet", "header_row", "era")
# A sheet that is not named is the first one: emptying the field takes the name away again.
CLEARED = ("sheet",)
# In the order of the form. Month and year are two columns that form one period.
REQUIRED = ("period", "activity", "quantity", "unit")
PERIOD_PARTS = ("month", "year")
OPTIONAL = tuple(role for role in ROLES if role not in REQUIRED)
OFFERED = (*REQUIRED, *OPTIONAL)
# Whether there is a column per month; then, numbered from 0, the heading and period of each.
WIDE, WIDE_SHOWN = "wide", "wide-shown"
WIDE_HEADING, WIDE_PERIOD = "wide-heading-", "wide-period-"


def taken_from(extras: Any) -> dict[str, str]:
    """Take the form's selects out of the fields that no schema knows."""
    if not isinstance(extras, dict):
        return {}
    names = [name for name in extras if isinstance(name, str) and name.startswith(PREFIX)]
    return {name.removeprefix(PREFIX): str(extras.pop(name) or "") for name in names}


def assembled(base: str, selects: Mapping[str, str]) -> dict[str, Any]:
    """The mapping JSON: what the selects say, over what an earlier mapping held besides."""
    mapping = _earlier(base)
    offered = (*OFFERED, *_parameters(selects))
    roles = {role: source for role, source in mapping.get("roles", {}).items() if role not in offered}
    for role in offered:
        source = _source(role, selects)
        if source:
            roles[role] = source
    if WIDE_SHOWN in selects:
        mapping = {**mapping, "wide": _wide(selects)}
    if mapping.get("wide"):
        roles = {role: source for role, source in roles.items() if role not in WIDE_ROLES}
    return {**mapping, **_options(selects), "roles": roles}


def _earlier(base: str) -> dict[str, Any]:
    try:
        mapping = json.loads(base or "{}")
    except ValueError:
        return {}
    return mapping if isinstance(mapping, dict) and isinstance(mapping.get("roles", {}), dict) else {}


def _parameters(selects: Mapping[str, str]) -> list[str]:
    """The parameters that the form asked for, by name."""
    asked = (name.removesuffix(COLUMN).removesuffix(CONSTANT) for name in selects)
    return sorted({name for name in asked if name.startswith(PARAMETER)})


def _source(role: str, selects: Mapping[str, str]) -> dict[str, Any] | None:
    parts = [selects.get(part + COLUMN, "") for part in PERIOD_PARTS] if role == "period" else []
    if parts and all(parts):
        return {"columns": parts}
    column = selects.get(role + COLUMN, "")
    if column:
        return {"column": column}
    constant = selects.get(role + CONSTANT, "").strip()
    return {"constant": constant} if constant else None


def _wide(selects: Mapping[str, str]) -> dict[str, Any] | None:
    """The month columns that have a period; None where the table is an ordinary one."""
    columns = dict(_months(selects)) if selects.get(WIDE) else {}
    return {"columns": columns, "value": WIDE_VALUE} if columns else None


def _months(selects: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    numbers = [name.removeprefix(WIDE_HEADING) for name in selects if name.startswith(WIDE_HEADING)]
    for number in sorted(filter(str.isdecimal, numbers), key=int):
        period = selects.get(WIDE_PERIOD + number, "").strip()
        if period:
            yield selects[WIDE_HEADING + number], period


def _options(selects: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: selects[name].strip() for name in OPTIONS if selects.get(name, "").strip()}
    given |= {name: None for name in CLEARED if name in selects and name not in given}
    if str(given.get("header_row", "")).isdecimal():
        given["header_row"] = int(given["header_row"])
    return given
