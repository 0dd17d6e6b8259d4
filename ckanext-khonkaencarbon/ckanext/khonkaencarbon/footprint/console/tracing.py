"""``trace``: one line of a summary, from quantity to result, with the source of each number."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ckanext.khonkaencarbon.footprint.console.messages import (
    COMPLETE,
    NOTHING_USABLE,
    in_language,
    print_bytes,
    say,
)
from ckanext.khonkaencarbon.footprint.console.tracing_words import WORDS
from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.summary import FORMAT
from ckanext.khonkaencarbon.footprint.output.tracing import trace
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

Json = dict[str, Any]


def trace_line(options: argparse.Namespace) -> int:
    """Print the whole sum of a line: rows, parameters, factors, equation, mass, potential, totals."""
    try:
        summary = json.loads(Path(options.summary).read_text(encoding="utf-8"))
        if summary.get("format") != FORMAT:
            raise ValueError(FORMAT)
        found = trace(summary, options.line)
        sentences = [] if found is None else list(_sentences(found, options.lang))
    except (OSError, ValueError, TypeError, AttributeError, LookupError, StopIteration, RecursionError):
        say(Text("อ่าน summary.json นี้ไม่ได้", "This is not a summary.json that can be read"), options.lang)
        return NOTHING_USABLE
    if found is None:
        say(Text(f"ไม่มีรายการ {options.line} ในไฟล์นี้", f"This file has no line {options.line}"), options.lang)
        return NOTHING_USABLE
    document = json.dumps(found, ensure_ascii=False, indent=2) if options.json else "\n".join(sentences)
    print_bytes(f"{document}\n".encode())
    return COMPLETE


def _sentences(found: Json, lang: str) -> Iterator[str]:
    line, words = found["line"], WORDS[lang]
    gas = f"{line['gas']}{words['biogenic']}" if line["biogenic"] else line["gas"]
    yield f"{words['line']} {line['line_id']}: {_activity(line, lang)}"
    yield f"{words['period']}: {line['period_start']} – {line['period_end']}"
    yield f"{words['reference']}: {_reference(line, lang)}"
    for name in ("consumer", "organisation", "facility", "place"):
        if line[name]:
            yield f"{words[name]}: {line[name]}"
    yield f"{words['quantity']}: {line['quantity']} {line['unit']} ({line['rows']} {words['rows']})"
    for one in found["inputs"]:
        yield f"{words['file']}: {one['name']} (SHA-256 {one['sha256']})"
    yield from _method(found, lang)
    yield f"{words['mass']}: {line['mass_kg']} kg {gas}"
    if line["gwp"] is None:
        yield words["apart"]
    else:
        yield f"GWP: {line['gwp']} ({words['set']} {found['gwp_set']})"
        yield f"{words['result']}: {line['mass_kg']} × {line['gwp']} = {line['co2e_kg']} kgCO2e"
    yield f"{words['quality']}: {line['quality'] or words['unknown']}"
    percent = line["uncertainty_pct"]
    yield f"{words['uncertainty']}: {words['unknown'] if percent is None else f'± {percent} %'}"
    yield from _totals(found, lang)
    yield f"{words['fingerprint']}: {found['fingerprint']}"


def _activity(line: Json, lang: str) -> str:
    known = load_vocabulary().activities.get(line["activity"])
    return f"{in_language(known.label, lang)} ({line['activity']})" if known else str(line["activity"])


def _reference(line: Json, lang: str) -> str:
    row = references().get(line["gpc_ref"])
    name = f" {row[f'subsector_{lang}']}" if row else ""
    return f"GPC {line['gpc_ref']}{name}, {WORDS[lang]['scope']} {line['scope']}"


def _method(found: Json, lang: str) -> Iterator[str]:
    words, method = WORDS[lang], found["method"]
    title = method.get("title", {}).get(lang, "")
    yield f"{words['method']}: {title} ({method['id']}, {words['version']} {method['version']})"
    for name in ("equation", "source"):
        if method.get(name):
            yield f"  {words[f'method_{name}']}: {method[name]}"
    for name, given in found["parameters"].items():
        yield f"{words['parameter']}: {name} = {given['value']} ({words[given['from']]})"
    for one in found["factors"]:
        yield f"{words['factor']}: {one['id']} = {one['value']} {one['unit']}{_of(one)}  [{one['source']}]"
    for one in found["editions"]:
        title = one.get("title", {}).get(lang, "")
        yield f"{words['edition']}: {title} ({one['id']}, SHA-256 {one['sha256']})"
    if found["equation"]:
        yield f"{words['filled']}: {found['equation']}"


def _of(factor: Json) -> str:
    """What a number is, how uncertain it is, and whose."""
    named = " ".join(filter(None, (factor.get("name"), factor.get("category")))) or factor["gas"]
    percent = factor.get("uncertainty_pct")
    known = (named, percent and f"± {percent} %", factor.get("edition"))
    return "".join(f", {one}" for one in known if one)


def _totals(found: Json, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    for name, total in found["totals"].items():
        key = "" if total["key"] is None else f" {total['key'] or words['unknown']}"
        unit = "kg" if name in ("by_gas_kg", "biogenic_co2_kg") else "kgCO2e"
        yield f"{words['part']}: {words[name]}{key} = {total['value']} {unit}"
    if found["frameworks"]:
        yield f"{words['part']}: {', '.join(words[name] for name in found['frameworks'])}"
