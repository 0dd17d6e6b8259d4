"""What was published of the inventory: versions, when, why, how to get them, and the recalculation log."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.inventory.recalculation import (
    CAUSES,
    MADE_OF,
    RECALCULATION_COLUMNS,
    counted,
    recalculations,
)
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.portal import address, products, publication
from ckanext.khonkaencarbon.portal.city.versions import sources
from ckanext.khonkaencarbon.portal.city.versions.sources import CITY_VERSIONS
from ckanext.khonkaencarbon.portal.queue import engine
from ckanext.khonkaencarbon.portal.versions import cited

LISTED = 100  # versions in a list; those before them keep their addresses
HIDDEN = Text(
    "รุ่นนี้ยังไม่เปิดให้อ่าน เพราะมีชุดข้อมูลที่ขณะนี้ไม่เผยแพร่หรือไม่นับในบัญชีของเมือง",
    "This version cannot be read now: a dataset in it is not public, or does not count, at present.",
)
WITHDRAWN = Text(
    "ไฟล์ของรุ่นนี้ถูกนำออก เพราะข้อมูลที่อยู่ในรุ่นถูกถอนหรือลบถาวร",
    "The files of this version were withdrawn: data in it were withdrawn or deleted for good.",
)
FIRST = Text("บัญชีฉบับแรก", "The first inventory.")
_CAUSES = {  # lists of an entry of the log -> what is said of them
    "datasets_added": Text("ชุดข้อมูลเพิ่ม {n}", "{n} datasets added"),
    "datasets_removed": Text("ชุดข้อมูลออก {n}", "{n} datasets removed"),
    "datasets_changed": Text("ชุดข้อมูลมีรุ่นใหม่ {n}", "{n} datasets with a new version"),
    "settings_changed": Text("การตั้งค่าเปลี่ยน {n}", "{n} settings changed"),
    "tables_changed": Text("ตารางของเมืองเปลี่ยน {n}", "{n} tables of the city changed"),
}
GAP = Text(
    "รุ่นก่อนหน้าเปิดอ่านไม่ได้ จึงไม่มีสิ่งที่ให้เทียบ",
    "The version before it cannot be read, so there is nothing to compare with.",
)
PROGRAM = Text("โปรแกรมจัดทำบัญชีรุ่นใหม่", "A newer program makes the inventory.")


def newest(connection: Connection, dataset_id: str) -> Row[Any] | None:
    """The version made last, with ``readable`` and its ``age`` in seconds."""
    query = _rows(dataset_id).order_by(CITY_VERSIONS.c.number.desc()).limit(1)
    return connection.execute(query).one_or_none()


def last_readable(connection: Connection, dataset_id: str) -> Row[Any] | None:
    """The version that is in force: the newest that may be read."""
    query = _rows(dataset_id).where(sources.all_count()).order_by(CITY_VERSIONS.c.number.desc()).limit(1)
    return connection.execute(query).one_or_none()


def version(dataset_id: str, number: int | None = None) -> Row[Any] | None:
    """A version with ``readable``; the one in force where no number is given."""
    with engine().begin() as connection:
        if number is None:
            return last_readable(connection, dataset_id)
        return connection.execute(_this(dataset_id, number)).one_or_none()


def known(connection: Connection, dataset_id: str) -> tuple[int, dict[str, str]]:
    """The highest number, 0 where there is none, and the id that each product had last."""
    query = sa.select(CITY_VERSIONS.c.number, CITY_VERSIONS.c.resources)
    number, resources = 0, dict[str, str]()
    for row in connection.execute(_of(query, dataset_id).order_by(CITY_VERSIONS.c.number)):
        number = row.number
        resources.update(row.resources)
    return number, resources


def history(connection: Connection, dataset_id: str, number: int | None) -> list[Mapping[str, Any]]:
    """The entries of the log up to a version that may be read, the oldest first, as a request has them.

    They are those of the version before it that could be read when it was made, and so on: nothing is in
    them that is not in the version's sources.
    """
    columns = [CITY_VERSIONS.c[name] for name in ("number", "before", "entry")]
    # what a version is made of is long, and asked of the last one alone
    made_of = sa.case((CITY_VERSIONS.c.number == number, CITY_VERSIONS.c.state))
    query = sa.select(*columns, made_of.label("state"))
    rows = {row.number: row for row in connection.execute(_of(query, dataset_id))}
    entries: list[Mapping[str, Any]] = []
    while number is not None:
        row = rows[number]
        entries.append(row.entry if entries else {**row.entry, MADE_OF: row.state})
        number = row.before
    return entries[::-1]


def log(dataset_id: str) -> list[dict[str, Any]]:
    """The recalculation log as it may be read now: rows of recalculations.csv, the oldest first."""
    with engine().begin() as connection:
        present = last_readable(connection, dataset_id)
        if present is None:
            return []
        rows = recalculations(history(connection, dataset_id, present.number))
        return [dict(zip(RECALCULATION_COLUMNS, map(_plain, row), strict=True)) for row in rows]


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, Decimal) else value


def listed(dataset_id: str, number: int | None = None) -> list[dict[str, Any]]:
    """The newest versions, the newest first, or that of a number, in the form of ``versions.listed``.

    Those that nobody may read are without files.
    """
    query = _rows(dataset_id).order_by(CITY_VERSIONS.c.number.desc()).limit(LISTED)
    with engine().begin() as connection:
        rows = connection.execute(query if number is None else _this(dataset_id, number)).all()
        present = last_readable(connection, dataset_id)
    names = publication.names(dataset_id) if rows else None
    return [_listed(row, names, present is not None and row.number == present.number) for row in rows]


def citation_of(dataset_id: str, number: int) -> dict[str, str]:
    """How to cite a published version, in both languages."""
    columns = (CITY_VERSIONS.c[name] for name in ("number", "published_at", "files"))
    query = _of(sa.select(*columns), dataset_id).where(CITY_VERSIONS.c.number == number)
    with engine().begin() as connection:
        row = connection.execute(query).one()
    return cited(publication.names(dataset_id), dataset_id, row._mapping, "inventory.csv")


def _listed(row: Row[Any], names: Any, in_force: bool) -> dict[str, Any]:
    dataset_id, number = row.dataset_id, row.number
    known = [one.file for one in products.products(products.CITY).values()] if row.readable else []
    files = {name: row.files[name] for name in known if name in row.files}
    hidden = None if row.readable else (WITHDRAWN if row.withdrawn_at else HIDDEN)
    return {
        "number": number,
        "in_force": in_force,
        "published_at": row.published_at.isoformat(),
        "as_of": row.as_of.isoformat(),
        "fingerprint": row.fingerprint,
        "files": files,
        "cause": _cause(row.entry, row.before).as_json() if row.readable else None,
        "downloads": {name: address.of(dataset_id, number, name) for name in files},
        "address": address.of_version(dataset_id, number),
        "citation": cited(names, dataset_id, row._mapping, "inventory.csv") if files else None,
        "hidden": hidden.as_json() if hidden else None,
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
    }


def _cause(entry: Mapping[str, Any], before: int | None) -> Text:
    if before is None:
        return FIRST
    causes = entry[CAUSES]
    found = [(words, counted(causes[name])) for name, words in _CAUSES.items() if causes[name]]
    if not found:
        return PROGRAM if before + 1 == entry["number"] else GAP
    return Text(
        ", ".join(words.th.format(n=n) for words, n in found),
        ", ".join(words.en.format(n=n) for words, n in found),
    )


def _rows(dataset_id: str) -> Any:
    age = sa.func.extract("epoch", sa.func.clock_timestamp() - CITY_VERSIONS.c.published_at)
    query = sa.select(CITY_VERSIONS, sources.all_count().label("readable"), age.label("age"))
    return _of(query, dataset_id)


def _this(dataset_id: str, number: int) -> Any:
    return _rows(dataset_id).where(CITY_VERSIONS.c.number == number)


def _of(query: Any, dataset_id: str) -> Any:
    return query.where(CITY_VERSIONS.c.dataset_id == dataset_id)
