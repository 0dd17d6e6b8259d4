"""docs/methods.md: every method of the registry for people to read, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.output.methods import description

COMMAND = "khonkaencarbon methods page > docs/methods.md"
_SOURCES_SHOWN = 2

Json = dict[str, Any]


def page() -> str:
    """All methods, in the order of their ids, as Markdown."""
    described = [description(method_id) for method_id in sorted(METHODS)]
    return "\n".join(_page(described)) + "\n"


def _page(methods: list[Json]) -> Iterator[str]:
    yield "# วิธีคำนวณ · Methods"
    yield ""
    yield f"<!-- Generated from the registry of methods, the vocabulary and the editions: {COMMAND} -->"
    yield ""
    yield "สร้างจากทะเบียนวิธีคำนวณของโปรแกรม ห้ามแก้ด้วยมือ · Generated from the program's registry; do not edit:"
    yield ""
    yield f"    {COMMAND}"
    yield ""
    yield "| id | วิธี | Method | กิจกรรม · activities |"
    yield "|---|---|---|---|"
    for one in methods:
        link = f"[`{one['id']}`](#{one['id']})"
        yield f"| {link} | {one['title']['th']} | {one['title']['en']} | {len(one['activities'])} |"
    for one in methods:
        yield from _method(one)


def _method(one: Json) -> Iterator[str]:
    yield ""
    yield f"## {one['id']}"
    yield ""
    yield f"**{one['title']['th']} · {one['title']['en']}** (version {one['version']})"
    yield ""
    yield from (f"    {line}" for line in one["equation"].split("; "))
    yield ""
    yield f"* ที่มา · Source: {one['source']}"
    yield f"* ข้อมูลเข้า · Input: {one['inputs']['th']} · {one['inputs']['en']}"
    yield from _parameters(one["parameters"])
    yield from _activities(one["activities"])
    yield from _numbers(one["numbers"])


def _parameters(parameters: list[Json]) -> Iterator[str]:
    if not parameters:
        return
    yield ""
    yield "| `param_…` | ความหมาย · meaning | ค่าที่ใช้ได้ · allowed | ค่าเริ่มต้น · default | เฉพาะ · only for |"
    yield "|---|---|---|---|---|"
    for one in parameters:
        label = f"{one['label']['th']} · {one['label']['en']}" if one["label"] else ""
        only = ", ".join(f"`{code}`" for code in one["activities"])
        yield _row(f"`{one['name']}`", label, one["allowed"], one["default"] or "–", only)


def _activities(activities: list[Json]) -> Iterator[str]:
    if not activities:
        return
    yield ""
    yield "| กิจกรรม · activity | ความหมาย · meaning | หน่วยฐาน · base unit | GPC |"
    yield "|---|---|---|---|"
    for one in activities:
        label = f"{one['label']['th']} · {one['label']['en']}"
        yield _row(f"`{one['code']}`", label, ", ".join(one["units"]), ", ".join(one["references"]))


def _numbers(numbers: list[Json]) -> Iterator[str]:
    if not numbers:
        return
    yield ""
    yield "| ชุดค่าการปล่อย · edition | ค่า · number | แถว · rows | ขนาด · size | ที่มา · source |"
    yield "|---|---|---|---|---|"
    for one in numbers:
        shown = one["sources"][:_SOURCES_SHOWN]
        more = len(one["sources"]) - len(shown)
        shown += [f"+{more}: `khonkaencarbon factors show {one['edition']}`"] if more else []
        yield _row(f"`{one['edition']}`", one["name"], str(one["rows"]), one["values"], " · ".join(shown))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
