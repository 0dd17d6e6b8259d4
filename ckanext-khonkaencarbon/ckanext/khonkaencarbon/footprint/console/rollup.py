"""``rollup``: summaries and what the city typed to its inventory."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from ckanext.khonkaencarbon.footprint.console.folder import write_folder
from ckanext.khonkaencarbon.footprint.console.messages import (
    COMPLETE,
    NEEDS_ATTENTION,
    NOTHING_USABLE,
    say,
    say_findings,
)
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.files import FILES, inventory_files, read_inventory
from ckanext.khonkaencarbon.footprint.inventory.rollup import Inventory
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings, settings_from_json
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output import findings


def roll_up_files(options: argparse.Namespace) -> int:
    """Write the files of the inventory and findings.json; at status 2 findings.json alone."""
    log = FindingLog()
    inventory = _refused_to_log(lambda: read_inventory(options.paths, _settings(options.settings), log), log)
    files: dict[str, bytes | None] = dict.fromkeys(FILES)
    totals = inventory.totals() if inventory is not None else {}
    if inventory is not None:
        files |= inventory_files(inventory, totals)
    write_folder(Path(options.out), {**files, "findings.json": findings.json_bytes(log)})
    say_findings(log, options.lang)
    if inventory is None:
        say(Text("ไม่มีข้อมูลที่ใช้ทำบัญชีได้", "There is nothing to make an inventory of"), options.lang)
        return NOTHING_USABLE
    for year, found in totals.items():
        say(_sentence(year, found), options.lang)
    return NEEDS_ATTENTION if log.has_errors or log.needs_decision else COMPLETE


def _refused_to_log(work: Callable[[], Inventory | None], log: FindingLog) -> Inventory | None:
    try:
        return work()
    except FileRefused as refused:
        log.add(refused.finding)
        return None


def _settings(name: str) -> CitySettings:
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(finding("source-unreadable", input=Path(name).name)) from error
    return settings_from_json(text)


def _sentence(year: str, totals: dict[str, object]) -> Text:
    coverage = totals["coverage"]
    valued = sum(coverage[one] for one in ("computed", "partial", "typed"))  # type: ignore[index]
    basic, plus, territorial = (totals[one] for one in ("basic", "basic_plus", "territorial"))
    return Text(
        f"{year}: BASIC {basic} BASIC+ {plus} เชิงพื้นที่ {territorial} kgCO2e จาก {valued} ใน 54 รายการ",
        f"{year}: BASIC {basic}, BASIC+ {plus}, territorial {territorial} kgCO2e; {valued} of 54 references",
    )
