"""Putting the next version of the inventory in force: files first, then row and metadata in one transaction.

There is one as soon as the inventory is another than that of the version in force and no dataset waits to be
computed; two versions that may be read are some time apart, so that a busy day does not become a hundred of
them. Until the commit the old version is in force, from then on the new one.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection, Row

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.portal import resources, storage
from ckanext.khonkaencarbon.portal.city import home, inventory
from ckanext.khonkaencarbon.portal.city.sums import refresh, state
from ckanext.khonkaencarbon.portal.city.versions import making, reading
from ckanext.khonkaencarbon.portal.city.versions.making import Draft
from ckanext.khonkaencarbon.portal.city.versions.sources import CITY_VERSIONS

log = logging.getLogger(__name__)

NOW = sa.func.clock_timestamp()


class OvertakenError(Exception):
    """Somebody else made a version meanwhile, or the city's dataset is not there any more."""


def keep_up() -> None:
    """Take in what is pending and publish what came of it; whoever looks next does it where this fails."""
    try:
        publish()
    except OvertakenError:
        log.info("Another version of the inventory was published meanwhile")
    except Exception:
        log.exception("No version of the inventory was published; it is tried again")
    finally:
        model.Session.remove()


def publish() -> int | None:
    """Make and put in force the next version; its number, None where there is nothing to publish now.

    Raises:
        OvertakenError: it was published by somebody else.
    """
    with inventory.present() as now:
        city = now.city
        if city is None or not city.public:
            return None
        newest = reading.newest(now.connection, city.id)
        if newest is not None and not _is_wanted(newest, now.stamp):
            return None
        made = making.draft(now, city)
        if newest is None and not (made.request.summaries or made.request.tables):
            return None
    if newest is not None and newest.readable and newest.fingerprint == made.fingerprint:
        _follow(made, newest)
        return None
    staged = making.stage(made)
    try:
        _switch(made, staged)
    finally:
        storage.discard(staged)
    refresh.bring_up_to_date()  # the new derived resources were a change of the city's dataset, too
    return made.number


def is_due(connection: Connection) -> bool:
    """Whether a version should be made now, as far as can be told without looking at the inventory."""
    city = home.find(connection)
    if city is None or not city.public:
        return False
    newest = reading.newest(connection, city.id)
    return newest is None or _is_wanted(newest, state.stamp_now(connection))


def _is_wanted(newest: Row[Any], stamp: str) -> bool:
    if not newest.readable:
        return True
    return newest.stamp != stamp and newest.age >= settings.inventory_version_seconds()


def _follow(made: Draft, newest: Row[Any]) -> None:
    """Note that what changed leads to the version that is in force."""
    with inventory.engine().begin() as connection:
        mine = CITY_VERSIONS.c.dataset_id == made.city.id, CITY_VERSIONS.c.number == newest.number
        connection.execute(sa.update(CITY_VERSIONS).where(*mine).values(stamp=made.stamp))


def _switch(made: Draft, staged: Path) -> None:
    """Files, row and derived resources, in the transaction of CKAN's own session."""
    model.Session.remove()
    connection = model.Session.connection()
    try:
        package = model.package_table
        query = sa.select(package.c.state).where(package.c.id == made.city.id).with_for_update()
        if connection.execute(query).scalar() != "active":
            raise OvertakenError(made.city.id)
        number, known = reading.known(connection, made.city.id)
        if number + 1 != made.number:
            raise OvertakenError(made.city.id)
        version = _version(made, staged, known)
        storage.settle(staged, made.number)
        connection.execute(sa.insert(CITY_VERSIONS).values(published_at=NOW, **version))
        resources.switch(version, resources.derived_ids(connection, made.city.id))
        model.Session.commit()
    finally:
        model.Session.remove()


def _version(made: Draft, staged: Path, known: dict[str, str]) -> dict[str, Any]:
    """The row of a version; its resources keep their ids from version to version."""
    files = storage.described(staged, sorted(one.name for one in staged.iterdir()))
    return {
        "dataset_id": made.city.id,
        "number": made.number,
        "before": made.before,
        "as_of": made.as_of,
        "stamp": made.stamp,
        "fingerprint": made.fingerprint,
        "sources": made.sources,
        "state": made.state,
        "entry": made.entry,
        "files": files,
        "resources": resources.ids(files, known),
    }
