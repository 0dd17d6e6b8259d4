"""The planner's choice among sources of a cell that overlap."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.footprint.inventory.choices import Choice
from ckanext.khonkaencarbon.logic import schema
from ckanext.khonkaencarbon.portal.city import choosing, inventory, overlaps
from ckanext.khonkaencarbon.portal.city.choosing import Entries, Place
from ckanext.khonkaencarbon.portal.city.inventory import Present
from ckanext.khonkaencarbon.portal.city.overlaps import Overlap

__all__ = ["khonkaencarbon_inventory_choose"]


@tk.validate_action_data(schema.inventory_choose)
def khonkaencarbon_inventory_choose(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Choose among datasets of a cell that overlap, by an editor of the city's organisation.

    It is a change of ``city_choices`` of the city's dataset, in whose activity stream stands who and when.

    :param year: of the common era, one of the inventory
    :param gpc_ref: for example I.2.2
    :param activity: for example electricity-grid
    :param pick: name or id of the dataset that counts in place of the others
    :param disjoint: names or ids of two or more that do not overlap, so that they are added
    :param note: why; everybody reads it
    :param undo: take back what was chosen for this cell alone, or only this ``pick`` or ``disjoint``
    :returns: year, gpc_ref, activity, and choices: those that apply to it now
    """
    tk.check_access("khonkaencarbon_inventory_choose", context, data_dict)
    place = Place(data_dict["year"], data_dict["gpc_ref"], data_dict["activity"])
    with inventory.present() as now:
        if place.year not in now.years or now.city is None:
            raise tk.ValidationError({"year": [tk._("The inventory has no such year")]})
        chosen, among = _asked(now, place, data_dict)
        city_id = now.city.id

    def edit(stored: Entries) -> Entries:
        if data_dict["undo"]:
            return choosing.without(stored, place, lambda choice: _is_meant(choice, chosen))
        return choosing.with_choice(stored, place, {**chosen, "note": data_dict["note"]}, among)

    choosing.change(context, city_id, edit)
    with inventory.present() as now:
        found = overlaps.recorded_of(now.settings["choices"], *place)
    return {**place._asdict(), "choices": [_told(one) for one in found]}


def _told(one: overlaps.Recorded) -> dict[str, Any]:
    of = {"pick": one.choice.pick or None, "disjoint": sorted(one.choice.disjoint)}
    return {**of, "note": one.note, "of_this_cell_alone": one.is_of_cell}


def _is_meant(choice: Choice, chosen: dict[str, Any]) -> bool:
    named = (chosen["pick"], frozenset(chosen["disjoint"]))
    return not any(named) or (choice.pick, choice.disjoint) == named


def _asked(now: Present, place: Place, given: DataDict) -> tuple[dict[str, Any], set[str]]:
    """The choice with ids in place of names, and the datasets that it is among."""
    picked, together = given.get("pick") or "", given["disjoint"]
    if given["undo"]:
        return {"pick": _id(picked), "disjoint": sorted(map(_id, together))}, set()
    field = "pick" if picked else "disjoint"
    ids = _counting(now, field, [picked] if picked else together)
    overlap = _overlap(overlaps.of_cell(now, place.year, place.gpc_ref), place, field, ids)
    if picked and overlap.declared:
        raise tk.ValidationError(
            {
                "pick": [
                    tk._(
                        "A choice for more than this cell says that these do not overlap. "
                        "Change it in the form of the city's dataset"
                    )
                ]
            }
        )
    chosen = {"pick": ids[0], "disjoint": []} if picked else {"pick": "", "disjoint": ids}
    return chosen, set(overlap.co2e_kg)


def _id(reference: str) -> str:
    found = model.Package.get(reference) if reference else None
    return found.id if found else reference


def _counting(now: Present, field: str, references: list[str]) -> list[str]:
    """Ids of datasets, all of which count."""
    ids = {reference: _id(reference) for reference in references}
    known = now.members_of(ids.values())
    for reference, one in ids.items():
        if one not in known:
            unknown = tk._("No such dataset counts in the inventory: {dataset}")
            raise tk.ValidationError({field: [unknown.format(dataset=reference)]})
    found = sorted(set(ids.values()))
    if field == "disjoint" and len(found) < 2:
        raise tk.ValidationError({field: [tk._("Name two datasets or more that do not overlap")]})
    return found


def _overlap(found: list[Overlap], place: Place, field: str, ids: list[str]) -> Overlap:
    for one in found:
        if one.activity == place.activity and set(ids) <= one.co2e_kg.keys():
            return one
    alone = tk._("Nothing overlaps with this in the cell, so there is nothing to choose: {dataset}")
    raise tk.ValidationError({field: [alone.format(dataset=", ".join(ids))]})
