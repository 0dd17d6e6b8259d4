"""Old forms, renames, moves and damage: what the system made is put right, and nobody's own edit is lost."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.tests import factories, helpers

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.portal import guard, storage, sweep

MORE = "เดือน,รายการ,ปริมาณ,หน่วย\nมีนาคม 2567,ไฟฟ้า,500,kWh\n"


class Desk:
    """A steward at the forms of a published dataset."""

    def __init__(self, steward: Any, app: helpers.CKANTestApp) -> None:
        self.steward, self.app = steward, app
        self.id: str = steward.published()
        self.headers = {"Authorization": factories.APIToken(user=steward.user["name"])["token"]}

    @property
    def dataset(self) -> dict[str, Any]:
        """The dataset, past every cache."""
        model.Session.remove()
        return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": self.id})

    @property
    def own(self) -> dict[str, Any]:
        """The input."""
        return next(one for one in self.dataset["resources"] if one["carbon_role"] == "input")

    def form(self, path: str, selector: str) -> dict[str, Any]:
        """What the form of a page sends when nothing is changed."""
        page = self.app.get(path, headers=self.headers)
        assert page.status_code == 200, path
        form = BeautifulSoup(page.body, "html.parser").select_one(selector)
        assert form is not None, path
        sent: dict[str, Any] = {}
        for one in form.select("input[name], textarea[name], select[name]"):
            if one.get("type") in ("submit", "file", "button"):
                continue
            if one.get("type") in ("checkbox", "radio") and not one.has_attr("checked"):
                continue
            chosen = one.select_one("option[selected]") if one.name == "select" else None
            if one.name == "select":
                sent[str(one["name"])] = chosen.get("value", "") if chosen else ""
            else:
                sent[str(one["name"])] = one.get_text() if one.name == "textarea" else one.get("value", "")
        return sent

    def dataset_form(self) -> dict[str, Any]:
        """The form of the dataset."""
        return self.form(f"/activity-data/edit/{self.id}", "form#dataset-edit")

    def resource_form(self) -> dict[str, Any]:
        """The form of the input."""
        return self.form(f"/activity-data/{self.id}/resource/{self.own['id']}/edit", "form#resource-edit")

    def post(self, path: str, fields: dict[str, Any]) -> Any:
        """Send a form."""
        return self.app.post(path, data={**fields, "save": ""}, headers=self.headers, follow_redirects=False)

    def save(self, fields: dict[str, Any]) -> Any:
        """Send the form of the dataset."""
        return self.post(f"/activity-data/edit/{self.id}", fields)

    def update(self, fields: dict[str, Any]) -> Any:
        """Send the same through the API, as a script that read the dataset earlier does."""
        headers = self.headers
        return self.app.post("/api/action/package_update", json={**fields, "id": self.id}, headers=headers)

    def made(self) -> dict[str, Any]:
        """What the system has made: fields, bytes and rows of every derived resource, by product."""
        derived = [one for one in self.dataset["resources"] if guard.is_derived(one)]
        return {one["carbon_product"]: self.trace(one) for one in derived}

    def trace(self, resource: dict[str, Any]) -> tuple[Any, ...]:
        """Id, version, checksum as told and as downloaded, and rows of the table."""
        answer = self.app.get(resource["url"].removeprefix(tk.config["ckan.site_url"]), headers=self.headers)
        assert answer.status_code == 200
        digest = hashlib.sha256(answer.data).hexdigest()
        fields = (resource["id"], resource["url"], resource["carbon_version"], resource["carbon_sha256"])
        assert digest == resource["carbon_sha256"]
        if resource["carbon_product"] != "summary-csv":
            return fields
        rows = tk.get_action("datastore_search")({"ignore_auth": True}, {"resource_id": resource["id"]})
        return (*fields, rows["records"])


@pytest.fixture
def desk(steward: Any, app: helpers.CKANTestApp) -> Desk:
    return Desk(steward, app)


def second_version(desk: Desk) -> dict[str, Any]:
    """Have another version published while the form lies open."""
    desk.steward.replace(desk.own["id"], MORE)
    jobs.drain()
    made = desk.made()
    assert {one[2] for one in made.values()} == {2}
    return made


def test_a_form_from_before_the_last_run_keeps_its_edit_and_the_newer_version(desk: Desk) -> None:
    form = desk.dataset_form()
    made = second_version(desk)
    title = f"ไฟฟ้า {uuid.uuid4().hex[:6]}"
    assert desk.save({**form, "title": title}).status_code == 302
    assert desk.dataset["title"] == title
    assert desk.made() == made


def test_a_script_from_before_the_last_run_keeps_its_edit_and_the_newer_version(desk: Desk) -> None:
    read = desk.dataset
    made = second_version(desk)
    assert desk.update({**read, "title": "ของฉัน"}).status_code == 200
    assert desk.dataset["title"] == "ของฉัน"
    assert desk.made() == made


def test_the_form_of_a_file_from_before_the_last_run_keeps_its_edit_too(desk: Desk) -> None:
    form = desk.resource_form()
    made = second_version(desk)
    path = f"/activity-data/{desk.id}/resource/{desk.own['id']}/edit"
    assert desk.post(path, {**form, "description": "แก้ไขเอง"}).status_code == 302
    assert desk.own["description"] == "แก้ไขเอง"
    assert desk.made() == made


def flat(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Resources as a form with all of them flattens them."""
    return {
        f"resources__{number}__{name}": value
        for number, one in enumerate(resources)
        for name, value in one.items()
        if isinstance(value, str | int) and name not in ("position", "package_id", "state")
    }


