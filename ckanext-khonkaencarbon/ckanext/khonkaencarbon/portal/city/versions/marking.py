"""Saying of the city's derived resources that the inventory has changed since."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.portal.city.sums import state
from ckanext.khonkaencarbon.portal.city.versions import reading

CHANGED = Text(
    "ล้าสมัย เพราะข้อมูลของเมืองเปลี่ยนหลังจากรุ่นนี้ ระบบกำลังจัดทำรุ่นใหม่",
    "Out of date because the city's data have changed since: the next version is being made.",
)
HIDDEN = Text(
    "เปิดไม่ได้ เพราะมีชุดข้อมูลในรุ่นนี้ที่ขณะนี้ไม่เผยแพร่หรือไม่นับ ระบบกำลังจัดทำรุ่นใหม่",
    "It cannot be opened because a dataset in it is not public, or does not count, now: "
    "the next version is being made.",
)


def mark(connection: Connection, dataset_id: str, derived: list[dict[str, Any]]) -> None:
    """Add ``carbon_stale`` to derived resources of the city, and why where it is so."""
    newest = reading.newest(connection, dataset_id)
    if newest is None:
        return
    why = None if newest.readable else HIDDEN
    if why is None and newest.stamp != state.stamp_now(connection):
        why = CHANGED
    for one in derived:
        one["carbon_stale"] = why is not None
        if why is not None:
            one["carbon_stale_because"] = why.as_json()
