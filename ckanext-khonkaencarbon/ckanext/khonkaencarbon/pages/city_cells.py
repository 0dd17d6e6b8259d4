"""The City Dashboard's other pages: coverage, one figure, what one organisation published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary
from ckanext.khonkaencarbon.pages import notation
from ckanext.khonkaencarbon.pages.city_names import reference_name, status_names
from ckanext.khonkaencarbon.pages.city_requests import Requests, may_be_asked
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city import show
from ckanext.khonkaencarbon.portal.city.inventory import Present


def coverage(now: Present, asked: Requests) -> dict[str, Any]:
    """The 54 references by year: for each cell its status, its figure or key, and where it leads."""
    cells: dict[tuple[str, int], dict[str, Any]] = {
        (row["gpc_ref"], row["year"]): {**row, "asked": asked.of(row["year"], row["gpc_ref"])}
        for row in now.cells
    }
    years = now.years
    return {
        "now": now,
        "years": years,
        "statuses": status_names(),
        "asked": asked.listed,
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


def cell(now: Present, asked: Requests, year: int, gpc_ref: str) -> dict[str, Any] | None:
    """One figure with everything it is made of; None where there is no such cell."""
    found = show.trace(now, year, gpc_ref)
    if found is None:
        return None
    known = load_vocabulary().activities
    return {
        "now": now,
        "cell": found,
        "name": reference_name(gpc_ref),
        "statuses": status_names(),
        "activities": {code: language.text(one.label) for code, one in known.items()},
        "asked": asked.of(year, gpc_ref),
        "may_ask": may_be_asked(found["status"]),
        "notation_form": notation.form_of_cell(now.city, found["status"], year, gpc_ref),
    }


def organisation(now: Present, asked: Requests, found: Mapping[str, Any]) -> dict[str, Any]:
    """What an organisation published of what counts, and what the city asks of it."""
    return {
        "now": now,
        "footprint": show.organisation(now, found["name"], {}),
        "title": language.named(found),
        "organization": found,
        "asked": asked.of_organisation(found["name"]),
    }
