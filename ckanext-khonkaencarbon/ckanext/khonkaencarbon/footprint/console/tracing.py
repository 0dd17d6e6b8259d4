"""``trace``: one line of a summary, from quantity to result, with the source of each number."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ckanext.khonkaencarbon.footprint.console.messages import COMPLETE, NOTHING_USABLE, say
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.summary import FORMAT


def trace_line(options: argparse.Namespace) -> int:
    """Print quantity, unit, factors with source, warming potential and result of a line."""
    try:
        summary = json.loads(Path(options.summary).read_text(encoding="utf-8"))
        line = _line(summary, options.line)
        factors = _factors(summary, line)
    except (OSError, ValueError, TypeError, AttributeError, LookupError):
        say(Text("อ่าน summary.json นี้ไม่ได้", "This is not a summary.json that can be read"), options.lang)
        return NOTHING_USABLE
    if line is None:
        say(Text(f"ไม่มีรายการ {options.line} ในไฟล์นี้", f"This file has no line {options.line}"), options.lang)
        return NOTHING_USABLE
    if options.json:
        print(json.dumps({"line": line, "factors": factors}, ensure_ascii=False, indent=2))
    else:
        _explain(line, factors, options.lang)
    return COMPLETE


def _line(summary: dict[str, Any], line_id: str) -> dict[str, Any] | None:
    if summary.get("format") != FORMAT:
        raise ValueError(FORMAT)
    return next((line for line in summary["lines"] if line["line_id"] == line_id), None)


def _factors(summary: dict[str, Any], line: dict[str, Any] | None) -> list[dict[str, Any]]:
    used = line["factor_ids"] if line else []
    return [one for one in summary["factors"] if one["id"] in used]


def _explain(line: dict[str, Any], factors: list[dict[str, Any]], lang: str) -> None:
    words = _WORDS[lang]
    gas = f"{line['gas']}{words['biogenic']}" if line["biogenic"] else line["gas"]
    period = f"{line['period_start']}/{line['period_end']}"
    print(f"{line['line_id']}  {line['activity']}  {period}  {line['gpc_ref']}")
    print(f"{words['quantity']}: {line['quantity']} {line['unit']} ({line['rows']} {words['rows']})")
    print(f"{words['method']}: {line['method']}")
    for one in factors:
        print(f"{words['factor']}: {one['id']} = {one['value']} {one['unit']}  [{one['source']}]")
    print(f"{words['mass']}: {line['mass_kg']} kg {gas}")
    if line["gwp"] is not None:
        print(f"GWP: {line['gwp']}")
        print(f"{words['result']}: {line['mass_kg']} × {line['gwp']} = {line['co2e_kg']} kgCO2e")


_WORDS = {
    "th": {
        "quantity": "ปริมาณ",
        "rows": "แถว",
        "method": "วิธีคำนวณ",
        "factor": "ค่าการปล่อย",
        "mass": "มวลก๊าซ",
        "biogenic": " (ชีวภาพ)",
        "result": "ผลลัพธ์",
    },
    "en": {
        "quantity": "Quantity",
        "rows": "rows",
        "method": "Method",
        "factor": "Factor",
        "mass": "Mass of gas",
        "biogenic": " (biogenic)",
        "result": "Result",
    },
}
