"""The published versions of a dataset: when each came to be, why, and what can be had of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.citation import Cited, citation
from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.portal import address, bundles, publication, staleness, storage
from ckanext.khonkaencarbon.portal.calendar import ZONE
from ckanext.khonkaencarbon.portal.publication import Names
from ckanext.khonkaencarbon.portal.queue import engine

VERSIONS = Version.__table__
FIRST = Text("คำนวณครั้งแรก", "It was computed for the first time.")
MORE = Text("ระบบเผยแพร่ไฟล์เพิ่มจากรุ่นก่อน", "The portal publishes more files than before.")
NAMES = ("number", "in_force", "published_at", "fingerprint", "incomplete", "files", "difference")
WITHDRAWAL = ("withdrawn_at", "withdrawn_because")


def listed(dataset_id: str) -> list[dict[str, Any]]:
    """Published versions, the newest first.

    Each has its number, whether it is in force, when it was published, its cause in both languages, addresses
    of its files by name, and their checksums; ``bundle_missing`` says why there is no verification bundle;
    ``difference`` is the note to the version before; ``address`` its permanent page; ``citation`` how to cite
    it; ``withdrawn_at`` and ``withdrawn_because`` where its files are gone.
    """
    # Of the overview, which is long, only what a missing bundle is explained with.
    found = VERSIONS.c.overview["findings"].label("findings")
    query = sa.select(*(VERSIONS.c[name] for name in (*NAMES, *WITHDRAWAL)), VERSIONS.c.inputs, found)
    query = query.where(VERSIONS.c.dataset_id == dataset_id).order_by(VERSIONS.c.number)
    with engine().begin() as connection:
        rows = [row._asdict() for row in connection.execute(query)]
    if not rows:
        return []
    names, before = publication.names(dataset_id), [None, *rows]
    pairs = reversed(list(zip(rows, before, strict=False)))
    return [
        {**_version(dataset_id, row, old), "citation": cited(names, dataset_id, row)} for row, old in pairs
    ]


def citation_of(dataset_id: str, number: int) -> dict[str, str]:
    """How to cite a published version, in both languages."""
    columns = VERSIONS.c.number, VERSIONS.c.published_at, VERSIONS.c.files
    query = sa.select(*columns).where(VERSIONS.c.dataset_id == dataset_id, VERSIONS.c.number == number)
    with engine().begin() as connection:
        row = connection.execute(query).one()
    return cited(publication.names(dataset_id), dataset_id, row._asdict())


def cited(
    names: Names, dataset_id: str, version: Mapping[str, Any], file: str = "summary.csv"
) -> dict[str, str]:
    """How to cite a version by one of its files, in both languages.

    Of its row are asked ``number``, ``published_at`` and ``files``.
    """
    number = version["number"]
    what = Cited(
        publisher=names.publisher,
        title=names.title,
        version=number,
        published=version["published_at"].astimezone(ZONE).date(),
        address=address.of_version(dataset_id, number),
        sha256=version["files"][file]["sha256"],
    )
    return citation(what).as_json()


def _version(dataset_id: str, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    number, files = row["number"], row["files"]
    missing = bundles.missing(files, row["findings"] or {})
    withdrawn = row["withdrawn_at"]
    names = () if withdrawn else (name for name in storage.NAMES if name in files)
    return {
        **{name: row[name] for name in NAMES},
        "published_at": row["published_at"].isoformat(),
        "cause": _cause(row, before),
        "downloads": {name: address.of(dataset_id, number, name) for name in names},
        "bundle_missing": missing.as_json() if missing and not withdrawn else None,
        "address": address.of_version(dataset_id, number),
        "withdrawn_at": withdrawn.isoformat() if withdrawn else None,
        "withdrawn_because": row["withdrawn_because"],
    }


def _cause(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, str]:
    if before is None:
        return FIRST.as_json()
    changed = staleness.reasons(before["inputs"], row["inputs"], refused=False)
    if changed["en"]:
        return changed
    return (MORE if row["files"].keys() - before["files"].keys() else staleness.RULES).as_json()
