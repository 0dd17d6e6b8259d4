"""Which column plays which role, and the constants for roles that have no column."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Text

FORMAT = "khonkaencarbon-mapping/1"
ROLES = (
    "period",
    "period_start",
    "period_end",
    "activity",
    "quantity",
    "unit",
    "consumer",
    "organisation",
    "facility",
    "place",
    "quality",
    "uncertainty_pct",
    "evidence",
    "note",
)
ERAS = ("auto", "be", "ce")
DELIMITERS = (",", ";", "\t", "|")
PARAMETER = "param_"
WIDE_VALUE = "quantity"  # the role that month columns hold
WIDE_ROLES = ("period", "period_start", "period_end", WIDE_VALUE)  # the roles that month columns play


@dataclass(frozen=True, slots=True)
class RoleSource:
    """Where a role's values come from: columns (two only for month and year of a period) or a constant.

    Neither: the role is deliberately left out, whatever the headings say (``null`` in the JSON).
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None

    @property
    def is_given(self) -> bool:
        """Whether there is a column or a constant."""
        return bool(self.columns) or self.constant is not None

    def as_json(self) -> dict[str, Any] | None:
        """The form of the mapping JSON."""
        if self.constant is not None:
            return {"constant": self.constant}
        if not self.columns:
            return None
        return {"column": self.columns[0]} if len(self.columns) == 1 else {"columns": list(self.columns)}


@dataclass(frozen=True)
class ColumnMapping:
    """The mapping of contracts.md. ``None`` = left to the reader, which returns it filled in."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1
    era: str = "auto"
    roles: Mapping[str, RoleSource] = field(default_factory=dict)
    wide: Mapping[str, Any] | None = None
    total_words: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, given: Mapping[str, Any] | str) -> ColumnMapping:
        """Read a mapping from JSON text or from the dict it stands for.

        Raises:
            FileRefused: it is not a mapping; the finding says what is wrong.
        """
        entries = _parsed(given)
        unknown = sorted(map(str, entries.keys() - _READERS.keys() - {"format"}))
        if unknown:
            raise _refused(f"ไม่รู้จัก {', '.join(unknown)}", f"unknown entry {', '.join(unknown)}")
        if entries.get("format", FORMAT) != FORMAT:
            raise _refused(f"format ต้องเป็น {FORMAT}", f"format must be {FORMAT}")
        mapping = cls(
            **{name: read(name, entries[name]) for name, read in _READERS.items() if name in entries}
        )
        twice = [
            role for role in WIDE_ROLES if mapping.wide and mapping.roles.get(role, RoleSource()).is_given
        ]
        if twice:
            raise _refused(f"wide ให้ {twice[0]} อยู่แล้ว", f"wide gives {twice[0]} already")
        return mapping

    @property
    def wide_columns(self) -> Mapping[str, str]:
        """Month column -> its period, in the order given; empty for an ordinary table."""
        return dict(self.wide["columns"]) if self.wide else {}

    def as_json(self) -> dict[str, Any]:
        """Every entry, defaults included, in the order of contracts.md."""
        return {
            "format": FORMAT,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "sheet": self.sheet,
            "header_row": self.header_row,
            "era": self.era,
            "roles": {role: source.as_json() for role, source in sorted(self.roles.items(), key=_role_order)},
            "wide": self.wide,
            "total_words": list(self.total_words),
        }


def _role_order(item: tuple[str, RoleSource]) -> tuple[int, str]:
    role = item[0]
    return (ROLES.index(role) if role in ROLES else len(ROLES), role)


def _parsed(given: Mapping[str, Any] | str) -> Mapping[str, Any]:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError) as error:
            raise _refused("ไม่ใช่ JSON", "it is not JSON") from error
    if not isinstance(given, Mapping):
        raise _refused("ต้องเป็นวัตถุ JSON", "it must be a JSON object")
    return given


def _text(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise _refused(f"{name} ต้องเป็นข้อความ", f"{name} must be text")


def _delimiter(name: str, value: object) -> str | None:
    if value is None or value in DELIMITERS:
        return None if value is None else str(value)
    raise _refused(f"{name} ต้องเป็น , ; | หรือแท็บ", f"{name} must be , ; | or a tab")


def _header_row(name: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1000:
        return value
    raise _refused(f"{name} ต้องเป็นเลขแถว 1 ถึง 1000", f"{name} must be a row number from 1 to 1000")


def _era(name: str, value: object) -> str:
    if value in ERAS:
        return str(value)
    raise _refused(f"{name} ต้องเป็น auto, be หรือ ce", f"{name} must be auto, be or ce")


def _wide(name: str, value: object) -> Mapping[str, Any] | None:
    if value is None:
        return None
    if isinstance(value, Mapping) and value.keys() <= {"columns", "value"}:
        columns = value.get("columns")
        if value.get("value", WIDE_VALUE) == WIDE_VALUE and isinstance(columns, Mapping) and _texts(columns):
            return {"columns": dict(columns), "value": WIDE_VALUE}
    raise _refused(
        f'{name} ต้องเป็น {{"columns": {{หัวคอลัมน์: ช่วงเวลา}}, "value": "quantity"}}',
        f'{name} must be {{"columns": {{heading: period}}, "value": "quantity"}}',
    )


def _texts(columns: Mapping[Any, Any]) -> bool:
    words = [word for item in columns.items() for word in item]
    return bool(words) and all(isinstance(word, str) and word.strip() for word in words)


def _total_words(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(word, str) and word.strip() for word in value):
        return tuple(value)
    raise _refused(f"{name} ต้องเป็นรายการคำ", f"{name} must be a list of words")


def _roles(name: str, value: object) -> dict[str, RoleSource]:
    if not isinstance(value, Mapping):
        raise _refused(f"{name} ต้องเป็นวัตถุ JSON", f"{name} must be a JSON object")
    roles = {str(role): _role(str(role), source) for role, source in value.items()}
    if "period" in roles and roles.keys() & {"period_start", "period_end"}:
        raise _refused(
            "ใช้ period หรือ period_start กับ period_end อย่างใดอย่างหนึ่ง", "give period, or its start and end"
        )
    return roles


def _role(role: str, source: object) -> RoleSource:
    if role not in ROLES and not role.startswith(PARAMETER):
        raise _refused(f"ไม่รู้จักหน้าที่ {role}", f"unknown role {role}")
    if source is None:
        return RoleSource()
    if isinstance(source, Mapping) and len(source) == 1:
        kind, value = next(iter(source.items()))
        if kind == "column" and isinstance(value, str):
            return RoleSource((value,))
        if kind == "constant" and isinstance(value, str):
            return RoleSource(constant=value)
        if kind == "columns" and role == "period" and _two_texts(value):
            return RoleSource(tuple(value))
    raise _refused(
        f"{role} ต้องเป็นคอลัมน์หรือค่าคงที่อย่างใดอย่างหนึ่ง",
        f"{role} must be one column or one constant",
    )


def _two_texts(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(name, str) for name in value)


def _refused(th: str, en: str) -> FileRefused:
    return FileRefused(finding("mapping-invalid", problem=Text(th, en)))


_READERS: Mapping[str, Any] = {
    "encoding": _text,
    "delimiter": _delimiter,
    "sheet": _text,
    "header_row": _header_row,
    "era": _era,
    "roles": _roles,
    "wide": _wide,
    "total_words": _total_words,
}
