"""Writing down since when a version is out of date, at the moment of the change or when it is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.portal import staleness
from ckanext.khonkaencarbon.portal.need import Standing
from ckanext.khonkaencarbon.portal.snapshot import Snapshot

VERSIONS = Version.__table__


def note(connection: Connection, datasets: Iterable[Snapshot], standing: Mapping[str, Standing]) -> None:
    """For each dataset whose version went out of date, or came back, since this was noted last."""
    for dataset in datasets:
        version = standing[dataset.id].version
        if version is None:
            continue
        stale = version.signature != dataset.signature
        if stale == (version.stale_since is not None):
            continue
        moment = staleness.since(version.inputs, dataset) if stale else None
        mine: Any = sa.and_(VERSIONS.c.dataset_id == dataset.id, VERSIONS.c.number == version.number)
        connection.execute(sa.update(VERSIONS).where(mine).values(stale_since=moment))
