"""The pages of the versions of the inventory, and its recalculation log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.inventory.recalculation import counted
from ckanext.khonkaencarbon.portal import language, products
from ckanext.khonkaencarbon.portal.city.versions import reading

LISTS = ("datasets_added", "datasets_changed", "datasets_removed", "settings_changed", "tables_changed")
BASIC, SHOWN = "basic", 100  # rows of the log on the page of all versions


@dataclass(frozen=True)
class CityVersions:
    """What such a page says."""

    dataset_id: str
    versions: Sequence[Mapping[str, Any]]
    log: Sequence[Mapping[str, Any]]  # rows of BASIC alone, the newest first
    number: int | None = None  # of a page of one version

    @property
    def names(self) -> Mapping[str, str]:
        """What each file is called."""
        known = products.products(products.CITY).values()
        return {one.file: language.text(dict(one.name)) for one in known}

    def why(self, row: Mapping[str, Any]) -> str:
        """The cause of a row of the log in a few words."""
        words = {
            "datasets_added": tk._("datasets added: {n}"),
            "datasets_changed": tk._("datasets with a new version: {n}"),
            "datasets_removed": tk._("datasets removed: {n}"),
            "settings_changed": tk._("settings changed: {n}"),
            "tables_changed": tk._("tables of the city changed: {n}"),
        }
        said = [words[name].format(n=counted(row[name])) for name in LISTS if row[name]]
        return " · ".join(said)


def for_city(dataset_id: str) -> CityVersions:
    """All versions, and the log as it may be read now."""
    log = [row for row in reading.log(dataset_id) if row["framework"] == BASIC]
    return CityVersions(dataset_id, reading.listed(dataset_id), log[::-1][:SHOWN])


def for_version(dataset_id: str, number: int) -> CityVersions | None:
    """One version, None where there is none."""
    found = reading.listed(dataset_id, number)
    log = [row for row in reading.log(dataset_id) if row["framework"] == BASIC and row["version"] == number]
    return CityVersions(dataset_id, found, log, number) if found else None
