"""One portal for the whole layer: plugins loaded once, databases emptied once, real servers throughout.

Tests make what they need under random names and leave it; a test that counts everything empties first.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins
import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.cli.db import _migrate_plugins
from ckan.common import config
from ckan.lib import search
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.portal import rules
from ckanext.khonkaencarbon.portal.city import inventory
from ckanext.khonkaencarbon.portal.city.sums import refresh
from ckanext.khonkaencarbon.portal.city.versions import publishing

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
KEEP_UP = publishing.keep_up
ELECTRICITY = f"{HEADINGS}มกราคม 2567,ไฟฟ้า,1000,kWh\nกุมภาพันธ์ 2567,ไฟฟ้า,900.5,kWh\n"


_opened: list[str] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _opened is not None and event in ("open", "os.link", "shutil.copyfile"):
        _opened.append(str(arguments[0]))


sys.addaudithook(_watch)  # cannot be taken away again: it listens only while somebody asks


@pytest.fixture()
def opened() -> Iterator[list[str]]:
    """Every file that is opened, linked or copied meanwhile."""
    global _opened
    _opened = []
    yield _opened
    _opened = None


@pytest.fixture(scope="session", autouse=True)
def portal() -> Iterator[None]:
    """The portal's plugins over empty databases with every migration applied."""
    ckan.plugins.load_all()
    model.repo.rebuild_db()
    _migrate_plugins(apply=True)
    search.clear_all()
    publishing.keep_up = refresh.bring_up_to_date  # a version of the inventory costs every job of a test
    yield
    ckan.plugins.unload_all()


@pytest.fixture(scope="session")
def app(portal: None) -> helpers.CKANTestApp:
    """A client of the portal's web application, made once."""
    config["testing"] = True
    return helpers._get_test_app()


class Steward:
    """Somebody who publishes activity data, through the same actions as the pages."""

    def __init__(self) -> None:
        self.user = factories.User()
        self.organisation = factories.Organization(users=[{"name": self.user["name"], "capacity": "admin"}])

    def act(self, action: str, **parameters: Any) -> Any:
        """Call an action as this person."""
        return tk.get_action(action)({"user": self.user["name"]}, parameters)

    def dataset(self, **fields: Any) -> str:
        """Make an activity dataset without files; its id."""
        made = factories.Dataset(
            user=self.user,
            type="activity-data",
            owner_org=self.organisation["id"],
            **{"reporting_boundary": "organisation", **fields},
        )
        return str(made["id"])

    def upload(self, dataset_id: str, text: str | bytes = ELECTRICITY, **fields: Any) -> str:
        """Add an input file to a dataset; the id of its resource."""
        fields = {"name": "ไฟฟ้า", "carbon_role": "input", **fields}
        return str(self.act("resource_create", package_id=dataset_id, upload=file(text), **fields)["id"])

    def replace(self, resource_id: str, text: str | bytes) -> None:
        """Put another file in the place of one."""
        self.act("resource_patch", id=resource_id, upload=file(text))

    def derived(self, dataset_id: str) -> dict[str, dict[str, Any]]:
        """The derived resources of a dataset by product."""
        stored = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": dataset_id})
        return {one["carbon_product"]: one for one in stored["resources"] if one["carbon_role"] == "derived"}

    def state(self, dataset_id: str) -> dict[str, Any]:
        """How far the footprint of a dataset is."""
        state: dict[str, Any] = self.act("khonkaencarbon_run_show", id=dataset_id)
        return state

    def published(self, text: str | bytes = ELECTRICITY, **fields: Any) -> str:
        """A dataset with one input whose footprint is published; its id."""
        dataset_id = self.dataset(**fields)
        self.upload(dataset_id, text)
        jobs.drain()
        return dataset_id

    def accepted(self, text: str | bytes = ELECTRICITY, **fields: Any) -> str:
        """A published dataset that was offered and that this person accepted for the city; its id."""
        dataset_id = self.published(text, include_in_inventory="true", **fields)
        self.act("khonkaencarbon_inventory_decide", id=dataset_id, decision="accepted")
        return dataset_id


def file(text: str | bytes, name: str = "activity.csv") -> FileStorage:
    """A file as a form sends it."""
    return FileStorage(io.BytesIO(text.encode() if isinstance(text, str) else text), filename=name)


@pytest.fixture()
def steward(portal: None) -> Steward:
    """A steward with an organisation of their own; nothing waits for further edits, no input is a table."""
    config[settings.SETTLE_SECONDS] = 0
    config[settings.LARGEST_INPUT_TABLE] = 0  # test_input_tables.py is about those; each takes half a second
    return Steward()


@pytest.fixture()
def other(steward: Steward) -> Steward:
    """A steward of another organisation."""
    return Steward()


@pytest.fixture()
def city(steward: Steward) -> tuple[Steward, str]:
    """A city whose inventory is empty: somebody of its organisation, and the id of its dataset."""
    asked = {"fq": "dataset_type:city-footprint", "include_private": True, "rows": 1000}
    cities = tk.get_action("package_search")({"ignore_auth": True}, asked)["results"]
    for dataset_id in (*(one["id"] for one in cities), *inventory.present().members):
        system = {"ignore_auth": True, "user": steward.user["name"]}
        tk.get_action("package_delete")(system, {"id": dataset_id})
    made = factories.Dataset(user=steward.user, type="city-footprint", owner_org=steward.organisation["id"])
    return steward, str(made["id"])


@pytest.fixture()
def of_the_worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The job as the worker does it, with versions of the inventory."""
    monkeypatch.setattr(publishing, "keep_up", KEEP_UP)
    return jobs.drain


@pytest.fixture()
def portal_rules(portal: None) -> Iterator[Callable[..., None]]:
    """Changes how the whole portal computes; as before afterwards."""
    before = config[settings.ACCOUNTING]
    yield lambda **chosen: config.update({settings.ACCOUNTING: json.dumps(chosen)})
    config[settings.ACCOUNTING] = before
    rules._rules.cache_clear()
