"""What is in a version, and whether all of it counts at this moment: otherwise nobody reads the version.

A version holds figures of datasets that were public and accepted. One of them may have been made private,
deleted, declined or taken back since. That is asked whenever somebody wants to read: a version is hidden
from the commit of such a change on, and in sight again where the change is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.model import CityVersion, Version
from ckanext.khonkaencarbon.portal.city import members

CITY_VERSIONS, VERSIONS, PACKAGE = CityVersion.__table__, Version.__table__, model.package_table
SOURCES = CITY_VERSIONS.c.sources


def of(counted: Mapping[str, int], tables: Iterable[str], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a version is made of.

    Args:
        counted: the version of each dataset that counts.
        tables: ids of the datasets of indicators whose tables are in it.
        before: the sources of the version whose log it goes on with.
    """
    old = before or {"datasets": {}, "earlier": [], "tables": []}
    earlier = {*old["datasets"], *old["earlier"]} - counted.keys()
    return {
        "datasets": dict(counted),
        "earlier": sorted(earlier),
        "tables": sorted({*tables, *old["tables"]}),
    }


def all_count() -> Any:
    """Condition on a version: everything in it may be read now."""
    public = sa.select(PACKAGE.c.id).where(PACKAGE.c.state == "active", PACKAGE.c.private.is_(False))
    return sa.and_(CITY_VERSIONS.c.withdrawn_at.is_(None), sa.not_(_has_other(members.counted(), public)))


def is_gone() -> Any:
    """Condition on a version: something in it will never be read again, as it was purged or withdrawn."""
    known = sa.select(PACKAGE.c.id)
    return _has_other(known, known)


def _has_other(datasets: Any, of_tables: Any) -> Any:
    """Condition on a version: it holds a dataset, or a table of one, not among these, or withdrawn."""
    dataset = _pairs()
    earlier, table = (_elements(name) for name in ("earlier", "tables"))
    others = (
        sa.or_(dataset.c.key.not_in(datasets), _withdrawn(dataset)),
        earlier.c.value.not_in(datasets),
        table.c.value.not_in(of_tables),
    )
    return sa.or_(*(sa.exists().where(one).correlate(CITY_VERSIONS) for one in others))


def _withdrawn(dataset: Any) -> Any:
    """Whether the files of a version of a dataset were withdrawn, or it is not there any more."""
    number = sa.cast(dataset.c.value, sa.Integer)
    mine = VERSIONS.c.dataset_id == dataset.c.key, VERSIONS.c.number == number
    return sa.not_(sa.exists().where(*mine, VERSIONS.c.withdrawn_at.is_(None)).correlate(dataset))


def _pairs() -> Any:
    return sa.func.jsonb_each_text(SOURCES["datasets"]).table_valued("key", "value", name="dataset")


def _elements(name: str) -> Any:
    return sa.func.jsonb_array_elements_text(SOURCES[name]).table_valued("value", name=f"of_{name}")