SENT: dict[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "only the own file": lambda r: r[:1],
    "one left out": lambda r: [r[0], *r[2:]],
    "the other way round": lambda r: r[::-1],
    "one changed": lambda r: [r[0], {**r[1], "name": "forged", "carbon_sha256": "0" * 64}, *r[2:]],
    "one disowned": lambda r: [r[0], {**r[1], "carbon_role": ""}, *r[2:]],
}


@pytest.mark.parametrize("door", ["form", "script"])
@pytest.mark.parametrize("change", SENT.values(), ids=SENT.keys())
def test_what_is_left_out_or_changed_is_put_back(desk: Desk, door: str, change: Any) -> None:
    made, before = desk.made(), desk.dataset
    listed = change([dict(one) for one in before["resources"]])
    next(one for one in listed if one["id"] == desk.own["id"])["description"] = "แก้ไขเอง"
    if door == "form":
        sent = {**desk.dataset_form(), **flat(listed), "title": "ของฉัน", "inventory_decision": "accepted"}
        assert desk.save(sent).status_code == 302
    else:
        sent = {**before, "resources": listed, "title": "ของฉัน", "inventory_decision": "accepted"}
        assert desk.update(sent).status_code == 200
    now = desk.dataset
    assert (now["title"], desk.own["description"]) == ("ของฉัน", "แก้ไขเอง")
    assert now["inventory_decision"] == before["inventory_decision"]
    assert [one["id"] for one in now["resources"]] == [one["id"] for one in before["resources"]]
    assert desk.made() == made


def forged(**fields: str) -> dict[str, str]:
    return {"url": "http://example.org/a.csv", "name": "forged", **fields}


@pytest.mark.parametrize(
    "claim", [{"carbon_role": "derived"}, {"carbon_version": "7"}, {"url_type": guard.URL_TYPE}]
)
def test_a_form_that_claims_to_be_the_system_is_shown_again_with_the_reason(desk: Desk, claim: Any) -> None:
    before = desk.dataset
    whole = {**desk.dataset_form(), **flat([*before["resources"], forged(**claim)])}
    assert desk.save(whole).status_code == 200  # the form again, as CKAN shows a refusal
    for path, sent in (
        (f"/activity-data/{desk.id}/resource/new", {**forged(**claim), "id": ""}),
        (f"/activity-data/{desk.id}/resource/{desk.own['id']}/edit", {**desk.resource_form(), **claim}),
    ):
        answer = desk.post(path, sent)
        assert answer.status_code == 200, path
        assert "เฉพาะระบบ" in answer.body, path
    assert desk.dataset == before


