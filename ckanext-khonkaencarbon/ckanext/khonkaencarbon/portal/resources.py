"""Derived resources as CKAN stores them, with names and descriptions in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.khonkaencarbon.portal import address

FORMATS = {
    "summary-csv": ("CSV", "text/csv"),
    "summary-json": ("JSON", "application/json"),
    "package": ("JSON", "application/json"),
    "bundle": ("ZIP", "application/zip"),
}
NAMES = {
    "summary-csv": {"th": "สรุปคาร์บอนฟุตพริ้นท์ (ตาราง)", "en": "Footprint summary (table)"},
    "summary-json": {"th": "สรุปคาร์บอนฟุตพริ้นท์ (JSON)", "en": "Footprint summary (JSON)"},
    "package": {"th": "คำอธิบายชุดข้อมูลและที่มา (Data Package)", "en": "Data package with provenance"},
    "bundle": {"th": "ชุดตรวจสอบซ้ำ (ZIP)", "en": "Verification bundle (ZIP)"},
}
DESCRIPTIONS = {
    "summary-csv": {
        "th": "การปล่อยก๊าซเรือนกระจกที่ระบบคำนวณจากไฟล์ข้อมูลกิจกรรมของชุดข้อมูลนี้ "
        "หนึ่งแถวต่อหนึ่งกิจกรรม ช่วงเวลา และชนิดก๊าซ มวลและคาร์บอนไดออกไซด์เทียบเท่าเป็นกิโลกรัม",
        "en": "Greenhouse gas emissions that the portal computed from the activity files of this dataset: "
        "one row for each activity, period and gas; masses and CO2 equivalents in kilograms.",
    },
    "summary-json": {
        "th": "ผลรวมเดียวกันพร้อมที่มา: ไฟล์ที่ใช้ การจับคู่คอลัมน์ ค่าสัมประสิทธิ์และแหล่งที่มา แถวที่ใช้และไม่ใช้ และทุกรายการการปล่อย",
        "en": "The same figures with their origin: input files, column mapping, factors with sources, "
        "rows used and refused, and every emission line.",
    },
    "package": {
        "th": "ไฟล์ของผลการคำนวณรุ่นนี้ ความหมายของทุกคอลัมน์ สัญญาอนุญาต และที่มาตามมาตรฐาน Data Package 2 และ W3C PROV",
        "en": "The files of this version, the meaning of every column, the licence, and where all comes "
        "from: Data Package 2 with W3C PROV.",
    },
    "bundle": {
        "th": "ทุกอย่างที่ต้องใช้คำนวณซ้ำโดยไม่ต่ออินเทอร์เน็ต: ไฟล์ข้อมูล การจับคู่คอลัมน์ การตั้งค่า ค่าการปล่อย และผล "
        "ตรวจด้วยคำสั่ง khonkaencarbon verify",
        "en": "All that is needed to compute the figures again without a network: input files, mapping, "
        "settings, factors and results. Check it with the command khonkaencarbon verify.",
    },
}


def resource(version: Mapping[str, Any], product: str) -> dict[str, Any]:
    """The fields of one derived resource of a version, without its id."""
    name = address.FILES[product]
    file = version["files"][name]
    form, mimetype = FORMATS[product]
    return {
        "name": NAMES[product]["th"],
        "name_translated": NAMES[product],
        "description": DESCRIPTIONS[product]["th"],
        "description_translated": DESCRIPTIONS[product],
        "format": form,
        "mimetype": mimetype,
        "size": file["size"],
        "hash": f"sha256:{file['sha256']}",
        "url": address.of(version["dataset_id"], version["number"], name),
        "url_type": "khonkaencarbon",
        "carbon_role": "derived",
        "carbon_product": product,
        "carbon_version": version["number"],
        "carbon_sha256": file["sha256"],
        "carbon_fingerprint": version["fingerprint"],
    }
