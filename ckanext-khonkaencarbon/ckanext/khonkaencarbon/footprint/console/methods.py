"""``methods list``, ``methods show`` and ``methods page``: what the registry says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from ckanext.khonkaencarbon.footprint.console.messages import COMPLETE, in_language, print_bytes
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.output.method_pages import page
from ckanext.khonkaencarbon.footprint.output.methods import activities_of, description

Json = dict[str, Any]

_WORDS = {
    "th": {
        "equation": "สมการ",
        "source": "ที่มา",
        "inputs": "ข้อมูลเข้า",
        "parameter": "ค่าที่กำหนดได้",
        "default": "ค่าเริ่มต้น",
        "only": "เฉพาะ",
        "activity": "กิจกรรม",
        "number": "ค่าที่เผยแพร่",
        "rows": "แถว",
    },
    "en": {
        "equation": "Equation",
        "source": "Source",
        "inputs": "Input",
        "parameter": "Parameter",
        "default": "default",
        "only": "only for",
        "activity": "Activity",
        "number": "Published numbers",
        "rows": "rows",
    },
}


def list_methods(options: argparse.Namespace) -> int:
    """One line per method: id, version, number of activities, title."""
    for method in sorted(METHODS.values(), key=lambda one: one.id):
        count, title = len(activities_of(method)), in_language(method.title, options.lang)
        _print(f"{method.id}\t{method.version}\t{count}\t{title}\n")
    return COMPLETE


def show_method(options: argparse.Namespace) -> int:
    """All about one method, as sentences or as JSON."""
    found = description(options.method)
    if options.json:
        _print(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    else:
        _print("\n".join([*_sentences(found, options.lang), ""]))
    return COMPLETE


def print_page(options: argparse.Namespace) -> int:
    """docs/methods.md."""
    _print(page())
    return COMPLETE


def _sentences(found: Json, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    yield f"{found['id']} ({found['version']}): {found['title'][lang]}"
    yield f"{words['equation']}: {found['equation']}"
    yield f"{words['source']}: {found['source']}"
    yield f"{words['inputs']}: {found['inputs'][lang]}"
    for one in found["parameters"]:
        yield f"{words['parameter']}: {_parameter(one, lang)}"
    for one in found["activities"]:
        places = f"{', '.join(one['units'])}; GPC {', '.join(one['references'])}"
        yield f"{words['activity']}: {one['code']} – {one['label'][lang]} ({places})"
    for one in found["numbers"]:
        sources = " · ".join(one["sources"])
        rows = f"{one['rows']} {words['rows']}"
        yield f"{words['number']}: {one['edition']}, {one['name']} = {one['values']} ({rows})  [{sources}]"


def _parameter(one: Json, lang: str) -> str:
    words = _WORDS[lang]
    parts = [
        one["label"][lang] if one["label"] else "",
        one["allowed"],
        f"{words['default']}: {one['default']}" if one["default"] else "",
        f"{words['only']} {', '.join(one['activities'])}" if one["activities"] else "",
    ]
    return f"param_{one['name']} – {'; '.join(filter(None, parts))}"


def _print(text: str) -> None:
    print_bytes(text.encode())
