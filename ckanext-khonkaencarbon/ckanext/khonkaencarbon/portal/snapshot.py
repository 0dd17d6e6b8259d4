"""What a dataset is at this moment, read from core's tables in two queries for any number of datasets.

Not through ``package_show``: the request's session may be old, and the search index is no truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.portal import rules

DATASET_TYPE = "activity-data"
DEFAULT_BOUNDARY = "organisation"


@dataclass(frozen=True)
class Input:
    """A resource whose role is input, as stored."""

    id: str
    url: str
    url_type: str
    last_modified: str
    size: int | None
    mapping: str
    filed: datetime | None = None  # when its file was put there
    modified: datetime | None = None  # when anything about it was changed

    @property
    def name(self) -> str:
        """The name of the uploaded file."""
        return self.url.rsplit("/", 1)[-1]

    @property
    def is_upload(self) -> bool:
        """Whether the portal holds the file; links are not fetched."""
        return self.url_type == "upload"


@dataclass(frozen=True)
class Derived:
    """A resource the system made, as stored."""

    id: str
    product: str
    version: int
    sha256: str
    url: str


@dataclass(frozen=True)
class Snapshot:
    """A dataset of our type with what matters for its footprint."""

    id: str
    state: str
    organisation_id: str
    boundary: str
    inputs: tuple[Input, ...]
    derived: tuple[Derived, ...]
    modified: datetime | None = None

    @cached_property
    def parts(self) -> dict[str, Any]:
        """Everything a result depends on, short of the bytes of the files."""
        return {
            "files": {one.id: [one.url, one.last_modified, one.size] for one in self.inputs},
            "mappings": {one.id: one.mapping for one in self.inputs},
            "boundary": self.boundary,
            "rules": rules.of_portal().parts,
        }

    @cached_property
    def signature(self) -> str:
        """Hash of :attr:`parts`: while it stays, there is nothing to compute."""
        return digest(self.parts)


def snapshots(connection: Connection, ids: Sequence[str] | None = None) -> dict[str, Snapshot]:
    """Datasets of our type by id, whatever their state; all of them where no ids are given."""
    packages, resources = model.package_table, model.resource_table
    wanted = [packages.c.type == DATASET_TYPE]
    if ids is not None:
        wanted.append(packages.c.id.in_(ids))
    names = "id", "state", "owner_org", "extras", "metadata_modified"
    columns = [packages.c[name] for name in names]
    found = connection.execute(sa.select(*columns).where(*wanted)).all()
    filed: dict[str, list[Any]] = {row.id: [] for row in found}
    listed = sa.select(resources).join(packages, packages.c.id == resources.c.package_id)
    for row in connection.execute(listed.where(*wanted, resources.c.state == "active")):
        filed[row.package_id].append(row)
    return {row.id: _snapshot(row, filed[row.id]) for row in found}


def snapshot(connection: Connection, dataset_id: str) -> Snapshot | None:
    """One dataset; None where there is none of our type."""
    return snapshots(connection, [dataset_id]).get(dataset_id)


def _snapshot(package: Any, resources: list[Any]) -> Snapshot:
    ordered = sorted(resources, key=lambda row: row.id)
    roles = {row.id: (row.extras or {}).get("carbon_role") for row in ordered}
    return Snapshot(
        id=package.id,
        state=package.state,
        organisation_id=package.owner_org or "",
        boundary=(package.extras or {}).get("reporting_boundary") or DEFAULT_BOUNDARY,
        inputs=tuple(_input(row) for row in ordered if roles[row.id] == "input"),
        derived=tuple(_derived(row) for row in ordered if roles[row.id] == "derived"),
        modified=in_utc(package.metadata_modified),
    )


def _input(row: Any) -> Input:
    return Input(
        id=row.id,
        url=row.url or "",
        url_type=row.url_type or "",
        last_modified=row.last_modified.isoformat() if row.last_modified else "",
        size=row.size,
        mapping=(row.extras or {}).get("carbon_mapping") or "",
        filed=in_utc(row.last_modified or row.created),
        modified=in_utc(row.metadata_modified),
    )


def in_utc(moment: datetime | None) -> datetime | None:
    """A moment as core stores it, without a zone but in UTC, with its zone."""
    return moment.replace(tzinfo=timezone.utc) if moment else None


def _derived(row: Any) -> Derived:
    extras = row.extras or {}
    return Derived(
        id=row.id,
        product=str(extras.get("carbon_product") or ""),
        version=int(extras.get("carbon_version") or 0),
        sha256=str(extras.get("carbon_sha256") or ""),
        url=row.url or "",
    )
