"""The tables among themselves: no upload without an end, no row without an owner. Cheap: SQL only."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from ckanext.khonkaencarbon.portal import ledger, lookout, need, queue
from ckanext.khonkaencarbon.portal.audit.violation import Look, Mend, Violation, owing, violation
from ckanext.khonkaencarbon.portal.need import Standing
from ckanext.khonkaencarbon.portal.queue import OWED, RUNS
from ckanext.khonkaencarbon.portal.snapshot import Snapshot, snapshots

VERSIONS, LINES = ledger.VERSIONS, ledger.LINES


def endings(look: Look) -> Iterator[Violation]:
    """Every dataset is in the queue, or has what its files call for and nothing else."""
    with queue.engine().begin() as connection:
        found = snapshots(connection)
        standing = need.standings(connection, list(found))
    for dataset in found.values():
        look.seen["datasets"] += 1
        mine = standing[dataset.id]
        look.seen[_whereabouts(mine)] += 1
        if mine.owed is None and need.needs_run(dataset, mine):
            yield violation(_code(dataset, mine), dataset.id, owing(dataset.id, dataset.organisation_id))


def _whereabouts(standing: Standing) -> str:
    if standing.owed is not None:
        return "owed" if standing.owed.quarantined_at is None else "quarantined"
    return "published" if standing.version is not None else "without_version"


def _code(dataset: Snapshot, standing: Standing) -> str:
    if dataset.state != "active":
        return "deleted-counts"
    return "set-differs" if dataset.signature == standing.considered else "forgotten"


def purged(look: Look) -> Iterator[Violation]:
    """Nothing is left of a purged dataset."""
    with queue.engine().begin() as connection:
        gone = lookout.purged(connection)
    for dataset_id in gone:
        yield violation("purged-left", dataset_id, owing(dataset_id))


def open_runs(look: Look) -> Iterator[Violation]:
    """A run that is said to be at work has somebody at work on it, or somebody who will find it dead."""
    held = sa.exists().where(
        OWED.c.dataset_id == RUNS.c.dataset_id, OWED.c.fence == RUNS.c.fence, OWED.c.lease_until.is_not(None)
    )
    query = sa.select(RUNS.c.id, RUNS.c.dataset_id).where(RUNS.c.state == "running", sa.not_(held))
    with queue.engine().begin() as connection:
        look.seen["runs"] += connection.execute(sa.select(sa.func.count()).select_from(RUNS)).scalar() or 0
        found = connection.execute(query.order_by(RUNS.c.id)).all()
    for row in found:
        yield violation("run-left-open", row.dataset_id, _ending(row.id), run=row.id)


def _ending(run: int) -> Mend:
    def mend() -> bool:
        this = sa.update(RUNS).where(RUNS.c.id == run, RUNS.c.state == "running")
        with queue.engine().begin() as connection:
            connection.execute(this.values(state="failed", finished_at=queue.NOW))
        return True

    return mend


def orphan_lines(look: Look) -> Iterator[Violation]:
    """Every line of the ledger is of a version."""
    count = sa.func.count().label("lines")
    query = sa.select(LINES.c.dataset_id, LINES.c.version, count).group_by(
        LINES.c.dataset_id, LINES.c.version
    )
    with queue.engine().begin() as connection:
        found = connection.execute(query.order_by(LINES.c.dataset_id, LINES.c.version)).all()
        known = set(map(tuple, connection.execute(sa.select(VERSIONS.c.dataset_id, VERSIONS.c.number))))
    look.seen["versions"] += len(known)
    for row in found:
        look.seen["lines"] += row.lines
        if (row.dataset_id, row.version) not in known:
            mend = _deleting(row.dataset_id, row.version)
            yield violation("lines-orphan", row.dataset_id, mend, version=row.version, lines=row.lines)


def _deleting(dataset_id: str, number: int) -> Mend:
    def mend() -> bool:
        version = VERSIONS.c.dataset_id == LINES.c.dataset_id, VERSIONS.c.number == LINES.c.version
        these = LINES.c.dataset_id == dataset_id, LINES.c.version == number, ~sa.exists().where(*version)
        with queue.engine().begin() as connection:
            connection.execute(sa.delete(LINES).where(*these))
        return True

    return mend
