"""``compute`` and ``check``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from ckanext.khonkaencarbon.footprint.accounting import settings_from_json
from ckanext.khonkaencarbon.footprint.compute import Footprint, compute
from ckanext.khonkaencarbon.footprint.console.folder import write_file, write_folder
from ckanext.khonkaencarbon.footprint.console.messages import (
    COMPLETE,
    NEEDS_ATTENTION,
    NOTHING_USABLE,
    finding_line,
    print_bytes,
    say,
    say_findings,
)
from ckanext.khonkaencarbon.footprint.exact import plain, total
from ckanext.khonkaencarbon.footprint.factors.edition import edition_ids
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source, Text
from ckanext.khonkaencarbon.footprint.output import findings, summary
from ckanext.khonkaencarbon.footprint.output.bundle import Request, write_bundle
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping


def compute_files(options: argparse.Namespace) -> int:
    """Write summary.csv, summary.json and findings.json; at status 2 findings.json alone."""
    footprint, request = _run(options)
    files: dict[str, bytes | None] = {"summary.csv": None, "summary.json": None}
    if footprint.usable:
        files = {
            "summary.csv": summary.csv_bytes(footprint),
            "summary.json": summary.json_bytes(footprint),
        }
    write_folder(Path(options.out), {**files, "findings.json": findings.json_bytes(footprint.log)})
    _bundle(options, request, footprint)
    say_findings(footprint.log, options.lang)
    _say_result(footprint, options.lang)
    if options.json:
        print_bytes(files["summary.json"] or b"")
    return _status(footprint)


def check_files(options: argparse.Namespace) -> int:
    """Print the findings: as findings.json, or as sentences."""
    footprint, _ = _run(options)
    if options.json:
        print_bytes(findings.json_bytes(footprint.log))
        return _status(footprint)
    for found in footprint.log.listed:
        print(finding_line(found, options.lang))
    return _status(footprint)


def _run(options: argparse.Namespace) -> tuple[Footprint, Request | None]:
    """The footprint of the named files; one that is not usable where settings or mapping are refused."""
    try:
        settings = _settings(options)
        mappings = [ColumnMapping.from_json(_text(name)) for name in options.mapping]
    except FileRefused as refused:
        log = FindingLog()
        log.add(refused.finding)
        return Footprint(log, AccountingSettings()), None
    sources = [Source(Path(name).name, Path(name)) for name in options.files]
    cleared = options.personal_data_cleared
    request = Request(sources, mappings or [None], settings, cleared)
    return compute(sources, request.mappings, settings, personal_data_cleared=cleared), request


def _bundle(options: argparse.Namespace, request: Request | None, footprint: Footprint) -> None:
    """Write the bundle that was asked for; without a result, no earlier one is left."""
    if not options.bundle:
        return
    path = Path(options.bundle)
    if request is None or not footprint.usable:
        path.unlink(missing_ok=True)
        return
    write_file(path, lambda file: write_bundle(file, request, footprint))


def _settings(options: argparse.Namespace) -> AccountingSettings:
    """Those of the file, else the defaults; single options beat both. ``check`` has no such options."""
    given = vars(options)
    file, names, gwp = given.get("settings"), given.get("edition"), given.get("gwp")
    settings = settings_from_json(_text(file)) if file else AccountingSettings()
    if names:
        settings = replace(settings, editions=tuple(map(_edition, names)))
    return replace(settings, gwp=gwp) if gwp else settings


def _edition(name: str) -> str:
    """An id of ours, or the absolute path of a folder, which no id looks like."""
    return name if name in edition_ids() or not Path(name).is_dir() else str(Path(name).resolve())


def _text(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(finding("source-unreadable", input=Path(name).name)) from error


def _status(footprint: Footprint) -> int:
    if not footprint.usable:
        return NOTHING_USABLE
    log = footprint.log
    attention = log.has_errors or log.needs_decision or footprint.incomplete
    return NEEDS_ATTENTION if attention else COMPLETE


def _say_result(footprint: Footprint, lang: str) -> None:
    if not footprint.usable:
        say(Text("ไม่มีข้อมูลที่คำนวณได้", "Nothing could be computed"), lang)
        return
    counts = footprint.counts
    co2e = plain(total([line.co2e_kg for line in footprint.lines if line.co2e_kg is not None]))
    say(
        Text(
            f"{co2e} kgCO2e จาก {counts.used} แถว (อ่าน {counts.read} ไม่ใช้ {counts.refused})",
            f"{co2e} kgCO2e from {counts.used} rows (read {counts.read}, refused {counts.refused})",
        ),
        lang,
    )
