"""Findings: made from the catalogue in config/findings.yaml, collected in a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from ckanext.khonkaencarbon.footprint.model import Finding, Severity, Text
from ckanext.khonkaencarbon.footprint.reading.personal import masked
from ckanext.khonkaencarbon.footprint.reading.text import shortened


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What the catalogue says about one code; the texts still hold their {words}."""

    severity: Severity
    needs_decision: bool
    expected: Text
    fix: Text


@cache
def finding_kinds() -> Mapping[str, FindingKind]:
    """Every finding by code, in the order of the catalogue."""
    text = (files("ckanext.khonkaencarbon.config") / "findings.yaml").read_text("utf-8")
    catalogue: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return {
        code: FindingKind(
            Severity(entry["severity"]),
            bool(entry.get("needs_decision", False)),
            Text(**entry["expected"]),
            Text(**entry["fix"]),
        )
        for code, entry in catalogue.items()
    }


def finding(
    code: str,
    *,
    input: str = "",
    record: int | None = None,
    line: int | None = None,
    column: str | None = None,
    value: str | None = None,
    **words: Text | str | int,
) -> Finding:
    """A finding of this code; {words} of its texts are filled in, ``column`` and ``value`` too.

    Values and words are shortened and cleared of anything that looks like personal data.
    """
    kind = finding_kinds()[code]
    column = None if column is None else shortened(column)
    value = None if value is None else shortened(value)
    return Finding(
        code=code,
        severity=kind.severity,
        **_worded(code, column, value, tuple(words.items())),
        input=input,
        record=record,
        line=line,
        needs_decision=kind.needs_decision,
    )


@lru_cache(1 << 10)  # what is wrong once in a file is often wrong in many of its rows
def _worded(
    code: str, column: str | None, value: str | None, words: tuple[tuple[str, Text | str | int], ...]
) -> dict[str, Any]:
    """The parts of a finding that hold words, the same for every row with this fault."""
    kind = finding_kinds()[code]
    column = None if column is None else masked(column)
    value = None if value is None else masked(value)
    given: dict[str, Text | str | int] = {"column": column or "", "value": value or "", **dict(words)}
    filled = {name: word if isinstance(word, Text) else masked(str(word)) for name, word in given.items()}
    return {
        "column": column,
        "value": value,
        "expected": _filled(kind.expected, filled),
        "fix": _filled(kind.fix, filled),
    }


def _filled(text: Text, words: Mapping[str, Text | str]) -> Text:
    th = {name: word.th if isinstance(word, Text) else word for name, word in words.items()}
    en = {name: word.en if isinstance(word, Text) else word for name, word in words.items()}
    return Text(text.th.format_map(th), text.en.format_map(en))


class FileRefused(Exception):  # noqa: N818 - says what happened, as people read it
    """A file, mapping or settings that cannot be used at all; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.fix.en)
        self.finding = finding


class FindingLog:
    """All findings are counted; at most 1,000 of each code are kept, in input order."""

    LISTED_PER_CODE = 1000

    def __init__(self) -> None:
        self.by_code: dict[str, int] = {}
        self.listed: list[Finding] = []
        self.needs_decision = False
        self.has_errors = False

    def copy(self) -> FindingLog:
        """A log that says the same and can go on by itself."""
        other = FindingLog()
        other.by_code, other.listed = dict(self.by_code), list(self.listed)
        other.needs_decision, other.has_errors = self.needs_decision, self.has_errors
        return other

    def add(self, found: Finding) -> None:
        """Count a finding and keep it if its code has room."""
        if not self.is_full(found.code):
            self.listed.append(found)
        self.count(found.code)

    def count(self, code: str, n: int = 1) -> None:
        """Count findings without keeping them."""
        kind = finding_kinds()[code]
        self.by_code[code] = self.by_code.get(code, 0) + n
        self.has_errors |= kind.severity is Severity.ERROR
        self.needs_decision |= kind.needs_decision

    def is_full(self, code: str) -> bool:
        """Whether further findings of this code would only be counted."""
        return self.by_code.get(code, 0) >= self.LISTED_PER_CODE
