"""Publishing: files first, then ledger and metadata in one transaction, then the DataStore.

Until the commit of that transaction the old version is in force, from then on the new one. What a crash
leaves behind (staged files, a DataStore table that is one version late) the next run puts right.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection, Row

from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.output import findings, package, summary
from ckanext.khonkaencarbon.footprint.output.bundle import Request, write_bundle
from ckanext.khonkaencarbon.portal import (
    bundles,
    datastore,
    differences,
    kept,
    ledger,
    need,
    publication,
    queue,
    resources,
    storage,
)
from ckanext.khonkaencarbon.portal.queue import Claim
from ckanext.khonkaencarbon.portal.snapshot import Snapshot, snapshots

COMPUTED = ("summary.csv", "summary.json", "findings.json")  # what a computation alone decides


class NotActiveError(Exception):
    """The dataset was deleted, purged or made a draft while it was computed."""


def publish(claim: Claim, dataset: Snapshot, footprint: Footprint, request: Request) -> int:
    """Put a footprint in force and return its version; an equal one that is in force already is only mended.

    Args:
        claim: on the dataset.
        dataset: as it was when it was read.
        footprint: what was computed.
        request: what was asked of the core; its files are still there.

    Raises:
        ClaimLostError: somebody else is at work on the dataset; nothing was published.
        NotActiveError: the dataset is not there to be published on any more.
    """
    staged = _stage(claim, footprint, request)
    try:
        files = storage.described(staged, sorted(one.name for one in staged.iterdir()))
        why = differences.note(claim.dataset_id, footprint, request)
        with _switch(claim) as connection:
            version = _entered(connection, claim, dataset, footprint, files, staged, why)
            _revise(connection, version)
    finally:
        storage.discard(staged)
    storage.clear_stages(claim.dataset_id)
    datastore.load(claim, version["resources"]["summary-csv"], version["number"], footprint.lines)
    return int(version["number"])


def _stage(claim: Claim, footprint: Footprint, request: Request) -> Path:
    """The files of a version to come."""
    contents = {
        "summary.csv": summary.csv_bytes(footprint),
        "summary.json": summary.json_bytes(footprint),
        "findings.json": findings.json_bytes(footprint.log),
    }
    beside = kept.contents(footprint, request)
    staged = storage.stage(claim.dataset_id, claim.fence, {**contents, **beside})
    described = storage.described(staged, contents)
    descriptor = package.json_bytes(footprint, _about(claim.dataset_id), described)
    storage.add(staged, "datapackage.json", lambda file: file.write(descriptor))
    if bundles.is_offered(footprint):
        storage.add(staged, "bundle.zip", lambda file: write_bundle(file, request, footprint))
    return staged


def _about(dataset_id: str) -> package.About:
    try:
        return publication.about(dataset_id)
    except tk.ObjectNotFound as purged:
        raise NotActiveError(dataset_id) from purged


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
    why: dict[str, Any] | None,
) -> dict[str, Any]:
    """The version that a footprint is, put in force: the newest where it is the same, otherwise one more."""
    newest = ledger.newest(connection, claim.dataset_id)
    if newest is None or not _is_published(claim.dataset_id, newest, footprint, files):
        version = {**_next_version(connection, claim, dataset, footprint, files), "difference": why}
        storage.settle(staged, version["number"])
        ledger.enter(connection, version, footprint.lines)
        return version
    if not storage.is_whole(claim.dataset_id, newest.number, newest.files):
        storage.settle(staged, newest.number)
    ledger.reinstate(connection, claim.dataset_id, newest.number)
    ledger.follow(connection, dataset, newest.number)
    return dict(newest._asdict())


def _is_published(dataset_id: str, newest: Row[Any], footprint: Footprint, files: dict[str, Any]) -> bool:
    """Whether a version is this footprint, so that there is nothing to add.

    A new title or another compression does not make a version; files that have to be mended have to be the
    same to the last byte.
    """
    if newest.fingerprint != footprint.fingerprint or newest.files.keys() != files.keys():
        return False
    computed = all(newest.files[name] == files[name] for name in COMPUTED)
    return computed and (newest.files == files or storage.is_whole(dataset_id, newest.number, newest.files))


def _next_version(
    connection: Connection, claim: Claim, dataset: Snapshot, footprint: Footprint, files: dict[str, Any]
) -> dict[str, Any]:
    """The row of a version to come; its resources keep their ids from version to version."""
    number, known = ledger.history(connection, claim.dataset_id)
    return {
        "dataset_id": claim.dataset_id,
        "number": number + 1,
        "fence": claim.fence,
        "fingerprint": footprint.fingerprint,
        "signature": dataset.signature,
        "inputs": dataset.parts,
        "files": files,
        "resources": resources.ids(files, known),
        "incomplete": footprint.incomplete,
        "overview": summary.document(footprint),
    }


def _revise(connection: Connection, version: dict[str, Any]) -> None:
    """Make the derived resources those of a version, with one ``package_revise`` unless they are already."""
    dataset_id = version["dataset_id"]
    present = snapshots(connection, [dataset_id])[dataset_id]
    if need.is_in_place(present, need.standings(connection, [dataset_id])[dataset_id]):
        return
    resources.switch(version, {one.id for one in present.derived})
