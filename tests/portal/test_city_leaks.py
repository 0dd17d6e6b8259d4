"""A reader beside somebody who hides datasets and shows them again: nothing hidden is in any answer."""

from __future__ import annotations

import json
import random
import re
import runpy
import threading
from collections import Counter
from decimal import Decimal
from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.footprint.inventory.totals import in_framework
from ckanext.khonkaencarbon.model import CityVersion
from ckanext.khonkaencarbon.portal import storage
from ckanext.khonkaencarbon.portal.city import inventory

MANY = runpy.run_path(str(Path(__file__).parents[1] / "bench" / "many_datasets.py"))
DATASETS, ROUNDS, ENOUGH = 50, 12, 100
# how a dataset is hidden, and how it is shown again
HIDING = {
    "private": ("private = true", "private = false"),
    "deleted": ("state = 'deleted'", "state = 'active'"),
    "draft": ("state = 'draft'", "state = 'active'"),
    "declined": (
        """extras = extras || '{"inventory_decision": "declined"}'""",
        """extras = extras || '{"inventory_decision": "accepted"}'""",
    ),
}


class Flipper(threading.Thread):
    """Hides datasets and shows them again, and knows which are hidden for certain."""

    def __init__(self):
        super().__init__(daemon=True)
        self.chance, self.over = random.Random(20261127), threading.Event()  # noqa: S311
        self.hidden, self.guard, self.flips = {}, threading.Lock(), 0

    def run(self):
        while not self.over.is_set():
            dataset = f"flip-{self.chance.randrange(DATASETS)}"
            if dataset in self.hidden:
                with self.guard:
                    back = self.hidden.pop(dataset)[1]
                self.change(dataset, back)
            else:
                hide, back = self.chance.choice(sorted(HIDING.values()))
                self.change(dataset, hide)
                with self.guard:
                    self.hidden[dataset] = (self.flips, back)
            self.flips += 1

    def change(self, dataset, what):
        with model.ensure_engine().begin() as connection:
            connection.execute(
                sa.text(f"UPDATE package SET {what} WHERE id = :id"),  # noqa: S608
                {"id": dataset},
            )

    def known(self):
        with self.guard:
            return set(self.hidden.items())


@pytest.fixture
def flipper(portal):
    with model.ensure_engine().begin() as connection:
        MANY["make"](connection, DATASETS, "flip")
    made = Flipper()
    yield made
    made.over.set()
    made.join()
    with model.ensure_engine().begin() as connection:
        MANY["remove"](connection, "flip")


def action(name, **parameters):
    def answer(app):
        try:
            return json.dumps(tk.get_action(f"khonkaencarbon_{name}")({"user": ""}, parameters))
        except tk.ObjectNotFound as nothing:  # all datasets of a year are hidden at once, now and then
            return str(nothing)

    return answer


def page(path):
    return lambda app: app.get(path).body


ANSWERS = {
    "inventory": action("inventory_show"),
    "coverage": action("coverage_show", year=2022),
    "trace": action("rollup_trace", year=2022, gpc_ref="II.1.1"),
    "organisation": action("organisation_footprint_show", id="flip-org-1"),
    "page": page("/carbon?year=2022"),
    "cell": page("/carbon/2022/II.1.1"),
    "inventory.csv": page("/carbon/files/inventory.csv"),
    "organisations.csv": page("/carbon/files/organisations.csv"),
    "api": page("/api/3/action/khonkaencarbon_inventory_show"),
}


def ids_in(text, dataset):
    """Whether the id of a dataset stands in a text, and not only as the beginning of another one."""
    return bool(re.search(re.escape(dataset) + r"(?![0-9])", text))


def test_nothing_hidden_is_in_any_answer_while_states_flip(flipper, app):
    flipper.start()
    held, number = 0, 0
    while number < ROUNDS * len(ANSWERS) or (held <= ENOUGH and number < 20 * ROUNDS * len(ANSWERS)):
        name = sorted(ANSWERS)[number % len(ANSWERS)]
        number += 1
        before = flipper.known()
        text = ANSWERS[name](app)
        for dataset, _ in before & flipper.known():  # hidden before the reader came, and still after
            held += 1
            assert not ids_in(text, dataset), (name, dataset)
    assert held > ENOUGH and flipper.flips > ROUNDS


def test_the_total_is_the_sum_of_its_visible_parts_at_each_moment(flipper):
    flipper.start()
    for _ in range(ROUNDS):
        with inventory.present() as now:
            rows, found = now.rows("inventory.csv"), now.totals
        for year, totals in found.items():
            basic = Decimal(totals["basic"])
            seen = [
                Decimal(row["co2e_kg"])
                for row in rows
                if row["year"] == int(year) and row["co2e_kg"] and in_framework("basic", row["gpc_ref"])
            ]
            of = totals["frameworks"]["basic"]
            whole = [*of["by_organisation"].values(), of["residual_co2e_kg"]]
            assert sum(seen) == basic == sum(map(Decimal, of["by_gpc_ref"].values()))
            assert sum(map(Decimal, whole)) == basic


IN_A_VERSION = ("flip-0", "flip-1")


@pytest.fixture
def version(city, flipper):
    """A version of the inventory in which two of the datasets are; the address of its file."""
    _, city_id = city
    staged = storage.stage(city_id, "flip", {"inventory.csv": b"figures of flip-0 and flip-1"})
    row = {
        "dataset_id": city_id, "number": 1, "published_at": sa.func.now(), "as_of": sa.func.now(),
        "stamp": "", "fingerprint": "", "state": {}, "entry": {}, "resources": {},
        "files": storage.described(staged, ["inventory.csv"]),
        "sources": {"datasets": dict.fromkeys(IN_A_VERSION, 1), "earlier": [], "tables": []},
    }  # fmt: skip
    storage.settle(staged, 1)
    with model.ensure_engine().begin() as connection:
        connection.execute(sa.insert(CityVersion).values(row))
    return f"/dataset/{city_id}/footprint/1/inventory.csv"


def test_a_version_is_read_by_nobody_while_a_dataset_in_it_is_hidden(version, flipper, app):
    flipper.start()
    seen, held = Counter(), 0
    while held < 30 or seen[200] < 5:
        before = flipper.known()
        status = app.get(version).status_code
        seen[status] += 1
        still = {dataset for dataset, _ in before & flipper.known()}  # before the reader came, and after
        if still.intersection(IN_A_VERSION):
            held += 1
            assert status == 404
    assert seen.keys() == {200, 404}


def test_the_reader_of_this_test_would_see_a_leak():
    assert ids_in('"flip-1"', "flip-1") and not ids_in("flip-12;flip-13", "flip-1")
