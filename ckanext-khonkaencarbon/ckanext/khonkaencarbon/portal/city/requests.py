"""What the city asks organisations to publish: one request for one cell of the coverage.

The table holds what people did: who asked whom, and what the city closed with which reason. Whether a request
is answered the inventory itself says: it is, while a dataset of the organisation counts in the cell. So the
answer is never out of date; where that dataset is declined or made private, the request is open again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.footprint.inventory.model import MISSING, NOTATION, PARTIAL
from ckanext.khonkaencarbon.footprint.inventory.output import OPEN_REQUEST
from ckanext.khonkaencarbon.model import Request
from ckanext.khonkaencarbon.portal.city import show
from ckanext.khonkaencarbon.portal.city.inventory import Present
from ckanext.khonkaencarbon.portal.queue import NOW, engine

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
ASKED_FOR = (MISSING, PARTIAL, NOTATION)  # of which cells more can be asked for
REQUEST, GROUP = Request.__table__, model.group_table
Asked = Mapping[str, Any]


class AskedAlreadyError(Exception):
    """The organisation has an open request for the cell."""


def create(year: int, gpc_ref: str, organisation_id: str, note: str, user_id: str) -> int:
    """Ask an organisation for a cell; the id of the request.

    Raises:
        AskedAlreadyError: it has an open one.
    """
    values = {"year": year, "gpc_ref": gpc_ref, "organisation_id": organisation_id, "note": note}
    told = sa.insert(REQUEST).values(opened_by=user_id, opened_at=NOW, **values).returning(REQUEST.c.id)
    try:
        with engine().begin() as connection:
            return int(connection.execute(told).scalar_one())
    except sa.exc.IntegrityError as twice:
        raise AskedAlreadyError from twice


def close(request_id: int, reason: str, user_id: str) -> bool:
    """Close an open request with a reason; whether there was one."""
    told = sa.update(REQUEST).where(REQUEST.c.id == request_id, REQUEST.c.closed_at.is_(None))
    with engine().begin() as connection:
        closed = connection.execute(told.values(closed_at=NOW, closed_by=user_id, reason=reason))
    return bool(closed.rowcount)


def stored(*, closed: bool = False, organisations: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Requests with whom they ask, the oldest first; what the city closed only where that is wanted.

    Args:
        closed: also those that the city closed.
        organisations: ids of those that were asked; all without it.
    """
    columns = ("id", "year", "gpc_ref", "note", "opened_at", "closed_at", "reason")
    query = sa.select(
        *(REQUEST.c[name] for name in columns),
        GROUP.c.id.label("organisation_id"),
        GROUP.c.name.label("organisation"),
        GROUP.c.title,
        sa.func.coalesce(GROUP.c.extras["title_translated"].astext, "{}").label("titles"),
    ).select_from(REQUEST.join(GROUP, GROUP.c.id == REQUEST.c.organisation_id))
    query = query.where(GROUP.c.state == "active").order_by(REQUEST.c.id)
    if not closed:
        query = query.where(REQUEST.c.closed_at.is_(None))
    if organisations is not None:
        query = query.where(REQUEST.c.organisation_id.in_(organisations))
    with engine().begin() as connection:
        return [row._asdict() for row in connection.execute(query)]


def organisations() -> list[dict[str, Any]]:
    """Everybody who can be asked, by title."""
    titles = sa.func.coalesce(GROUP.c.extras["title_translated"].astext, "{}").label("titles")
    query = sa.select(GROUP.c.name, GROUP.c.title, titles).where(
        GROUP.c.is_organization, GROUP.c.state == "active"
    )
    with engine().begin() as connection:
        found = connection.execute(query.order_by(GROUP.c.title, GROUP.c.name))
        return [{**row._asdict(), "title_translated": json.loads(row.titles)} for row in found]


def listing(now: Present, asked: Iterable[Asked], wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Requests as the API gives them, with their state at this instant, narrowed by what is wanted."""
    keys = [(key, wanted[key]) for key in ("year", "gpc_ref", "organisation", "state") if wanted.get(key)]
    found = (_told(now, one) for one in asked)
    return [one for one in found if all(one[key] == value for key, value in keys)]


def open_of(now: Present, asked: Iterable[Asked]) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """Cell -> the requests for it that nobody has answered yet."""
    cells: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for one in listing(now, asked, {"state": OPEN}):
        cells.setdefault((one["year"], one["gpc_ref"]), []).append(one)
    return cells


def noted(now: Present, rows: Iterable[Mapping[str, Any]], asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """Rows of coverage.csv with the names of the organisations that were asked."""
    cells = open_of(now, asked)
    return [{**row, OPEN_REQUEST: ";".join(sorted(_names(cells, row))) or None} for row in rows]


def answer_of(now: Present, year: int, gpc_ref: str, organisation: str) -> dict[str, Any] | None:
    """The dataset of an organisation that is in a cell; None while there is none."""
    found = show.trace(now, year, gpc_ref)
    parts = found["parts"] if found else []
    mine = [
        one["dataset"] for one in parts if one["dataset"] and one["dataset"]["organisation"] == organisation
    ]
    return mine[0] if mine else None


def _names(cells: Mapping[tuple[int, str], list[dict[str, Any]]], row: Mapping[str, Any]) -> list[str]:
    return [one["organisation"] for one in cells.get((row["year"], row["gpc_ref"]), [])]


def _told(now: Present, asked: Asked) -> dict[str, Any]:
    answer = None
    if asked["closed_at"] is None:
        answer = answer_of(now, asked["year"], asked["gpc_ref"], asked["organisation"])
    return {
        "id": asked["id"],
        "year": asked["year"],
        "gpc_ref": asked["gpc_ref"],
        "organisation": asked["organisation"],
        "organisation_id": asked["organisation_id"],
        "title": asked["title"],
        "title_translated": json.loads(asked["titles"]),
        "note": asked["note"],
        "state": CLOSED if asked["closed_at"] else ANSWERED if answer else OPEN,
        "opened_at": asked["opened_at"].isoformat(),
        "closed_at": asked["closed_at"].isoformat() if asked["closed_at"] else None,
        "reason": asked["reason"],
        "answered_by": answer and {"name": answer["name"], "version": answer["version"]},
    }
