"""The pages of versions: all of them with their downloads, and one line with its whole sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary
from ckanext.khonkaencarbon.portal import address, language, overview, trace, versions


@dataclass(frozen=True)
class Versions:
    """What the page of versions says."""

    dataset_id: str
    versions: Sequence[Mapping[str, Any]]
    lines: Sequence[Mapping[str, Any]] = ()  # the largest of the version shown
    number: int | None = None  # of the version whose lines are shown
    stale: Mapping[str, str] | None = None  # that the version in force is out of date
    may_withdraw: bool = False
    is_alone: bool = False  # a page of one version

    @property
    def names(self) -> Mapping[str, str]:
        """What each file is called in the table of downloads."""
        return {
            "summary.csv": "CSV",
            "summary.json": "JSON",
            "findings.json": tk._("Findings"),
            "datapackage.json": tk._("Data package"),
            "bundle.zip": tk._("Verification bundle"),
        }


@dataclass(frozen=True)
class LinePage:
    """What the page of a line says; ``sum`` is what the core's trace gives."""

    dataset_id: str
    sum: Mapping[str, Any]

    @property
    def number(self) -> int:
        """The version."""
        return int(self.sum["version"])

    @property
    def line(self) -> Mapping[str, Any]:
        """The line as in summary.json."""
        line: Mapping[str, Any] = self.sum["line"]
        return line

    @property
    def activity(self) -> str:
        """The activity in words, with its code."""
        return f"{activity(self.line['activity'])} ({self.line['activity']})"

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Where the first rows behind the line stand; empty where that was not noted."""
        return self.sum["rows_behind"] or ()

    @property
    def bundle(self) -> str:
        """Address of the bundle that holds these rows; empty where the version has none."""
        version = overview.version(self.dataset_id, self.number)
        there = version is not None and "bundle.zip" in version.files
        return address.path_of(self.dataset_id, self.number, "bundle.zip") if there else ""

    @property
    def frameworks(self) -> Sequence[str]:
        """The totals of a city that the line counts in."""
        names = {"basic": "BASIC", "basic_plus": "BASIC+", "territorial": tk._("territorial")}
        return [names[one] for one in self.sum["frameworks"]]


def period(row: Mapping[str, Any]) -> str:
    """First and last day of a line as people write them."""
    first, last = (language.moment(str(row[name])) for name in ("period_start", "period_end"))
    return f"{first} – {last}"


def activity(code: str) -> str:
    """An activity in the language of the page; a code that is no longer known as it is."""
    known = load_vocabulary().activities.get(code)
    return language.text(known.label) if known else code


def for_dataset(dataset_id: str) -> Versions:
    """The versions of a dataset that the visitor may see."""
    found = versions.listed(dataset_id)
    number = next((one["number"] for one in found if one["in_force"]), None)
    return _page(dataset_id, found, number, is_alone=False)


def for_version(dataset_id: str, number: int) -> Versions | None:
    """One version of a dataset, None where there is none."""
    found = [one for one in versions.listed(dataset_id) if one["number"] == number]
    return _page(dataset_id, found, number, is_alone=True) if found else None


def _page(
    dataset_id: str, found: Sequence[Mapping[str, Any]], number: int | None, is_alone: bool
) -> Versions:
    run = overview.run_state(dataset_id) or {}
    lines = trace.largest(dataset_id, number) if number else []
    shown = [{**one, "withdraw": not one["in_force"] and not one["withdrawn_at"]} for one in found]
    return Versions(
        dataset_id,
        shown,
        [{**one, "period": period(one), "activity": activity(one["activity"])} for one in lines],
        number,
        run.get("stale_text"),
        tk.h.check_access("package_update", {"id": dataset_id}),
        is_alone,
    )


def for_line(dataset_id: str, line_id: str, number: int | None) -> LinePage | None:
    """One line of a version; None where there is none."""
    traced = trace.trace(dataset_id, line_id, number)
    return None if traced is None else LinePage(dataset_id, {**traced, "period": period(traced["line"])})
