"""Bringing the sums to one instant: what is pending alone, or everything anew. Both give the same rows.

The lock comes before the first look at the database, so that whoever gets it sees all that was written under
it. A change that is committed later stays pending: the transaction does not see it, and does not take it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory.model import CityInputs
from ckanext.khonkaencarbon.footprint.inventory.output import coverage_csv
from ckanext.khonkaencarbon.footprint.inventory.rollup import Inventory, entries_of, years_of
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.model.city import MEMBER, STATE, TABLES, YEAR
from ckanext.khonkaencarbon.portal.city import members
from ckanext.khonkaencarbon.portal.city.sums import contributions, loading, state
from ckanext.khonkaencarbon.portal.city.sums.records import put_or_replace
from ckanext.khonkaencarbon.portal.city.sums.state import Around, State
from ckanext.khonkaencarbon.portal.queue import engine

PATIENCE = "20s"  # of whoever waits for the lock
STANDSTILL = "60s"  # of whoever has it
MANY = 1000  # changed datasets from which on everything is made anew, if they are a tenth of all


@contextmanager
def instant() -> Iterator[Connection]:
    """A transaction that sees one state of the database throughout."""
    repeatable = engine().execution_options(isolation_level="REPEATABLE READ")
    with repeatable.begin() as connection:
        yield connection


def bring_up_to_date(*, rebuild: bool = False) -> None:
    """Take in what is pending; everything anew where that is asked for."""
    with instant() as connection:
        lock(connection)
        take_in(connection, rebuild=rebuild)


def lock(connection: Connection) -> None:
    """Let nobody else make the sums until this transaction ends.

    The server ends one whose process stands still, so that it does not keep all others from reading.

    Raises:
        sqlalchemy.exc.OperationalError: the lock was not to be had in time.
    """
    connection.execute(sa.text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    connection.execute(sa.text(f"SET LOCAL idle_in_transaction_session_timeout = '{STANDSTILL}'"))
    connection.execute(sa.text(f"LOCK TABLE {STATE.name} IN EXCLUSIVE MODE"))


def take_in(connection: Connection, *, rebuild: bool = False) -> State:
    """The same within a transaction that holds the lock; the state it is brought to."""
    known, is_behind = state.read(connection)
    if known is not None and not is_behind and not rebuild:
        return known
    pending = state.take_pending(connection)
    now = state.around(connection, None if known is None or rebuild or "" in pending else known)
    if known is None or rebuild or known.basis != now.basis or _is_much(connection, len(pending)):
        return _anew(connection, now, known)
    changed, years = contributions.refresh(connection, sorted(pending - {""}), now.chosen)
    return _published(connection, now, known, changed, years)


def _is_much(connection: Connection, changed: int) -> bool:
    """Whether so much changed at once that PostgreSQL's statistics, old by then, would mislead it."""
    counted = sa.select(sa.func.count()).select_from(MEMBER)
    return changed >= MANY and changed * 10 >= connection.execute(counted).scalar()  # type: ignore[operator]


def _anew(connection: Connection, now: Around, known: State | None) -> State:
    # not TRUNCATE: whoever reads an older instant would see empty tables
    for table in TABLES[2:]:
        connection.execute(sa.delete(table))
    contributions.refresh(connection, members.ids(connection), now.chosen)
    for table in TABLES[2:]:
        connection.execute(sa.text(f"ANALYZE {table.name}"))
    number = known.number if known else 0
    fresh = State(uuid4().hex, number, None, "", now.basis, "", None, "", (), frozenset())
    return _published(connection, now, fresh, True, set())


def _published(connection: Connection, now: Around, known: State, changed: bool, years: set[int]) -> State:
    """Write what is published of the years that may be other ones, and the state."""
    of_rows = loading.data_years(connection)
    inputs = now.inputs(of_rows, FindingLog())
    wanted, outside = years_of(now.chosen, of_rows, inputs)
    if known.around == now.hash:
        dirty = [year for year in wanted if year in years or year not in known.years]
    else:
        dirty = list(wanted)
    written = {row["year"]: row for row in year_rows(connection, dirty, now.chosen, inputs)}
    gone = set(known.years) - set(wanted)
    if gone:
        connection.execute(sa.delete(YEAR).where(YEAR.c.year.in_(gone)))
    put_or_replace(connection, YEAR, list(written.values()))
    moved = changed or bool(dirty or gone) or known.around != now.hash or known.years_outside != outside
    made = State(
        known.epoch, known.number + moved, known.as_of, state.rules_now(), now.basis, now.hash, now.city,
        now.tables, wanted, outside,
    )  # fmt: skip
    if moved or made != known:
        state.write(connection, made)
    return made


def year_rows(
    connection: Connection, years: list[int], settings: CitySettings, inputs: CityInputs
) -> Iterable[dict[str, object]]:
    """What is published of these years: totals without organisations, coverage without datasets."""
    if not years:
        return
    entries, _ = entries_of(years, loading.carriers(connection, years, settings), settings, inputs)
    for year in years:
        one = Inventory(settings, inputs, (year,), entries)
        totals = json.dumps(_without_names(one.totals()[str(year)]), ensure_ascii=False)
        yield {"year": year, "totals": totals, "cells": coverage_csv(one).decode("utf-8")}


def _without_names(totals: dict[str, Any]) -> dict[str, Any]:
    """Totals with room for what organisations published, which is added up by itself."""
    for one in (totals, *totals["frameworks"].values()):
        one.update(by_organisation={}, by_organisation_type={})
    return totals
