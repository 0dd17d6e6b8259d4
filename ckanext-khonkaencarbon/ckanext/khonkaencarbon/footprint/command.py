"""The console command ``khonkaencarbon``: the same numbers as the portal, without one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

from ckanext.khonkaencarbon.footprint.console import (
    approach_one,
    computing,
    differing,
    factors,
    methods,
    rollup,
    tracing,
    verifying,
)
from ckanext.khonkaencarbon.footprint.console.messages import NOTHING_USABLE, OUR_FAULT, say, say_finding
from ckanext.khonkaencarbon.footprint.factors.edition import edition_ids
from ckanext.khonkaencarbon.footprint.factors.gwp import GWP_SETS
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.uncertainty_table import GROUP, REQUIRED

LANGUAGES = ("th", "en")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 complete; 1 written, but rows were refused or something needs a decision; 2 nothing usable;
        3 a fault of ours. Messages go to stderr, results to stdout or the folder of ``--out``.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except FileRefused as refused:
        say_finding(refused.finding, options.lang)
        return NOTHING_USABLE
    except KeyboardInterrupt:
        say(Text("หยุดตามคำสั่งแล้ว", "Stopped as asked"), options.lang)
        return OUR_FAULT
    except Exception as fault:  # a person at the console gets a sentence, not a traceback
        problem = f"{type(fault).__name__}: {fault}".partition("\n")[0]
        say(Text(f"โปรแกรมขัดข้อง: {problem}", f"The program failed: {problem}"), options.lang)
        return OUR_FAULT
    return status


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in both languages; its language is not known yet."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(NOTHING_USABLE, f"คำสั่งไม่ถูกต้อง / The command is not right: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="khonkaencarbon", description="คาร์บอนฟุตพริ้นท์จากข้อมูลกิจกรรม / Carbon footprint of activity data"
    )
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="th", help="ภาษาของข้อความ / language of messages"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _compute(commands)
    check = _command(commands, "check", "ตรวจไฟล์โดยไม่คำนวณ / findings only", computing.check_files)
    _files(check)
    _factors(commands)
    _methods(commands)
    trace = _command(commands, "trace", "ที่มาของตัวเลข / where a figure comes from", tracing.trace_line)
    trace.add_argument("summary", metavar="SUMMARY.json")
    trace.add_argument("--line", metavar="ID", required=True)
    _json(trace)
    verify = _command(
        commands,
        "verify",
        "คำนวณชุดตรวจสอบซ้ำ / compute a bundle again: equal, or the first difference",
        verifying.verify_bundle,
    )
    verify.add_argument("bundle", metavar="BUNDLE.zip")
    _json(verify)
    diff = _command(
        commands,
        "diff",
        "สองฉบับต่างกันเพราะอะไร / why two versions differ, in terms that add up",
        differing.diff_bundles,
    )
    diff.add_argument("old", metavar="OLD.zip")
    diff.add_argument("new", metavar="NEW.zip")
    _json(diff)
    _rollup(commands)
    uncertainty = _command(
        commands,
        "uncertainty",
        "ความไม่แน่นอนตามวิธีที่ 1 ของ IPCC / IPCC approach 1: rows, groups, total, trend",
        approach_one.table_uncertainty,
    )
    uncertainty.add_argument("table", metavar="TABLE.csv", help=", ".join((*REQUIRED, f"[{GROUP}]")))
    _json(uncertainty)
    return parser


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--json", action="store_true", help="ผลเป็น JSON ทาง stdout / print the result as JSON"
    )


def _command(commands: Any, name: str, help_text: str, run: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    command.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    command.set_defaults(run=run)
    return command


def _files(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", metavar="FILE", nargs="+", help="ไฟล์กิจกรรม / activity files")
    command.add_argument(
        "--mapping",
        metavar="M",
        action="append",
        default=[],
        help="once for all files, or once per FILE in order",
    )
    command.add_argument("--personal-data-cleared", action="store_true", help="a person has looked")
    _json(command)


def _compute(commands: Any) -> None:
    command = _command(
        commands, "compute", "คำนวณคาร์บอนฟุตพริ้นท์ / compute a footprint", computing.compute_files
    )
    _files(command)
    command.add_argument("--settings", metavar="S", help="khonkaencarbon-settings/1 (JSON)")
    command.add_argument(
        "--edition",
        metavar="ID|PATH",
        action="append",
        default=[],
        help=f"replaces the list; there are {', '.join(edition_ids())}",
    )
    command.add_argument("--gwp", metavar="SET", help=", ".join(GWP_SETS))
    command.add_argument(
        "--out", metavar="DIR", required=True, help="summary.csv, summary.json, findings.json"
    )
    command.add_argument("--bundle", metavar="FILE", help="zip สำหรับ verify / a zip that verify reads")


def _rollup(commands: Any) -> None:
    command = _command(
        commands,
        "rollup",
        "รวมเป็นบัญชีของเมือง / summaries and typed totals to the city's inventory",
        rollup.roll_up_files,
    )
    command.add_argument(
        "paths", metavar="PATH", nargs="+", help="summary.json, bundles, folders, tables of the city"
    )
    command.add_argument(
        "--settings", metavar="S", required=True, help="khonkaencarbon-city-settings/1 (JSON)"
    )
    command.add_argument(
        "--out", metavar="DIR", required=True, help="inventory.csv, totals.json, findings.json"
    )


def _methods(commands: Any) -> None:
    parent = commands.add_parser("methods", help="วิธีคำนวณ / methods")
    children = parent.add_subparsers(required=True, metavar="list|show|page")
    _command(children, "list", "วิธีที่มี / the methods there are", methods.list_methods)
    show = _command(
        children, "show", "สมการ ที่มา และค่าที่กำหนดได้ / equation, source, parameters", methods.show_method
    )
    show.add_argument("method", metavar="ID", choices=sorted(METHODS), help=", ".join(sorted(METHODS)))
    _json(show)
    _command(children, "page", "ทุกวิธีเป็น Markdown / all methods as Markdown", methods.print_page)


def _factors(commands: Any) -> None:
    parent = commands.add_parser("factors", help="ค่าการปล่อย / emission factors")
    children = parent.add_subparsers(required=True, metavar="list|show|diff|sources")
    _command(children, "list", "ชุดที่มี / the editions there are", factors.list_editions)
    show = _command(children, "show", "ทุกค่าในชุด / every row of an edition", factors.show_edition)
    show.add_argument("edition", metavar="ID|PATH")
    show.add_argument("--activity", metavar="CODE", help="เฉพาะกิจกรรมนี้ / only this activity")
    diff = _command(children, "diff", "ความต่างของสองชุด / what differs", factors.diff_editions)
    diff.add_argument("first", metavar="A")
    diff.add_argument("second", metavar="B")
    _command(children, "sources", "ที่มาและการใช้ของทุกค่า / what became of every number", factors.source_table)
