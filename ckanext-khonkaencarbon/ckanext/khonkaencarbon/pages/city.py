"""The City Dashboard's first page: the total in plain words, what it is made of, what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.inventory.model import COMPUTED, MISSING, PARTIAL, TYPED
from ckanext.khonkaencarbon.pages import outline
from ckanext.khonkaencarbon.pages.bars import Bar, largest_first, shares
from ckanext.khonkaencarbon.pages.city_names import (
    organisation_kind,
    organisation_name,
    organisation_page,
    part_name,
    reference_name,
    status_names,
)
from ckanext.khonkaencarbon.pages.city_requests import Requests
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city.inventory import Present
from ckanext.khonkaencarbon.portal.city.members import Member

MOST_ORGANISATIONS = MOST_SOURCES = 50  # on the first page; the files have all
VALUES = (COMPUTED, PARTIAL, TYPED)


@dataclass(frozen=True)
class Dashboard:
    """What ``/carbon`` says about one year."""

    now: Present
    asked: Requests
    year: int | None

    @property
    def totals(self) -> Mapping[str, Any]:
        """The totals of the year."""
        found: Mapping[str, Any] = self.now.figures[str(self.year)]
        return found

    @property
    def _basic(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.totals["frameworks"]["basic"]
        return found

    @property
    def has_figures(self) -> bool:
        """Whether anything was counted in the year."""
        return self.year is not None and any(self.totals["coverage"][status] for status in VALUES)

    @property
    def valued(self) -> int:
        """How many of the 54 references have a figure."""
        return sum(self.totals["coverage"][status] for status in VALUES)

    @property
    def per_resident(self) -> dict[str, Any] | None:
        """Tonnes of CO2e for each resident, with how many there are and of which year that is known."""
        ratio = self.totals["per_resident"]
        return ratio and {
            "tonnes": language.tonnes(ratio["basic"]),
            "residents": language.figure(ratio["denominator"]),
            "year": ratio["denominator_year"],
        }

    @cached_property
    def years(self) -> list[Bar]:
        """The BASIC total of each year; partial ones are drawn differently."""
        found = {str(year): self.now.figures[str(year)] for year in self.now.years}
        return [
            Bar(
                language.year(name),
                value,
                share,
                tk.url_for("khonkaencarbon_city.index", year=name),
                name == str(self.year),
                bool(found[name]["incomplete"]),
            )
            for name, value, share in shares({name: totals["basic"] for name, totals in found.items()})
        ]

    @cached_property
    def sectors(self) -> list[Bar]:
        """Sectors of BASIC, their sub-sectors inside; each leads to its references and organisations."""
        inner = self._basic["by_subsector"]
        return [
            self._part(*one, self._inside({name: inner[name] for name in inner if _sector(name) == one.name}))
            for one in shares(self._basic["by_sector"])
        ]

    def _inside(self, weights: Mapping[str, str]) -> list[Bar]:
        return [self._part(*one) for one in shares(weights)]

    def _part(self, name: str, weight: Decimal, share: int, children: Any = ()) -> Bar:
        href = tk.url_for("khonkaencarbon_city.cell", year=self.year, gpc_ref=name)
        return Bar(part_name(name), weight, share, href, children=children)

    @cached_property
    def organisations(self) -> list[Bar]:
        """What organisations published of what counts, inside a city-level figure or counted by itself."""
        found = self.now.largest_organisations(self.year or 0, "basic", MOST_ORGANISATIONS)
        return [
            Bar(organisation_name(self.now, name), value, share, organisation_page(self.now, name))
            for name, value, share in largest_first({name: plain(value) for name, value in found})
        ]

    @cached_property
    def kinds(self) -> list[Bar]:
        """The same by kind of organisation."""
        found = self.now.by_organisation_type(self.year or 0, "basic")
        weights = largest_first({name: plain(value) for name, value in found.items()})
        return [Bar(organisation_kind(name), value, share) for name, value, share in weights]

    @cached_property
    def coverage(self) -> list[dict[str, Any]]:
        """How many of the 54 references have each status, where its part of the bar begins and ends."""
        found, begins, names = [], 0, status_names()
        for status, number in self.totals["coverage"].items():
            if number:
                found.append({"status": status, "n": number, "name": names[status], "begins": begins})
            begins += number
        return found

    @cached_property
    def missing(self) -> list[dict[str, Any]]:
        """References of BASIC that have nothing yet, with who could answer and who was asked."""
        return [
            {
                "gpc_ref": row["gpc_ref"],
                "name": reference_name(row["gpc_ref"]),
                "responsible": row["responsible_organisation"],
                "asked": self.asked.of(row["year"], row["gpc_ref"]),
            }
            for row in self.now.cells
            if row["year"] == self.year and row["status"] == MISSING and row["basic"] == "true"
        ]

    @cached_property
    def sources(self) -> list[dict[str, Any]]:
        """Datasets that the year's figures are made of; the files name all of them."""
        found = self.now.datasets_of_year(self.year or 0, MOST_SOURCES)
        return [_source(self.now, one) for one in found]

    @cached_property
    def outline(self) -> outline.Outline | None:
        """The city's boundary, where it gave one."""
        city = self.now.city
        return outline.of(city.fields) if city and city.public else None


def dashboard(now: Present, asked: Requests, year: int | None = None) -> Dashboard:
    """The dashboard of a year; of the newest one with figures where none is asked for.

    Raises:
        KeyError: the inventory has no such year.
    """
    if year is not None and year not in now.years:
        raise KeyError(year)
    if year is None:
        with_figures = [one for one in now.years if Dashboard(now, asked, one).has_figures]
        year = (with_figures or list(now.years) or [None])[-1]
    return Dashboard(now, asked, year)


def _source(now: Present, one: Member) -> dict[str, Any]:
    titles = {"title": one.title, "title_translated": json.loads(one.titles)}
    who = organisation_name(now, one.organisation)
    return {"id": one.id, "name": one.name, "version": one.version, "who": who, **titles}


def _sector(subsector: str) -> str:
    return subsector.partition(".")[0]
