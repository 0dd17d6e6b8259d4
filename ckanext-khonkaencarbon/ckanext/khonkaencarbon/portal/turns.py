"""Organisations take turns at being computed: whose turn is longest ago comes next."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.model import Owed, Run, Turn

OWED, RUNS, TURNS = Owed.__table__, Run.__table__, Turn.__table__


def last() -> Any:
    """For an owed dataset, the newest run of its organisation; null where it never had one."""
    ran = sa.select(sa.func.max(RUNS.c.id)).where(RUNS.c.organisation_id == OWED.c.organisation_id)
    forgotten = sa.select(TURNS.c.run_id).where(TURNS.c.organisation_id == OWED.c.organisation_id)
    parts = (part.correlate(OWED).scalar_subquery() for part in (ran, forgotten))
    return sa.func.greatest(*parts)  # of PostgreSQL: null only where both are


def forget_run(connection: Connection, this: Any) -> None:
    """Delete a run that has nothing to tell; that its organisation had this turn stays known."""
    row = connection.execute(sa.delete(RUNS).where(this).returning(RUNS.c.organisation_id, RUNS.c.id)).first()
    if row is not None:
        new = insert(TURNS).values(organisation_id=row.organisation_id, run_id=row.id)
        newest = sa.func.greatest(TURNS.c.run_id, new.excluded.run_id)
        connection.execute(
            new.on_conflict_do_update(index_elements=[TURNS.c.organisation_id], set_={"run_id": newest})
        )
