"""What a planner has to know about an inventory, as findings."""

from __future__ import annotations

from collections.abc import Sequence

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.entries import residual
from ckanext.khonkaencarbon.footprint.inventory.model import COMPUTED, NOTATION, PARTIAL, TYPED
from ckanext.khonkaencarbon.footprint.inventory.rollup import Inventory
from ckanext.khonkaencarbon.footprint.inventory.selection import (
    CONFLICTING,
    NESTED,
    NOT_PICKED,
    SPLIT,
)
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings

_NOTES = {
    CONFLICTING: "inventory-conflict",
    NOT_PICKED: "inventory-not-picked",
    NESTED: "inventory-nested",
    SPLIT: "inventory-split-by-days",
}
_VALUES = (COMPUTED, PARTIAL, TYPED)


def remark(inventory: Inventory, log: FindingLog) -> None:
    """Add the findings of a roll-up, in the order of years and references."""
    for note in inventory.noted:
        log.add(
            finding(
                _NOTES[note.what],
                value=", ".join(note.datasets),
                year=note.key.year,
                reference=note.key.gpc_ref,
                activity=note.key.activity,
                days=note.days,
                co2e=note.co2e_kg,
            )
        )
    for code, year, reference in inventory.remarks:
        entry = inventory.entries[year, reference]
        key = entry.notation.key if entry.notation else ""
        left = plain(residual(entry.parts))
        log.add(finding(code, value=key or reference, year=year, reference=reference, residual=left))
    _remark_places(inventory, log)
    if inventory.years_outside:
        years = ", ".join(map(str, sorted(inventory.years_outside)))
        log.add(finding("inventory-years-outside", value=years))


def places(inventory: Inventory) -> dict[str, list[tuple[int, str]]]:
    """Code of a finding -> the years and references of those that :func:`remark` adds, in their order."""
    found: dict[str, list[tuple[int, str]]] = {}
    for note in inventory.noted:
        found.setdefault(_NOTES[note.what], []).append((note.key.year, note.key.gpc_ref))
    for code, year, reference in inventory.remarks:
        found.setdefault(code, []).append((year, reference))
    return found


def remark_gwp(log: FindingLog, dataset: str, used: str, settings: CitySettings) -> None:
    """Masses of a dataset that was computed with another GWP set are weighed anew."""
    if used != settings.gwp:
        log.add(finding("inventory-gwp-set", value=dataset, basis=used, gwp=settings.gwp))


def remark_electricity(log: FindingLog, dataset: str, used: str, settings: CitySettings) -> bool:
    """Grid electricity of a dataset on another basis does not count; whether that is so."""
    wanted = settings.electricity
    if used != wanted:
        log.add(finding("inventory-electricity-basis", value=dataset, used=used, wanted=wanted))
    return used != wanted


def remark_editions(log: FindingLog, dataset: str, used: Sequence[str], settings: CitySettings) -> None:
    """A dataset that was computed with other editions, or in another order, than the city wants."""
    if settings.editions and tuple(used) != settings.editions:
        wanted = ", ".join(settings.editions)
        log.add(finding("inventory-editions", value=dataset, used=", ".join(used), wanted=wanted))


def _remark_places(inventory: Inventory, log: FindingLog) -> None:
    """An IE that names a place where nothing is counted."""
    for (year, reference), entry in inventory.entries.items():
        if entry.status != NOTATION or entry.notation is None or not entry.notation.elsewhere:
            continue
        place = entry.notation.elsewhere
        if inventory.entries[year, place].status not in _VALUES:
            log.add(finding("notation-nowhere", value=f"IE ({place})", reference=reference, year=year))
