"""Published footprints: summaries, versions, where a line comes from, and taking an older version back."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.logic import schema
from ckanext.khonkaencarbon.logic.action.run import readable
from ckanext.khonkaencarbon.portal import overview, storage, trace, versions, withdrawal
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.portal.city.versions import reading

__all__ = [
    "khonkaencarbon_summary_show",
    "khonkaencarbon_trace",
    "khonkaencarbon_version_list",
    "khonkaencarbon_version_withdraw",
]


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
    if version.withdrawn_at:
        raise tk.ObjectNotFound(gone(version))
    if not data_dict["lines"]:
        return dict(version.overview)
    text = storage.path(dataset_id, version.number, "summary.json").read_text("utf-8")
    summary: dict[str, Any] = json.loads(text)
    return summary


@tk.side_effect_free
@tk.validate_action_data(schema.of_dataset)
def khonkaencarbon_version_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Published versions of the footprint of a dataset, the newest first, with date, cause and downloads.

    Of the city's dataset they are those of its inventory.

    :param id: name or id of the dataset
    :returns: number, in_force, published_at, fingerprint, incomplete, files, cause, downloads,
        bundle_missing, difference (its terms add up), address, citation, withdrawn_at, withdrawn_because
    """
    dataset_id = readable(context, data_dict["id"])
    if model.Package.get(dataset_id).type == home.TYPE:
        return reading.listed(dataset_id)
    return versions.listed(dataset_id)


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


@tk.validate_action_data(schema.version_withdraw)
def khonkaencarbon_version_withdraw(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take back the files of an older version that hold personal data.

    Its addresses answer 410 with the reason from then on; number, date, cause and checksums stay.

    :param id: name or id of the dataset
    :param version: number of the version; never the one published last
    :param reason: for everybody to read
    :returns: the version, as in khonkaencarbon_version_list
    """
    dataset_id = readable(context, data_dict["id"])
    tk.check_access("package_update", tk.fresh_context(context), {"id": dataset_id})
    number = data_dict["version"]
    try:
        found = withdrawal.withdraw(dataset_id, number, data_dict["reason"])
    except withdrawal.PresentVersionError:
        raise tk.ValidationError(
            {
                "version": [
                    tk._(
                        "The newest version cannot be withdrawn: replace the file, then withdraw this version"
                    )
                ]
            }
        ) from None
    if not found:
        raise tk.ObjectNotFound(tk._("No such version was published"))
    return next(one for one in versions.listed(dataset_id) if one["number"] == number)


def gone(version: Any) -> str:
    """What is said of a version whose files are withdrawn."""
    text = tk._("The files of this version were withdrawn: {reason}")
    return str(text).format(reason=version.withdrawn_because)
