"""The demo catalogue, and waiting until its footprints are published."""

from __future__ import annotations

import time

from . import health, portal
from .place import Place
from .steps import digest
from .words import StopError

UNDER_WAY = {"owed", "running"}
PATIENCE = 180


def inputs(place: Place) -> str:
    """Changes with the catalogue's files."""
    return digest([place.source / "deploy/demo"])


def load(place: Place) -> None:
    """Load it through the same actions a steward uses, and wait for what it sets going."""
    portal.ckan(place, "khonkaencarbon", "demo", "--from", place.source / "deploy/demo")
    wait(place)


def wait(place: Place) -> None:
    """Wait until no public activity dataset is owed a footprint."""
    limit = time.monotonic() + PATIENCE
    while waiting := [name for name, state in states(place).items() if state in UNDER_WAY]:
        if time.monotonic() > limit:
            raise StopError(
                f"คำนวณคาร์บอนฟุตพริ้นท์ไม่เสร็จใน {PATIENCE} วินาที ({', '.join(waiting)}): ดูบันทึกด้วย "
                "deploy/logs worker แล้วสั่งใหม่",
                f"Footprints not published within {PATIENCE} seconds ({', '.join(waiting)}): see "
                "deploy/logs worker, then run this again.",
            )
        time.sleep(1)


def states(place: Place) -> dict[str, str]:
    """State of the run of every public activity dataset, by the dataset's name."""
    found = health.action(
        place, "package_search", fq="dataset_type:activity-data", rows=1000, include_private="false"
    )
    return {
        dataset["name"]: health.action(place, "khonkaencarbon_run_show", id=dataset["id"])["state"]
        for dataset in found["results"]
    }
