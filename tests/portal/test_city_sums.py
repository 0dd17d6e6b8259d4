"""The city's sums follow every change, and are at each moment what a rebuild gives, row for row."""

from __future__ import annotations

import io
import json
import os
import random
import runpy
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory.files import inventory_files
from ckanext.khonkaencarbon.footprint.inventory.ledger import summed
from ckanext.khonkaencarbon.footprint.inventory.model import Organisation
from ckanext.khonkaencarbon.footprint.inventory.rollup import roll_up
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.portal.city import inventory, members
from ckanext.khonkaencarbon.portal.city.sums import check, refresh, state

MANY = runpy.run_path(str(Path(__file__).parents[1] / "bench" / "many_datasets.py"))
DATASETS, CHANGES, OF_AN_EDITION = 150, 1000, 300
SEED = int(os.environ.get("KHONKAENCARBON_TEST_SEED", "20261127"))


def run(statement, **known):
    with model.ensure_engine().begin() as connection:
        connection.execute(sa.text(statement), known)


@pytest.fixture
def many(steward):
    """A city of its own among datasets made by SQL; nothing else counts."""
    run("UPDATE package SET state = 'deleted' WHERE type IN ('city-footprint', 'activity-data')")
    city = factories.Dataset(user=steward.user, type="city-footprint", owner_org=steward.organisation["id"])
    with model.ensure_engine().begin() as connection:
        MANY["make"](connection, DATASETS)
    yield Changes(steward, city["id"])
    with model.ensure_engine().begin() as connection:
        MANY["remove"](connection)
    run("UPDATE package SET state = 'deleted' WHERE id = :id", id=city["id"])


