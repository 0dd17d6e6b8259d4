"""Whether a dataset needs a run: its inputs now, held against what is published and was last computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from ckanext.khonkaencarbon.model import Owed, Run, Version
from ckanext.khonkaencarbon.portal import address
from ckanext.khonkaencarbon.portal.snapshot import Snapshot

OWED = Owed.__table__
RUNS = Run.__table__
VERSIONS = Version.__table__
FINAL = ("published", "refused")  # states of runs that need no other run with the same inputs


@dataclass(frozen=True)
class Standing:
    """What our tables say about a dataset; each part is None where there is none."""

    owed: Row[Any] | None
    run: Row[Any] | None  # the newest that came to an end
    version: Row[Any] | None  # the one in force

    @property
    def considered(self) -> str | None:
        """Signature of the inputs that were computed last, or are being computed."""
        if self.owed is not None and self.owed.lease_until is not None:
            return self.owed.signature
        return self.run.signature if self.run is not None else None


def standings(connection: Connection, ids: Sequence[str]) -> dict[str, Standing]:
    """The standing of datasets by id."""
    owed = _by_dataset(connection, sa.select(OWED), OWED.c.dataset_id, ids)
    short = [column for column in VERSIONS.c if column.name not in ("overview", "difference")]
    current = sa.select(*short).where(VERSIONS.c.in_force)
    versions = _by_dataset(connection, current, VERSIONS.c.dataset_id, ids)
    last = sa.select(RUNS.c.dataset_id, RUNS.c.state, RUNS.c.signature).where(RUNS.c.state.in_(FINAL))
    last = last.distinct(RUNS.c.dataset_id).order_by(RUNS.c.dataset_id, RUNS.c.id.desc())
    runs = _by_dataset(connection, last, RUNS.c.dataset_id, ids)
    return {one: Standing(owed.get(one), runs.get(one), versions.get(one)) for one in ids}


def needs_run(dataset: Snapshot, standing: Standing) -> bool:
    """Whether computing, publishing, mending or withdrawing is called for; drafts wait."""
    if dataset.state == "draft":
        return False
    if dataset.state != "active":
        return standing.version is not None
    if not dataset.inputs and standing.version is None and standing.run is None:
        return False
    return dataset.signature != standing.considered or not is_in_place(dataset, standing)


def is_in_place(dataset: Snapshot, standing: Standing) -> bool:
    """Whether the derived resources are those of the version in force."""
    if standing.version is None:
        return not dataset.derived and (standing.run is None or standing.run.state != "published")
    present = {(one.product, one.id, one.version, one.sha256, one.url) for one in dataset.derived}
    return present == {
        (product, resource_id, standing.version.number, *_file(dataset.id, standing.version, product))
        for product, resource_id in standing.version.resources.items()
    } and len(dataset.derived) == len(present)


def _file(dataset_id: str, version: Row[Any], product: str) -> tuple[str, str]:
    name = address.FILES[product]
    return version.files[name]["sha256"], address.of(dataset_id, version.number, name)


def _by_dataset(connection: Connection, query: Any, column: Any, ids: Sequence[str]) -> dict[str, Row[Any]]:
    return {row.dataset_id: row for row in connection.execute(query.where(column.in_(ids)))}
