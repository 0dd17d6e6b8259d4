"""The City Dashboard's pages: the total in plain words, what it is made of, what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.inventory.model import (
    COMPUTED,
    CONFLICT,
    MISSING,
    NOTATION,
    PARTIAL,
    TYPED,
)
from ckanext.khonkaencarbon.footprint.inventory.totals import subsector
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city import show
from ckanext.khonkaencarbon.portal.city.inventory import Present

MOST_ORGANISATIONS = 50  # on the first page; the file has all
VALUES = (COMPUTED, PARTIAL, TYPED)
FILES = ("inventory.csv", "coverage.csv", "timeseries.csv", "organisations.csv", "totals.json")


@dataclass(frozen=True)
class Bar:
    """A row of a chart, which is a table with bars."""

    label: str
    tonnes: str
    share: int  # per cent of the longest bar
    href: str = ""
    is_current: bool = False
    partial: bool = False
    children: Sequence[Bar] = ()


@dataclass(frozen=True)
class Dashboard:
    """What ``/carbon`` says about one year."""

    now: Present
    year: int | None

    @property
    def totals(self) -> Mapping[str, Any]:
        """The totals of the year."""
        found: Mapping[str, Any] = self.now.figures[str(self.year)]
        return found

    @property
    def has_figures(self) -> bool:
        """Whether anything was counted in the year."""
        return self.year is not None and any(self.totals["coverage"][status] for status in VALUES)

    @property
    def per_resident(self) -> str | None:
        """Tonnes of CO2e for each resident."""
        ratio = self.totals["per_resident"]
        return f"{Decimal(ratio['basic']) / 1000:,.2f}" if ratio else None

    @cached_property
    def years(self) -> list[Bar]:
        """The BASIC total of each year; partial ones are drawn differently."""
        found = [(year, self.now.figures[str(year)]) for year in self.now.years]
        weights = {str(year): Decimal(totals["basic"]) for year, totals in found}
        partial = {str(year): bool(totals["incomplete"]) for year, totals in found}
        return [
            Bar(
                language.year(name),
                language.tonnes(value),
                share,
                tk.url_for("khonkaencarbon_city.index", year=name),
                name == str(self.year),
                partial[name],
            )
            for name, value, share in _shares(weights)
        ]

    @cached_property
    def sectors(self) -> list[Bar]:
        """Sectors of BASIC, their sub-sectors inside."""
        basic = self.totals["frameworks"]["basic"]
        weights = {name: Decimal(value) for name, value in basic["by_sector"].items()}
        inner = {name: Decimal(value) for name, value in basic["by_subsector"].items()}
        return [
            Bar(
                f"{name} {language.text(sector_names()[name])}",
                language.tonnes(value),
                share,
                children=self._subsectors({one: inner[one] for one in inner if one.split(".")[0] == name}),
            )
            for name, value, share in _shares(weights)
        ]

    @staticmethod
    def _subsectors(weights: Mapping[str, Decimal]) -> list[Bar]:
        return [
            Bar(f"{name} {language.text(subsector_names()[name])}", language.tonnes(value), share)
            for name, value, share in _shares(weights)
        ]

    @cached_property
    def organisations(self) -> list[Bar]:
        """What organisations published of what counts, inside a city-level figure or counted by itself."""
        weights = dict(self.now.largest_organisations(self.year or 0, "basic", MOST_ORGANISATIONS))
        return [
            Bar(organisation_name(self.now, name), language.tonnes(value), share, self._page_of(name))
            for name, value, share in sorted(_shares(weights), key=lambda one: -one[1])
        ]

    def _page_of(self, organisation: str) -> str:
        known = organisation in self.now.organisations
        return tk.url_for("khonkaencarbon_city.organisation", id=organisation) if known else ""

    @cached_property
    def coverage(self) -> list[tuple[str, int, str]]:
        """Status -> how many of the 54 references have it, with its name."""
        counts = self.totals["coverage"]
        return [(status, counts[status], status_names()[status]) for status in counts if counts[status]]

    @cached_property
    def missing(self) -> list[dict[str, Any]]:
        """References of BASIC that have nothing yet, with who could answer."""
        return [
            {"gpc_ref": row["gpc_ref"], "name": reference_name(row["gpc_ref"]),
             "responsible": row["responsible_organisation"]}
            for row in self.now.cells
            if row["year"] == self.year and row["status"] == MISSING and row["basic"] == "true"
        ]  # fmt: skip


def dashboard(now: Present, year: int | None = None) -> Dashboard:
    """The dashboard of a year; of the newest one with figures where none is asked for.

    Raises:
        KeyError: the inventory has no such year.
    """
    if year is not None and year not in now.years:
        raise KeyError(year)
    if year is None:
        with_figures = [one for one in now.years if Dashboard(now, one).has_figures]
        year = (with_figures or list(now.years) or [None])[-1]
    return Dashboard(now, year)


def coverage(now: Present) -> dict[str, Any]:
    """The 54 references by year: for each cell its status, its figure or key, and where it leads."""
    cells: dict[tuple[str, int], dict[str, Any]] = {(row["gpc_ref"], row["year"]): row for row in now.cells}
    years = now.years
    return {
        "now": now,
        "years": years,
        "statuses": status_names(),
        "rows": [
            {
                "gpc_ref": reference,
                "name": reference_name(reference),
                "scope": gpc.scope(reference),
                "cells": [cells[reference, year] for year in years],
            }
            for reference in gpc.references()
        ],
        "findings": [one for one in now.log.listed if one.severity != "remark" or one.needs_decision],
    }


def cell(now: Present, year: int, gpc_ref: str) -> dict[str, Any] | None:
    """One figure with everything it is made of; None where there is no such cell."""
    found = show.trace(now, year, gpc_ref)
    if found is None:
        return None
    known = load_vocabulary().activities
    activities = {code: language.text(one.label) for code, one in known.items()}
    words = {"name": reference_name(gpc_ref), "statuses": status_names(), "activities": activities}
    return {"now": now, "cell": found, **words}


def organisation(now: Present, name: str) -> dict[str, Any]:
    """What an organisation published of what counts."""
    found = show.organisation(now, name, {})
    return {"now": now, "footprint": found, "title": organisation_name(now, name)}


def organisation_name(now: Present, name: str) -> str:
    """The title of an organisation in the page's language; its name where it is not one of the portal."""
    known = now.organisations.get(name)
    if not known:
        return name or tk._("Not stated")
    return language.named({**known, "title_translated": json.loads(known["titles"])})


