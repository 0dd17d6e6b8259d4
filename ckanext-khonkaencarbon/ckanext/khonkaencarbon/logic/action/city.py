"""The city's inventory: figures, coverage, organisations, what a figure is made of, decisions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.logic import schema
from ckanext.khonkaencarbon.logic.action.run import readable
from ckanext.khonkaencarbon.portal.city import decisions, inventory, requests, show, unchanged
from ckanext.khonkaencarbon.portal.city.versions import reading
from ckanext.khonkaencarbon.portal.snapshot import DATASET_TYPE

__all__ = [
    "khonkaencarbon_coverage_show",
    "khonkaencarbon_inventory_decide",
    "khonkaencarbon_inventory_show",
    "khonkaencarbon_organisation_footprint_show",
    "khonkaencarbon_recalculation_list",
    "khonkaencarbon_rollup_trace",
]


@tk.side_effect_free
@tk.validate_action_data(schema.inventory)
def khonkaencarbon_inventory_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The city's inventory: totals of the years and one row for each reference, gas and origin.

    :param year: of the common era; all years without it
    :param gpc_ref: for example I.2.2
    :param gas: for example CH4
    :param organisation: name of one: the answer is that of khonkaencarbon_organisation_footprint_show
    :returns: as_of, stamp, city, gwp, years, totals, rows (columns of inventory.csv)
    """
    if data_dict.get("organisation"):
        return khonkaencarbon_organisation_footprint_show(
            context, {**data_dict, "id": data_dict["organisation"]}
        )
    with inventory.present() as now:
        return show.inventory(now, data_dict)


@tk.side_effect_free
@tk.validate_action_data(schema.inventory)
def khonkaencarbon_coverage_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Which reference and year has a value, a notation key, or nothing yet, and who is responsible.

    :param year: of the common era; all years without it
    :param gpc_ref: for example I.2.2
    :returns: as_of, stamp, city, gwp, years, rows (columns of coverage.csv)
    """
    with inventory.present() as now:
        found = show.coverage(now, data_dict)
        return {**found, "rows": requests.noted(found["rows"], requests.stored(now))}


@tk.side_effect_free
@tk.validate_action_data(schema.organisation_footprint)
def khonkaencarbon_organisation_footprint_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What an organisation published of what the inventory counts: GPC scopes, not its corporate footprint.

    :param id: name or id of the organisation
    :param year: of the common era; all years without it
    :returns: as_of, stamp, city, gwp, years, organisation, datasets, by_year, by_scope, by_gpc_ref, rows
    """
    organisation = model.Group.get(data_dict["id"])
    if organisation is None or not organisation.is_organization or organisation.state != "active":
        raise tk.ObjectNotFound(tk._("Organization not found"))
    with inventory.present() as now:
        return show.organisation(now, organisation.name, data_dict)


@tk.side_effect_free
@tk.validate_action_data(schema.rollup_trace)
def khonkaencarbon_rollup_trace(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What a figure of the inventory is made of: datasets, their versions and lines.

    :param year: of the common era
    :param gpc_ref: for example I.2.2
    :returns: status, co2e_kg, notation, responsible_organisation, parts; each part with its dataset
    """
    with inventory.present() as now:
        found = show.trace(now, data_dict["year"], data_dict["gpc_ref"])
    if found is None:
        raise tk.ObjectNotFound(tk._("The inventory has no such year"))
    return found


@tk.side_effect_free
@tk.validate_action_data(schema.recalculation_list)
def khonkaencarbon_recalculation_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """The recalculation log: which version changed the total of which year, by how much and why.

    :param year: of the common era; all years without it
    :returns: rows of recalculations.csv of the version in force, the oldest first
    """
    with inventory.present() as now:
        city = now.city if now.city and now.city.public else None
    unchanged.mark()
    rows = reading.log(city.id) if city else []
    year = data_dict.get("year")
    return [row for row in rows if year is None or row["year"] == year]


@tk.validate_action_data(schema.inventory_decide)
def khonkaencarbon_inventory_decide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Accept or decline a dataset for the city's inventory, by an editor of the city's organisation.

    :param id: name or id of the dataset
    :param decision: accepted, declined or pending
    :param reason: needed for declined
    :returns: decision, reason, and the history of decisions
    """
    dataset_id = readable(context, data_dict["id"])
    tk.check_access("khonkaencarbon_inventory_decide", tk.fresh_context(context), {"id": dataset_id})
    dataset = model.Package.get(dataset_id)
    if dataset.type != DATASET_TYPE or dataset.state != "active":
        raise tk.ValidationError({"id": [tk._("Only an activity dataset can be in the inventory")]})
    user = model.User.get(context["user"])
    decisions.decide(dataset_id, data_dict["decision"], data_dict["reason"], user.id)
    history = decisions.history(dataset_id)
    return {
        "decision": data_dict["decision"],
        "reason": data_dict["reason"],
        "history": [{**one, "decided_at": one["decided_at"].isoformat()} for one in history],
    }
