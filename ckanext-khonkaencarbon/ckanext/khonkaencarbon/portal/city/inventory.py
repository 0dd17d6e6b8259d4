"""The inventory at one instant: read in one snapshot of the database, after what was pending was taken in.

A reader asks each time what counts at this moment. So a dataset that was made private, deleted or declined is
in no answer from the commit of that change on. What is costly to read is read where somebody asks for it,
still of the same instant, and remembered while nothing changes.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory.files import inventory_files
from ckanext.khonkaencarbon.footprint.inventory.model import CityInputs, Entry
from ckanext.khonkaencarbon.footprint.inventory.output import organisations_csv
from ckanext.khonkaencarbon.footprint.inventory.rollup import Inventory, entries_of
from ckanext.khonkaencarbon.model.city import YEAR
from ckanext.khonkaencarbon.portal.city import members
from ckanext.khonkaencarbon.portal.city.home import Home
from ckanext.khonkaencarbon.portal.city.members import Member
from ckanext.khonkaencarbon.portal.city.sums import adding, loading, refresh, remarks, state
from ckanext.khonkaencarbon.portal.city.sums.state import Around, State
from ckanext.khonkaencarbon.portal.city.tables import Stored
from ckanext.khonkaencarbon.portal.queue import engine

Rows = list[dict[str, Any]]
_NUMBERS = ("year", "scope")
ATTEMPTS = 3  # of a reader that finds something pending once more, before it reads under the lock
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a lock that was waited for in vain


class BusyError(tk.ValidationError):
    """The sums are being made by others for too long; the API says so with the status 409."""

    def __init__(self) -> None:
        super().__init__({"message": [tk._("The data are changing at this moment. Please try again.")]})


class Present:
    """The inventory with everything that belongs to the same instant.

    It holds a connection, which is given back at the end of a ``with``, or when nobody holds it: it is for
    one answer and is not kept.
    """

    def __init__(self, connection: Connection, known: State, *, locked: bool = False) -> None:
        self._connection = connection
        weakref.finalize(self, connection.close)
        self.state = known
        # what is not committed yet may never be, so another inventory may get the stamp of the state
        self.stamp: str = digest([known.stamp, uuid4().hex]) if locked else known.stamp
        self.as_of: datetime = known.as_of
        self.city: Home | None = known.city
        self.years: tuple[int, ...] = known.years
        self._around: Around = state.of_state(known)
        self._kept = _kept(self.stamp)

    def _once(self, name: str, make: Any) -> Any:
        """Made by the first who asks in this process, of the same instant."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def close(self) -> None:
        """Give the connection back at once, and the lock: an answer is made, and nothing more is read."""
        if not self._connection.closed:
            self._connection.commit()
        self._connection.close()

    def __enter__(self) -> Present:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connection(self) -> Connection:
        """To read something else of the same instant."""
        return self._connection

    def execute(self, query: Any) -> Any:
        """The same for one query."""
        return self._connection.execute(query)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The city's settings as JSON, without datasets and organisations."""
        return self._around.settings

    @property
    def tables(self) -> Stored:
        """What the city typed, as it was uploaded."""
        found: Stored = json.loads(self._around.tables)
        return found

    @property
    def figures(self) -> dict[str, Any]:
        """Year -> totals without what is told of organisations: as cheap as a row for each year."""
        return self._once("figures", lambda: self._of_years("totals", json.loads))  # type: ignore[no-any-return]

    @property
    def cells(self) -> Rows:
        """Rows of coverage.csv without the ids of datasets: as cheap as a row for each year."""
        found = self._once("cells", lambda: self._of_years("cells", lambda text: _read(text.encode())))
        return [row for year in self.years for row in found[str(year)]]

    def _of_years(self, column: str, read: Any) -> dict[str, Any]:
        query = (
            sa.select(YEAR.c.year, YEAR.c[column]).where(YEAR.c.year.in_(self.years)).order_by(YEAR.c.year)
        )
        return {str(year): read(text) for year, text in self._connection.execute(query)}

    @property
    def totals(self) -> dict[str, Any]:
        """Year -> totals, as in totals.json."""
        return self._once("totals", self._totals)  # type: ignore[no-any-return]

    def _totals(self) -> dict[str, Any]:
        found = copy.deepcopy(self.figures)
        kinds = {adding.ORGANISATION: "by_organisation", adding.TYPE: "by_organisation_type"}
        for (year, framework, kind), named in loading.declared(self._connection).items():
            if str(year) in found:
                of = {name: plain(co2e_kg) for name, co2e_kg in named.items()}
                found[str(year)]["frameworks"][framework][kinds[kind]] = of
        for totals in found.values():
            for name in kinds.values():
                totals[name] = totals["frameworks"]["basic_plus"][name]
        return found

    def largest_organisations(self, year: int, framework: str, limit: int) -> list[tuple[str, Any]]:
        """Names and CO2e of the organisations that published most of a total of a year."""
        return loading.largest(self._connection, year, framework, limit)

    @property
    def inventory(self) -> Inventory:
        """The inventory as sums over datasets and organisations: its parts name none."""
        return self._once("inventory", self._inventory)  # type: ignore[no-any-return]

    def _inventory(self) -> Inventory:
        settings = self._around.chosen
        carriers = loading.carriers(self._connection, self.years, settings)
        entries, codes = entries_of(self.years, carriers, settings, self._inputs)
        noted = tuple(one for one in loading.notes(self._connection, self.years))
        outside = self.state.years_outside
        return Inventory(settings, self._inputs, self.years, entries, {}, noted, {}, codes, outside)

    @property
    def _inputs(self) -> CityInputs:
        return self._once("inputs", lambda: self._read_inputs(FindingLog()))  # type: ignore[no-any-return]

    def _read_inputs(self, log: FindingLog) -> CityInputs:
        return self._around.inputs(loading.data_years(self._connection), log)

    def detailed(self, **of: Any) -> Inventory:
        """The inventory with the parts of each dataset, or of those whose columns have these values."""
        years = [of["year"]] if "year" in of else self.years
        whole = self.inventory
        carriers = loading.carriers(self._connection, years, whole.settings)
        found, settings = loading.detailed(self._connection, carriers, whole.settings, **of)
        entries, _ = entries_of(years, found, settings, whole.inputs, whole.entries)
        versions = loading.versions(self._connection, _datasets(entries.values()))
        return replace(whole, settings=settings, years=tuple(years), entries=entries, versions=versions)

    def entry(self, year: int, gpc_ref: str) -> Entry | None:
        """One cell with the parts of each dataset; None where there is none."""
        if year not in self.years:
            return None
        return self.detailed(year=year, gpc_ref=gpc_ref).entries.get((year, gpc_ref))

    def rows_of_organisation(self, name: str) -> Rows:
        """The rows of organisations.csv that are about one organisation."""
        return [
            row
            for row in _read(organisations_csv(self.detailed(organisation=name)))
            if row["organisation"] == name
        ]

    @property
    def gwp(self) -> str:
        """The GWP set that weighs the inventory."""
        return self._around.chosen.gwp

    @property
    def files(self) -> dict[str, bytes | None]:
        """The bytes of each file of the inventory."""
        return self._once("files", lambda: inventory_files(self.detailed(), self.totals))  # type: ignore[no-any-return]

    def rows(self, name: str) -> Rows:
        """The rows of a CSV of the inventory; whole numbers as such, what is absent as None."""
        return self._once(f"rows {name}", lambda: _read(self.files[name] or b""))  # type: ignore[no-any-return]

    @property
    def log(self) -> FindingLog:
        """What a planner has to look at."""
        return self._once("log", self._log)  # type: ignore[no-any-return]

    def _log(self) -> FindingLog:
        log = FindingLog()
        state.settings_json(self.city, log)
        remarks.of_members(self._connection, self.inventory.settings, log)
        self._read_inputs(log)
        remarks.of_inventory(self.inventory, log)
        return log

    def members_of(self, ids: Iterable[str]) -> dict[str, Member]:
        """Those of these datasets that count, by id."""
        return members.found(self._connection, ids)

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """All datasets that count, by id."""
        return self.members_of(loading.versions(self._connection))

    @property
    def organisations(self) -> Mapping[str, Mapping[str, Any]]:
        """The organisations whose datasets count: name -> title, titles, type."""
        return self._once("organisations", lambda: members.organisations(self._connection))  # type: ignore[no-any-return]

    def datasets_of(self, organisation: str) -> list[Member]:
        """The datasets of an organisation that count, by id."""
        return list(self.members_of(loading.datasets_of(self._connection, organisation)).values())


