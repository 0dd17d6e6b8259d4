"""The form again, with the fields of the type that somebody has chosen: nothing is saved, input is kept.

A button sends the form here without a script; with one, the choice itself does.
"""

from __future__ import annotations

from typing import Any

from ckan.common import request
from ckan.lib.navl.dictization_functions import DataError, unflatten
from ckan.logic import clean_dict, parse_params, tuplize_dict
from ckan.types import Response
from ckan.views import dataset, group
from flask import Blueprint

MARK = "kk_fields"  # in the address of a form that only asks for other fields

khonkaencarbon_forms = Blueprint("khonkaencarbon_forms", __name__)


@khonkaencarbon_forms.before_app_request
def fields_of_the_type() -> str | Response | None:
    """Answer a form that asks for the fields of another type."""
    if MARK not in request.args or request.method != "POST":
        return None
    endpoint = (request.endpoint or "").rpartition(".")[2]
    data = _sent()
    arguments = dict(request.view_args or {})
    if "package_type" in arguments:
        return _dataset(endpoint, arguments, data)
    if "group_type" in arguments:
        return _organisation(endpoint, arguments, data)
    return None


def _dataset(endpoint: str, arguments: dict[str, Any], data: dict[str, Any]) -> str | Response | None:
    kind = arguments["package_type"]
    if endpoint == "new" and not data.get("pkg_name"):
        return dataset.CreateView().get(kind, {**data, "state": "none"})
    if endpoint in ("new", "edit"):
        return dataset.EditView().get(kind, arguments.get("id") or data["pkg_name"], data)
    return None


def _organisation(endpoint: str, arguments: dict[str, Any], data: dict[str, Any]) -> str | Response | None:
    kind, is_organisation = arguments["group_type"], bool(arguments.get("is_organization"))
    if endpoint == "new":
        return group.CreateGroupView().get(kind, is_organisation, data)
    if endpoint == "edit":
        return group.EditGroupView().get(arguments["id"], kind, is_organisation, data)
    return None


def _sent() -> dict[str, Any]:
    """The form as core reads it; what cannot be read that way as its plain fields."""
    try:
        sent: dict[str, Any] = clean_dict(unflatten(tuplize_dict(parse_params(request.form))))
    except DataError:
        sent = request.form.to_dict()
    return sent
