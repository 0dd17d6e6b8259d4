"""Deleting versions that nobody may ever read again: what is in them was purged, or withdrawn for good."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.portal import storage
from ckanext.khonkaencarbon.portal.city.versions import sources
from ckanext.khonkaencarbon.portal.city.versions.sources import CITY_VERSIONS
from ckanext.khonkaencarbon.portal.queue import engine

_KEY = CITY_VERSIONS.c.dataset_id, CITY_VERSIONS.c.number


def tidy() -> int:
    """Withdraw such versions, forget those of a purged city; how many were withdrawn."""
    query = sa.select(*_KEY).where(CITY_VERSIONS.c.withdrawn_at.is_(None), sources.is_gone())
    purged = CITY_VERSIONS.c.dataset_id.not_in(sa.select(model.package_table.c.id))
    with engine().begin() as connection:
        cities = set(connection.execute(sa.select(CITY_VERSIONS.c.dataset_id).where(purged)).scalars())
        connection.execute(sa.delete(CITY_VERSIONS).where(purged))
        gone = connection.execute(query).all()
        for row in gone:
            mine = CITY_VERSIONS.c.dataset_id == row.dataset_id, CITY_VERSIONS.c.number == row.number
            now = sa.func.clock_timestamp()
            connection.execute(sa.update(CITY_VERSIONS).where(*mine).values(withdrawn_at=now))
        withdrawn = connection.execute(
            sa.select(*_KEY).where(CITY_VERSIONS.c.withdrawn_at.is_not(None))
        ).all()
    # after the commit the addresses say that they are gone; what a crash leaves the next look deletes
    for city in cities:
        storage.remove(city)
    for row in withdrawn:
        storage.withdraw(row.dataset_id, row.number)
    return len(gone)
