"""Why a published version is out of date, in words: its inputs held against those of this moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint.model import Text

NO_INPUT = Text("ไฟล์ข้อมูลเข้าถูกนำออกทั้งหมด", "All input files were removed.")
ADDED = Text("มีไฟล์ข้อมูลเข้าเพิ่ม", "An input file was added.")
REMOVED = Text("ไฟล์ข้อมูลเข้าถูกนำออก", "An input file was removed.")
REPLACED = Text("ไฟล์ข้อมูลเข้าถูกเปลี่ยน", "An input file was replaced.")
MAPPED = Text("การจับคู่คอลัมน์ถูกเปลี่ยน", "The column mapping was changed.")
BOUNDARY = Text("ขอบเขตการรายงานถูกเปลี่ยน", "The reporting boundary was changed.")
RULES = Text("ค่าการปล่อยหรือวิธีคำนวณของระบบถูกปรับปรุง", "The portal's factors or methods were updated.")
UNUSABLE = Text("ข้อมูลล่าสุดยังใช้คำนวณไม่ได้ โปรดดูสิ่งที่พบ", "The latest data cannot be used yet: see the findings.")


def reasons(then: Mapping[str, Any], now: Mapping[str, Any], refused: bool) -> dict[str, str]:
    """What changed between two sets of :attr:`Snapshot.parts`, as one text in both languages."""
    found = list(_changes(then, now))
    if refused:
        found.append(UNUSABLE)
    return {"th": " ".join(one.th for one in found), "en": " ".join(one.en for one in found)}


def _changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Text]:
    before, after = then["files"], now["files"]
    if before and not after:
        yield NO_INPUT
        return
    if after.keys() - before.keys():
        yield ADDED
    if before.keys() - after.keys():
        yield REMOVED
    both = before.keys() & after.keys()
    if any(before[one] != after[one] for one in both):
        yield REPLACED
    if any(then["mappings"][one] != now["mappings"][one] for one in both):
        yield MAPPED
    if then["boundary"] != now["boundary"]:
        yield BOUNDARY
    if then["rules"] != now["rules"]:
        yield RULES
