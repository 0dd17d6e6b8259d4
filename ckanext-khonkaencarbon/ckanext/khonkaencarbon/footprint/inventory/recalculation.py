"""The recalculation log: which figures of earlier versions of the inventory changed, by how much, and why.

The GPC asks a city to calculate its base year again when boundary, method or data change significantly; it
leaves to the city what is significant, so no threshold is stated here and every change is a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint.digest import compact
from ckanext.khonkaencarbon.footprint.exact import EXACT
from ckanext.khonkaencarbon.footprint.inventory.output import Cell, csv_bytes
from ckanext.khonkaencarbon.footprint.inventory.settings import settings_from_json
from ckanext.khonkaencarbon.footprint.inventory.totals import FRAMEWORKS, change_pct

CAUSE_COLUMNS = (
    "datasets_added", "datasets_removed", "datasets_changed", "settings_changed", "tables_changed",
)  # fmt: skip
RECALCULATION_COLUMNS = (
    "version", "as_of", "year", "framework", "before_co2e_kg", "after_co2e_kg", "change_co2e_kg",
    "change_pct", "base_year", *CAUSE_COLUMNS, "versions_withheld",
)  # fmt: skip
MADE_OF, CAUSES = "made_of", "causes"  # keys of an entry: what the version is made of, why it is another
LISTED = 50  # names in one cell; of more, the last element says how many: +12
_DATASETS = "datasets"
_OF_A_DATASET = {"reporting_boundary": None, "organisation": "", "facility": ""}

Entry = Mapping[str, Any]


def entry(
    number: int,
    as_of: str,
    totals: Mapping[str, Any],
    settings: Mapping[str, Any],
    datasets: Mapping[str, str],
    tables: Mapping[str, str],
) -> dict[str, Any]:
    """What is kept of a version while the next is to be compared with it, as JSON.

    Args:
        number: of the version.
        as_of: the instant that it is of.
        totals: totals.json, by year.
        settings: khonkaencarbon-city-settings/1; kept as far as figures depend on them.
        datasets: id -> version of the datasets that count.
        tables: name -> checksum of what the city typed.

    Raises:
        FileRefused: the settings cannot be used.
    """
    chosen = _deciding(settings, datasets)
    return {
        "number": number,
        "as_of": as_of,
        "totals": {year: {name: of[name] for name in FRAMEWORKS} for year, of in sorted(totals.items())},
        "base_year": chosen["base_year"],
        MADE_OF: {
            "settings": chosen,
            "datasets": dict(sorted(datasets.items())),
            "tables": dict(sorted(tables.items())),
        },
    }


def told(before: Entry | None, after: Entry) -> dict[str, Any]:
    """The same of a version that others follow: why it differs from the one before, not what it is made of.

    Args:
        before: the entry of the version before it, with what it is made of; None where there is none.
        after: the entry of the version.
    """
    kept = {name: value for name, value in after.items() if name != MADE_OF}
    follows = before is not None and before["number"] + 1 == after["number"]
    return {**kept, CAUSES: dict(zip(CAUSE_COLUMNS, _why(before if follows else None, after), strict=True))}


def recalculations(history: Sequence[Entry]) -> Iterator[tuple[Cell, ...]]:
    """Rows under ``RECALCULATION_COLUMNS``: version by year and framework whose figure is another one.

    A version is compared with the one before it: by what both are made of, or as it was told when others
    followed it. Of the first, and of one before which versions are missing (their figures are not shown any
    more), every figure is a row without one before, change and causes.
    """
    before: Entry | None = None
    number = 0
    for after in history:
        withheld = range(number + 1, after["number"])
        yield from _rows(None if withheld else before, after, ";".join(map(str, withheld)))
        before, number = after, after["number"]


def recalculations_csv(history: Sequence[Entry]) -> bytes:
    """recalculations.csv; the last entry is that of the present version."""
    return csv_bytes(RECALCULATION_COLUMNS, recalculations(history))


def _rows(before: Entry | None, after: Entry, withheld: str) -> Iterator[tuple[Cell, ...]]:
    known: Mapping[str, Any] = before["totals"] if before else {}
    why = _why(before, after)
    for year in sorted(known.keys() | after["totals"].keys()):
        is_base = year == str(after["base_year"])
        for framework in FRAMEWORKS:
            was, now = (of.get(year, {}).get(framework) for of in (known, after["totals"]))
            if was != now:
                head = (after["number"], after["as_of"], int(year), framework)
                yield (*head, was, now, *_change(was, now), is_base, *why, withheld)


def _change(was: str | None, now: str | None) -> tuple[Decimal | None, str | None]:
    """The difference and its percentage; of a year that one of the versions has not, there is none."""
    if was is None or now is None:
        return None, None
    return EXACT.subtract(Decimal(now), Decimal(was)), change_pct(Decimal(now), Decimal(was))


def _why(before: Entry | None, after: Entry) -> tuple[str, ...]:
    """Under ``CAUSE_COLUMNS``; as it was told of a version that others follow."""
    if before is None:
        return ("",) * len(CAUSE_COLUMNS)
    if CAUSES in after:
        return tuple(after[CAUSES][name] for name in CAUSE_COLUMNS)
    return _causes(before[MADE_OF], after[MADE_OF])


def _causes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    old, new = before[_DATASETS], after[_DATASETS]
    both = old.keys() & new.keys()
    return (
        _listed(f"{name}@{new[name]}" for name in new.keys() - old.keys()),
        _listed(f"{name}@{old[name]}" for name in old.keys() - new.keys()),
        _listed(f"{name}@{old[name]}>{new[name]}" for name in both if old[name] != new[name]),
        _listed(_settings_changed(before["settings"], after["settings"])),
        _listed(_differing(before["tables"], after["tables"])),
    )


def _settings_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Names of settings; of datasets that both versions have, each whose level or organisation changed."""
    for name in _differing(old, new, lambda name: name != _DATASETS):
        yield name
    were, are = old[_DATASETS], new[_DATASETS]
    for name in _differing(were, are, lambda name: name in were and name in are):
        yield f"{_DATASETS}.{name}"


def _differing(
    old: Mapping[str, Any], new: Mapping[str, Any], wanted: Callable[[str], bool] = lambda _: True
) -> list[str]:
    return [name for name in old.keys() | new.keys() if wanted(name) and old.get(name) != new.get(name)]


def _listed(names: Iterable[str]) -> str:
    found = sorted(names)
    more = [f"+{len(found) - LISTED}"] if len(found) > LISTED else []
    return ";".join([*found[:LISTED], *more])


def counted(listed: str) -> int:
    """How many names a cell of the log lists, those included that it only counts."""
    names = listed.split(";") if listed else []
    more = names.pop() if names and names[-1].startswith("+") else ""
    return len(names) + int(more or 0)


def _deciding(settings: Mapping[str, Any], datasets: Iterable[str]) -> dict[str, Any]:
    """The settings on which figures depend, with defaults filled in."""
    chosen = settings_from_json(settings)
    given = settings.get(_DATASETS, {})
    choices = [
        {key: value for key, value in one.items() if key != "note"} for one in settings.get("choices", [])
    ]
    return {
        "years": list(chosen.years),
        "base_year": chosen.base_year,
        "gwp": chosen.gwp,
        "electricity": chosen.electricity,
        "waste_to_energy": chosen.waste_to_energy,
        "choices": sorted(choices, key=compact),
        _DATASETS: {
            name: {key: given[name].get(key, other) for key, other in _OF_A_DATASET.items()}
            for name in sorted(datasets)
            if name in given
        },
    }
