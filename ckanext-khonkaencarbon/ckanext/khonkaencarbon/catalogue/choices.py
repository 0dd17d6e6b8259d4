"""What may be chosen in a field, in both languages (schemas/choices.csv, schemas/licences.csv).

Values are those of the government's data catalogue. Licences may also be given by CKAN's ids, which most
programs send; they are kept as given and counted as one.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

Choice = Mapping[str, Any]

OTHER = "อื่นๆ"
UNSPECIFIED_LICENCE = "License not specified"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of schemas/ that people edit by hand."""
    path = resources.files("ckanext.khonkaencarbon.schemas") / name
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


@cache
def lists() -> Mapping[str, Sequence[Choice]]:
    """Choices by list, in the order of the file, each as ckanext-scheming wants it."""
    found: dict[str, list[Choice]] = defaultdict(list)
    for row in rows("choices.csv"):
        found[row["list"]].append(_choice(row))
    return found


@cache
def licences() -> Mapping[str, Mapping[str, str]]:
    """The licences of the government's catalogue by value."""
    return {row["value"]: row for row in rows("licences.csv")}


@cache
def licence_choices() -> Sequence[Choice]:
    """The licences of the government's catalogue, as a form offers them."""
    return [_choice(row) for row in licences().values()]


@cache
def _by_ckan_id() -> Mapping[str, str]:
    return {row["ckan"]: value for value, row in licences().items() if row["ckan"]}


def licence_of_catalogue(value: str) -> str:
    """The value of the government's catalogue for an id of CKAN's; others as they are."""
    return _by_ckan_id().get(value, value)


def licence_of_ckan(value: str) -> str:
    """CKAN's id for a value of the government's catalogue; others as they are."""
    return licences().get(value, {}).get("ckan") or value


def meant(value: str, choices: Sequence[Choice]) -> str | None:
    """The value of a choice that was given by its value or by its label in either language."""
    words = value.strip().casefold()
    for choice in choices:
        if words in (
            str(choice["value"]).casefold(),
            *(str(one).casefold() for one in choice["label"].values()),
        ):
            return str(choice["value"])
    return None


def _choice(row: Mapping[str, str]) -> Choice:
    return {"value": row["value"], "label": {"th": row["th"], "en": row["en"]}}
