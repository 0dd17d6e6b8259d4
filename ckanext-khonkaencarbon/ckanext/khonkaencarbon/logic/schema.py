"""Parameters of our actions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

MOST_RUNS = 100  # in one answer


def of_dataset() -> Schema:
    """A dataset by name or id."""
    return {"id": _validators("not_missing", "not_empty", "unicode_safe")}


def run_list() -> Schema:
    """A dataset, or none for all that are public; paged."""
    return {
        "id": _validators("ignore_missing", "unicode_safe"),
        "limit": [_default(20), *_validators("natural_number_validator"), _at_most],
        "offset": [_default(0), *_validators("natural_number_validator")],
    }


def summary_show() -> Schema:
    """A dataset and, if not the one in force, a version."""
    return {
        **of_dataset(),
        "version": _validators("ignore_missing", "is_positive_integer"),
        "lines": [_default(True), *_validators("boolean_validator")],
    }


def trace() -> Schema:
    """A dataset, an emission line and, if not the one in force, a version."""
    return {
        **of_dataset(),
        "line_id": _validators("not_missing", "not_empty", "unicode_safe"),
        "version": _validators("ignore_missing", "is_positive_integer"),
    }


def version_withdraw() -> Schema:
    """A dataset, a version, and why its files are taken back."""
    return {
        **of_dataset(),
        "version": _validators("not_missing", "is_positive_integer"),
        "reason": [*_validators("not_missing", "unicode_safe"), _stripped, *_validators("not_empty")],
    }


def _validators(*names: str) -> list[Any]:
    return [tk.get_validator(name) for name in names]


def _default(value: Any) -> Any:
    return tk.get_validator("default")(value)


def _at_most(value: int) -> int:
    return min(value, MOST_RUNS)


def _stripped(value: str) -> str:
    return value.strip()
