"""Runs: how far the footprint of a dataset is, what was run before, and asking for a new one."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.logic import schema
from ckanext.khonkaencarbon.portal import bell, lookout, overview, queue

__all__ = ["khonkaencarbon_run_create", "khonkaencarbon_run_list", "khonkaencarbon_run_show"]


@tk.side_effect_free
@tk.validate_action_data(schema.of_dataset)
def khonkaencarbon_run_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """State of the footprint of an activity dataset.

    :param id: name or id of the dataset
    :returns: state, version, incomplete, stale, stale_because, counts, findings, owed_since, error, progress,
        stale_since (a moment), stale_text (the whole sentence in both languages)
    """
    return _state(readable(context, data_dict["id"]))


@tk.side_effect_free
@tk.validate_action_data(schema.run_list)
def khonkaencarbon_run_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Runs, the newest first, without their findings.

    :param id: name or id of a dataset; without it, the runs of all public datasets
    :param limit: how many (20 unless told, at most 100)
    :param offset: how many to skip
    """
    name = data_dict.get("id")
    dataset_id = readable(context, name) if name else None
    return overview.runs(dataset_id, data_dict["limit"], data_dict["offset"])


@tk.validate_action_data(schema.of_dataset)
def khonkaencarbon_run_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Have a dataset computed anew, by somebody who may edit it; lifts a quarantine.

    :param id: name or id of the dataset
    :returns: its state, as khonkaencarbon_run_show
    """
    dataset_id = readable(context, data_dict["id"])
    tk.check_access("package_update", tk.fresh_context(context), {"id": dataset_id})
    with queue.engine().begin() as connection:
        owed = lookout.owe_anyway(connection, [dataset_id])
    if not owed:
        raise tk.ValidationError({"id": [tk._("Only an activity dataset that is published can be computed")]})
    bell.ring()
    return _state(dataset_id)


def readable(context: Context, name_or_id: str) -> str:
    """The id of a dataset that the user may see.

    Raises:
        NotAuthorized: the user may not see it.
        ObjectNotFound: there is no such dataset.
    """
    dataset = model.Package.get(name_or_id)
    if dataset is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    tk.check_access("package_show", tk.fresh_context(context), {"id": dataset.id})
    return str(dataset.id)


def _state(dataset_id: str) -> dict[str, Any]:
    state = overview.run_state(dataset_id)
    if state is None:
        raise tk.ObjectNotFound(tk._("This is not an activity dataset"))
    return state
