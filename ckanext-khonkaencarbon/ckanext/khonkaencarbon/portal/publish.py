"""Publishing: files first, then ledger and metadata in one transaction, then the DataStore.

Until the commit of that transaction the old version is in force, from then on the new one. What a crash
leaves behind (staged files, a DataStore table that is one version late) the next run puts right.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection, Row

from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.output import findings, summary
from ckanext.khonkaencarbon.portal import address, datastore, ledger, need, queue, resources, storage
from ckanext.khonkaencarbon.portal.identity import system_context
from ckanext.khonkaencarbon.portal.queue import Claim
from ckanext.khonkaencarbon.portal.snapshot import Snapshot, snapshots


class NotActiveError(Exception):
    """The dataset was deleted, purged or made a draft while it was computed."""


def publish(claim: Claim, dataset: Snapshot, footprint: Footprint) -> int:
    """Put a footprint in force and return its version; an equal one that is in force already is only mended.

    Raises:
        ClaimLostError: somebody else is at work on the dataset; nothing was published.
        NotActiveError: the dataset is not there to be published on any more.
    """
    contents = {
        "summary.csv": summary.csv_bytes(footprint),
        "summary.json": summary.json_bytes(footprint),
        "findings.json": findings.json_bytes(footprint.log),
    }
    files = storage.described(contents)
    staged = storage.stage(claim.dataset_id, claim.fence, contents)
    try:
        with _switch(claim) as connection:
            version = _entered(connection, claim, dataset, footprint, files, staged)
            _revise(connection, version)
    finally:
        storage.discard(staged)
    storage.clear_stages(claim.dataset_id)
    datastore.load(claim, version["resources"]["summary-csv"], version["number"], footprint.lines)
    return int(version["number"])


def mend(claim: Claim) -> int | None:
    """Keep what was published last, as nothing can be computed now; its version, None where there is none."""
    with _switch(claim) as connection:
        newest = ledger.newest(connection, claim.dataset_id)
        if newest is None:
            return None
        ledger.reinstate(connection, claim.dataset_id, newest.number)
        _revise(connection, newest._asdict())
        return int(newest.number)


@contextmanager
def _switch(claim: Claim) -> Iterator[Connection]:
    """The transaction in which the portal's state changes; it is that of CKAN's own session."""
    model.Session.remove()
    connection = model.Session.connection()
    try:
        queue.hold(connection, claim)
        package = model.package_table
        query = sa.select(package.c.state).where(package.c.id == claim.dataset_id).with_for_update()
        if connection.execute(query).scalar() != "active":
            raise NotActiveError(claim.dataset_id)
        yield connection
        model.Session.commit()
    finally:
        model.Session.remove()


def _entered(
    connection: Connection,
    claim: Claim,
    dataset: Snapshot,
    footprint: Footprint,
    files: dict[str, Any],
    staged: Path,
) -> dict[str, Any]:
    """The version that a footprint is, put in force: the newest where it is the same, otherwise one more."""
    newest = ledger.newest(connection, claim.dataset_id)
    if newest is None or (newest.fingerprint, newest.files) != (footprint.fingerprint, files):
        version = _next_version(claim, dataset, footprint, newest, files)
        storage.settle(staged, version["number"])
        ledger.enter(connection, version, footprint.lines)
        return version
    if not storage.is_whole(claim.dataset_id, newest.number, files):
        storage.settle(staged, newest.number)
    ledger.reinstate(connection, claim.dataset_id, newest.number)
    ledger.follow(connection, dataset, newest.number)
    return dict(newest._asdict())


def _next_version(
    claim: Claim, dataset: Snapshot, footprint: Footprint, newest: Row[Any] | None, files: dict[str, Any]
) -> dict[str, Any]:
    """The row of a version to come; its resources keep their ids from version to version."""
    first = {product: str(uuid.uuid4()) for product in address.FILES}
    return {
        "dataset_id": claim.dataset_id,
        "number": 1 if newest is None else newest.number + 1,
        "fence": claim.fence,
        "fingerprint": footprint.fingerprint,
        "signature": dataset.signature,
        "inputs": dataset.parts,
        "files": files,
        "resources": first if newest is None else newest.resources,
        "incomplete": footprint.incomplete,
        "overview": summary.document(footprint, with_lines=False),
    }


def _revise(connection: Connection, version: dict[str, Any]) -> None:
    """Make the derived resources those of a version, with one ``package_revise`` unless they are already."""
    dataset_id = version["dataset_id"]
    present = snapshots(connection, [dataset_id])[dataset_id]
    if need.is_in_place(present, need.standings(connection, [dataset_id])[dataset_id]):
        return
    there = {one.id for one in present.derived}
    change: dict[str, Any] = {"match": {"id": dataset_id}, "update__resources__extend": []}
    for product, resource_id in version["resources"].items():
        fields = resources.resource(version, product)
        if resource_id in there:
            change[f"update__resources__{resource_id}"] = fields
        else:
            change["update__resources__extend"].append({"id": resource_id, **fields})
    foreign = sorted(there - set(version["resources"].values()))
    if foreign:
        change["filter"] = [f"-resources__{resource_id}" for resource_id in foreign]
    tk.get_action("package_revise")(system_context(), change)
