"""Which instant the sums are of, and what is around the datasets: the city, its settings and its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog
from ckanext.khonkaencarbon.footprint.inventory.files import read_tables
from ckanext.khonkaencarbon.footprint.inventory.model import CityInputs
from ckanext.khonkaencarbon.footprint.inventory.request import in_order
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings, settings_from_json
from ckanext.khonkaencarbon.model.city import PENDING, STATE
from ckanext.khonkaencarbon.portal import rules
from ckanext.khonkaencarbon.portal.city import home, keys, tables
from ckanext.khonkaencarbon.portal.city.home import Home
from ckanext.khonkaencarbon.portal.city.tables import Stored

BASIS = ("gwp", "electricity", "waste_to_energy", "choices")  # settings that decide what each part is


@dataclass(frozen=True)
class State:
    """The row that says of which instant the sums are."""

    epoch: str
    number: int
    as_of: datetime
    rules: str  # hash of those of the portal
    basis: str  # hash of the settings that parts depend on
    around: str  # hash of everything around the datasets
    city: Home | None
    tables: str
    years: tuple[int, ...]
    years_outside: frozenset[int]

    @property
    def stamp(self) -> str:
        """A hash that stays while nothing that shows changes."""
        return _stamp(self.epoch, self.number)


def _stamp(epoch: str, number: int) -> str:
    return digest([epoch, number])


def stamp_now(connection: Connection) -> str:
    """The stamp of the state; empty where something changed since."""
    waiting = sa.exists().select_from(PENDING).label("waiting")
    row = connection.execute(sa.select(STATE.c.epoch, STATE.c.number, STATE.c.rules, waiting)).one_or_none()
    if row is None or row.waiting or row.rules != rules_now():
        return ""
    return _stamp(row.epoch, row.number)


def read(connection: Connection) -> tuple[State | None, bool]:
    """The state, None before the first, and whether something changed since or the rules are other ones."""
    waiting = sa.exists().select_from(PENDING).label("waiting")
    row = connection.execute(sa.select(*STATE.c, waiting)).one_or_none()
    if row is None:
        return None, True
    city = json.loads(row.city)
    state = State(
        row.epoch, row.number, row.as_of, row.rules, row.basis, row.around,
        Home(**city) if city else None, row.tables, tuple(json.loads(row.years)),
        frozenset(json.loads(row.years_outside)),
    )  # fmt: skip
    return state, row.waiting or row.rules != rules_now()


def write(connection: Connection, state: State) -> None:
    """Put a state in the place of the one before."""
    values = {
        "id": 1,
        **{name: getattr(state, name) for name in ("epoch", "number", "rules", "basis", "around", "tables")},
        "as_of": sa.func.now(),
        "city": json.dumps(asdict(state.city) if state.city else None, ensure_ascii=False),
        "years": json.dumps(state.years),
        "years_outside": json.dumps(sorted(state.years_outside)),
    }
    new = insert(STATE).values(**values)
    connection.execute(new.on_conflict_do_update(index_elements=[STATE.c.id], set_=values))


def take_pending(connection: Connection) -> set[str]:
    """The datasets that were changed, which are pending no longer; an empty id for what is around them."""
    return set(connection.execute(sa.delete(PENDING).returning(PENDING.c.dataset_id)).scalars())


def rules_now() -> str:
    """A hash of the portal's rules."""
    return digest(rules.of_portal().parts)


@dataclass(frozen=True)
class Around:
    """What is around the datasets at an instant."""

    city: Home | None
    settings: Mapping[str, Any]  # as JSON
    tables: str  # as JSON

    @property
    def basis(self) -> str:
        """A hash of the settings that parts depend on."""
        return digest([self.settings.get(name) for name in BASIS])

    @property
    def hash(self) -> str:
        """A hash of all of it."""
        city = asdict(self.city) if self.city else None
        return digest([city, self.settings, self.tables])

    @property
    def chosen(self) -> CitySettings:
        """The settings; organisations are told by their parts."""
        return settings_from_json(self.settings)

    def inputs(self, data_years: list[int], log: FindingLog) -> CityInputs:
        """What the city typed."""
        found: Stored = json.loads(self.tables)
        typed = [*tables.read(found, log), *keys.tables(self.city)]
        return read_tables(in_order(typed), self.chosen, data_years, log)


def around(connection: Connection, known: State | None) -> Around:
    """What is around the datasets now; uploads are read again unless those of a state are still right."""
    city = home.find(connection)
    stored = json.dumps(tables.stored(connection, city)) if known is None else known.tables
    return Around(city, settings_json(city, FindingLog()), stored)


def of_state(state: State) -> Around:
    """The same at the instant of a state."""
    return Around(state.city, settings_json(state.city, FindingLog()), state.tables)


def settings_json(city: Home | None, log: FindingLog) -> dict[str, Any]:
    """The city's settings; the defaults, with a finding, where they cannot be used."""
    try:
        found = home.settings_json(city.fields if city and city.public else {})
        settings_from_json(found)
    except FileRefused as refused:
        log.add(refused.finding)
        return home.settings_json({})
    return found
