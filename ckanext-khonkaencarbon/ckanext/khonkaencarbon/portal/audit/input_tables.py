"""The DataStore tables of inputs: what each was loaded as, of an input, and as hidden as its dataset."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.plugins as p
import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.portal import datastore, input_loading, input_tables, queue
from ckanext.khonkaencarbon.portal.audit import places
from ckanext.khonkaencarbon.portal.audit.violation import Look, Mend, Violation, violation

TABLES = input_tables.TABLES
DOOR = "datastore_search"


def tables(look: Look) -> Iterator[Violation]:
    """Every table of an input holds the rows that were loaded, and there is no other."""
    if not p.plugin_loaded("datastore"):
        return
    with queue.engine().begin() as connection:
        held, known = list(input_tables.held(connection)), input_tables.known(connection)
        hidden = set(connection.execute(_hidden()).scalars())
    for row in held:
        look.seen["input_tables"] += 1
        if input_loading.digest_of(input_loading.stored_rows(row.resource_id)) != row.digest:
            again = _loading(row.resource_id)
            yield violation("input-table-differs", row.dataset_id, again, table=row.resource_id)
        asked = {"resource_id": row.resource_id, "id": row.resource_id}
        if row.resource_id in hidden and places.opens(DOOR, asked):
            yield violation("hidden-readable", row.dataset_id, None, door=DOOR)
    for name in input_loading.tables_of_ours():
        if name not in known:
            yield violation("table-orphan", "", _dropping(name), table=name)


def _hidden() -> sa.Select[tuple[str]]:
    """Tables of datasets that not everybody may see."""
    package = model.package_table.c
    hidden = sa.or_(package.private, package.state != "active")
    joined = sa.select(TABLES.c.resource_id).join(model.package_table, package.id == TABLES.c.dataset_id)
    return joined.where(hidden)


def _loading(resource_id: str) -> Mend:
    def mend() -> bool:
        input_tables.forget(resource_id)
        return True

    return mend


def _dropping(name: str) -> Mend:
    def mend() -> bool:
        datastore.drop([name])
        return True

    return mend