class Changes:
    """What may happen to a portal, each by what a seed chooses."""

    def __init__(self, steward, city):
        self.steward, self.city, self.chance = steward, city, random.Random(SEED)  # noqa: S311
        self.table, self.editions = None, 0

    def one(self):
        return f"many-{self.chance.randrange(DATASETS)}"

    def set(self, column, *values):
        run(
            f"UPDATE package SET {column} = :value WHERE id = :id",  # noqa: S608
            id=self.one(),
            value=self.chance.choice(values),
        )

    def field(self, name, *values, dataset=None):
        statement = "UPDATE package SET extras = extras || CAST(:given AS jsonb) WHERE id = :id"
        given = json.dumps({name: self.chance.choice(values)})
        run(statement, id=dataset or self.one(), given=given)

    def data(self):
        """A new version with other figures, or without some months."""
        known = {
            "id": self.one(),
            "factor": self.chance.choice(["0", "1.01", "0.5", "-1"]),
            "months": self.chance.randrange(14),
        }
        run("""
            UPDATE khonkaencarbon_version SET in_force = false WHERE dataset_id = :id;
            INSERT INTO khonkaencarbon_version (dataset_id, number, in_force, published_at, fence,
                fingerprint, signature, inputs, files, resources, incomplete, overview)
            SELECT dataset_id, number + 1, true, now(), 0, fingerprint, signature, inputs, files, resources,
                   :months = 3, overview
            FROM khonkaencarbon_version WHERE dataset_id = :id ORDER BY number DESC LIMIT 1;
            INSERT INTO khonkaencarbon_line (dataset_id, version, line_id, year, month, period_start,
                period_end, gpc_ref, scope, activity, place, quantity, unit, gas, biogenic, mass_kg, method,
                factor_ids, quality, uncertainty_pct, rows)
            SELECT dataset_id, version + 1, line_id, year, month, period_start,
                   CASE WHEN :months = 5 THEN make_date(year, 12, 31) ELSE period_end END, gpc_ref, scope,
                   activity, place, quantity, unit, gas, biogenic, mass_kg * CAST(:factor AS numeric), method,
                   factor_ids, quality, uncertainty_pct, rows
            FROM khonkaencarbon_line WHERE dataset_id = :id AND month > :months - 9 AND version =
                (SELECT max(number) - 1 FROM khonkaencarbon_version WHERE dataset_id = :id)
        """, **known)  # fmt: skip

    def no_version(self):
        """As when a dataset is deleted and its run came, or restored."""
        run("""
            UPDATE khonkaencarbon_version v SET in_force = NOT in_force WHERE dataset_id = :id
            AND number = (SELECT max(number) FROM khonkaencarbon_version WHERE dataset_id = :id)
        """, id=self.one())  # fmt: skip

    def ledger_mended(self):
        """As the audit writes the lines of a version anew."""
        run(
            "UPDATE khonkaencarbon_line SET place = 'ย้าย' WHERE dataset_id = :id AND month = 2", id=self.one()
        )

    def state(self):
        self.set("state", "deleted", "active", "draft", "active", "active")

    def privacy(self):
        self.set("private", True, False, False)

    def acceptance(self):
        self.field("inventory_decision", "accepted", "declined", "pending", "accepted", "accepted")

    def offer(self):
        self.field("include_in_inventory", "true", "false", "true")

    def level(self):
        self.field("reporting_boundary", "organisation", "city", "facility", "district", "organisation")

    def owner(self):
        self.set("owner_org", *(f"many-org-{n}" for n in range(DATASETS // 25)))

    def title(self):
        self.set("title", "ก", "ข")

    def organisation(self):
        number = self.chance.randrange(DATASETS // 25)
        kinds = [json.dumps({"organisation_type": one}) for one in ("school", "university", "agency")]
        run(
            'UPDATE "group" SET name = :name, extras = CAST(:extras AS jsonb) WHERE id = :id',
            id=f"many-org-{number}",
            name=f"many-org-{number}{self.chance.choice(['', '-new'])}",
            extras=self.chance.choice(kinds),
        )

    def purge(self):
        dataset = self.one()
        run("DELETE FROM package WHERE id = :id", id=dataset)

    def settings(self):
        pick = json.dumps([{"pick": self.one()}, {"disjoint": [self.one(), self.one()]}])
        name, values = self.chance.choice([
            ("city_choices", [pick, "", "no JSON"]),
            ("city_gwp", ["ar5-tgo", "ar6"]),
            ("city_electricity", ["tgo-scope2", "generation-plus-losses", "tgo-scope2"]),
            ("city_years", ["2020-2024", "2021, 2023", "", "2024"]),
            ("city_base_year", ["2021", ""]),
        ])  # fmt: skip
        self.field(name, *values, dataset=self.city)

    def city_hidden(self):
        run(
            "UPDATE package SET private = :private WHERE id = :id",
            id=self.city,
            private=self.chance.choice([True, False]),
        )

    def notation(self):
        """A table of the city, uploaded as the form does it."""
        text = self.chance.choice([
            "gpc_ref,years,key,explanation,responsible\nII.3.1,2021,NO,ไม่มีท่าเรือ,\nI.2.3,,IE (I.2.2),รวม,\n",
            "year,gpc_ref,gas,mass_kg,co2e_kg,quality,explanation\n2021,I.2.1,CO2,1000,,L,เดิม\n2018,IV.1,,,7,,\n",
            "year,gpc_ref,gas,mass_kg,co2e_kg\n2024,I.3.1,CO2,5,\n2024,I.3.1,CH4,7,\n",
            "year,indicator,value\n2022,population,100000\n",
            "nothing,known\n1,2\n",
        ])  # fmt: skip
        upload = FileStorage(io.BytesIO(text.encode()), filename="table.csv")
        if self.table is None:
            fields = {"name": "t", "carbon_role": "input", "upload": upload}
            self.table = self.steward.act("resource_create", package_id=self.city, **fields)["id"]
        else:
            self.steward.act("resource_patch", id=self.table, upload=upload)

    def edition(self):
        """A version with other factors of every dataset."""
        self.editions += 1
        with model.ensure_engine().begin() as connection:
            MANY["new_edition"](connection, "many", 1000 * self.editions)


FREQUENT = ("data", "data", "data", "state", "privacy", "acceptance", "offer", "level", "owner", "title",
            "organisation", "no_version", "ledger_mended", "purge")  # fmt: skip
RARE = ("settings", "settings", "notation", "notation", "city_hidden")


def directly():
    """The files of the inventory from the lines themselves, without any sum that is kept."""
    with refresh.instant() as connection:
        around, log = state.around(connection, None), FindingLog()
        settings = around.chosen
        found = members.found(connection, members.ids(connection))
        kinds = {
            one.organisation: Organisation(one.organisation, one.organisation_type) for one in found.values()
        }
        without = {
            one.id: electricity.METHOD for one in found.values() if one.electricity != settings.electricity
        }
        rows = summed(members.ledger(connection, found, without))
    datasets = {one.id: members.as_dataset(one) for one in found.values()}
    settings = type(settings)(
        **{**{name: getattr(settings, name) for name in settings.__slots__}, "organisations": kinds}
    )
    made = roll_up(rows, datasets, settings, around.inputs(sorted({row.key.year for row in rows}), log))
    return inventory_files(made, made.totals())


def test_after_a_thousand_changes_the_sums_are_those_of_a_rebuild(many):
    print(f"seed {SEED}")
    done = 0
    while done < CHANGES:
        for _ in range(many.chance.choice([1, 1, 2, 5, 20])):
            rare = many.chance.random() < 0.03
            getattr(many, many.chance.choice(RARE if rare else FREQUENT))()
            done += 1
        if many.chance.random() < 0.008:
            many.edition()
        now = inventory.present()
        if many.chance.random() < 0.04:
            assert check.differences() == {}, done
            assert now.files == directly(), done
    many.edition()
    assert inventory.present().files == directly()
    assert check.differences() == {}
    assert inventory.present().members


def test_where_very_much_changed_at_once_everything_is_made_anew(many, monkeypatch):
    """Statistics of PostgreSQL from before so large a change let it choose plans that take minutes."""
    with inventory.present() as now:
        epoch = now.state.epoch
    for limit, is_other in ((DATASETS + 1, False), (DATASETS, True)):
        monkeypatch.setattr(refresh, "MANY", limit)
        many.edition()
        with inventory.present() as now:
            assert (now.state.epoch != epoch) == is_other
            assert now.files == directly()


@pytest.fixture
def watched(city, opened):
    """Files below the portal's storage that are opened meanwhile, beside hundreds of datasets."""
    with model.ensure_engine().begin() as connection:
        MANY["make"](connection, OF_AN_EDITION, "edition")
    yield lambda: [path for path in opened if path.startswith(config["ckan.storage_path"])]
    with model.ensure_engine().begin() as connection:
        MANY["remove"](connection, "edition")


def basic(now):
    return {year: Decimal(totals["basic"]) for year, totals in now.figures.items()}


def test_a_new_edition_for_all_is_taken_in_without_opening_a_file_and_equals_a_rebuild(city, watched, opened):
    steward, city_id = city
    steward.upload(city_id, "gpc_ref,years,key,explanation\nIV.1,2021,NE,ยังไม่มีข้อมูล\n")
    before = basic(inventory.present())
    assert watched()  # the watch does see the table of the city when it is read
    with model.ensure_engine().begin() as connection:
        MANY["new_edition"](connection, "edition", 2, "1.25")
    opened.clear()
    now = inventory.present()
    after, taken_in = basic(now), watched()
    assert taken_in == []
    assert len(now.members) == OF_AN_EDITION and {one.version for one in now.members.values()} == {2}
    assert set(after) == set(before) and all(after[year] > before[year] for year in after)
    assert check.differences() == {}
    assert now.files == directly()
