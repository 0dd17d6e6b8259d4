"""Published footprints: summaries, versions, and where a line comes from."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.logic import schema
from ckanext.khonkaencarbon.logic.action.run import readable
from ckanext.khonkaencarbon.portal import overview, storage, trace, versions

__all__ = ["khonkaencarbon_summary_show", "khonkaencarbon_trace", "khonkaencarbon_version_list"]


@tk.side_effect_free
@tk.validate_action_data(schema.summary_show)
def khonkaencarbon_summary_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The footprint summary of a dataset, as in its summary.json.

    :param id: name or id of the dataset
    :param version: number of a version; the one in force unless told
    :param lines: false leaves the emission lines out
    """
    dataset_id = readable(context, data_dict["id"])
    version = overview.version(dataset_id, data_dict.get("version"))
    if version is None:
        raise tk.ObjectNotFound(tk._("No footprint of this dataset has been published"))
    if not data_dict["lines"]:
        return dict(version.overview)
    text = storage.path(dataset_id, version.number, "summary.json").read_text("utf-8")
    summary: dict[str, Any] = json.loads(text)
    return summary


@tk.side_effect_free
@tk.validate_action_data(schema.of_dataset)
def khonkaencarbon_version_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Published versions of the footprint of a dataset, the newest first, with date, cause and downloads.

    :param id: name or id of the dataset
    :returns: number, in_force, published_at, fingerprint, incomplete, files, cause, downloads, bundle_missing
    """
    return versions.listed(readable(context, data_dict["id"]))


@tk.side_effect_free
@tk.validate_action_data(schema.trace)
def khonkaencarbon_trace(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The whole sum of an emission line: equation, parameters, factors, inputs, mapping, settings, totals.

    :param id: name or id of the dataset
    :param line_id: as in summary.csv
    :param version: number of a version; the one in force unless told
    """
    dataset_id = readable(context, data_dict["id"])
    traced = trace.trace(dataset_id, data_dict["line_id"], data_dict.get("version"))
    if traced is None:
        raise tk.ObjectNotFound(tk._("The published footprint of this dataset has no such line"))
    return traced
