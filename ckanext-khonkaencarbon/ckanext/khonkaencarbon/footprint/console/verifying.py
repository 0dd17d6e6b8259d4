"""``verify``: a bundle computed again, equal or with the first difference of each file."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ckanext.khonkaencarbon.footprint.console.messages import (
    COMPLETE,
    NEEDS_ATTENTION,
    in_language,
    print_bytes,
)
from ckanext.khonkaencarbon.footprint.inventory.verification import verify_inventory
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.difference import Difference
from ckanext.khonkaencarbon.footprint.output.manifest import INVENTORY_FORMAT
from ckanext.khonkaencarbon.footprint.output.unpacking import format_of
from ckanext.khonkaencarbon.footprint.output.verification import Verification, verify

FORMAT = "khonkaencarbon-verification/1"


def verify_bundle(options: argparse.Namespace) -> int:
    """Say whether a bundle gives its own published bytes again.

    Returns:
        0 equal; 1 something differs, or an edition under an id of ours is not ours. What is no bundle is
        refused (status 2).
    """
    path = Path(options.bundle)
    of_inventory = format_of(path) == INVENTORY_FORMAT
    found = verify_inventory(path) if of_inventory else verify(path)
    if options.json:
        print_bytes((json.dumps(_document(found), ensure_ascii=False, indent=2) + "\n").encode())
    else:
        sentences = [in_language(sentence, options.lang) for sentence in _sentences(found)]
        print_bytes("\n".join([*sentences, ""]).encode())
    foreign = "differs" in found.editions.values()
    return COMPLETE if found.equal and not foreign else NEEDS_ATTENTION


def _sentences(found: Verification) -> Iterator[Text]:
    if found.equal:
        yield Text(
            f"ตรงกันทุกไบต์: คำนวณใหม่ได้ผลเดิม (ลายนิ้วมือ {found.fingerprint})",
            f"Equal: computed again, every byte is the same (fingerprint {found.fingerprint})",
        )
    else:
        yield Text("ไม่ตรงกัน: ความต่างแรกของแต่ละไฟล์", "Not equal: the first difference of each file")
    yield from (_version(*version) for version in found.versions)
    if not found.usable:
        yield Text("คำนวณจากชุดตรวจสอบนี้ไม่ได้เลย", "Nothing could be computed from this bundle")
    yield from map(_difference, found.differences)
    yield from (_edition(name, standing) for name, standing in found.editions.items() if standing != "same")


def _version(part: str, bundle: str, here: str | None) -> Text:
    return Text(
        f"รุ่นของ {part} ต่างกัน: ในชุดตรวจสอบ {bundle} ที่นี่ {here or 'ไม่มี'} โปรดตรวจด้วยโปรแกรมรุ่นเดียวกัน",
        f"Another version of {part}: {bundle} in the bundle, {here or 'none'} here; verify with the same",
    )


def _difference(one: Difference) -> Text:
    th = ", ".join(filter(None, (one.file, f"บรรทัด {one.line}" if one.line else "", one.place)))
    en = ", ".join(filter(None, (one.file, f"line {one.line}" if one.line else "", one.place)))
    return Text(
        f"{th}: ในชุดตรวจสอบ “{one.expected}” คำนวณใหม่ได้ “{one.found}”",
        f"{en}: expected “{one.expected}”, found “{one.found}”",
    )


def _edition(name: str, standing: str) -> Text:
    if standing == "differs":
        return Text(
            f"ชุดค่าการปล่อย {name} ในชุดตรวจสอบไม่ใช่ชุดเดียวกับที่มากับโปรแกรมนี้",
            f"The edition {name} of the bundle is not the one of that id that comes with this program",
        )
    return Text(
        f"ชุดค่าการปล่อย {name} ไม่ได้มากับโปรแกรมนี้ โปรดดูที่มาในชุดตรวจสอบ",
        f"The edition {name} does not come with this program; its sources are in the bundle",
    )


def _document(found: Verification) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "equal": found.equal,
        "fingerprint": found.fingerprint,
        "differences": [one._asdict() for one in found.differences],
        "versions": [one._asdict() for one in found.versions],
        "editions": dict(found.editions),
    }
