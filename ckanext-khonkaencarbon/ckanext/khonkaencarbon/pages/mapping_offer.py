"""What the resource form asks about a file: columns, suggested roles with reasons, constants, months."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import uploader

from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.model import Finding
from ckanext.khonkaencarbon.footprint.reading.mapping import (
    PARAMETER,
    WIDE_ROLES,
    WIDE_VALUE,
    ColumnMapping,
    RoleSource,
)
from ckanext.khonkaencarbon.footprint.reading.suggestion import HEAD_BYTES, Suggestion, suggest, suggest_file
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary
from ckanext.khonkaencarbon.logic import mapping_form
from ckanext.khonkaencarbon.pages import choices
from ckanext.khonkaencarbon.pages.choices import Group, ParameterChoice
from ckanext.khonkaencarbon.portal.language import text

Look = Callable[[ColumnMapping], Suggestion]


@dataclass(frozen=True)
class Question:
    """One role of the form: which column, or which constant for every row."""

    role: str
    label: str
    required: bool
    columns: tuple[str, ...] = ()
    constant: str = ""
    groups: Sequence[Group] = ()  # of the constant; none = any text
    reason: str = ""  # why this column
    parameter: ParameterChoice | None = None

    @property
    def column(self) -> str:
        """The one column that is chosen, if it is one."""
        return self.columns[0] if len(self.columns) == 1 else ""

    @property
    def values(self) -> set[str]:
        """The constants that can be chosen."""
        return {choice.value for group in self.groups for choice in group.choices}


@dataclass(frozen=True)
class Offer:
    """The whole form part; ``headings`` is empty where no file was seen yet."""

    mapping: str = ""
    headings: Sequence[str] = ()
    required: Sequence[Question] = ()
    optional: Sequence[Question] = ()
    parameters: Sequence[Question] = ()
    missing: Sequence[str] = ()
    guessed: Sequence[str] = ()  # roles whose column was guessed by its cells: somebody has to look
    months: Mapping[str, str] = field(default_factory=dict)  # heading -> period, where there may be months
    is_wide: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)
    problem: Finding | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    sheets: Sequence[str] = ()  # of a workbook

    @property
    def is_understood(self) -> bool:
        """Whether nothing is left to decide."""
        return bool(self.headings) and not (self.problem or self.missing or self.guessed)

    @property
    def parts(self) -> tuple[str, str]:
        """Month and year of the period, where they are two columns."""
        columns = next((one.columns for one in self.required if one.role == "period"), ())
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
    return _offer(lambda mapping: suggest_file(path, load_vocabulary(), mapping), base)


def for_head(head: bytes, base: str = "") -> Offer:
    """The offer for the first bytes of a file."""
    return _offer(lambda mapping: suggest(head[:HEAD_BYTES], load_vocabulary(), mapping), base)


def _offer(look: Look, base: str) -> Offer:
    given, unreadable = _read(base)
    suggestion, reasons = _accepted(look, given, is_new=not given.roles)
    guesses = {role: one for role, one in suggestion.guesses.items() if role in mapping_form.OFFERED}
    missing = [role for role in suggestion.missing if role not in guesses]
    is_wide = suggestion.mapping.wide is not None
    asked = [one for one in mapping_form.REQUIRED if not (is_wide and one in WIDE_ROLES)]
    left = [one for one in mapping_form.OPTIONAL if not (is_wide and one in WIDE_ROLES)]
    labels = role_labels()
    sources = {**suggestion.sources, **guesses}
    problem = unreadable or (None if suggestion.missing and not missing else suggestion.problem)
    return Offer(
        mapping=base,
        headings=suggestion.headings,
        required=[_question(one, labels[one], sources, reasons, True) for one in asked],
        optional=[_question(one, labels[one], sources, reasons, False) for one in left],
        parameters=[_parameter(one, sources, reasons) for one in choices.parameters()],
        missing=[labels[role] for role in missing],
        guessed=[labels[role] for role in guesses],
        months=_months(suggestion),
        is_wide=is_wide,
        reasons=reasons,
        problem=problem,
        options=_options(suggestion.mapping),
        sheets=suggestion.sheets,
    )


def _accepted(look: Look, given: ColumnMapping, is_new: bool) -> tuple[Suggestion, dict[str, str]]:
    """The suggestion with the row of the headings, and the months, that it proposes for a new file.

    Nothing of it is stored before somebody has seen it in the form and saved.
    """
    found = look(given)
    reasons = _sentences(found)
    if is_new and found.header_row:
        found = look(replace(given, header_row=found.header_row))
        reasons = {**_sentences(found), "header_row": reasons["header_row"]}
    if found.wide:
        months = {"columns": dict(found.wide), "value": WIDE_VALUE}
        roles = {role: one for role, one in found.mapping.roles.items() if role not in WIDE_ROLES}
        found = look(replace(found.mapping, roles=roles, wide=months))
        reasons = {**reasons, **_sentences(found)}
    return found, reasons


def _sentences(found: Suggestion) -> dict[str, str]:
    return {role: text(why) for role, why in found.reasons.items()}


def _months(suggestion: Suggestion) -> dict[str, str]:
    """Month columns with their periods; all other columns too, without one, once there are some."""
    known = suggestion.mapping.wide_columns
    if not known and "wide" not in suggestion.reasons:
        return {}
    taken = {column for source in suggestion.sources.values() for column in source.columns}
    return {one: known.get(one, "") for one in suggestion.headings if one in known or one not in taken}


def _options(mapping: ColumnMapping) -> dict[str, str]:
    return {
        "era": mapping.era,
        "header_row": str(mapping.header_row),
        "encoding": mapping.encoding or "",
        "sheet": mapping.sheet or "",
    }


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


def _question(
    role: str,
    label: str,
    sources: Mapping[str, RoleSource],
    reasons: Mapping[str, str],
    required: bool,
) -> Question:
    source = sources.get(role, RoleSource())
    groups = _GROUPS[role]() if role in _GROUPS else ()
    reason = reasons.get(role, "")
    return Question(role, label, required, source.columns, source.constant or "", groups, reason)


def _parameter(
    one: ParameterChoice, sources: Mapping[str, RoleSource], reasons: Mapping[str, str]
) -> Question:
    role = PARAMETER + one.name
    asked = _question(role, one.label, sources, reasons, False)
    return replace(asked, groups=one.groups, parameter=one)


_GROUPS: Mapping[str, Callable[[], Sequence[Group]]] = {
    "activity": choices.activities,
    "unit": choices.units,
    "consumer": choices.consumers,
    "quality": choices.qualities,
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
