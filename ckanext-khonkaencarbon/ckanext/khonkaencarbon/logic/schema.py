"""Parameters of our actions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema

from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.portal.city.decisions import DECISIONS, DECLINED
from ckanext.khonkaencarbon.portal.city.requests import ANSWERED, CLOSED, OPEN

MOST_RUNS = 100  # in one answer
LONGEST_NOTE = 1000  # characters


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


def inventory() -> Schema:
    """Narrows an answer about the inventory."""
    return {
        "year": _validators("ignore_missing", "is_positive_integer"),
        "gpc_ref": [*_validators("ignore_missing", "unicode_safe"), _reference],
        "gas": _validators("ignore_missing", "unicode_safe"),
        "organisation": _validators("ignore_missing", "unicode_safe"),
    }


def organisation_footprint() -> Schema:
    """An organisation, narrowed like the inventory."""
    return {**of_dataset(), **inventory()}


def rollup_trace() -> Schema:
    """One cell of the inventory."""
    return {
        "year": _validators("not_missing", "is_positive_integer"),
        "gpc_ref": [*_validators("not_missing", "unicode_safe"), _reference],
    }


def inventory_decide() -> Schema:
    """A dataset, what the city decides about it, and why; declining needs a reason."""
    return {
        **of_dataset(),
        "decision": [*_validators("not_missing", "unicode_safe"), _decision],
        "reason": [_default(""), *_validators("unicode_safe"), _stripped],
        "__after": [_reason_given],
    }


def recalculation_list() -> Schema:
    """Narrows the recalculation log."""
    return {"year": _validators("ignore_missing", "is_positive_integer")}


def crosscheck() -> Schema:
    """Narrows the cross-check."""
    return {
        "year": _validators("ignore_missing", "is_positive_integer"),
        "sector": _validators("ignore_missing", "unicode_safe"),
    }


def request_list() -> Schema:
    """Narrows the requests of the city."""
    return {
        "year": _validators("ignore_missing", "is_positive_integer"),
        "gpc_ref": [*_validators("ignore_missing", "unicode_safe"), _reference],
        "organisation": _validators("ignore_missing", "unicode_safe"),
        "state": [*_validators("ignore_missing", "unicode_safe"), _request_state],
    }


def request_create() -> Schema:
    """Whom the city asks for which cell."""
    return {
        **rollup_trace(),
        "organisation": _validators("not_missing", "not_empty", "unicode_safe"),
        "note": [_default(""), *_validators("unicode_safe"), _stripped, _short],
    }


def request_close() -> Schema:
    """A request, and why the city closes it."""
    return {
        "id": _validators("not_missing", "is_positive_integer"),
        "reason": [
            *_validators("not_missing", "unicode_safe"),
            _stripped,
            *_validators("not_empty"),
            _short,
        ],
    }


def _validators(*names: str) -> list[Any]:
    return [tk.get_validator(name) for name in names]


def _default(value: Any) -> Any:
    return tk.get_validator("default")(value)


def _at_most(value: int) -> int:
    return min(value, MOST_RUNS)


def _stripped(value: str) -> str:
    return value.strip()


def _reference(value: str) -> str:
    if value not in references():
        raise tk.Invalid(tk._("Not a GPC reference: give one such as I.1.2 or III.3.2"))
    return value


def _request_state(value: str) -> str:
    if value not in (OPEN, ANSWERED, CLOSED):
        raise tk.Invalid(tk._("Give open, answered or closed"))
    return value


def _short(value: str) -> str:
    if len(value) > LONGEST_NOTE:
        raise tk.Invalid(tk._("At most {n} characters").format(n=LONGEST_NOTE))
    return value


def _decision(value: str) -> str:
    if value not in DECISIONS:
        raise tk.Invalid(tk._("Give accepted, declined or pending"))
    return value


def _reason_given(key: Any, data: Any, errors: Any, context: Any) -> None:
    if data.get(("decision",)) == DECLINED and not data.get(("reason",)):
        errors[("reason",)] = [tk._("Say why the dataset is declined: its steward reads it")]
