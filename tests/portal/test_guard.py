"""Nobody but the system writes derived resources and reserved fields, whoever asks by whatever action."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from ckanext.khonkaencarbon.logic.action.guard import GUARDS
from ckanext.khonkaencarbon.portal import guard, identity

DERIVED = {
    "name": "สรุป (CSV)",
    "url": "/footprint/1/summary.csv",
    "url_type": "khonkaencarbon",
    "format": "CSV",
    "carbon_role": "derived",
    "carbon_product": "summary-csv",
    "carbon_version": 1,
    "carbon_sha256": "ab" * 32,
}


@dataclass
class Case:
    """An activity dataset: one input, two derived resources, a table, a view, and people around it."""

    dataset: dict[str, Any]
    view: dict[str, Any]
    people: dict[str, str] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """Id of the first derived resource."""
        return str(self.dataset["resources"][1]["id"])

    def context(self, who: str) -> dict[str, Any]:
        """A fresh context of one of the people."""
        return identity.system_context() if who == "system" else {"user": self.people[who]}

    def stored(self) -> dict[str, Any]:
        """The dataset as it is stored now."""
        return tk.get_action("package_show")(identity.system_context(), {"id": self.dataset["id"]})

    def derived(self) -> list[dict[str, Any]]:
        """Its derived resources, without what CKAN counts by itself."""
        return [
            {k: r[k] for k in r if k != "position"} for r in self.stored()["resources"] if guard.is_derived(r)
        ]


def call(action: str, context: dict[str, Any], **data: Any) -> Any:
    return tk.get_action(action)(context, data)


@pytest.fixture(scope="module")
def people(portal: None) -> tuple[str, dict[str, str]]:
    """An organisation's id, and names of people in it and outside."""
    users = {role: factories.User()["name"] for role in ("member", "editor", "admin", "stranger")}
    owner = factories.Organization(
        users=[{"name": users[role], "capacity": role} for role in ("member", "editor", "admin")]
    )
    factories.Organization(users=[{"name": users["stranger"], "capacity": "editor"}])
    return owner["id"], {**users, "sysadmin": factories.Sysadmin()["name"], "anonymous": ""}


@pytest.fixture
def case(people: tuple[str, dict[str, str]]) -> Iterator[Case]:
    """A published activity dataset."""
    owner, names = people
    dataset = factories.Dataset(
        type="activity-data", owner_org=owner, resources=[{"name": "input", "url": "http://e.org/a.csv"}]
    )
    system = identity.system_context
    second = {**DERIVED, "name": "สรุป (JSON)", "format": "JSON", "carbon_product": "summary-json"}
    call(
        "package_revise",
        system(),
        match={"id": dataset["id"]},
        update__resources__extend=[dict(DERIVED), second],
        update={"inventory_decision": "accepted"},
    )
    dataset = call("package_show", system(), id=dataset["id"])
    first = dataset["resources"][1]["id"]
    call("datastore_create", system(), resource_id=first, force=True, records=[{"n": 1}])
    view = call("resource_view_create", system(), resource_id=first, title="t", view_type="datatables_view")
    yield Case(call("package_show", system(), id=dataset["id"]), view, names)
    call("dataset_purge", system(), id=dataset["id"])


# What each action is asked to do to a derived resource.
ATTEMPTS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "resource_create": lambda c: {"package_id": c.dataset["id"], "id": c.first, "url": "http://e.org/b"},
    "resource_update": lambda c: {**c.dataset["resources"][1], "name": "forged"},
    "resource_patch": lambda c: {"id": c.first, "name": "forged"},
    "resource_delete": lambda c: {"id": c.first},
    "resource_view_create": lambda c: {"resource_id": c.first, "title": "x", "view_type": "datatables_view"},
    "resource_view_update": lambda c: {**c.view, "title": "forged"},
    "resource_view_reorder": lambda c: {"id": c.first, "order": [c.view["id"]]},
    "resource_create_default_resource_views": lambda c: {"resource": c.dataset["resources"][1]},
    "resource_view_delete": lambda c: {"id": c.view["id"]},
    "resource_view_clear": lambda c: {"view_types": ["datatables_view"]},
    "datastore_create": lambda c: {"resource_id": c.first, "force": True, "records": [{"n": 2}]},
    "datastore_upsert": lambda c: {
        "resource_id": c.first, "force": True, "method": "insert", "records": [{"n": 2}]
    },
    "datastore_records_delete": lambda c: {"resource_id": c.first, "force": True, "filters": {}},
    "datastore_run_triggers": lambda c: {"resource_id": c.first},
    "datastore_delete": lambda c: {"resource_id": c.first, "force": True},
}  # fmt: skip


