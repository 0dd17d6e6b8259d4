"""What each dataset contributes, brought to what it is in the instant of a transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.inventory.ledger import summed
from ckanext.khonkaencarbon.footprint.inventory.model import LedgerRow
from ckanext.khonkaencarbon.footprint.inventory.selection import owner_of
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.model.city import MEMBER, ROW
from ckanext.khonkaencarbon.portal.city import members
from ckanext.khonkaencarbon.portal.city.members import Member
from ckanext.khonkaencarbon.portal.city.sums.choosing import choose
from ckanext.khonkaencarbon.portal.city.sums.records import Record, Unit, of_row, put, put_or_replace, row_of

MOST_AT_ONCE = 200  # datasets: what is at work stays small, however many a release changes
_OF_PARTS = ("level", "incomplete", "organisation_type")
Rows = dict[str, dict[Unit, list[LedgerRow]]]  # dataset -> unit -> rows


def refresh(connection: Connection, ids: Sequence[str], settings: CitySettings) -> tuple[bool, set[int]]:
    """Bring the contributions of these datasets to what they are now.

    Returns:
        whether anything changed, and the years of which a figure may be another one.
    """
    changed, years = False, set[int]()
    for start in range(0, len(ids), MOST_AT_ONCE):
        found, of = _refresh(connection, ids[start : start + MOST_AT_ONCE], settings)
        changed, years = changed or found, years | of
    return changed, years


def _refresh(connection: Connection, ids: Sequence[str], settings: CitySettings) -> tuple[bool, set[int]]:
    before = {
        row.dataset_id: row._asdict()
        for row in connection.execute(sa.select(MEMBER).where(MEMBER.c.dataset_id.in_(ids)))
    }
    found = members.found(connection, ids)
    now = {one.id: _record(one) for one in found.values()}
    stored = connection.execute(sa.select(ROW).where(ROW.c.dataset_id.in_(ids))) if before else ()
    old = _by_unit((row.owner, row_of(row)) for row in stored)
    new = _by_unit(_rows_now(connection, found, settings))
    changed = _remember(connection, ids, before, now)
    rows = {one for one in ids if old.get(one) != new.get(one)}
    affected = rows | {one for one in before.keys() & now.keys() if _weighs(before[one], now[one])}
    if rows & old.keys():
        connection.execute(sa.delete(ROW).where(ROW.c.dataset_id.in_(rows & old.keys())))
    if rows:
        put(connection, ROW, [
            of_row(row, unit.owner)
            for one in sorted(rows & new.keys()) for unit, mine in new[one].items() for row in mine
        ])  # fmt: skip
    units = {unit for one in affected for unit in (*old.get(one, {}), *new.get(one, {}))}
    return changed or bool(units), choose(connection, units, settings) if units else set()


def _rows_now(
    connection: Connection, found: Mapping[str, Member], settings: CitySettings
) -> Iterable[tuple[str, LedgerRow]]:
    without = {
        one.id: electricity.METHOD for one in found.values() if one.electricity != settings.electricity
    }
    for row in summed(members.ledger(connection, found, without)) if found else ():
        yield owner_of(row, members.as_dataset(found[row.dataset])), row


def _by_unit(rows: Iterable[tuple[str, LedgerRow]]) -> Rows:
    found: Rows = defaultdict(lambda: defaultdict(list))
    for owner, row in rows:
        found[row.dataset][Unit(*row.key, owner)].append(row)
    return {
        one: {unit: sorted(mine, key=_order) for unit, mine in units.items()} for one, units in found.items()
    }


def _order(row: LedgerRow) -> Any:
    return tuple(map(str, of_row(row, "").values()))


def _weighs(before: Record, now: Record) -> bool:
    """Whether parts are other ones although the rows are the same."""
    return any(before[name] != now[name] for name in _OF_PARTS)


def _remember(
    connection: Connection, ids: Sequence[str], before: Mapping[str, Record], now: Mapping[str, Record]
) -> bool:
    """Store what changed about the datasets themselves; whether anything did."""
    other = [one for one in ids if before.get(one) != now.get(one)]
    gone = [one for one in other if one not in now]
    if gone:
        connection.execute(sa.delete(MEMBER).where(MEMBER.c.dataset_id.in_(gone)))
    put_or_replace(connection, MEMBER, [now[one] for one in other if one in now])
    return bool(other)


def _record(member: Member) -> Record:
    names = [column.name for column in MEMBER.c]
    return {name: getattr(member, "id" if name == "dataset_id" else name) for name in names}
