"""Tables of inputs in the DataStore: typed, whole, replaced at once, gone with their file, hidden, ours."""

from __future__ import annotations

import json
import re
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.tests import factories
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.portal import audit, datastore, input_loading, input_tables, queue, sweep
from ckanext.khonkaencarbon.portal.identity import system_context

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย,ผู้จด"
TEXT = f'{HEADINGS}\nมกราคม 2567,ไฟฟ้า,"1,000",kWh,ก\nกุมภาพันธ์ 2567,ไฟฟ้า,900.50,kWh,\n'
OTHER = "month,activity,quantity,unit,วันที่จด\n2024-03,electricity-grid,5,kWh,2024-04-01\n"
PERSONAL = f"{HEADINGS}\nมกราคม 2567,ไฟฟ้า,1,kWh,1101700230708\n"


@pytest.fixture(autouse=True)
def loading(steward: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inputs become tables, as on a portal."""
    monkeypatch.setitem(config, settings.LARGEST_INPUT_TABLE, 1_000_000)
    monkeypatch.setattr(audit, "PAUSE", 0)


def rows(resource_id: str, user: str = "", **asked: Any) -> list[dict[str, Any]]:
    context = {"user": user}
    found = tk.get_action("datastore_search")(context, {"resource_id": resource_id, **asked})
    return [{name: value for name, value in row.items() if name != "_id"} for row in found["records"]]


def has_table(resource_id: str) -> bool:
    name = sa.text("SELECT to_regclass(:name)")
    with get_write_engine().begin() as connection:
        return connection.execute(name, {"name": f'"{resource_id}"'}).scalar() is not None


def published(steward: Any, text: str = TEXT, **fields: Any) -> tuple[str, str]:
    """A dataset and its input, both at rest."""
    dataset_id = steward.dataset(**fields)
    resource_id = steward.upload(dataset_id, text)
    jobs.drain()
    return dataset_id, resource_id


def test_numbers_days_and_words_are_typed_and_every_text_is_there(steward: Any) -> None:
    _, resource_id = published(steward)
    fields = tk.get_action("datastore_info")({}, {"id": resource_id})["fields"]
    assert {one["id"]: one["type"] for one in fields} == {
        "period": "text",
        "activity": "text",
        "quantity": "numeric",
        "quantity_published": "text",
        "unit": "text",
        "column_5": "text",
        "period_first_day": "date",
        "period_last_day": "date",
    }
    first, second = rows(resource_id)
    assert (str(first["quantity"]), first["quantity_published"]) == ("1000", "1,000")
    assert (str(second["quantity"]), second["quantity_published"]) == ("900.5", "900.50")
    assert (first["period_first_day"][:10], second["period_last_day"][:10]) == ("2024-01-01", "2024-02-29")
    assert (first["column_5"], second["column_5"]) == ("ก", None)


def test_the_dictionary_speaks_both_languages_and_the_table_has_a_view(steward: Any, app: Any) -> None:
    dataset_id, resource_id = published(steward)
    fields = {one["id"]: one for one in tk.get_action("datastore_info")({}, {"id": resource_id})["fields"]}
    assert fields["activity"]["info"]["label_translated"] == {"th": "รายการ", "en": "Activity"}
    views = tk.get_action("resource_view_list")({"ignore_auth": True}, {"id": resource_id})
    assert [view["view_type"] for view in views] == ["datatables_view"]
    resource = tk.get_action("resource_show")({"ignore_auth": True}, {"id": resource_id})
    assert resource["datastore_active"] is True
    for address, label, kind in (
        (f"/en/activity-data/{dataset_id}", "Activity", "Number"),
        (f"/activity-data/{dataset_id}", "รายการ", "ตัวเลข"),
    ):
        page = app.get(f"{address}/resource/{resource_id}").body
        assert label in page
        kinds = {one.strip() for one in re.findall(r'<div class="col-3">([^<]*)</div>', page)}
        assert kind in kinds and not kinds & {"numeric", "int4", "text", "timestamp", "date"}


def test_a_new_file_replaces_the_table_with_its_columns(steward: Any) -> None:
    dataset_id, resource_id = published(steward)
    steward.replace(resource_id, OTHER)
    assert len(rows(resource_id)) == 2, "the old table stays until the new footprint is published"
    jobs.drain()
    (row,) = rows(resource_id)
    assert row["column_5"].startswith("2024-04-01")
    assert [run["state"] for run in steward.act("khonkaencarbon_run_list", id=dataset_id)] == [
        "published"
    ] * 2


def test_a_worker_that_stands_still_at_a_table_holds_up_neither_run_nor_sweeper(steward: Any) -> None:
    dataset_id, resource_id = published(steward)
    row = sa.select(input_tables.TABLES).where(input_tables.TABLES.c.resource_id == resource_id)
    with model.ensure_engine().begin() as still:
        still.execute(row.with_for_update())
        steward.replace(resource_id, OTHER)
        jobs.drain()
        sweep.look_out()
        assert steward.state(dataset_id)["version"] == 2
        assert len(rows(resource_id)) == 2
    sweep.look_out()
    jobs.drain()
    assert len(rows(resource_id)) == 1


def test_loading_changes_neither_the_footprint_nor_asks_for_another(steward: Any) -> None:
    dataset_id, resource_id = published(steward)
    jobs.drain()
    sweep.look_out()
    assert queue.next_due() is None
    assert input_tables.present(resource_id).held == input_tables.present(resource_id).wanted
    assert steward.state(dataset_id)["version"] == 1


@pytest.mark.parametrize("what", ["removed", "no input any more", "purged"])
def test_the_table_goes_with_its_input(steward: Any, what: str) -> None:
    dataset_id, resource_id = published(steward)
    if what == "removed":
        steward.act("package_patch", id=dataset_id, resources=[])
    elif what == "purged":
        tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": dataset_id})
    else:
        steward.act("resource_patch", id=resource_id, carbon_role="")
    jobs.drain()
    assert not has_table(resource_id)
    assert input_tables.present(resource_id) is None
    if what == "no input any more":
        assert steward.act("resource_show", id=resource_id)["datastore_active"] is False


def test_a_file_with_personal_data_becomes_no_table(steward: Any) -> None:
    dataset_id, resource_id = published(steward, PERSONAL)
    assert steward.state(dataset_id)["state"] == "refused"
    assert not has_table(resource_id)


def test_a_refused_file_leaves_the_table_of_the_version_in_force(steward: Any) -> None:
    _, resource_id = published(steward)
    steward.replace(resource_id, PERSONAL)
    jobs.drain()
    assert len(rows(resource_id)) == 2


def test_a_private_table_is_hidden_from_everybody_else(steward: Any) -> None:
    dataset_id, resource_id = published(steward, private=True)
    assert len(rows(resource_id, steward.user["name"])) == 2
    for user in ("", factories.User()["name"]):
        with pytest.raises(tk.NotAuthorized):
            rows(resource_id, user)
    steward.act("package_patch", id=dataset_id, private=False)
    assert len(rows(resource_id)) == 2


def test_a_fault_is_a_note_and_the_footprint_is_published(
    steward: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(input_loading, "create_table", lambda *_: 1 / 0)
        dataset_id, resource_id = published(steward)
    assert steward.state(dataset_id)["state"] == "published"
    assert "ZeroDivisionError" in input_tables.present(resource_id).error["en"]
    page = app.get(f"/activity-data/{dataset_id}/resource/{resource_id}").body
    assert "ยังสร้างตารางของไฟล์นี้ไม่ได้" in page
    assert 0 < input_tables.next_due() <= input_tables.BACK_OFF
    due_now(resource_id)
    jobs.drain()
    assert len(rows(resource_id)) == 2
    assert input_tables.present(resource_id).error is None


def due_now(resource_id: str) -> None:
    mine = input_tables.TABLES.c.resource_id == resource_id
    with queue.engine().begin() as connection:
        connection.execute(sa.update(input_tables.TABLES).where(mine).values(not_before=queue.NOW))


def test_a_fault_in_the_middle_leaves_the_old_table(steward: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, resource_id = published(steward)
    steward.replace(resource_id, OTHER)
    with monkeypatch.context() as broken:
        broken.setattr(input_loading, "_copy", lambda *_: 1 / 0)
        jobs.drain()
    assert len(rows(resource_id)) == 2


def test_a_table_that_was_not_asked_for_is_found(steward: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as lost:
        lost.setattr(input_tables, "settle", lambda *_: None)
        _, resource_id = published(steward)
    assert not has_table(resource_id)
    sweep.look_out()
    jobs.drain()
    assert len(rows(resource_id)) == 2


def test_a_file_that_is_too_long_says_so(steward: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(config, settings.LARGEST_INPUT_TABLE, 1)
    _, resource_id = published(steward)
    assert not has_table(resource_id)
    assert "2" in input_tables.present(resource_id).error["en"]
    assert input_tables.present(resource_id).held is not None


def test_the_mark_of_the_table_comes_back(steward: Any) -> None:
    _, resource_id = published(steward)
    steward.act("resource_patch", id=resource_id, datastore_active=False)
    sweep.look_out()
    jobs.drain()
    assert steward.act("resource_show", id=resource_id)["datastore_active"] is True


WRITES = {
    "datastore_create": {"force": True, "records": [{"quantity": 7}]},
    "datastore_upsert": {"force": True, "method": "insert", "records": [{"quantity": 7}]},
    "datastore_delete": {"force": True},
    "datastore_records_delete": {"force": True, "filters": {}},
    "datastore_run_triggers": {},
}


@pytest.mark.parametrize("who", ["steward", "sysadmin"])
@pytest.mark.parametrize("action", WRITES)
def test_nobody_else_writes_the_table(steward: Any, who: str, action: str) -> None:
    _, resource_id = published(steward)
    before = rows(resource_id)
    user = steward.user if who == "steward" else factories.Sysadmin()
    with pytest.raises(tk.NotAuthorized):
        tk.get_action(action)({"user": user["name"]}, {"resource_id": resource_id, **WRITES[action]})
    assert rows(resource_id) == before


def in_datastore(statement: str) -> None:
    with get_write_engine().begin() as connection:
        connection.execute(sa.text(statement))


@pytest.fixture
def nothing_else(portal: None) -> None:
    """The audit looks at every table: those of other tests go first."""
    with queue.engine().begin() as connection:
        connection.execute(sa.delete(input_tables.TABLES))
    datastore.drop(input_loading.tables_of_ours())


@pytest.mark.parametrize(
    "fault, code",
    [
        ('UPDATE "{0}" SET quantity = 1', "input-table-differs"),
        ('DELETE FROM "{0}" WHERE _id = 2', "input-table-differs"),
        ('DROP TABLE "{0}"', "input-table-differs"),
        ('CREATE TABLE "{1}" (n int); COMMENT ON TABLE "{1}" IS \'{2}\'', "table-orphan"),
    ],
)
def test_the_audit_sees_and_mends_a_table(steward: Any, nothing_else: None, fault: str, code: str) -> None:
    _, resource_id = published(steward)
    mine = lambda: [one for one in tables_audited() if resource_id in one.place or code == "table-orphan"]  # noqa: E731
    assert mine() == []
    in_datastore(fault.format(resource_id, "0e0e0e0e-0000-4000-8000-000000000000", input_loading.MARK))
    (found,) = mine()
    assert found.fault.code == code
    assert found.mend is not None and found.mend()
    jobs.drain()
    assert mine() == []
    assert len(rows(resource_id)) == 2


def tables_audited() -> list[Any]:
    found = audit.THOROUGH["input-tables"](audit.Look(0))
    return list(found)


def test_the_table_can_be_read_by_its_page_and_as_files(steward: Any, app: Any) -> None:
    dataset_id, resource_id = published(steward)
    base = f"/dataset/{dataset_id}/resource/{resource_id}/table"
    assert "1,000" in app.get(base).body
    page = app.get(base, query_string={"from.quantity": "950"}).body
    assert "มกราคม 2567" in page and "กุมภาพันธ์ 2567" not in page
    found = json.loads(app.get(f"{base}.json", query_string={"q": "กุมภา"}).body)
    assert [(one["quantity"], one["column_5"]) for one in found] == [("900.50", None)]
    assert (
        app.get(f"{base}.csv", query_string={"sort": "-quantity"}).body.splitlines()[1].startswith("มกราคม")
    )


def test_whoever_may_not_see_the_dataset_sees_no_table(steward: Any, app: Any) -> None:
    dataset_id, resource_id = published(steward, private=True)
    for form in ("", ".csv", ".json"):
        app.get(f"/dataset/{dataset_id}/resource/{resource_id}/table{form}", status=404)
    assert model.Package.get(dataset_id).private
    assert system_context()["ignore_auth"]
