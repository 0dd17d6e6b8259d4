"""Datasets that speak of the same days of a cell, and what the planner chose among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ckanext.khonkaencarbon.footprint.exact import total
from ckanext.khonkaencarbon.footprint.inventory.carriers import weighted
from ckanext.khonkaencarbon.footprint.inventory.choices import Choice
from ckanext.khonkaencarbon.footprint.inventory.model import FACILITY
from ckanext.khonkaencarbon.footprint.inventory.selection import CONFLICTING
from ckanext.khonkaencarbon.footprint.inventory.settings import choice_of
from ckanext.khonkaencarbon.model.city import MEMBER, NOTE, ROW
from ckanext.khonkaencarbon.portal.city.inventory import Present

_Interval = tuple[date, date, str]  # first and last day, dataset


@dataclass(frozen=True)
class Recorded:
    """A choice of the planner that is about an overlap."""

    choice: Choice
    note: str
    is_of_cell: bool  # about this year, reference and activity, and nothing else


@dataclass(frozen=True)
class Overlap:
    """Datasets of one level and owner that share days, each with one other at least."""

    activity: str
    co2e_kg: dict[str, Decimal]  # by id of a dataset: what it says of the cell
    is_conflict: bool  # some of it waits for the planner
    recorded: list[Recorded] = field(default_factory=list)

    @property
    def declared(self) -> bool:
        """Whether a choice that is about more says that some of these do not overlap."""
        return any(one.choice.disjoint and not one.is_of_cell for one in self.recorded)


def of_cell(now: Present, year: int, gpc_ref: str) -> list[Overlap]:
    """The overlaps of a cell, by activity."""
    intervals: dict[tuple[str, str, bool], set[_Interval]] = defaultdict(set)
    weights: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for row in now.execute(_rows(year, gpc_ref)):
        owner = (row.activity, row.owner, row.level == FACILITY)
        intervals[owner].add((row.period_start, row.period_end, row.dataset_id))
        weight = weighted(row.gas, row.biogenic, row.mass_kg, now.gwp)
        weights[row.activity, row.dataset_id] += [] if weight is None else [weight]
    waiting = _waiting(now, year, gpc_ref)
    found = []
    for activity, owner, is_facility in sorted(intervals):
        for names in _together(intervals[activity, owner, is_facility]):
            said = {name: total(weights[activity, name]) for name in sorted(names)}
            is_conflict = bool(names & waiting.get((activity, owner), set()))
            recorded = [
                one
                for one in recorded_of(now.settings["choices"], year, gpc_ref, activity)
                if _is_about(one.choice, names)
            ]
            found.append(Overlap(activity, said, is_conflict, recorded))
    return found


def recorded_of(stored: Iterable[Any], year: int, gpc_ref: str, activity: str) -> list[Recorded]:
    """The choices that apply to a cell and activity, those about less first."""
    found = []
    for entry in stored:
        choice = choice_of(entry)
        if choice.applies(year, gpc_ref, activity):
            is_of_cell = is_only_about(choice, year, gpc_ref, activity)
            found.append(Recorded(choice, str(entry.get("note") or ""), is_of_cell))
    return sorted(found, key=lambda one: not one.is_of_cell)


def is_only_about(choice: Choice, year: int, gpc_ref: str, activity: str) -> bool:
    """Whether a choice is about this cell and activity and nothing else."""
    return (choice.years, choice.gpc_ref, choice.activity) == ({year}, gpc_ref, activity)


def _is_about(choice: Choice, names: set[str]) -> bool:
    return choice.pick in names or len(choice.disjoint & names) > 1


def _rows(year: int, gpc_ref: str) -> Any:
    names = ("activity", "owner", "dataset_id", "period_start", "period_end", "gas", "biogenic")
    columns = [*(ROW.c[name] for name in names), MEMBER.c.level]
    query = sa.select(*columns, sa.func.sum(ROW.c.mass_kg).label("mass_kg"))
    query = query.select_from(ROW.join(MEMBER, MEMBER.c.dataset_id == ROW.c.dataset_id))
    return query.where(ROW.c.year == year, ROW.c.gpc_ref == gpc_ref).group_by(*columns)


def _waiting(now: Present, year: int, gpc_ref: str) -> dict[tuple[str, str], set[str]]:
    """Activity and owner -> the datasets of which some days wait for the planner."""
    query = sa.select(NOTE.c.activity, NOTE.c.owner, NOTE.c.dataset_ids).where(
        NOTE.c.year == year, NOTE.c.gpc_ref == gpc_ref, NOTE.c.what == CONFLICTING
    )
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in now.execute(query):
        found[row.activity, row.owner] |= set(row.dataset_ids.split(";"))
    return found


def _together(intervals: Iterable[_Interval]) -> list[set[str]]:
    """Datasets that share days, directly or through others; those that share none are left out."""
    groups: list[set[str]] = []
    for names in _runs(intervals):
        apart = [one for one in groups if not one & names]
        groups = [*apart, names.union(*(one for one in groups if one & names))]
    return sorted((one for one in groups if len(one) > 1), key=min)


def _runs(intervals: Iterable[_Interval]) -> list[set[str]]:
    """Datasets by runs of days without a gap between two of their intervals that share a day."""
    runs: list[set[str]] = []
    until = date.min
    for first, last, name in sorted(intervals):
        if runs and first <= until:
            runs[-1].add(name)
        else:
            runs.append({name})
        until = max(until, last)
    return runs
