"""Whatever is done to a dataset, its footprint ends in the right state."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.model import ensure_engine
from ckan.tests import factories
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.model import Line, Owed, Run, Version
from ckanext.khonkaencarbon.portal import history, ledger, lookout, need, publish, queue, triggers
from ckanext.khonkaencarbon.portal.identity import system_context

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
MARCH = f"{HEADINGS}มีนาคม 2567,ไฟฟ้า,500,kWh\n"
BROKEN = f"{HEADINGS}มีนาคม 2567,ไฟฟ้า,ห้าร้อย,kWh\n"
MONTH_AND_KWH = "เดือน,หน่วยไฟฟ้า\n2024-01,100\n"
ROLES = {
    "period": {"column": "เดือน"},
    "activity": {"constant": "electricity-grid"},
    "unit": {"constant": "kWh"},
    "quantity": {"column": "หน่วยไฟฟ้า"},
}


def mapping(**roles):
    return json.dumps({"format": "khonkaencarbon-mapping/1", "roles": {**ROLES, **roles}})


def in_force(dataset_id):
    with ensure_engine().begin() as connection:
        version = ledger.in_force(connection, dataset_id)
    return version and version.number


def inputs(steward, dataset_id):
    return [
        one["id"]
        for one in steward.act("package_show", id=dataset_id)["resources"]
        if one["carbon_role"] == "input"
    ]


def test_a_new_file_is_stale_at_once_and_then_a_new_version(steward):
    dataset_id = steward.published()
    ids = {product: one["id"] for product, one in steward.derived(dataset_id).items()}
    steward.replace(inputs(steward, dataset_id)[0], MARCH)
    state = steward.state(dataset_id)
    assert (state["state"], state["version"], state["stale"]) == ("owed", 1, True)
    assert state["stale_because"]["en"] == "An input file was replaced."
    assert state["owed_since"]
    jobs.drain()
    state = steward.state(dataset_id)
    assert (state["state"], state["version"], state["stale"], state["stale_because"]) == (
        "published",
        2,
        False,
        None,
    )
    derived = steward.derived(dataset_id)
    assert {one["carbon_version"] for one in derived.values()} == {2}
    assert {product: one["id"] for product, one in derived.items()} == ids
    rows = tk.get_action("datastore_search")({}, {"resource_id": ids["summary-csv"]})["records"]
    assert [(row["version"], row["quantity"]) for row in rows] == [(2, 500)]


def test_a_broken_file_leaves_what_was_published_marked_out_of_date(steward):
    dataset_id = steward.published()
    steward.replace(inputs(steward, dataset_id)[0], BROKEN)
    jobs.drain()
    state = steward.state(dataset_id)
    assert (state["state"], state["version"], state["stale"]) == ("refused", 1, True)
    assert "cannot be used" in state["stale_because"]["en"]
    assert [one["code"] for one in state["findings"]] == ["type-error"]
    assert in_force(dataset_id) == 1
    steward.replace(inputs(steward, dataset_id)[0], MARCH)
    jobs.drain()
    assert (steward.state(dataset_id)["state"], in_force(dataset_id)) == ("published", 2)


def test_a_changed_mapping_is_computed(steward):
    dataset_id = steward.dataset()
    resource_id = steward.upload(dataset_id, MONTH_AND_KWH)
    jobs.drain()
    assert steward.state(dataset_id)["state"] == "refused"
    steward.act("resource_patch", id=resource_id, carbon_mapping=mapping())
    jobs.drain()
    assert (steward.state(dataset_id)["state"], in_force(dataset_id)) == ("published", 1)
    steward.act("resource_patch", id=resource_id, carbon_mapping=mapping(unit={"constant": "MWh"}))
    assert steward.state(dataset_id)["stale_because"]["en"] == "The column mapping was changed."
    jobs.drain()
    assert in_force(dataset_id) == 2


def test_inputs_are_added_and_removed(steward):
    dataset_id = steward.published()
    total = steward.act("khonkaencarbon_summary_show", id=dataset_id)["totals"]["co2e_kg"]
    second = steward.upload(dataset_id, MARCH)
    assert steward.state(dataset_id)["stale_because"]["en"] == "An input file was added."
    jobs.drain()
    assert len(steward.act("khonkaencarbon_summary_show", id=dataset_id)["inputs"]) == 2
    steward.act("resource_delete", id=second)
    assert steward.state(dataset_id)["stale_because"]["en"] == "An input file was removed."
    jobs.drain()
    assert steward.act("khonkaencarbon_summary_show", id=dataset_id)["totals"]["co2e_kg"] == total
    assert in_force(dataset_id) == 3


def test_without_any_input_what_is_published_stays_out_of_date(steward):
    dataset_id = steward.published()
    steward.act("resource_delete", id=inputs(steward, dataset_id)[0])
    jobs.drain()
    state = steward.state(dataset_id)
    assert (state["state"], state["version"], state["stale"]) == ("published", 1, True)
    assert state["stale_because"]["en"] == "All input files were removed."
    assert len(steward.derived(dataset_id)) == 4


def test_a_changed_boundary_is_computed(steward):
    dataset_id = steward.published()
    steward.act("package_patch", id=dataset_id, reporting_boundary="city")
    jobs.drain()
    assert steward.act("khonkaencarbon_summary_show", id=dataset_id)["settings"]["boundary"] == "city"


@pytest.mark.parametrize("change", [{"title": "อีกชื่อหนึ่ง"}, {"private": True}, {"notes": "ใหม่"}])
def test_what_does_not_touch_the_figures_starts_no_run(steward, change):
    dataset_id = steward.published()
    steward.act("package_patch", id=dataset_id, **change)
    state = steward.state(dataset_id)
    assert (state["state"], state["stale"], state["owed_since"]) == ("published", False, None)


def test_a_private_dataset_shows_its_footprint_to_its_organisation_only(steward):
    dataset_id = steward.published(private=True)
    assert steward.state(dataset_id)["state"] == "published"
    stranger = {"user": factories.User()["name"]}
    for action in ("run_show", "summary_show", "version_list", "run_list"):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action(f"khonkaencarbon_{action}")(dict(stranger), {"id": dataset_id})
    everybody = tk.get_action("khonkaencarbon_run_list")({}, {"limit": 100})
    assert dataset_id not in {run["dataset_id"] for run in everybody}
    steward.act("package_patch", id=dataset_id, private=False)
    assert tk.get_action("khonkaencarbon_run_show")(dict(stranger), {"id": dataset_id})["version"] == 1


def test_a_deleted_dataset_counts_nowhere_and_comes_back(steward):
    dataset_id = steward.published()
    before = steward.derived(dataset_id)
    steward.act("package_delete", id=dataset_id)
    jobs.drain()
    assert in_force(dataset_id) is None
    assert tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset_id})["state"] == "deleted"
    steward.act("package_patch", id=dataset_id, state="active")
    jobs.drain()
    assert (steward.state(dataset_id)["state"], in_force(dataset_id)) == ("published", 1)
    assert steward.derived(dataset_id) == before


def test_a_dataset_deleted_with_a_broken_file_comes_back_as_it_was(steward):
    dataset_id = steward.published()
    steward.replace(inputs(steward, dataset_id)[0], BROKEN)
    jobs.drain()
    steward.act("package_delete", id=dataset_id)
    jobs.drain()
    steward.act("package_patch", id=dataset_id, state="active")
    jobs.drain()
    state = steward.state(dataset_id)
    assert (state["state"], state["version"], state["stale"]) == ("refused", 1, True)


def test_of_a_purged_dataset_nothing_is_left(steward):
    dataset_id = steward.published()
    table = steward.derived(dataset_id)["summary-csv"]["id"]
    tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": dataset_id})
    jobs.drain()
    with ensure_engine().begin() as connection:
        for rows in (Line, Version, Run, Owed):
            count = sa.select(sa.func.count()).select_from(rows).where(rows.dataset_id == dataset_id)
            assert connection.execute(count).scalar() == 0, rows
    assert not (settings.storage_path() / "derived" / dataset_id).exists()
    assert not sa.inspect(get_write_engine()).has_table(table)


def indexed_for_all(dataset_id):
    found = tk.get_action("package_search")({"user": ""}, {"fq": f"id:{dataset_id}"})
    return [one["private"] for one in found["results"]]


def test_a_dataset_made_private_while_somebody_waits_to_change_it_stays_private(steward):
    """CKAN reads a dataset, waits for its lock, and would go on with what it read."""
    dataset_id = steward.published()
    read_before = model.Package.get(dataset_id)
    assert not read_before.private
    table = model.package_table
    with ensure_engine().begin() as somebody_else:
        values = {"private": True, "metadata_modified": datetime.now(timezone.utc).replace(tzinfo=None)}
        somebody_else.execute(sa.update(table).where(table.c.id == dataset_id).values(**values))
    steward.act("package_patch", id=dataset_id, notes="แก้คำอธิบาย")
    assert indexed_for_all(dataset_id) == []
    assert steward.act("package_show", id=dataset_id)["private"] is True


@pytest.mark.parametrize("action", ["package_delete", "dataset_purge"])
def test_a_removal_that_waits_for_a_run_takes_nothing_out_of_the_index_before(steward, action):
    """A run that publishes would put it in again, for everybody to see."""
    dataset_id = steward.published()
    table = model.package_table
    with ensure_engine().begin() as run:
        run.execute(sa.select(table.c.id).where(table.c.id == dataset_id).with_for_update())
        model.Session.execute(sa.text("SET LOCAL lock_timeout = '100ms'"))
        with pytest.raises(sa.exc.OperationalError):
            tk.get_action(action)(system_context(), {"id": dataset_id})
        model.Session.rollback()
        assert indexed_for_all(dataset_id) == [False]
    tk.get_action(action)(system_context(), {"id": dataset_id})
    assert indexed_for_all(dataset_id) == []


def test_a_dataset_purged_while_a_run_is_at_it_leaves_nothing(steward):
    dataset_id = steward.published()
    steward.act("khonkaencarbon_run_create", id=dataset_id)
    claim = queue.claim()
    tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": dataset_id})
    history.finish(claim, history.Outcome("published", version=1))  # it had looked before the purge
    jobs.drain()
    assert in_force(dataset_id) is None
    with ensure_engine().begin() as connection:
        assert lookout.purged(connection) == []
        assert need.standings(connection, [dataset_id])[dataset_id] == need.Standing(None, None, None)


@pytest.mark.parametrize("action", ["package_delete", "dataset_purge"])
def test_a_dataset_that_went_while_it_was_computed_counts_no_more(steward, monkeypatch, action):
    """The run itself does what its going calls for, whoever did not hear of it."""
    dataset_id = steward.published()
    steward.replace(inputs(steward, dataset_id)[0], MARCH)

    def stage_late(*words):
        monkeypatch.setattr(triggers, "_notice", lambda *_: None)
        tk.get_action(action)({"ignore_auth": True}, {"id": dataset_id})
        model.Session.remove()
        return stage(*words)

    stage = publish._stage
    monkeypatch.setattr(publish, "_stage", stage_late)
    jobs.drain()
    assert in_force(dataset_id) is None


def test_a_draft_waits_until_it_is_published(steward):
    dataset_id = steward.dataset(state="draft")
    steward.upload(dataset_id)
    jobs.drain()
    assert in_force(dataset_id) is None
    steward.act("package_patch", id=dataset_id, state="active")
    jobs.drain()
    assert in_force(dataset_id) == 1


@pytest.mark.parametrize("action, number", [("bulk_update_delete", None), ("bulk_update_private", 1)])
def test_bulk_changes_are_noticed(steward, action, number):
    dataset_id = steward.published()
    steward.act(action, datasets=[dataset_id], org_id=steward.organisation["id"])
    jobs.drain()
    assert in_force(dataset_id) == number
