"""Organisations and groups by title in the order of a dictionary; the database only knows code points."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.catalogue.thai_text import order

__all__ = ["group_list", "organization_list"]

BY_TITLE = {"": False, "title": False, "title asc": False, "title desc": True}
PAGING = ("limit", "offset", "all_fields")


@tk.chained_action
@tk.side_effect_free
def organization_list(next_action: Any, context: Context, data_dict: DataDict) -> list[Any]:
    """CKAN's list of organisations; by title unless something else is asked for."""
    return _listed(next_action, context, data_dict, "organizations")


@tk.chained_action
@tk.side_effect_free
def group_list(next_action: Any, context: Context, data_dict: DataDict) -> list[Any]:
    """CKAN's list of groups; by title unless something else is asked for."""
    return _listed(next_action, context, data_dict, "groups")


def _listed(next_action: Any, context: Context, data_dict: DataDict, which: str) -> list[Any]:
    sort = data_dict.get("sort") or data_dict.get("order_by") or tk.config["ckan.default_group_sort"]
    if sort not in BY_TITLE or context.get("api_version") == 2:
        listed: list[Any] = next_action(context, data_dict)
        return listed
    every = {key: value for key, value in data_dict.items() if key not in PAGING}
    names = _ordered(next_action(context, dict(every)), BY_TITLE[sort])
    shown = _page(names, data_dict)
    if not tk.asbool(data_dict.get("all_fields", False)):
        return shown
    if not shown:
        return []
    found = next_action(context, {**every, which: shown, "all_fields": True, "limit": len(shown)})
    return sorted(found, key=lambda one: shown.index(one["name"]))


def _ordered(names: list[str], backwards: bool) -> list[str]:
    rows = model.Session.execute(
        sa.select(model.Group.name, model.Group.title).where(model.Group.name.in_(names))
    )
    titles = {row.name: row.title or row.name for row in rows}
    return sorted(names, key=lambda name: order(titles.get(name, name)), reverse=backwards)


def _page(names: list[str], data_dict: DataDict) -> list[str]:
    """The names of a page; as CKAN, no more at once with all fields than its option allows."""
    most = "ckan.group_and_organization_list_all_fields_max"
    limit = data_dict.get("limit")
    length = len(names) if limit is None else _number("limit", limit)
    if tk.asbool(data_dict.get("all_fields", False)):
        length = min(length, int(tk.config[most]))
    offset = _number("offset", data_dict.get("offset") or 0)
    return names[offset : offset + length]


def _number(name: str, value: Any) -> int:
    try:
        return max(int(value), 0)
    except (TypeError, ValueError):
        raise tk.ValidationError({name: [tk._("Must be a natural number")]}) from None
