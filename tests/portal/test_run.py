"""A run: from the upload to the published version, and what it says where there is none."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import ckan.plugins.toolkit as tk
import pysolr
import pytest
import sqlalchemy as sa
import yaml
from ckan.model import ensure_engine
from ckan.plugins import IForkObserver, PluginImplementations
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.footprint import command, vocabulary
from ckanext.khonkaencarbon.model import Line, Run, Version
from ckanext.khonkaencarbon.portal import address, preload, storage

DEMO = Path(__file__).parents[2] / "deploy" / "demo"
CATALOGUE = yaml.safe_load((DEMO / "catalogue.yaml").read_text(encoding="utf-8"))
HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
ROWS = f"{HEADINGS}มกราคม 2567,ไฟฟ้า,1000,kWh\nกุมภาพันธ์ 2567,ก๊าซหุงต้ม,20,กก.\n"
ONE_BAD = f'{HEADINGS}มกราคม 2567,ไฟฟ้า,1000,kWh\nกุมภาพันธ์ 2567,ไฟฟ้า,"1,2O0",kWh\n'


def counted(*tables):
    with ensure_engine().begin() as connection:
        return [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() for table in tables
        ]


def test_an_upload_becomes_a_published_version(steward):
    dataset_id = steward.published()
    derived = steward.derived(dataset_id)
    assert list(derived) == ["summary-csv", "summary-json", "package", "bundle"]
    for product, resource in derived.items():
        content = storage.path(dataset_id, 1, address.FILES[product]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        assert (resource["carbon_sha256"], resource["size"]) == (digest, len(content))
        assert resource["url"].endswith(f"/dataset/{dataset_id}/footprint/1/{address.FILES[product]}")
        assert set(resource["name_translated"]) == set(resource["description_translated"]) == {"th", "en"}
    state = steward.state(dataset_id)
    assert (state["state"], state["version"], state["stale"], state["incomplete"]) == (
        "published",
        1,
        False,
        False,
    )
    assert state["counts"] == {"read": 2, "used": 2, "refused": 0, "lines": 2}


def test_the_command_line_gives_the_same_bytes(steward, tmp_path):
    dataset_id = steward.published(ROWS)
    (tmp_path / "activity.csv").write_text(ROWS, encoding="utf-8")
    assert command.main(["compute", str(tmp_path / "activity.csv"), "--out", str(tmp_path / "out")]) == 0
    ours = storage.path(dataset_id, 1, "summary.csv").read_bytes()
    assert (tmp_path / "out" / "summary.csv").read_bytes() == ours
    theirs = json.loads((tmp_path / "out" / "summary.json").read_bytes())
    mine = json.loads(storage.path(dataset_id, 1, "summary.json").read_bytes())
    assert {**theirs, "inputs": None} == {**mine, "inputs": None}


def test_the_ledger_adds_up_to_the_summary(steward):
    dataset_id = steward.published(ROWS)
    with ensure_engine().begin() as connection:
        query = sa.select(sa.func.sum(Line.co2e_kg)).where(Line.dataset_id == dataset_id)
        total = connection.execute(query).scalar()
    summary = steward.act("khonkaencarbon_summary_show", id=dataset_id)
    assert total == Decimal(summary["totals"]["co2e_kg"]) > 0
    assert total == sum(Decimal(line["co2e_kg"]) for line in summary["lines"] if line["co2e_kg"])


def test_the_datastore_holds_typed_rows_of_the_version(steward):
    dataset_id = steward.published(ROWS)
    resource = steward.derived(dataset_id)["summary-csv"]
    found = tk.get_action("datastore_search")({}, {"resource_id": resource["id"]})
    assert resource["datastore_active"] and found["total"] == steward.state(dataset_id)["counts"]["lines"]
    kinds = {field["id"]: field["type"] for field in found["fields"]}
    assert (kinds["co2e_kg"], kinds["period_start"], kinds["version"]) == ("numeric", "date", "int4")
    assert all("/" in field["info"]["label"] for field in found["fields"] if field["id"] != "_id")
    assert {row["version"] for row in found["records"]} == {1}
    views = tk.get_action("resource_view_list")({}, {"id": resource["id"]})
    assert [view["view_type"] for view in views] == ["datatables_view"]


def test_a_second_drain_writes_nothing(steward):
    steward.published()
    before = counted(Run, Version, Line)
    jobs.drain()
    assert counted(Run, Version, Line) == before


def test_computing_anew_the_same_changes_nothing_that_is_published(steward, monkeypatch):
    dataset_id = steward.published()
    before = steward.act("package_show", id=dataset_id)
    written = []
    monkeypatch.setattr("ckanext.khonkaencarbon.portal.resources.resource", lambda *a: written.append(a))
    steward.act("khonkaencarbon_run_create", id=dataset_id)
    jobs.drain()
    assert not written
    assert steward.act("package_show", id=dataset_id) == before
    assert [one["number"] for one in steward.act("khonkaencarbon_version_list", id=dataset_id)] == [1]
    assert len(steward.act("khonkaencarbon_run_list", id=dataset_id)) == 2


def test_computing_anew_the_same_writes_the_row_of_the_run_and_asks_solr_nothing(steward, monkeypatch):
    dataset_id = steward.published()
    steward.act("khonkaencarbon_run_create", id=dataset_id)
    calls = []
    monkeypatch.setattr(pysolr.Solr, "_send_request", lambda *a, **k: calls.append(a))
    with rows_written() as written:
        jobs.drain()
    assert {table.removeprefix("khonkaencarbon_") for table in written} == {"run", "owed"}
    assert calls == []


@contextmanager
def rows_written():
    """The tables of which a row is inserted, changed or deleted meanwhile, in either database."""
    tables = set()

    def note(_connection, cursor, statement, *_rest):
        found = re.match(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|COPY)\s+\"?(\w+)", statement)
        if found and cursor.rowcount:
            tables.add(found[1])

    engines = [ensure_engine(), get_write_engine()]
    for engine in engines:
        sa.event.listen(engine, "after_cursor_execute", note)
    yield tables
    for engine in engines:
        sa.event.remove(engine, "after_cursor_execute", note)


def test_refused_rows_make_it_incomplete(steward):
    dataset_id = steward.published(ONE_BAD)
    state = steward.state(dataset_id)
    assert (state["state"], state["version"], state["incomplete"]) == ("published", 1, True)
    assert (state["counts"]["used"], state["counts"]["refused"]) == (1, 1)
    assert [(one["code"], one["record"], one["value"]) for one in state["findings"]] == [
        ("type-error", 2, "1,2O0")
    ]


BROKEN = {
    "empty": (b"", {}, "source-error"),
    "header only": (HEADINGS.encode(), {}, "no-data-rows"),
    "no such columns": (b"a,b\n1,2\n", {}, "missing-role"),
    "every row refused": (f"{HEADINGS}มกราคม 2567,ไฟฟ้า,-5,kWh\n".encode(), {}, "negative-quantity"),
    "a damaged workbook": (b"PK\x03\x04" + bytes(60), {}, "workbook-damaged"),
}


@pytest.mark.parametrize("content, fields, code", BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_used_is_refused_with_findings(steward, content, fields, code):
    dataset_id = steward.published(content, **fields)
    state = steward.state(dataset_id)
    assert (state["state"], state["version"], state["stale"]) == ("refused", None, False)
    assert code in {one["code"] for one in state["findings"]}
    assert steward.derived(dataset_id) == {}


def test_a_period_that_is_not_over_yet_asks_for_a_look(steward):
    dataset_id = steward.published(f"{HEADINGS}มกราคม 2699,ไฟฟ้า,1,kWh\n")
    state = steward.state(dataset_id)
    assert [(one["code"], one["value"]) for one in state["findings"]][-1:] == [
        ("period-not-over", "2156-01-31")
    ]
    assert (
        json.loads(storage.path(dataset_id, state["version"], "findings.json").read_bytes())
        == state["findings"][:-1]
    )


def test_a_link_is_not_fetched(steward):
    dataset_id = steward.dataset()
    steward.act("resource_create", package_id=dataset_id, carbon_role="input", url="http://127.0.0.1:9/a.csv")
    jobs.drain()
    state = steward.state(dataset_id)
    assert (state["state"], [one["code"] for one in state["findings"]]) == ("refused", ["input-is-link"])


def test_an_attachment_is_not_computed(steward):
    dataset_id = steward.dataset()
    steward.upload(dataset_id, carbon_role="")
    jobs.drain()
    assert steward.state(dataset_id)["state"] is None


def test_a_line_is_traced_to_its_factor_and_file(steward):
    dataset_id = steward.published()
    line = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"][0]
    traced = steward.act("khonkaencarbon_trace", id=dataset_id, line_id=line["line_id"])
    assert traced["line"] == {name: line[name] for name in traced["line"]}
    assert [factor["id"] for factor in traced["factors"]] == line["factor_ids"]
    assert [one["name"] for one in traced["inputs"]] == ["activity.csv"]


def test_a_workbook_is_computed_like_a_table(steward):
    entry = CATALOGUE["datasets"]["training-workbook"]["files"][0]
    content = (DEMO / "files" / entry["file"]).read_bytes()
    dataset_id = steward.dataset()
    steward.upload(dataset_id, content, carbon_mapping=json.dumps(entry["mapping"]))
    jobs.drain()
    state = steward.state(dataset_id)
    assert (state["state"], state["counts"]["used"], state["progress"]) == ("published", 36, None)


def test_the_worker_loads_once_what_its_jobs_need(caplog):
    preload.preload.cache_clear()
    vocabulary.load_vocabulary.cache_clear()
    for plugin in PluginImplementations(IForkObserver):
        plugin.before_fork()
    assert vocabulary.load_vocabulary.cache_info().currsize == 1
    assert not [one for one in caplog.records if one.levelname == "ERROR"]
