"""The mapping as the resource form asks for it: one select and one constant per role."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint.reading.mapping import ROLES

PREFIX = "mapping-"
COLUMN, CONSTANT = "-column", "-constant"
OPTIONS = ("encoding", "header_row", "era")
# In the order of the form. Month and year are two columns that form one period.
REQUIRED = ("period", "activity", "quantity", "unit")
PERIOD_PARTS = ("month", "year")
OPTIONAL = tuple(role for role in ROLES if role not in REQUIRED)
OFFERED = (*REQUIRED, *OPTIONAL)


def taken_from(extras: Any) -> dict[str, str]:
    """Take the form's selects out of the fields that no schema knows."""
    if not isinstance(extras, dict):
        return {}
    names = [name for name in extras if isinstance(name, str) and name.startswith(PREFIX)]
    return {name.removeprefix(PREFIX): str(extras.pop(name) or "") for name in names}


def assembled(base: str, selects: Mapping[str, str]) -> dict[str, Any]:
    """The mapping JSON: what the selects say, over what an earlier mapping held besides."""
    mapping = _earlier(base)
    roles = {role: source for role, source in mapping.get("roles", {}).items() if role not in OFFERED}
    for role in OFFERED:
        source = _source(role, selects)
        if source:
            roles[role] = source
    return {**mapping, **_options(selects), "roles": roles}


def _earlier(base: str) -> dict[str, Any]:
    try:
        mapping = json.loads(base or "{}")
    except ValueError:
        return {}
    return mapping if isinstance(mapping, dict) and isinstance(mapping.get("roles", {}), dict) else {}


def _source(role: str, selects: Mapping[str, str]) -> dict[str, Any] | None:
    parts = [selects.get(part + COLUMN, "") for part in PERIOD_PARTS] if role == "period" else []
    if parts and all(parts):
        return {"columns": parts}
    column = selects.get(role + COLUMN, "")
    if column:
        return {"column": column}
    constant = selects.get(role + CONSTANT, "").strip()
    return {"constant": constant} if constant else None


def _options(selects: Mapping[str, str]) -> dict[str, Any]:
    given = {name: selects[name].strip() for name in OPTIONS if selects.get(name, "").strip()}
    if given.get("header_row", "").isdecimal():
        return {**given, "header_row": int(given["header_row"])}
    return given
