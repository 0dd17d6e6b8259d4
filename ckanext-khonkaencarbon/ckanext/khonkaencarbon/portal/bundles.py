"""Whether a version comes with a verification bundle, and if not, why.

A bundle holds the input files themselves. It is under its dataset's present visibility, as they are, but
stays when a file is replaced: so none is made while a file seems to name people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.model import Text

PERSONAL = frozenset({"personal-id", "personal-phone", "personal-mail", "personal-data-cleared"})
BEFORE = Text("รุ่นนี้เผยแพร่ก่อนที่ระบบจะทำชุดตรวจสอบซ้ำ", "This version is older than the portal's bundles.")
PEOPLE = Text(
    "ไม่มีชุดตรวจสอบซ้ำ เพราะไฟล์ข้อมูลอาจมีข้อมูลส่วนบุคคล (ดูสิ่งที่พบ) เมื่อแก้ไฟล์แล้ว รุ่นถัดไปจะมี",
    "There is no bundle, as the input files may hold personal data (see the findings). "
    "Once they are corrected the next version has one.",
)
SIZE = Text(
    "ไม่มีชุดตรวจสอบซ้ำ เพราะไฟล์ข้อมูลใหญ่เกินที่ระบบเก็บซ้ำได้ ดาวน์โหลดไฟล์ข้อมูลและตรวจด้วยคำสั่ง khonkaencarbon compute ได้",
    "There is no bundle, as the input files are larger than the portal keeps twice. "
    "Download them and check with the command khonkaencarbon compute.",
)


def is_offered(footprint: Footprint) -> bool:
    """Whether a bundle is made of a footprint."""
    size = sum(one.bytes for one in footprint.inputs)
    return size <= settings.largest_bundle() and PERSONAL.isdisjoint(footprint.log.by_code)


def missing(files: Mapping[str, Any], found: Iterable[str]) -> Text | None:
    """Why a version has no bundle, by its files and the codes of its findings; None where it has one."""
    if "bundle.zip" in files:
        return None
    if "datapackage.json" not in files:
        return BEFORE
    return SIZE if PERSONAL.isdisjoint(found) else PEOPLE
