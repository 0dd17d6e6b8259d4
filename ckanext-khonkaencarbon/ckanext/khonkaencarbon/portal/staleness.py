"""Why a published version is out of date, and since when: what it was made of held against this moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from babel.dates import get_month_names

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.portal import rules
from ckanext.khonkaencarbon.portal.calendar import ZONE
from ckanext.khonkaencarbon.portal.language import BUDDHIST_ERA
from ckanext.khonkaencarbon.portal.snapshot import Snapshot

NO_INPUT = Text("ไฟล์ข้อมูลเข้าถูกนำออกทั้งหมด", "All input files were removed.")
ADDED = Text("มีไฟล์ข้อมูลเข้าเพิ่ม", "An input file was added.")
REMOVED = Text("ไฟล์ข้อมูลเข้าถูกนำออก", "An input file was removed.")
REPLACED = Text("ไฟล์ข้อมูลเข้าถูกเปลี่ยน", "An input file was replaced.")
MAPPED = Text("การจับคู่คอลัมน์ถูกเปลี่ยน", "The column mapping was changed.")
BOUNDARY = Text("ขอบเขตการรายงานถูกเปลี่ยน", "The reporting boundary was changed.")
EDITIONS = Text("ชุดค่าการปล่อยถูกเปลี่ยน", "The emission factor editions were changed")
GWP = Text("ชุดค่าศักยภาพทำให้โลกร้อน (GWP) ถูกเปลี่ยน", "The GWP set was changed")
SETTINGS = Text("การตั้งค่าการคำนวณถูกเปลี่ยน", "The accounting settings were changed.")
METHODS = Text("วิธีคำนวณถูกปรับปรุง", "Methods of computation were updated")
CODE = Text("ระบบอ่านและคำนวณด้วยโปรแกรมรุ่นใหม่", "The portal reads and computes with a newer program.")
RULES = Text("ค่าการปล่อยหรือวิธีคำนวณของระบบถูกปรับปรุง", "The portal's factors or methods were updated.")
UNUSABLE = Text("ข้อมูลล่าสุดยังใช้คำนวณไม่ได้ โปรดดูสิ่งที่พบ", "The latest data cannot be used yet: see the findings.")

Parts = Mapping[str, Any]


class Stale(NamedTuple):
    """That a version is out of date."""

    since: datetime
    because: dict[str, str]

    @property
    def text(self) -> dict[str, str]:
        """The whole sentence in both languages, the Thai one with the year of the Buddhist era."""
        at = self.since.astimezone(ZONE)
        clock = at.strftime("%H:%M")
        thai, english = (get_month_names("wide", locale=code)[at.month] for code in ("th", "en"))
        reason = self.because["en"]
        return {
            "th": f"ล้าสมัยตั้งแต่ {at.day} {thai} {at.year + BUDDHIST_ERA} {clock} น. เพราะ{self.because['th']}",
            "en": f"Out of date since {at.day} {english} {at.year} {clock} because {_inside(reason)}",
        }


def of(version: Any, dataset: Snapshot, refused: bool) -> Stale | None:
    """Whether and why a version is out of date.

    Args:
        version: its row, or one with ``signature``, ``inputs``, ``stale_since``.
        dataset: as it is now.
        refused: these inputs were computed already, and could not be used.
    """
    if version.signature == dataset.signature:
        return None
    found = reasons(version.inputs, dataset.parts, refused)
    return Stale(version.stale_since or since(version.inputs, dataset), found)


def since(then: Parts, dataset: Snapshot) -> datetime:
    """When the first change happened that is still to be seen, as far as the dataset itself tells.

    Exact for files and mappings. For what leaves no date behind, a file taken away or another boundary, it is
    the last edit of the dataset: asked right after the change, that is the one.
    """
    known = [moment for moment in _moments(then, dataset) if moment is not None]
    return min(known) if known else rules.of_portal().since


def reasons(then: Parts, now: Parts, refused: bool) -> dict[str, str]:
    """What changed between two sets of :attr:`Snapshot.parts`, as one text in both languages."""
    found = [*_changes_of_files(then, now), *_changes_around(then, now)]
    if refused:
        found.append(UNUSABLE)
    return {"th": " ".join(one.th for one in found), "en": " ".join(one.en for one in found)}


def _changes_of_files(then: Parts, now: Parts) -> Iterator[Text]:
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


def _changes_around(then: Parts, now: Parts) -> Iterator[Text]:
    if now["files"] and then["boundary"] != now["boundary"]:
        yield BOUNDARY
    before, after = then["rules"], now["rules"]
    if before == after or not now["files"]:
        return
    if isinstance(before, str):  # of a version that noted no more than a hash
        yield RULES
    else:
        yield from _changes_of_rules(before, after)


def _changes_of_rules(then: Parts, now: Parts) -> Iterator[Text]:
    if then["editions"] != now["editions"]:
        yield _detailed(EDITIONS, *(", ".join(name for name, _ in one["editions"]) for one in (then, now)))
    if then["gwp"] != now["gwp"]:
        yield _detailed(GWP, then["gwp"], now["gwp"])
    if any(then[name] != now[name] for name in ("electricity", "parameters")):
        yield SETTINGS
    if then["methods"] != now["methods"]:
        names = sorted(dict(then["methods"].items() ^ now["methods"].items()))
        yield _detailed(METHODS, ", ".join(names))
    if any(then[name] != now[name] for name in ("reader", "engine")):
        yield CODE


def _detailed(change: Text, *values: str) -> Text:
    detail = " → ".join(dict.fromkeys(values))
    return Text(f"{change.th} ({detail})", f"{change.en} ({detail}).")


def _moments(then: Parts, dataset: Snapshot) -> Iterator[datetime | None]:
    before, now = then["files"], dataset.parts
    for one in dataset.inputs:
        if before.get(one.id) != now["files"][one.id]:
            yield one.filed
        elif then["mappings"][one.id] != now["mappings"][one.id]:
            yield one.modified
    if before.keys() - now["files"].keys() or then["boundary"] != now["boundary"]:
        yield dataset.modified
    if then["rules"] != now["rules"]:
        yield rules.of_portal().since


def _inside(sentence: str) -> str:
    """A sentence in the middle of another."""
    return sentence[:1].lower() + sentence[1:]
