"""Sources of a cell that overlap, what the planner chose among them, and for him the buttons."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city import overlaps
from ckanext.khonkaencarbon.portal.city.inventory import Present
from ckanext.khonkaencarbon.portal.city.members import Member
from ckanext.khonkaencarbon.portal.city.show import dataset_of


def of_cell(now: Present, year: int, gpc_ref: str) -> list[dict[str, Any]]:
    """The overlaps of a cell in which something waits, or was chosen."""
    found = overlaps.of_cell(now, year, gpc_ref)
    found = [one for one in found if one.is_conflict or one.recorded]
    known = now.members_of({name for one in found for name in one.co2e_kg})
    return [_shown(one, known) for one in found]


def form(now: Present) -> str:
    """The address of the form with all choices, for somebody who may choose; else empty."""
    city = now.city
    if city is None or not city.public or not tk.h.check_access("khonkaencarbon_inventory_choose", {}):
        return ""
    return str(tk.url_for("city-footprint.edit", id=city.name))


def _shown(one: overlaps.Overlap, known: dict[str, Member]) -> dict[str, Any]:
    label = load_vocabulary().activities.get(one.activity)
    return {
        "activity": one.activity,
        "label": language.text(label.label) if label else one.activity,
        "sources": [
            {"dataset": dataset_of(known[name]), "co2e_kg": plain(said)} for name, said in one.co2e_kg.items()
        ],
        "is_conflict": one.is_conflict,
        "may_pick": not one.declared,
        "recorded": [_chosen(each, one, known) for each in one.recorded],
    }


def _chosen(each: overlaps.Recorded, one: overlaps.Overlap, known: dict[str, Member]) -> dict[str, Any]:
    """A choice in words; of datasets that do not overlap here, or do not count, nothing is told."""
    named = [name for name in one.co2e_kg if name in each.choice.names]
    return {
        "pick": each.choice.pick,
        "disjoint": sorted(each.choice.disjoint),
        "titles": [language.named(dataset_of(known[name])) for name in named],
        "note": each.note,
        "is_of_cell": each.is_of_cell,
    }
