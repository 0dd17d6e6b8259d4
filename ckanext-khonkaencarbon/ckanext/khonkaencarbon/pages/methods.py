"""The methods that footprints are computed by, as the registry describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output import methods
from ckanext.khonkaencarbon.portal.language import text

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """What people may set, and what is taken where they do not."""

    name: str
    label: str
    allowed: str
    default: str
    only_for: Sequence[str]  # labels of activities; empty: all of the method


@dataclass(frozen=True)
class Activity:
    """An activity of a method: where the GPC puts it, and how it is measured."""

    code: str
    label: str
    units: Sequence[str]
    references: Sequence[tuple[str, str]]  # with their names


@dataclass(frozen=True)
class Method:
    """One method in the page's language; the equation is that of the registry, one formula a line."""

    id: str
    version: str
    title: str
    equation: Sequence[str]
    source: str
    inputs: str
    parameters: Sequence[Parameter]
    activities: Sequence[Activity]
    numbers: Sequence[Json]

    @property
    def references(self) -> Sequence[tuple[str, str]]:
        """The references of all its activities, in the order of the GPC."""
        used = {reference for one in self.activities for reference, _ in one.references}
        return [(one, reference_name(one)) for one in gpc.references() if one in used]


def listed() -> list[Method]:
    """Every method, by id."""
    return [method(one) for one in sorted(METHODS)]


def method(method_id: str) -> Method:
    """One method; KeyError where there is no such one."""
    found = _description(method_id)
    labels = {one["code"]: text(one["label"]) for one in found["activities"]}
    return Method(
        id=found["id"],
        version=found["version"],
        title=text(found["title"]),
        equation=found["equation"].split("; "),
        source=found["source"],
        inputs=text(found["inputs"]),
        parameters=[_parameter(one, labels) for one in found["parameters"]],
        activities=[_activity(one) for one in found["activities"]],
        numbers=found["numbers"],
    )


def title(method_id: str) -> str:
    """What people call a method; its id where the registry knows it no more."""
    return text(METHODS[method_id].title) if method_id in METHODS else method_id


def reference_name(reference: str) -> str:
    """Sub-sector of a GPC reference in words; nothing for an unknown one."""
    row = gpc.references().get(reference)
    return text(Text(row["subsector_th"], row["subsector_en"])) if row else ""


@cache
def _description(method_id: str) -> Json:
    return methods.description(method_id)


def _parameter(one: Json, labels: Mapping[str, str]) -> Parameter:
    default = one["default"]
    return Parameter(
        name=one["name"],
        label=text(one["label"]),
        allowed=one["allowed"],
        default=tk._(default) if default else "",
        only_for=[labels[code] for code in one["activities"]],
    )


def _activity(one: Json) -> Activity:
    references = [(reference, reference_name(reference)) for reference in one["references"]]
    return Activity(one["code"], text(one["label"]), one["units"], references)
