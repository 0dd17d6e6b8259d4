"""Who can see what: nothing hidden in the search index or through a door, and the index as the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection

from ckanext.khonkaencarbon.portal import datastore, ledger, queue
from ckanext.khonkaencarbon.portal.audit.violation import Look, Mend, Violation, violation

PAGE = 1000  # documents asked of Solr at once
SHOWN = "permission_labels:public"  # searched for only, not stored in a document
VERSIONS = ledger.VERSIONS


class _Stored(NamedTuple):
    """A dataset as the catalogue has it."""

    public: bool
    active: bool
    modified: str


def index(look: Look) -> Iterator[Violation]:
    """The search index shows everybody what is public, as it is stored, and nothing else."""
    shown, public, stored = _indexed(), _indexed(SHOWN), _stored()
    look.seen["indexed"] += len(shown)
    for dataset_id, modified in shown.items():
        mine = stored.get(dataset_id)
        if dataset_id in public and (mine is None or not mine.public):
            yield violation("search-shows-hidden", dataset_id, _indexing(dataset_id))
        elif mine is None or (mine.active and mine.modified != modified):
            yield violation("search-differs", dataset_id, _indexing(dataset_id))
    for dataset_id in sorted(stored.keys() - shown.keys()):
        if stored[dataset_id].active:
            yield violation("search-differs", dataset_id, _indexing(dataset_id))


def _indexed(more: str = "") -> dict[str, str]:
    """Moment of change of each document by dataset, of those that a further filter leaves."""
    found, mark = dict[str, str](), "*"
    filters = [f'site_id:"{tk.config["ckan.site_id"]}"', "entity_type:package", *([more] if more else [])]
    options = {"fq": filters, "fl": "id,metadata_modified", "sort": "index_id asc", "rows": PAGE}
    while True:
        answer = make_connection().search("*:*", cursorMark=mark, **options)
        found |= {one["id"]: _second(one["metadata_modified"]) for one in answer.docs}
        if answer.nextCursorMark == mark:
            return found
        mark = answer.nextCursorMark


def _second(moment: Any) -> str:
    """A moment to the second, however the two sides write it."""
    return str(moment)[:19].replace("T", " ")


def _stored() -> dict[str, _Stored]:
    table = model.package_table.c
    query = sa.select(table.id, table.state, table.private, table.metadata_modified)
    with queue.engine().begin() as connection:
        return {
            row.id: _Stored(
                public=row.state == "active" and not row.private,
                active=row.state == "active",
                modified=_second(row.metadata_modified),
            )
            for row in connection.execute(query)
        }


def _indexing(dataset_id: str) -> Mend:
    def mend() -> bool:
        if model.Package.get(dataset_id) is None:
            search.clear(dataset_id)
        else:
            search.rebuild(dataset_id)
        model.Session.remove()
        return True

    return mend


def doors(look: Look) -> Iterator[Violation]:
    """Nobody who is not logged in gets at a dataset with a footprint that is not public."""
    hidden = sa.or_(model.package_table.c.private, model.package_table.c.state != "active")
    query = sa.select(VERSIONS.c.dataset_id, VERSIONS.c.resources)
    query = query.join(model.package_table, model.package_table.c.id == VERSIONS.c.dataset_id).where(hidden)
    with queue.engine().begin() as connection:
        found = {
            row.dataset_id: row.resources for row in connection.execute(query.order_by(VERSIONS.c.number))
        }
    for dataset_id, resources in found.items():
        look.seen["hidden"] += 1
        for door, data in _doors(dataset_id, resources):
            if opens(door, data):
                yield violation("hidden-readable", dataset_id, None, door=door)


def _doors(dataset_id: str, resources: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "package_show", {"id": dataset_id}
    for resource_id in resources.values():
        yield "resource_show", {"id": resource_id}
    if p.plugin_loaded("datastore") and "summary-csv" in resources:
        yield "datastore_search", {"resource_id": resources["summary-csv"], "id": resources["summary-csv"]}


def opens(door: str, data: dict[str, Any]) -> bool:
    """Whether somebody who is not logged in may use an action on something."""
    try:
        tk.check_access(door, {"user": ""}, data)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    finally:
        model.Session.remove()
    return True


def tables(look: Look) -> Iterator[Violation]:
    """Every DataStore table of a footprint belongs to a resource that is there."""
    resource, package = model.resource_table.c, model.package_table.c
    query = sa.select(resource.id).join(model.package_table, package.id == resource.package_id)
    there = query.where(sa.or_(resource.state == "active", package.state != "active"))
    found = datastore.tables_of_ours()
    with queue.engine().begin() as connection:
        owned = set(connection.execute(there.where(resource.id.in_(found))).scalars())
    look.seen["tables"] += len(found)
    for table in found:
        if table not in owned:
            yield violation("table-orphan", "", _dropping(table), table=table)


def _dropping(table: str) -> Mend:
    def mend() -> bool:
        datastore.drop([table])
        return True

    return mend