def traces(case: Case) -> tuple[Any, ...]:
    """All that an attempt could have changed."""
    model.Session.remove()
    views = call("resource_view_list", identity.system_context(), id=case.first)
    rows = call("datastore_search", identity.system_context(), resource_id=case.first)["records"]
    return case.derived(), case.stored()["inventory_decision"], views, rows


def test_attempts_cover_every_guarded_action() -> None:
    whole = {"package_create", "package_update", "package_create_default_resource_views"}
    functions = {"datastore_function_create", "datastore_function_delete"}
    assert set(ATTEMPTS) | whole | functions == set(GUARDS)


@pytest.mark.parametrize(
    "action", [a for a in ATTEMPTS if a not in ("resource_create", "resource_view_clear")]
)
def test_the_system_may(case: Case, action: str) -> None:
    tk.get_action(action)(case.context("system"), ATTEMPTS[action](case))


def test_skipping_authorisation_is_not_being_the_system(case: Case) -> None:
    trusted = {"user": case.people["sysadmin"], "ignore_auth": True}
    with pytest.raises(tk.NotAuthorized):
        call("resource_patch", trusted, id=case.first, name="x")


FORGED: dict[str, dict[str, Any]] = {
    "role": {"carbon_role": "derived"},
    "version": {"carbon_version": 2},
    "hash": {"carbon_sha256": "0" * 64},
    "unknown carbon field": {"carbon_anything": "x"},
    "derived of old": {"carbon_role": "derived", "id": str(uuid.UUID(int=7))},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
@pytest.mark.parametrize("who", ["editor", "sysadmin"])
def test_forging_is_refused_in_both_languages(case: Case, who: str, forged: dict[str, Any]) -> None:
    before, resource = traces(case), {"url": "http://e.org/f.csv", **forged}
    stored, owner = case.stored(), case.dataset["owner_org"]
    whole = {**stored, "resources": [*stored["resources"], resource]}
    name = f"forged-{uuid.uuid4().hex[:8]}"
    calls: dict[str, dict[str, Any]] = {
        "resource_create": {"package_id": case.dataset["id"], **resource},
        "package_update": whole,
        "package_revise": {"match": {"id": stored["id"]}, "update__resources__extend": [resource]},
        "package_create": {"name": name, "title": "x", "owner_org": owner, "resources": [resource]},
        "datastore_create": {"resource": {"package_id": case.dataset["id"], **forged}},
    }
    for action, data in calls.items():
        with pytest.raises((tk.ValidationError, tk.NotAuthorized), match="เฉพาะระบบ") as refusal:
            tk.get_action(action)(case.context(who), data)
        assert "Only the system" in str(refusal.value)
    assert traces(case) == before


def test_an_input_may_not_become_derived(case: Case) -> None:
    own = case.dataset["resources"][0]["id"]
    with pytest.raises(tk.ValidationError) as refusal:
        call("resource_patch", case.context("editor"), id=own, carbon_role="derived")
    assert list(refusal.value.error_dict) == ["carbon_role"]
    call("resource_patch", case.context("editor"), id=own, carbon_role="input", carbon_mapping="{}")


def test_a_new_dataset_brings_no_decision(case: Case) -> None:
    owner = case.dataset["owner_org"]
    data = {"name": f"d-{uuid.uuid4().hex[:8]}", "type": "activity-data", "owner_org": owner}
    with pytest.raises(tk.ValidationError) as refusal:
        call("package_create", case.context("sysadmin"), **data, inventory_decision="accepted")
    assert list(refusal.value.error_dict) == ["inventory_decision"]


def edited(case: Case, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> dict[str, Any]:
    """The dataset as an old form has it: an edit of one's own, and derived resources gone wrong."""
    resources = [dict(r) for r in case.dataset["resources"]]
    resources[0]["description"] = "own edit"
    return {**case.dataset, "title": "own title", "resources": change(resources)}


STALE: dict[str, Callable[[list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "dropped all": lambda r: r[:1],
    "dropped one": lambda r: [r[0], r[2]],
    "altered": lambda r: [r[0], {**r[1], "url": "http://evil.example/", "carbon_role": ""}, r[2]],
    "in front": lambda r: [r[2], r[1], r[0]],
    "twice": lambda r: [*r, r[1]],
    "no extras": lambda r: [r[0], *({"id": x["id"], "url": x["url"]} for x in r[1:])],
}


@pytest.mark.parametrize("change", STALE.values(), ids=STALE.keys())
def test_a_stale_form_keeps_its_own_edit_only(case: Case, change: Any) -> None:
    before = case.derived()
    old = {k: v for k, v in edited(case, change).items() if k != "inventory_decision"}
    call("package_update", case.context("editor"), **old)
    now = case.stored()
    assert (now["title"], now["resources"][0]["description"]) == ("own title", "own edit")
    assert case.derived() == before
    assert [guard.is_derived(r) for r in now["resources"]] == [False, True, True]
    assert now["inventory_decision"] == "accepted"


def test_a_decision_is_put_back(case: Case) -> None:
    for who in ("editor", "sysadmin"):
        call("package_patch", case.context(who), id=case.dataset["id"], inventory_decision="declined")
        assert case.stored()["inventory_decision"] == "accepted"


def test_what_the_system_removed_does_not_come_back(case: Case) -> None:
    old = edited(case, lambda resources: resources)
    call("resource_delete", identity.system_context(), id=case.first)
    call("package_update", case.context("editor"), **old)
    assert [r["carbon_product"] for r in case.derived()] == ["summary-json"]
    assert case.stored()["title"] == "own title"


def test_a_steward_adds_and_edits_own_resources_as_ever(case: Case) -> None:
    new = call(
        "resource_create", case.context("editor"), package_id=case.dataset["id"], url="http://e.org/2.csv"
    )
    assert not guard.is_derived(new)
    assert call("resource_patch", case.context("editor"), id=new["id"], name="two")["name"] == "two"
    with pytest.raises(tk.ValidationError) as refusal:
        call("resource_patch", case.context("editor"), id=new["id"], carbon_version="9")
    assert list(refusal.value.error_dict) == ["carbon_version"]
    call("resource_delete", case.context("editor"), id=new["id"])
    assert len(case.stored()["resources"]) == 3


def test_derived_resources_come_last_after_a_reorder(case: Case) -> None:
    new = call(
        "resource_create", case.context("editor"), package_id=case.dataset["id"], url="http://e.org/2.csv"
    )
    first, one, two = (r["id"] for r in case.dataset["resources"])
    for order in ([new["id"], first], [two, one, new["id"], first], [one, new["id"], first]):
        call("package_resource_reorder", case.context("editor"), id=case.dataset["id"], order=order)
        assert [r["id"] for r in case.stored()["resources"]] == [new["id"], first, one, two]


def test_another_dataset_cannot_take_a_derived_resource(case: Case) -> None:
    other = factories.Dataset(owner_org=case.dataset["owner_org"])
    taken = {**other, "resources": [{"id": case.first, "url": "http://e.org"}]}
    for action in ("package_update", "package_patch"):
        with pytest.raises(tk.ValidationError):
            call(action, case.context("editor"), **taken)
    assert len(case.derived()) == 2


def test_default_views_leave_derived_resources_alone(case: Case) -> None:
    before = traces(case)
    call("package_create_default_resource_views", case.context("editor"), package=case.stored())
    assert traces(case) == before


def test_whole_dataset_and_reading_stay_ckans(case: Case) -> None:
    assert call("resource_show", {"user": ""}, id=case.first)["carbon_role"] == "derived"
    call("package_delete", case.context("admin"), id=case.dataset["id"])
    assert case.stored()["state"] == "deleted"


def test_pages_offer_nobody_to_touch_them(case: Case) -> None:
    checks = {"resource_update": "id", "resource_delete": "id", "resource_view_create": "resource_id"}
    for name, key in checks.items():
        with pytest.raises(tk.NotAuthorized):
            tk.check_access(name, case.context("sysadmin"), {key: case.first})
        tk.check_access(name, case.context("sysadmin"), {key: case.dataset["resources"][0]["id"]})
