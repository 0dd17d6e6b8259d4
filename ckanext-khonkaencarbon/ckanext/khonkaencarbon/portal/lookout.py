"""Looking for datasets that need a run, and writing them into the queue."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.portal import queue
from ckanext.khonkaencarbon.portal.need import needs_run, standings
from ckanext.khonkaencarbon.portal.noting import note
from ckanext.khonkaencarbon.portal.snapshot import Snapshot, snapshots


def owe_where_needed(connection: Connection, ids: Sequence[str], settle: float) -> int:
    """Owe those of these datasets that need a run; how many."""
    found = snapshots(connection, ids)
    standing = standings(connection, list(found))
    note(connection, found.values(), standing)
    needing = [dataset for dataset in found.values() if needs_run(dataset, standing[dataset.id])]
    _owe(connection, needing, settle)
    return len(needing)


def owe_forgotten(connection: Connection) -> int:
    """Owe every dataset that needs a run and is not in the queue; how many.

    That is so where a signal was lost, a derived resource was deleted, or a new release computes differently.
    """
    found = snapshots(connection)
    standing = standings(connection, list(found))
    note(connection, found.values(), standing)
    needing = [
        dataset
        for dataset in found.values()
        if standing[dataset.id].owed is None and needs_run(dataset, standing[dataset.id])
    ]
    _owe(connection, needing, 0)
    return len(needing)


def owe_anyway(connection: Connection, ids: Sequence[str] | None) -> int:
    """Owe these active datasets of our type, or all of them, whether they need it or not; how many."""
    active = [dataset for dataset in snapshots(connection, ids).values() if dataset.state == "active"]
    _owe(connection, active, 0)
    return len(active)


def owe_purged(connection: Connection, *, claimed: bool = False) -> int:
    """Owe every dataset that our tables know and the catalogue does not any more; how many.

    Args:
        connection: to the portal's database.
        claimed: also those that a run is at, which may have looked at them before they were purged.
    """
    gone = purged(connection, claimed=claimed)
    for dataset_id in gone:
        queue.owe(connection, dataset_id, "")
    return len(gone)


def purged(connection: Connection, *, claimed: bool = False) -> list[str]:
    """Datasets that our tables know, the catalogue does not any more, and nobody is about to forget."""
    return list(connection.execute(_GONE, {"claimed": claimed}).scalars())


def _owe(connection: Connection, datasets: Sequence[Snapshot], settle: float) -> None:
    for dataset in sorted(datasets, key=lambda one: one.id):
        queue.owe(connection, dataset.id, dataset.organisation_id, settle)


_GONE = sa.text("""
    SELECT DISTINCT dataset_id FROM (
        SELECT dataset_id FROM khonkaencarbon_version
        UNION ALL SELECT dataset_id FROM khonkaencarbon_run) known
    WHERE NOT EXISTS (SELECT 1 FROM package WHERE package.id = known.dataset_id)
      AND NOT EXISTS (SELECT 1 FROM khonkaencarbon_owed owed
                      WHERE owed.dataset_id = known.dataset_id AND owed.quarantined_at IS NULL
                        AND NOT (:claimed AND owed.lease_until IS NOT NULL))
    ORDER BY dataset_id
""")
