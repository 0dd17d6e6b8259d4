"""Versions of a city's inventory in a few lines: a city as in tests/cases/inventory, again and again."""

import json
import runpy
from pathlib import Path

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory.request import (
    CityTable,
    InventoryRequest,
    computed,
    history_entry,
)

CITY = runpy.run_path(str(Path(__file__).with_name("inventory_city.py")))
AS_OF = "2026-11-{:02}T08:00:00+00:00"


def request_of(city, folder, number=1, history=()):
    """What is asked for a version of a city; its files are written into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    CITY["write"](city, folder)
    settings = json.loads((folder / "city.json").read_text(encoding="utf-8"))
    names = city.get("datasets", {})
    tables = [CityTable(f"{n}.csv", text.encode()) for n, text in enumerate(city.get("tables", []))]
    summaries = {name: folder / name / "summary.json" for name in names}
    return InventoryRequest(settings, summaries, tables, list(history), number, AS_OF.format(number))


def published(city, folder, number=1, history=()):
    """A version: what was asked, its files, and its entry for the history."""
    request = request_of(city, folder, number, history)
    files = computed(request, FindingLog())
    return request, files, history_entry(request, files)


def series(cities, folder, withheld=()):
    """Versions 1, 2, ... of a city one after the other; those withheld are in no history after them."""
    history, found = [], []
    for number, city in enumerate(cities, 1):
        request, files, entry = published(city, folder / str(number), number, history)
        found.append((request, files))
        history += [] if number in withheld else [entry]
    return found
