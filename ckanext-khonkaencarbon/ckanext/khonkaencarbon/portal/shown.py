"""Derived resources say for themselves that they are out of date, wherever a dataset is shown.

One statement for a dataset that has derived resources, none for any other and none per search result.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.khonkaencarbon.model import Run, Version
from ckanext.khonkaencarbon.portal import guard, staleness
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.portal.city.versions import marking
from ckanext.khonkaencarbon.portal.identity import is_system
from ckanext.khonkaencarbon.portal.need import FINAL
from ckanext.khonkaencarbon.portal.snapshot import DEFAULT_BOUNDARY, Input, Snapshot, in_utc

RUNS = Run.__table__
VERSIONS = Version.__table__


def mark(context: Context, dataset: dict[str, Any]) -> None:
    """Add ``carbon_stale`` to the derived resources of a shown dataset; where it is so, since when and why.

    Not to what is read in order to be written, nor to what goes into the search index: it would be kept.
    """
    if dataset.get("type") not in guard.DERIVING_TYPES or _is_for_writing(context):
        return
    derived = [one for one in dataset.get("resources", []) if one.get("carbon_role") == "derived"]
    if derived and dataset["type"] == home.TYPE:
        marking.mark(model.Session.connection(), dataset["id"], derived)
        return
    found = _in_force(dataset["id"]) if derived else None
    if found is None:
        return
    present = _snapshot(dataset)
    refused = found.state == "refused" and found.considered == present.signature
    stale = staleness.of(found, present, refused)
    for one in derived:
        one["carbon_stale"] = stale is not None
        if stale is not None:
            one["carbon_stale_since"] = stale.since.isoformat()
            one["carbon_stale_because"] = stale.text


def _is_for_writing(context: Context) -> bool:
    return bool(context.get("for_update")) or context.get("validate") is False or is_system(context)


def _in_force(dataset_id: str) -> Any:
    last = sa.select(RUNS.c.state, RUNS.c.signature.label("considered"))
    last = last.where(RUNS.c.dataset_id == dataset_id, RUNS.c.state.in_(FINAL))
    run = last.order_by(RUNS.c.id.desc()).limit(1).subquery()
    columns = VERSIONS.c.signature, VERSIONS.c.inputs, VERSIONS.c.stale_since, run.c.state, run.c.considered
    query = sa.select(*columns).select_from(VERSIONS.outerjoin(run, sa.true()))
    mine = VERSIONS.c.dataset_id == dataset_id, VERSIONS.c.in_force
    return model.Session.execute(query.where(*mine)).one_or_none()


def _snapshot(dataset: dict[str, Any]) -> Snapshot:
    """The dataset as its own answer tells it: equal, in what matters here, to what the tables tell."""
    listed = sorted(dataset["resources"], key=lambda one: str(one["id"]))
    return Snapshot(
        id=dataset["id"],
        state=dataset["state"],
        organisation_id=dataset.get("owner_org") or "",
        boundary=dataset.get("reporting_boundary") or DEFAULT_BOUNDARY,
        inputs=tuple(_input(one) for one in listed if one.get("carbon_role") == "input"),
        derived=(),
        modified=_moment(dataset.get("metadata_modified")),
    )


def _input(resource: dict[str, Any]) -> Input:
    url, url_type = resource.get("url") or "", resource.get("url_type") or ""
    last_modified = resource.get("last_modified") or ""
    return Input(
        id=resource["id"],
        url=url.rsplit("/", 1)[-1] if url_type == "upload" else url,
        url_type=url_type,
        last_modified=last_modified,
        size=resource.get("size"),
        mapping=resource.get("carbon_mapping") or "",
        filed=_moment(last_modified or resource.get("created")),
        modified=_moment(resource.get("metadata_modified")),
    )


def _moment(text: str | None) -> datetime | None:
    return in_utc(tk.h.date_str_to_datetime(text)) if text else None