def test_pages_that_change_a_derived_resource_are_closed(desk: Desk) -> None:
    made = desk.made()
    derived = made["summary-csv"][0]
    view = tk.get_action("resource_view_list")({"ignore_auth": True}, {"id": derived})[0]["id"]
    base = f"/activity-data/{desk.id}/resource/{derived}"
    upload = {"upload": (io.BytesIO(b"x"), "x.csv"), "url": "x.csv"}
    for path, fields in {
        f"{base}/edit": {"name": "forged", **upload},
        f"{base}/delete": {},
        f"{base}/new_view?view_type=datatables_view": {"title": "x"},
        f"{base}/edit_view/{view}": {"title": "x"},
        f"{base}/edit_view/{view}?delete": {"delete": "1"},
        f"/dataset/{desk.id}/dictionary/{derived}": {"info__1__label": "x"},
    }.items():
        assert desk.post(path, fields).status_code in (403, 404), path
    assert desk.made() == made
    assert len(tk.get_action("resource_view_list")({"ignore_auth": True}, {"id": derived})) == 1


@pytest.mark.parametrize("door", ["form", "script"])
def test_a_rename_and_a_move_leave_addresses_and_bytes_alone(desk: Desk, door: str) -> None:
    member = [{"name": desk.steward.user["name"], "capacity": "admin"}]
    elsewhere = factories.Organization(users=member)["id"]
    made, name = desk.made(), f"moved-{uuid.uuid4().hex[:8]}"
    if door == "form":
        assert desk.save({**desk.dataset_form(), "name": name, "owner_org": elsewhere}).status_code == 302
    else:
        sent = {**desk.dataset, "name": name, "owner_org": elsewhere}
        assert desk.update(sent).status_code == 200
    assert (desk.dataset["name"], desk.dataset["owner_org"]) == (name, elsewhere)
    assert desk.made() == made
    jobs.drain()
    assert desk.made() == made
    assert desk.steward.state(name)["state"] == "published"
    assert desk.app.get(f"/activity-data/{name}").status_code == 200


DAMAGE = {
    "marked as deleted": "UPDATE resource SET state = 'deleted' WHERE id = :id",
    "removed": "DELETE FROM resource WHERE id = :id",
    "disowned": "UPDATE resource SET extras = '{}' WHERE id = :id",
    "changed": "UPDATE resource SET url = 'http://example.org/forged.csv' WHERE id = :id",
}


MENDED_BY = [
    *((damage, door) for damage in ("marked as deleted", "removed") for door in ("form", "script", "patch")),
    ("removed", "nobody"),
    ("disowned", "script"),
    ("changed", "patch"),
]


@pytest.mark.parametrize("damage, door", MENDED_BY)
def test_damage_behind_ckans_back_is_put_right_and_edits_are_kept(desk: Desk, damage: str, door: str) -> None:
    made, read, form = desk.made(), desk.dataset, desk.dataset_form()
    with model.ensure_engine().begin() as connection:
        connection.execute(
            sa.text("DELETE FROM resource_view WHERE resource_id = :id"), {"id": made["bundle"][0]}
        )
        connection.execute(sa.text(DAMAGE[damage]), {"id": made["package"][0]})
    model.Session.remove()
    if door == "form":
        assert desk.save({**form, "title": "ของฉัน"}).status_code == 302
    elif door == "script":
        assert desk.update({**read, "title": "ของฉัน"}).status_code == 200
    elif door == "patch":
        desk.steward.act("package_patch", id=desk.id, title="ของฉัน")
    sweep.look_out()
    jobs.drain()
    assert desk.made() == made
    assert len(desk.dataset["resources"]) == len(read["resources"])
    assert desk.dataset["title"] == (read["title"] if door == "nobody" else "ของฉัน")


def test_a_lost_table_and_a_damaged_file_are_put_right(desk: Desk) -> None:
    made = desk.made()
    tk.get_action("datastore_delete")(
        guard.identity.system_context(), {"resource_id": made["summary-csv"][0], "force": True}
    )
    storage.path(desk.id, 1, "summary.csv").write_bytes(b"forged")
    desk.steward.act("khonkaencarbon_run_create", id=desk.id)
    jobs.drain()
    assert desk.made() == made
