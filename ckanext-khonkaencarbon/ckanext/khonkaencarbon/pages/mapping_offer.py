"""What the resource form asks about a file: its columns, the suggested roles, constants and their choices."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import uploader

from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.model import Finding
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping, RoleSource
from ckanext.khonkaencarbon.footprint.reading.suggestion import HEAD_BYTES, Suggestion, suggest, suggest_file
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary
from ckanext.khonkaencarbon.logic import mapping_form
from ckanext.khonkaencarbon.portal.language import text

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Question:
    """One role of the form: which column, or which constant for every row."""

    role: str
    label: str
    required: bool
    columns: tuple[str, ...] = ()
    constant: str = ""
    choices: Choices = ()  # of the constant; none = any text
    reason: str = ""  # why this column, or which column it could be

    @property
    def column(self) -> str:
        """The one column that is chosen, if it is one."""
        return self.columns[0] if len(self.columns) == 1 else ""


@dataclass(frozen=True)
class Offer:
    """The whole form part; ``headings`` is empty where no file was seen yet."""

    mapping: str = ""
    headings: Sequence[str] = ()
    required: Sequence[Question] = ()
    optional: Sequence[Question] = ()
    missing: Sequence[str] = ()
    problem: Finding | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_understood(self) -> bool:
        """Whether nothing is left to decide."""
        return bool(self.headings) and not self.problem and not self.missing

    @property
    def parts(self) -> tuple[str, str]:
        """Month and year of the period, where they are two columns."""
        columns = self.required[0].columns if self.required else ()
        return (columns[0], columns[1]) if len(columns) == 2 else ("", "")


def for_resource(data: Mapping[str, Any]) -> Offer:
    """The offer for a stored resource, with what a refused form has said on top."""
    said = {name: data[name] for name in data if str(name).startswith(mapping_form.PREFIX)}
    selects = mapping_form.taken_from(dict(said))
    base = str(data.get("carbon_mapping") or "")
    if selects:
        base = json.dumps(mapping_form.assembled(base, selects), ensure_ascii=False)
    path = _stored_path(data)
    if path is None:
        return Offer(mapping=base)
    given, problem = _read(base)
    return _offer(suggest_file(path, load_vocabulary(), given), base, problem)


def for_head(head: bytes, base: str = "") -> Offer:
    """The offer for the first bytes of a file."""
    given, problem = _read(base)
    return _offer(suggest(head[:HEAD_BYTES], load_vocabulary(), given), base, problem)


def _offer(suggestion: Suggestion, base: str, problem: Finding | None) -> Offer:
    given = suggestion.mapping
    labels = role_labels()
    return Offer(
        mapping=base,
        headings=suggestion.headings,
        required=[_question(role, labels[role], suggestion, True) for role in mapping_form.REQUIRED],
        optional=[_question(role, labels[role], suggestion, False) for role in mapping_form.OPTIONAL],
        missing=[labels[role] for role in suggestion.missing],
        problem=problem or suggestion.problem,
        options={"era": given.era, "header_row": str(given.header_row), "encoding": given.encoding or ""},
    )


def role_labels() -> dict[str, str]:
    """What people call each role."""
    return {
        "period": tk._("Time"),
        "activity": tk._("Kind of activity"),
        "quantity": tk._("Quantity"),
        "unit": tk._("Unit"),
        "period_start": tk._("First day"),
        "period_end": tk._("Last day"),
        "consumer": tk._("Who uses it"),
        "organisation": tk._("Organisation"),
        "facility": tk._("Building or meter"),
        "place": tk._("Place"),
        "quality": tk._("Data quality"),
        "uncertainty_pct": tk._("Uncertainty (%)"),
        "evidence": tk._("Evidence"),
        "note": tk._("Note"),
    }


def _question(role: str, label: str, suggestion: Suggestion, required: bool) -> Question:
    source = suggestion.sources.get(role, RoleSource())
    choices = _CHOICES[role]() if role in _CHOICES else ()
    why = suggestion.reasons.get(role)
    reason = text(why) if why else ""
    return Question(role, label, required, source.columns, source.constant or "", choices, reason)


def _activities() -> Choices:
    return [(code, text(activity.label)) for code, activity in load_vocabulary().activities.items()]


def _units() -> Choices:
    return [(name, f"{text(unit.label)} ({name})") for name, unit in load_vocabulary().units.items()]


def _consumers() -> Choices:
    return [(code, text(label)) for code, label in load_vocabulary().consumers.items()]


def _qualities() -> Choices:
    return [("H", tk._("High")), ("M", tk._("Medium")), ("L", tk._("Low"))]


_CHOICES: Mapping[str, Callable[[], Choices]] = {
    "activity": _activities,
    "unit": _units,
    "consumer": _consumers,
    "quality": _qualities,
}


def _read(base: str) -> tuple[ColumnMapping, Finding | None]:
    try:
        return (ColumnMapping.from_json(base) if base else ColumnMapping()), None
    except FileRefused as refused:
        return ColumnMapping(), refused.finding


def _stored_path(data: Mapping[str, Any]) -> Path | None:
    """Where the resource's upload lies; None where there is none."""
    if not data.get("id") or data.get("url_type") != "upload":
        return None
    path = Path(uploader.get_resource_uploader(dict(data)).get_path(data["id"]))
    try:
        return path if path.stat().st_size else None
    except OSError:
        return None
