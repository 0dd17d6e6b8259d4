"""The files of the inventory as they are downloaded: whole, or a CSV of one year."""

from __future__ import annotations

import csv
import io

from ckanext.khonkaencarbon.footprint.inventory.output import COVERAGE_COLUMNS, csv_bytes
from ckanext.khonkaencarbon.pages.city_requests import Requests
from ckanext.khonkaencarbon.portal.city import requests
from ckanext.khonkaencarbon.portal.city.inventory import Present

FILES = (
    "inventory.csv", "coverage.csv", "timeseries.csv", "organisations.csv", "crosscheck.csv", "totals.json",
)  # fmt: skip
COVERAGE = "coverage.csv"
MIMETYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def names(now: Present) -> list[str]:
    """The files that there are."""
    return [name for name in FILES if now.files.get(name) is not None]


def mimetype(name: str) -> str:
    """What kind of file it is."""
    return MIMETYPES[name.rpartition(".")[2]]


def content(now: Present, asked: Requests, name: str, year: str = "") -> bytes | None:
    """The bytes of a file, coverage with who was asked; None where there is no such file.

    Args:
        now: the inventory.
        asked: what the city asked of organisations.
        name: of the file.
        year: of the common era, where only its rows of a CSV are wanted.
    """
    found = now.files.get(name)
    if found is not None and name == COVERAGE:
        rows = requests.noted(now, now.rows(COVERAGE), asked.stored)
        found = csv_bytes(COVERAGE_COLUMNS, ([row[column] for column in COVERAGE_COLUMNS] for row in rows))
    return _of_year(found, year) if found and year and name.endswith(".csv") else found


def _of_year(table: bytes, year: str) -> bytes:
    """The heading and the rows that begin with the year."""
    heading, *rows = csv.reader(io.StringIO(table.decode("utf-8"), newline=""))
    return csv_bytes(heading, [row for row in rows if row[0] == year])
