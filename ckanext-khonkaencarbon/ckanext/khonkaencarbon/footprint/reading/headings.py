"""Which column plays which role: the mapping's word first, then the headings people commonly use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.mapping import PARAMETER, WIDE_ROLES, ColumnMapping, RoleSource
from ckanext.khonkaencarbon.footprint.reading.text import fold
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary

_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_FISCAL = ("ปีงบ", "fiscal")

Roles = dict[str, RoleSource]


def known_role(label: str, vocabulary: Vocabulary) -> str | None:
    """The role that a heading means by itself; month and year besides the roles of the table."""
    folded = fold(label)
    if folded.startswith(PARAMETER):
        return folded if folded.removeprefix(PARAMETER) in vocabulary.parameter_names() else None
    for text in (folded, _BRACKETS.sub("", folded)):
        if text in vocabulary.heading_roles:
            return vocabulary.heading_roles[text]
    return None


def is_fiscal(label: str) -> bool:
    """Whether the heading says that its years are fiscal years."""
    return fold(label).startswith(_FISCAL)


def is_used(label: str, roles: Mapping[str, RoleSource]) -> bool:
    """Whether a column of this heading plays any role."""
    folded = fold(label)
    return any(fold(column) == folded for source in roles.values() for column in source.columns)


def suggested_roles(labels: Sequence[str], mapping: ColumnMapping, vocabulary: Vocabulary) -> Roles:
    """The mapping's roles, and for roles it does not name those that the headings give.

    Raises:
        FileRefused: a mapped column that is not there or not unique, or two columns for one role.
    """
    _check_mapped(labels, mapping, vocabulary)
    roles = dict(mapping.roles)
    claimed = {fold(column) for source in roles.values() for column in source.columns}
    claimed |= set(map(fold, mapping.wide_columns))
    found: dict[str, list[str]] = {}
    for label in labels:
        role = known_role(label, vocabulary)
        if role is not None and fold(label) not in claimed and role not in roles:
            found.setdefault(role, []).append(label)
    if mapping.wide:
        for role in (*WIDE_ROLES, "month", "year"):
            found.pop(role, None)
    _settle_period(roles, found, vocabulary)
    for role, candidates in found.items():
        roles[role] = RoleSource((_only(role, candidates, vocabulary),))
    _unit_from_quantity_heading(roles, vocabulary)
    return roles


def missing_roles(roles: Mapping[str, RoleSource], *, wide: bool = False) -> list[str]:
    """The required roles without a source: period (or its start and end), activity, quantity, unit."""
    given = {role for role, source in roles.items() if source.is_given}
    if wide:  # month columns give both
        given |= {"period", "quantity"}
    missing = [role for role in ("activity", "quantity", "unit") if role not in given]
    if "period" in given:
        return missing
    ends = {"period_start", "period_end"}
    if not ends & given:
        return ["period", *missing]
    return [*sorted(ends - given, reverse=True), *missing]


def _check_mapped(labels: Sequence[str], mapping: ColumnMapping, vocabulary: Vocabulary) -> None:
    times = Counter(map(fold, labels))
    for role in mapping.roles:
        parameter = role.removeprefix(PARAMETER)
        if parameter != role and parameter not in vocabulary.parameter_names():
            problem = Text(f"ไม่รู้จักพารามิเตอร์ {parameter}", f"unknown parameter {parameter}")
            raise FileRefused(finding("mapping-invalid", problem=problem))
    named = [column for source in mapping.roles.values() for column in source.columns]
    for column in (*named, *mapping.wide_columns):
        if not times[fold(column)]:
            raise FileRefused(finding("mapping-column-missing", value=column, columns=listed(labels)))
        if times[fold(column)] > 1:
            raise FileRefused(finding("duplicate-label", column=column, value=column))


def _settle_period(roles: Roles, found: dict[str, list[str]], vocabulary: Vocabulary) -> None:
    """One period: from one column, from month and year together, or from a start and an end."""
    parts = [names for names in (found.pop("month", []), found.pop("year", [])) if names]
    if "period" in roles:
        found.pop("period_start", None)
        found.pop("period_end", None)
    elif "period_start" in roles or "period_end" in roles:
        found.pop("period", None)
    elif "period" in found or found.keys() & {"period_start", "period_end"}:
        rivals = [*found.pop("period", []), *(name for names in parts for name in names)]
        ends = [*found.get("period_start", []), *found.get("period_end", [])]
        if rivals:
            roles["period"] = RoleSource((_only("period", [*rivals, *ends], vocabulary),))
    elif parts:
        roles["period"] = RoleSource(tuple(_only("period", names, vocabulary) for names in parts))


def _only(role: str, candidates: Sequence[str], vocabulary: Vocabulary) -> str:
    if len(candidates) == 1:
        return candidates[0]
    if len(set(map(fold, candidates))) == 1:
        raise FileRefused(finding("duplicate-label", column=candidates[0], value=candidates[0]))
    label = role_label(role, vocabulary)
    raise FileRefused(finding("duplicate-role", column=candidates[1], role=label, columns=listed(candidates)))


def role_label(role: str, vocabulary: Vocabulary) -> Text:
    """What people call the role, with its name in files."""
    label = vocabulary.role_labels.get(role, Text(role, role))
    return Text(f"{label.th} ({role})", label.en)


def _unit_from_quantity_heading(roles: Roles, vocabulary: Vocabulary) -> None:
    """ "ปริมาณ (ลิตร)" states the unit where no column does."""
    quantity = roles.get("quantity")
    if "unit" in roles or quantity is None or not quantity.columns:
        return
    match = _BRACKETS.search(quantity.columns[0])
    if match and fold(match[1]) in vocabulary.unit_words:
        roles["unit"] = RoleSource(constant=match[1].strip())


def listed(labels: Sequence[str]) -> str:
    """Headings for a sentence, at most twenty."""
    shown = ", ".join(f"“{label}”" for label in labels[:20] if label)
    return shown if len(labels) <= 20 else f"{shown}, …"
