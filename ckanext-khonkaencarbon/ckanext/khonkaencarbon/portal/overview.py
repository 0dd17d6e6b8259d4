"""What people are told about the footprint of a dataset: state of the run, version in force, staleness."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection, Row

from ckanext.khonkaencarbon.model import Run, Version
from ckanext.khonkaencarbon.portal import staleness
from ckanext.khonkaencarbon.portal.need import Standing, standings
from ckanext.khonkaencarbon.portal.queue import NOW, OWED, engine
from ckanext.khonkaencarbon.portal.snapshot import Snapshot, snapshot

RUNS = Run.__table__
VERSIONS = Version.__table__


def run_state(dataset_id: str) -> dict[str, Any] | None:
    """State, version, staleness, counts and findings of a dataset; None where it is not of our type."""
    with engine().begin() as connection:
        dataset = snapshot(connection, dataset_id)
        if dataset is None:
            return None
        standing = standings(connection, [dataset_id])[dataset_id]
        newest = _newest_run(connection, dataset_id)
        running = _is_running(connection, dataset_id)
        progress = _progress(connection, dataset_id) if running else None
    version, owed = standing.version, standing.owed
    stale = staleness.of(version, dataset, _is_refused(dataset, standing)) if version is not None else None
    state = _state(dataset, standing, running)
    finished = newest._asdict() if newest is not None else {}
    return {
        "state": state,
        "version": version.number if version is not None else None,
        "incomplete": bool(version.incomplete) if version is not None else False,
        "stale": stale is not None,
        "stale_because": stale.because if stale else None,
        "counts": finished.get("counts"),
        "findings": finished.get("findings") or [],
        "owed_since": owed.owed_since.isoformat() if owed is not None else None,
        "error": owed.error if owed is not None else None,
        "findings_by_code": finished.get("findings_by_code") or {},
        "finished_at": finished["finished_at"].isoformat() if finished else None,
        "progress": progress,
        "stale_since": stale.since.isoformat() if stale else None,
        "stale_text": stale.text if stale else None,
    }


def runs(dataset_id: str | None, limit: int, offset: int) -> list[dict[str, Any]]:
    """Runs of a dataset, or of all that are public and active, the newest first; without their findings."""
    columns = [column for column in RUNS.c if column.name not in ("findings", "fence", "organisation_id")]
    query = sa.select(*columns).order_by(RUNS.c.id.desc()).limit(limit).offset(offset)
    if dataset_id is None:
        package = model.package_table
        public = package.c.id == RUNS.c.dataset_id, package.c.state == "active", package.c.private.is_(False)
        query = query.where(sa.exists().where(*public))
    else:
        query = query.where(RUNS.c.dataset_id == dataset_id)
    with engine().begin() as connection:
        return [_as_json(row) for row in connection.execute(query)]


def version(dataset_id: str, number: int | None = None) -> Row[Any] | None:
    """A version of a dataset; the one in force, where no number is given."""
    wanted = VERSIONS.c.in_force if number is None else VERSIONS.c.number == number
    with engine().begin() as connection:
        query = sa.select(VERSIONS).where(VERSIONS.c.dataset_id == dataset_id, wanted)
        return connection.execute(query).one_or_none()


def _state(dataset: Snapshot, standing: Standing, running: bool) -> str | None:
    owed = standing.owed
    if owed is not None and owed.quarantined_at is not None:
        return "quarantined"
    if running:
        return "running"
    if owed is not None:
        return "failed" if owed.error is not None else "owed"
    if dataset.state == "active" and dataset.inputs and dataset.signature != standing.considered:
        return "owed"  # a change that no signal told of; the sweeper finds it
    return standing.run.state if standing.run is not None else None


def _is_refused(dataset: Snapshot, standing: Standing) -> bool:
    """Whether the inputs as they are now were computed already, and could not be used."""
    run = standing.run
    return run is not None and run.state == "refused" and run.signature == dataset.signature


def _newest_run(connection: Connection, dataset_id: str) -> Row[Any] | None:
    """The newest run that came to an end of its own."""
    final = RUNS.c.dataset_id == dataset_id, RUNS.c.state.in_(("published", "refused"))
    return connection.execute(sa.select(RUNS).where(*final).order_by(RUNS.c.id.desc()).limit(1)).one_or_none()


def _is_running(connection: Connection, dataset_id: str) -> bool:
    query = sa.select(OWED.c.fence).where(OWED.c.dataset_id == dataset_id, OWED.c.lease_until > NOW)
    return connection.execute(query).first() is not None


def _progress(connection: Connection, dataset_id: str) -> dict[str, Any] | None:
    """Stage and rows of the run that is at work, as it told last."""
    mine = RUNS.c.dataset_id == dataset_id, RUNS.c.state == "running"
    query = sa.select(RUNS.c.progress).where(*mine).order_by(RUNS.c.id.desc()).limit(1)
    found: dict[str, Any] | None = connection.execute(query).scalar()
    return found


def _as_json(row: Row[Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row._asdict().items()
    }
