"""The history of runs: how each came to its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.output import findings
from ckanext.khonkaencarbon.model import Run
from ckanext.khonkaencarbon.portal import queue, turns
from ckanext.khonkaencarbon.portal.calendar import not_over_yet
from ckanext.khonkaencarbon.portal.queue import Claim

RUNS = Run.__table__
KEPT = 50  # runs of one dataset


@dataclass(frozen=True)
class Outcome:
    """What a run came to; the names are those of the table."""

    state: str
    signature: str | None = None
    fingerprint: str | None = None
    version: int | None = None
    incomplete: bool | None = None
    counts: dict[str, int] | None = None
    findings_by_code: dict[str, int] = field(default_factory=dict)
    findings: list[dict[str, object]] = field(default_factory=list)


def outcome_of(footprint: Footprint, state: str, signature: str, version: int | None) -> Outcome:
    """The outcome of a run that computed something, with what today's date says about it."""
    counts = footprint.counts
    late = not_over_yet(footprint.lines)
    by_code = Counter(footprint.log.by_code) + Counter(one.code for one in late)
    return Outcome(
        state=state,
        signature=signature,
        fingerprint=footprint.fingerprint or None,
        version=version,
        incomplete=footprint.incomplete,
        counts={"read": counts.read, "used": counts.used, "refused": counts.refused, "lines": counts.lines},
        findings_by_code=dict(by_code),
        findings=[findings.document(one) for one in (*footprint.log.listed, *late)],
    )


def finish(claim: Claim, outcome: Outcome | None) -> None:
    """Write the outcome down and release the claim, both or neither. None leaves no trace in the history.

    Raises:
        ClaimLostError: somebody else is at work on the dataset.
    """
    with queue.engine().begin() as connection:
        queue.release(connection, claim)
        if outcome is None:
            turns.forget_run(connection, _this(claim))
            return
        _forget(connection, claim)
        values = {**vars(outcome), "progress": None, "finished_at": sa.func.clock_timestamp()}
        connection.execute(sa.update(RUNS).where(_this(claim)).values(**values))


def fail(claim: Claim, error: dict[str, str], transient: bool) -> None:
    """The run broke off: to be tried again, or set aside. Says nothing where somebody else has taken over."""
    with queue.engine().begin() as connection:
        try:
            quarantined = queue.put_back(connection, claim, error, transient)
        except queue.ClaimLostError:
            return
        state = "quarantined" if quarantined else "failed"
        values = {"state": state, "error": error, "finished_at": sa.func.clock_timestamp()}
        connection.execute(sa.update(RUNS).where(_this(claim)).values(**values))


def remove(connection: Connection, claim: Claim) -> None:
    """Forget the runs of a purged dataset, but for the one that is at it."""
    connection.execute(
        sa.delete(RUNS).where(RUNS.c.dataset_id == claim.dataset_id, RUNS.c.fence != claim.fence)
    )


def _forget(connection: Connection, claim: Claim) -> None:
    """Findings are kept of the newest run, runs of the newest fifty."""
    mine = RUNS.c.dataset_id == claim.dataset_id
    older = sa.update(RUNS).where(mine, RUNS.c.fence < claim.fence, RUNS.c.findings.is_not(None))
    connection.execute(older.values(findings=None))
    newest = sa.select(RUNS.c.id).where(mine).order_by(RUNS.c.id.desc()).limit(KEPT)
    connection.execute(sa.delete(RUNS).where(mine, RUNS.c.id.not_in(newest)))


def _this(claim: Claim) -> Any:
    return sa.and_(RUNS.c.dataset_id == claim.dataset_id, RUNS.c.fence == claim.fence)
