"""What the planner chooses among sources of a cell that overlap, written into the city's dataset."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.khonkaencarbon.footprint.inventory.choices import Choice
from ckanext.khonkaencarbon.footprint.inventory.settings import choice_of
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.portal.city.overlaps import is_only_about

FIELD = "city_choices"
Entries = list[Any]


class Place(NamedTuple):
    """What a choice of the buttons is about."""

    year: int
    gpc_ref: str
    activity: str


def with_choice(stored: Entries, place: Place, chosen: dict[str, Any], among: Iterable[str]) -> Entries:
    """The choices with a new one, in the place of those about the same cell and datasets.

    Choices that are about more stay as they are: they go on for the other cells.
    """
    names = set(among)
    kept = without(stored, place, lambda choice: bool(choice.names & names))
    about = {"gpc_ref": place.gpc_ref, "activity": place.activity, "years": [place.year]}
    return [*kept, about | {name: value for name, value in chosen.items() if value}]


def without(stored: Entries, place: Place, is_meant: Callable[[Choice], bool]) -> Entries:
    """The choices less those that are meant and only about this cell."""
    return [one for one in stored if not (is_only_about(choice_of(one), *place) and is_meant(choice_of(one)))]


def change(context: Context, city_id: str, edit: Callable[[Entries], Entries]) -> None:
    """Change the choices of the city's dataset as the user, under its lock: nobody's are lost.

    Raises:
        ValidationError: nothing was changed by it.
        FileRefused: the stored choices cannot be read.
    """
    reading = tk.fresh_context(context, ignore_auth=True, for_update=True, use_cache=False)
    before = home.choices_of(tk.get_action("package_show")(reading, {"id": city_id}).get(FIELD) or "")
    after = edit(before)
    if after == before:
        model.Session.rollback()  # gives the lock back
        raise tk.ValidationError({"undo": [tk._("No choice is recorded for this cell alone")]})
    tk.get_action("package_patch")(tk.fresh_context(context), {"id": city_id, FIELD: _text(after)})


def _text(entries: Entries) -> str:
    """One choice a line, as people read it in the form."""
    lines = [json.dumps(one, ensure_ascii=False) for one in entries]
    return "[{}]".format(",\n ".join(lines)) if lines else ""
