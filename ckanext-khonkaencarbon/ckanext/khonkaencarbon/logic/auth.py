"""Who may do what: nobody but the system touches a derived resource, so pages offer nobody to.

The chained actions (:mod:`.action.guard`) refuse all the same when a caller skips these checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthFunction, AuthResult, ChainedAuthFunction, Context, DataDict

from ckanext.khonkaencarbon.portal import guard
from ckanext.khonkaencarbon.portal.city import decisions

__all__ = [
    "khonkaencarbon_inventory_choose",
    "khonkaencarbon_inventory_decide",
    "khonkaencarbon_request_close",
    "khonkaencarbon_request_create",
    "resource_delete",
    "resource_update",
    "resource_view_create",
    "resource_view_delete",
    "resource_view_reorder",
    "resource_view_update",
]


def _hands_off(key: str, reference: Callable[[Any], Any] = lambda value: value) -> ChainedAuthFunction:
    """Deny to everybody, sysadmins too, if the value under a key leads to a derived resource."""

    @tk.chained_auth_function
    @tk.auth_sysadmins_check
    def guarded(next_auth: AuthFunction, context: Context, data_dict: DataDict) -> AuthResult:
        if not guard.is_system(context) and guard.names_derived(reference(data_dict.get(key))):
            return {"success": False, "msg": guard.HANDS_OFF}
        if authz.is_sysadmin(context.get("user")):
            return {"success": True}
        return next_auth(context, data_dict)

    return guarded


def _of_view(view_id: Any) -> str | None:
    view = model.ResourceView.get(view_id)
    return view.resource_id if view else None


resource_update = _hands_off("id")
resource_delete = _hands_off("id")
resource_view_create = _hands_off("resource_id")
resource_view_update = _hands_off("id", _of_view)
resource_view_delete = _hands_off("id", _of_view)
resource_view_reorder = _hands_off("resource_id")


def khonkaencarbon_inventory_decide(context: Context, data_dict: DataDict) -> AuthResult:
    """Editors of the city's organisation, which is the one that publishes the city's footprint."""
    return _of_the_city(context, tk._("Only editors of the city's organisation decide about its inventory"))


def khonkaencarbon_inventory_choose(context: Context, data_dict: DataDict) -> AuthResult:
    """Editors of the city's organisation."""
    return _of_the_city(
        context, tk._("Only editors of the city's organisation choose what its inventory counts")
    )


def khonkaencarbon_request_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Editors of the city's organisation."""
    return _of_the_city(context, tk._("Only editors of the city's organisation ask others for data"))


def khonkaencarbon_request_close(context: Context, data_dict: DataDict) -> AuthResult:
    """Editors of the city's organisation."""
    return _of_the_city(context, tk._("Only editors of the city's organisation close what it asked for"))


def _of_the_city(context: Context, refusal: str) -> AuthResult:
    city = decisions.home_of_city()
    user = context.get("user")
    if city and user and authz.has_user_permission_for_group_or_org(city, user, "update_dataset"):
        return {"success": True}
    return {"success": False, "msg": refusal}
