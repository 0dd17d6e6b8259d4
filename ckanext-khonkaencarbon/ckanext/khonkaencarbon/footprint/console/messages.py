"""Sentences on stderr in the chosen language, and the exit statuses."""

from __future__ import annotations

import sys

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.model import Finding, Text

COMPLETE, NEEDS_ATTENTION, NOTHING_USABLE, OUR_FAULT = range(4)


def in_language(text: Text, lang: str) -> str:
    """The sentence in ``th`` or ``en``."""
    return text.en if lang == "en" else text.th


def say(text: Text, lang: str) -> None:
    """A sentence on stderr."""
    print(in_language(text, lang), file=sys.stderr)


def say_finding(found: Finding, lang: str) -> None:
    """A finding on stderr."""
    print(finding_line(found, lang), file=sys.stderr)


def finding_line(found: Finding, lang: str) -> str:
    """A finding on one line: where, what was read, what was expected, how to fix it."""
    words = {"th": ("แถวที่", "บรรทัด", "คาดว่า"), "en": ("record", "line", "expected")}[lang]
    record, line, expected = words
    place = [
        found.input,
        f"{record} {found.record}" if found.record is not None else "",
        f"{line} {found.line}" if found.line is not None else "",
        found.column or "",
        f"“{found.value}”" if found.value is not None else "",
    ]
    where = ", ".join(part for part in place if part)
    what = f"{expected} {in_language(found.expected, lang)}. {in_language(found.fix, lang)}"
    return (
        f"{found.severity.value} {found.code}: {where}: {what}"
        if where
        else f"{found.severity.value} {found.code}: {what}"
    )


def print_bytes(content: bytes) -> None:
    """A result on stdout, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def say_findings(log: FindingLog, lang: str) -> None:
    """One line per code: how many, and the first of them in full."""
    first: dict[str, Finding] = {}
    for found in log.listed:
        first.setdefault(found.code, found)
    for code, found in first.items():
        print(f"{log.by_code[code]} × {finding_line(found, lang)}", file=sys.stderr)
