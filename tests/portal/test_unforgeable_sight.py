"""Derived resources, all files of all versions and all that tells of them obey what their dataset is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories, helpers

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.portal import identity, storage

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
CANARY = "7310421.37"  # of the first version; the second is another file
OUTSIDE = ("anonymous", "stranger")
INSIDE = ("member", "editor", "sysadmin")


@dataclass
class Published:
    """A dataset with two versions, and who looks at it."""

    id: str
    doors: list[str]
    tokens: dict[str, str]
    app: helpers.CKANTestApp

    def get(self, who: str, door: str) -> Any:
        """Open a door as somebody."""
        headers = {"Authorization": self.tokens[who]} if who in self.tokens else {}
        return self.app.get(door, headers=headers, follow_redirects=False)

    def become(self, **fields: Any) -> None:
        """Change what the dataset is."""
        model.Session.remove()
        tk.get_action("package_patch")(identity.system_context(), {"id": self.id, **fields})


@pytest.fixture
def published(steward: Any, app: helpers.CKANTestApp) -> Published:
    organisation = steward.organisation["id"]
    users = {who: factories.User()["name"] for who in ("stranger", "member", "editor")}
    factories.Organization(users=[{"name": users["stranger"], "capacity": "admin"}])
    for role in ("member", "editor"):
        steward.act("organization_member_create", id=organisation, username=users[role], role=role)
    dataset_id = steward.published(f"{HEADINGS}มกราคม 2567,ไฟฟ้า,{CANARY},kWh\n")
    line = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"][0]["line_id"]
    steward.replace(
        steward.act("package_show", id=dataset_id)["resources"][0]["id"], f"{HEADINGS}2567,ไฟฟ้า,1,MWh\n"
    )
    jobs.drain()
    table = steward.derived(dataset_id)["summary-csv"]["id"]
    here, api = f"/dataset/{dataset_id}/footprint", "/api/action"
    doors = [
        *(f"{here}/{number}/{name}" for number in (1, 2, "latest") for name in storage.NAMES),
        here,
        f"{here}/1/line/{line}",
        f"/activity-data/{dataset_id}",
        f"/activity-data/{dataset_id}/resource/{table}",
        f"/dataset/{dataset_id}/resource/{table}/download",
        f"/datastore/dump/{table}",
        f"{api}/datastore_search?resource_id={table}",
        f"{api}/datastore_info?id={table}",
        f"{api}/resource_show?id={table}",
        f"{api}/resource_view_list?id={table}",
        f"{api}/package_show?id={dataset_id}",
        f"{api}/khonkaencarbon_summary_show?id={dataset_id}&version=1",
        f"{api}/khonkaencarbon_trace?id={dataset_id}&line_id={line}&version=1",
        *(
            f"{api}/khonkaencarbon_{name}?id={dataset_id}"
            for name in ("run_show", "run_list", "version_list")
        ),
    ]
    users["sysadmin"] = factories.Sysadmin()["name"]
    tokens = {who: factories.APIToken(user=name)["token"] for who, name in users.items()}
    return Published(dataset_id, doors, tokens, app)


def test_each_version_obeys_what_the_dataset_is_now(published: Published) -> None:
    def closed(who: str) -> list[str]:
        answers = {door: published.get(who, door) for door in published.doors}
        shut = [door for door, answer in answers.items() if answer.status_code in (403, 404)]
        assert {answer.status_code for answer in answers.values()} <= {200, 302, 403, 404}, who
        assert not any(CANARY in answers[door].get_data(as_text=True) for door in shut)
        return shut

    def shut_to(people: tuple[str, ...]) -> list[list[str]]:
        return [closed(who) for who in people]

    assert shut_to(OUTSIDE) == [[]] * len(OUTSIDE)
    published.become(private=True)
    assert shut_to(OUTSIDE) == [published.doors] * len(OUTSIDE)
    assert shut_to(INSIDE) == [[]] * len(INSIDE)
    files = [door for door in published.doors if "/footprint" in door]
    for fields in ({"private": False, "state": "draft"}, {"state": "deleted"}):
        published.become(**fields)
        assert shut_to(OUTSIDE) == [published.doors] * len(OUTSIDE), fields
        assert all(set(files) <= set(closed(who)) for who in INSIDE), fields
    published.become(state="active")
    assert closed("anonymous") == []
