"""The queue in PostgreSQL: who owes what, who is at work on it, and who may still publish.

The clock is the database's; who comes first is told by numbers, which no jump of it moves. A claim is a lease
with a fence: the fence of a later claim is higher, and only the highest may publish. A moment that lies
further ahead than any is ever set was written before the clock was put back: it counts as over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan.model import ensure_engine
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Engine

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.model import FENCE, Owed, Run
from ckanext.khonkaencarbon.portal import turns

OWED = Owed.__table__
RUNS = Run.__table__
NOW = sa.func.clock_timestamp()

LONGEST_SETTLING = 30  # seconds: somebody who edits without a pause still gets a footprint
BACK_OFF = 5  # seconds, three times as long after each further fault
LONGEST_BACK_OFF = 300  # seconds
LONGEST_OUTAGE = 60  # seconds between two looks whether a server is back
INTERRUPTED = {
    "th": "การคำนวณหยุดกลางคันหลายครั้ง จึงพักชุดข้อมูลนี้ไว้ แก้ไขชุดข้อมูลหรือสั่งคำนวณใหม่เพื่อเริ่มอีกครั้ง",
    "en": "The computation broke off several times, so this dataset was set aside. "
    "Edit the dataset or ask for a new computation to start again.",
}


class Claim(NamedTuple):
    """The right to compute a dataset, until its lease runs out and somebody else claims it."""

    dataset_id: str
    organisation_id: str
    fence: int
    changes: int
    attempts: int


class ClaimLostError(Exception):
    """Somebody else has claimed the dataset since: nothing of this run may be published."""


def engine() -> Engine:
    """The portal's database, for transactions apart from CKAN's session."""
    return ensure_engine()


def owe(connection: Connection, dataset_id: str, organisation_id: str, settle: float = 0) -> None:
    """Write down that a dataset has to be looked at, ``settle`` seconds from now; lifts a quarantine."""
    new = insert(OWED).values(
        dataset_id=dataset_id,
        organisation_id=organisation_id,
        owed_since=NOW,
        not_before=_after(settle),
        changes=1,
        attempts=0,
    )
    latest = OWED.c.owed_since + _seconds(LONGEST_SETTLING)
    again = {
        "organisation_id": new.excluded.organisation_id,
        "not_before": sa.func.least(new.excluded.not_before, latest),
        "changes": OWED.c.changes + 1,
        "attempts": 0,
        "error": sa.null(),
        "quarantined_at": None,
    }
    connection.execute(new.on_conflict_do_update(index_elements=[OWED.c.dataset_id], set_=again))


def claim() -> Claim | None:
    """Take the next dataset that is due, None where there is none; organisations take turns."""
    with engine().begin() as connection:
        _set_aside_crashed(connection)
        values = {
            "fence": FENCE.next_value(),
            "attempts": OWED.c.attempts + 1,
            "signature": None,
            "lease_until": _after(settings.lease_seconds()),
        }
        take = sa.update(OWED).where(OWED.c.dataset_id == _next_in_turn()).values(**values)
        row = connection.execute(take.returning(*(OWED.c[name] for name in Claim._fields))).one_or_none()
        if row is None:
            return None
        claimed = Claim(*row)
        _end_runs(connection, claimed.dataset_id, "failed", None)
        started = {name: getattr(claimed, name) for name in ("dataset_id", "organisation_id", "fence")}
        connection.execute(sa.insert(RUNS).values(state="running", started_at=NOW, **started))
        return claimed


def renew(claimed: Claim) -> bool:
    """Give a sign of life; whether the claim still holds."""
    with engine().begin() as connection:
        return _change(connection, claimed, lease_until=_after(settings.lease_seconds()))


def sign(claimed: Claim, signature: str) -> None:
    """Note which inputs are being computed, so that only a change of these counts as one.

    Raises:
        ClaimLostError: the claim has passed to somebody else.
    """
    with engine().begin() as connection:
        if not _change(connection, claimed, signature=signature):
            raise ClaimLostError(claimed.dataset_id)


def tell(claimed: Claim, progress: dict[str, object]) -> None:
    """Write down how far a run has come, in its own row; nothing where it is over."""
    mine = RUNS.c.dataset_id == claimed.dataset_id, RUNS.c.fence == claimed.fence
    with engine().begin() as connection:
        running = sa.update(RUNS).where(*mine, RUNS.c.state == "running")
        connection.execute(running.values(progress=progress))


def lift(connection: Connection, ids: Sequence[str] | None) -> list[str]:
    """Take these datasets, or all, out of quarantine; those that were in it."""
    aside = OWED.c.quarantined_at.is_not(None)
    wanted = aside if ids is None else sa.and_(aside, OWED.c.dataset_id.in_(ids))
    free = {"quarantined_at": None, "attempts": 0, "error": sa.null(), "not_before": NOW, **_at_the_end()}
    lifted = sa.update(OWED).where(wanted).values(**free).returning(OWED.c.dataset_id)
    return sorted(connection.execute(lifted).scalars())


def hold(connection: Connection, claimed: Claim) -> None:
    """Keep everybody else from claiming until the end of the given transaction.

    Raises:
        ClaimLostError: the claim has passed to somebody else.
    """
    if connection.execute(sa.select(OWED.c.fence).where(_held_by(claimed)).with_for_update()).first() is None:
        raise ClaimLostError(claimed.dataset_id)


def release(connection: Connection, claimed: Claim) -> None:
    """The dataset is done; it stays owed if it changed since it was claimed.

    Raises:
        ClaimLostError: the claim has passed to somebody else.
    """
    hold(connection, claimed)
    unchanged = OWED.c.changes == claimed.changes
    connection.execute(sa.delete(OWED).where(_held_by(claimed), unchanged))
    _change(connection, claimed, lease_until=None, signature=None, **_at_the_end())


def put_back(connection: Connection, claimed: Claim, error: dict[str, str], transient: bool) -> bool:
    """The run failed: to be tried again later, or set aside; whether it was set aside.

    A transient fault (a server that is away) is no fault of the dataset and does not use up an attempt.

    Raises:
        ClaimLostError: the claim has passed to somebody else.
    """
    hold(connection, claimed)
    attempts = claimed.attempts - 1 if transient else claimed.attempts
    set_aside = not transient and attempts >= settings.max_attempts()
    pause = _outage() if transient else _seconds(min(BACK_OFF * 3 ** (attempts - 1), LONGEST_BACK_OFF))
    unchanged = sa.update(OWED).where(_held_by(claimed), OWED.c.changes == claimed.changes)
    free = {"lease_until": None, "signature": None}
    values = {"attempts": attempts, "error": error, "not_before": NOW + pause, **free}
    result = connection.execute(unchanged.values(quarantined_at=NOW if set_aside else None, **values))
    _change(connection, claimed, **free)
    return set_aside and bool(result.rowcount)


def next_due() -> float | None:
    """Seconds until something can be claimed, 0 where it can be now, None where nothing is owed."""
    due = sa.func.greatest(_wait_over(), _lease_over())
    query = sa.select(sa.func.extract("epoch", sa.func.min(due) - NOW)).where(OWED.c.quarantined_at.is_(None))
    with engine().begin() as connection:
        seconds = connection.execute(query).scalar()
    return None if seconds is None else max(float(seconds), 0.0)


def _next_in_turn() -> Any:
    """What was queued first, of the organisation whose last turn is longest ago."""
    free = sa.or_(OWED.c.lease_until.is_(None), _lease_over() < NOW)
    query = sa.select(OWED.c.dataset_id).where(OWED.c.quarantined_at.is_(None), _wait_over() <= NOW, free)
    return (
        query.order_by(turns.last().nulls_first(), OWED.c.place)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )


def _at_the_end() -> dict[str, Any]:
    """Behind all that waits already."""
    return {"owed_since": NOW, "place": FENCE.next_value()}


def _outage() -> Any:
    """The pause while a server is away: half of what the dataset has waited already, within bounds."""
    waited = sa.func.clock_timestamp() - OWED.c.owed_since
    return sa.func.least(sa.func.greatest(waited / 2, _seconds(BACK_OFF)), _seconds(LONGEST_OUTAGE))


def _wait_over() -> Any:
    """When the pause of what is owed ends."""
    return _unless_beyond(OWED.c.not_before, max(LONGEST_BACK_OFF, settings.settle_seconds()))


def _lease_over() -> Any:
    """When somebody else may claim: after the lease, later each time a worker was taken down."""
    times = sa.func.greatest(OWED.c.attempts - 1, 0)
    pause = sa.func.least(BACK_OFF * sa.func.power(3, times), LONGEST_BACK_OFF)
    lease = _unless_beyond(OWED.c.lease_until, settings.lease_seconds())
    return lease + sa.func.make_interval(0, 0, 0, 0, 0, 0, pause)


def _unless_beyond(moment: Any, longest: float) -> Any:
    """A moment, or long ago where it lies further ahead than it can have been set."""
    return sa.case((moment > _after(longest), sa.literal_column("'epoch'::timestamptz")), else_=moment)


def _set_aside_crashed(connection: Connection) -> None:
    """What has taken its workers down again and again is not tried any more."""
    crashed = _lease_over() < NOW, OWED.c.attempts >= settings.max_attempts()
    set_aside = sa.update(OWED).where(OWED.c.quarantined_at.is_(None), *crashed)
    values = {"quarantined_at": NOW, "lease_until": None, "error": INTERRUPTED}
    for row in connection.execute(set_aside.values(**values).returning(OWED.c.dataset_id)).all():
        _end_runs(connection, row.dataset_id, "quarantined", INTERRUPTED)


def _end_runs(connection: Connection, dataset_id: str, state: str, error: dict[str, str] | None) -> None:
    """Close the history of runs whose worker is gone."""
    open_ = RUNS.c.dataset_id == dataset_id, RUNS.c.state == "running"
    connection.execute(sa.update(RUNS).where(*open_).values(state=state, finished_at=NOW, error=error))


def _change(connection: Connection, claimed: Claim, **values: Any) -> bool:
    return bool(connection.execute(sa.update(OWED).where(_held_by(claimed)).values(**values)).rowcount)


def _held_by(claimed: Claim) -> Any:
    """An unexpired claim is not asked for: as long as nobody else has claimed, the work is still wanted."""
    mine = OWED.c.dataset_id == claimed.dataset_id, OWED.c.fence == claimed.fence
    return sa.and_(*mine, OWED.c.lease_until.is_not(None))


def _after(seconds: float) -> Any:
    return NOW + _seconds(seconds)


def _seconds(seconds: float) -> Any:
    return sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)
