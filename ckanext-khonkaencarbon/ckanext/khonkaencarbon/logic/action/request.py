"""What the city asks organisations to publish: asking, closing, and reading what is open."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.logic import schema
from ckanext.khonkaencarbon.portal.city import inventory, requests, show

__all__ = ["khonkaencarbon_request_close", "khonkaencarbon_request_create", "khonkaencarbon_request_list"]


@tk.side_effect_free
@tk.validate_action_data(schema.request_list)
def khonkaencarbon_request_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """What the city asked organisations to publish, the oldest request first.

    A request is answered while a dataset of the organisation counts in the cell, and open again when it does
    not any more.

    :param year: of the common era
    :param gpc_ref: for example I.2.2
    :param organisation: name of one
    :param state: open, answered or closed; all without it
    :returns: id, year, gpc_ref, organisation, title, note, state, opened_at, closed_at, reason, answered_by
    """
    with inventory.present() as now:
        return requests.listing(requests.stored(now, closed=True), data_dict)


@tk.validate_action_data(schema.request_create)
def khonkaencarbon_request_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask an organisation to publish what a cell of the coverage lacks, by an editor of the city.

    :param year: of the common era, one of the inventory
    :param gpc_ref: for example I.2.2; a cell with nothing yet, a partial figure or a notation key
    :param organisation: name or id
    :param note: what is wanted, for its steward
    :returns: the request, as in khonkaencarbon_request_list
    """
    tk.check_access("khonkaencarbon_request_create", context, data_dict)
    organisation = model.Group.get(data_dict["organisation"])
    if organisation is None or not organisation.is_organization or organisation.state != "active":
        raise tk.ValidationError({"organisation": [tk._("Choose an organisation of the portal")]})
    year, gpc_ref = data_dict["year"], data_dict["gpc_ref"]
    with inventory.present() as now:
        found = show.trace(now, year, gpc_ref)
    if found is None:
        raise tk.ValidationError({"year": [tk._("The inventory has no such year")]})
    if found["status"] not in requests.ASKED_FOR:
        raise tk.ValidationError({"gpc_ref": [tk._("This figure is complete: nothing is left to ask for")]})
    mine = [one["dataset"] for one in found["parts"] if one["dataset"]]
    mine = [one["name"] for one in mine if one["organisation"] == organisation.name]
    if mine:
        already = tk._("Data of this organisation are in the figure already: {dataset}")
        raise tk.ValidationError({"organisation": [already.format(dataset=mine[0])]})
    user = model.User.get(context["user"])
    try:
        made = requests.create(year, gpc_ref, organisation.id, data_dict["note"], user.id)
    except requests.AskedAlreadyError:
        raise tk.ValidationError({"organisation": [tk._("This organisation was asked already")]}) from None
    with inventory.present() as now:
        (asked,) = (one for one in requests.stored(now) if one["id"] == made)
    return requests.listing([asked], {})[0]


@tk.validate_action_data(schema.request_close)
def khonkaencarbon_request_close(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Close a request that was not answered, by an editor of the city.

    :param id: of the request
    :param reason: why; its steward and everybody read it
    :returns: id, state, reason
    """
    tk.check_access("khonkaencarbon_request_close", context, data_dict)
    user = model.User.get(context["user"])
    if not requests.close(data_dict["id"], data_dict["reason"], user.id):
        raise tk.ObjectNotFound(tk._("There is no such open request"))
    return {"id": data_dict["id"], "state": requests.CLOSED, "reason": data_dict["reason"]}