def _datasets(entries: Iterable[Entry]) -> set[str]:
    return {part.row.dataset for entry in entries for part in entry.parts}


def _read(content: bytes) -> Rows:
    return [
        {key: (int(cell) if key in _NUMBERS and cell else cell or None) for key, cell in row.items()}
        for row in csv.DictReader(io.StringIO(content.decode("utf-8")))
    ]


_last: dict[str, dict[str, Any]] = {}


def _kept(stamp: str) -> dict[str, Any]:
    """What this process remembers of the newest instant that it has seen."""
    if stamp not in _last:
        _last.clear()
        _last[stamp] = {}
    return _last.get(stamp, {})


def present() -> Present:
    """The inventory as it is now, to be closed: one that is read under the lock keeps others from reading.

    Raises:
        BusyError: the lock was not to be had.
    """
    try:
        for _ in range(ATTEMPTS):
            now = _reading()
            if now is not None:
                return now
            refresh.bring_up_to_date()
        return _reading(locked=True)  # type: ignore[return-value]
    except OperationalError as fault:
        if getattr(fault.orig, "pgcode", None) == LOCK_NOT_AVAILABLE:
            raise BusyError from fault
        raise


def _reading(*, locked: bool = False) -> Present | None:
    """A reader of this instant; None where something is pending. Under the lock nothing is."""
    connection = engine().connect().execution_options(isolation_level="REPEATABLE READ")
    try:
        if locked:
            refresh.lock(connection)
            refresh.take_in(connection)
        known, is_behind = state.read(connection)
        if known is not None and not is_behind:
            return Present(connection, known, locked=locked)
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None
