"""Which datasets count, and the sums of their lines: what the ledger hands to the roll-up.

A dataset counts while it is active, public, offered by its steward, accepted by the city and of a level that
is rolled up; its version in force speaks for it. All of that is read in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from ckanext.khonkaencarbon.footprint.inventory.model import CITY, ROLLED_UP, Dataset, Key, LedgerRow
from ckanext.khonkaencarbon.model import Line, Version
from ckanext.khonkaencarbon.model.city import MEMBER
from ckanext.khonkaencarbon.portal.snapshot import DATASET_TYPE, DEFAULT_BOUNDARY

PACKAGE, GROUP = model.package_table, model.group_table
LINES, VERSIONS = Line.__table__, Version.__table__
ACCEPTED = "accepted"
_TYPE = sa.func.coalesce(GROUP.c.extras["organisation_type"].astext, "")
_SHOWN = sa.func.md5(
    sa.func.concat_ws(
        "\x1f", PACKAGE.c.name, PACKAGE.c.title, PACKAGE.c.extras["title_translated"].astext, GROUP.c.name,
        GROUP.c.title, GROUP.c.extras["title_translated"].astext,
    )
)  # fmt: skip
_BOUNDARY = sa.func.coalesce(PACKAGE.c.extras["reporting_boundary"].astext, DEFAULT_BOUNDARY)


class Member(NamedTuple):
    """A dataset that counts."""

    id: str
    name: str
    title: str
    titles: str  # JSON: language -> title
    version: int
    level: str
    incomplete: bool
    organisation: str  # name of the organisation that publishes it
    gwp: str
    electricity: str
    factors: list[Mapping[str, Any]]  # of its summary
    organisation_type: str
    shown: str  # hash of what pages say of it and its organisation


def counting() -> tuple[Any, ...]:
    """Conditions on ``package`` under which it counts."""
    extras = PACKAGE.c.extras
    return (
        PACKAGE.c.type == DATASET_TYPE,
        PACKAGE.c.state == "active",
        PACKAGE.c.private.is_(False),
        extras["include_in_inventory"].astext == "true",
        extras["inventory_decision"].astext == ACCEPTED,
        _BOUNDARY.in_(ROLLED_UP),
    )


def found(connection: Connection, ids: Iterable[str]) -> dict[str, Member]:
    """Those of these datasets that are members, by id."""
    overview = VERSIONS.c.overview
    query = _joined(
        PACKAGE.c.id,
        PACKAGE.c.name,
        PACKAGE.c.title,
        sa.func.coalesce(PACKAGE.c.extras["title_translated"].astext, "{}").label("titles"),
        VERSIONS.c.number.label("version"),
        _BOUNDARY.label("level"),
        VERSIONS.c.incomplete,
        GROUP.c.name.label("organisation"),
        overview["settings"]["gwp"].astext.label("gwp"),
        overview["settings"]["electricity"].astext.label("electricity"),
        overview["factors"].label("factors"),
        _TYPE.label("organisation_type"),
        _SHOWN.label("shown"),
    )
    wanted = query.where(PACKAGE.c.id.in_(list(ids))).order_by(PACKAGE.c.id)
    return {row.id: Member(*row) for row in connection.execute(wanted)}


def counted() -> Select[Any]:
    """The query for the ids of all members."""
    return _joined(PACKAGE.c.id)


def ids(connection: Connection) -> list[str]:
    """The ids of all members."""
    return list(connection.execute(counted().order_by(PACKAGE.c.id)).scalars())


def ledger(
    connection: Connection, members: Mapping[str, Member], without: Mapping[str, str]
) -> Iterator[LedgerRow]:
    """The exact sums of the members' lines.

    Args:
        connection: in whose instant is read.
        members: the datasets that count.
        without: dataset -> a method whose lines are left out.
    """
    factor_pct = {
        one.id: {factor["id"]: factor["uncertainty_pct"] for factor in one.factors}
        for one in members.values()
    }
    key = [
        LINES.c[name]
        for name in (
            "dataset_id", "year", "gpc_ref", "activity", "period_start", "period_end", "organisation",
            "place", "gas", "biogenic", "quality", "uncertainty_pct", "factor_ids", "method",
        )
    ]  # fmt: skip
    of_version = (LINES.c.dataset_id == VERSIONS.c.dataset_id) & (LINES.c.version == VERSIONS.c.number)
    query = _joined(*key, sa.func.sum(LINES.c.mass_kg).label("mass_kg")).where(of_version)
    query = query.where(PACKAGE.c.id.in_(list(members)))
    for row in connection.execute(query.group_by(*key)):
        if without.get(row.dataset_id) == row.method:
            continue
        member = members[row.dataset_id]
        factors = tuple(filter(None, row.factor_ids.split(";")))
        pct = factor_pct[member.id].get(factors[0]) if len(factors) == 1 else None
        yield LedgerRow(
            member.id,
            Key(row.year, row.gpc_ref, row.activity),
            row.period_start,
            row.period_end,
            (row.organisation or "") if member.level == CITY else member.organisation,
            row.place or "",
            row.gas,
            row.biogenic,
            row.quality or "",
            row.uncertainty_pct,
            factors,
            None if pct is None else Decimal(pct),
            row.mass_kg,
        )


def organisations(connection: Connection) -> dict[str, Mapping[str, Any]]:
    """The organisations whose datasets count: name -> title, titles, type."""
    query = sa.select(
        GROUP.c.name,
        GROUP.c.title,
        sa.func.coalesce(GROUP.c.extras["title_translated"].astext, "{}").label("titles"),
        _TYPE.label("type"),
    ).where(GROUP.c.name.in_(sa.select(MEMBER.c.organisation).distinct()))
    return {row.name: row._asdict() for row in connection.execute(query)}


def as_dataset(member: Member) -> Dataset:
    """What the roll-up has to know of it."""
    return Dataset(member.id, str(member.version), member.level, "", member.incomplete)


def _joined(*columns: Any) -> Select[Any]:
    query = sa.select(*columns).select_from(
        PACKAGE.join(VERSIONS, VERSIONS.c.dataset_id == PACKAGE.c.id).join(
            GROUP, GROUP.c.id == PACKAGE.c.owner_org
        )
    )
    return query.where(VERSIONS.c.in_force, GROUP.c.state == "active", *counting())
