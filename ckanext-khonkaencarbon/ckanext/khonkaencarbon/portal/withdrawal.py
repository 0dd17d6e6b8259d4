"""Taking back the files of an older version, where one of them must not be had any more.

A version holds its input files inside the bundle, and stays when a file is replaced: personal data would stay
with it. What is kept is that there was such a version: number, date, cause, checksums, and the reason.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.model import Line, Version
from ckanext.khonkaencarbon.portal import storage
from ckanext.khonkaencarbon.portal.queue import engine

LINES = Line.__table__
VERSIONS = Version.__table__
NAMED = "by_organisation"  # the total whose keys are names out of the rows


class PresentVersionError(Exception):
    """The version published last is what the dataset says: its files are corrected, not withdrawn."""


def withdraw(dataset_id: str, number: int, reason: str) -> bool:
    """Withdraw the files of a version; whether there is one. Once more changes the reason and nothing else.

    Raises:
        PresentVersionError: it is the version published last, or in force.
    """
    with engine().begin() as connection:
        if not _is_older(connection, dataset_id, number):
            return False
        mine = VERSIONS.c.dataset_id == dataset_id, VERSIONS.c.number == number
        at = sa.func.coalesce(VERSIONS.c.withdrawn_at, sa.func.clock_timestamp())
        values = {"withdrawn_at": at, "withdrawn_because": reason, "overview": {}}
        connection.execute(sa.update(VERSIONS).where(*mine).values(**values))
        _forget_names(connection, dataset_id, number)
        lines = LINES.c.dataset_id == dataset_id, LINES.c.version == number
        connection.execute(sa.delete(LINES).where(*lines))
    # after the commit the addresses say that they are gone
    storage.withdraw(dataset_id, number)
    return True


def tidy() -> None:
    """Delete files of withdrawn versions that a crash has left."""
    query = sa.select(VERSIONS.c.dataset_id, VERSIONS.c.number).where(VERSIONS.c.withdrawn_at.is_not(None))
    with engine().begin() as connection:
        withdrawn = connection.execute(query).all()
    for row in withdrawn:
        storage.withdraw(row.dataset_id, row.number)


def _is_older(connection: Connection, dataset_id: str, number: int) -> bool:
    query = sa.select(VERSIONS.c.number, VERSIONS.c.in_force).where(VERSIONS.c.dataset_id == dataset_id)
    found = {row.number: row.in_force for row in connection.execute(query.with_for_update())}
    if number not in found:
        return False
    if found[number] or number == max(found):
        raise PresentVersionError(number)
    return True


def _forget_names(connection: Connection, dataset_id: str, number: int) -> None:
    """Names of organisations out of the notes that compare the version with the one before and after it."""
    beside = VERSIONS.c.dataset_id == dataset_id, VERSIONS.c.number.in_((number, number + 1))
    query = sa.select(VERSIONS.c.number, VERSIONS.c.difference).where(*beside)
    for row in connection.execute(query.where(VERSIONS.c.difference.is_not(None))).all():
        mine = VERSIONS.c.dataset_id == dataset_id, VERSIONS.c.number == row.number
        note = _without_names(row.difference)
        connection.execute(sa.update(VERSIONS).where(*mine).values(difference=note))


def _without_names(note: dict[str, Any]) -> dict[str, Any]:
    def stripped(change: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in change.items() if name != NAMED}

    terms = [{**term, "change": stripped(term["change"])} for term in note["terms"]]
    return {**note, "change": stripped(note["change"]), "terms": terms}