def reference_name(gpc_ref: str) -> str:
    """The sub-sector of a reference in the page's language."""
    return language.text(subsector_names()[subsector(gpc_ref)])


@cache
def sector_names() -> dict[str, dict[str, str]]:
    """Sector -> its names."""
    return {
        row["sector"]: {"th": row["sector_th"], "en": row["sector_en"]} for row in gpc.references().values()
    }


@cache
def subsector_names() -> dict[str, dict[str, str]]:
    """Sub-sector -> its names."""
    return {
        subsector(name): {"th": row["subsector_th"], "en": row["subsector_en"]}
        for name, row in gpc.references().items()
    }


def status_names() -> dict[str, str]:
    """What each status of coverage is called."""
    return {
        COMPUTED: tk._("Computed"),
        PARTIAL: tk._("Computed in part"),
        TYPED: tk._("Typed by the city"),
        NOTATION: tk._("Notation key"),
        CONFLICT: tk._("Sources contradict each other"),
        MISSING: tk._("Nothing yet"),
    }


def _shares(weights: Mapping[str, Decimal]) -> list[tuple[str, Decimal, int]]:
    longest = max(map(abs, weights.values()), default=Decimal(0))
    return [
        (name, value, round(100 * abs(value) / longest) if longest else 0)
        for name, value in sorted(weights.items())
    ]
