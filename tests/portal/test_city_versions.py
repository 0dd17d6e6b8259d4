"""Versions of the city's inventory: its derived resources, and who may read them at which moment."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from decimal import Decimal
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.common import config

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.footprint import command
from ckanext.khonkaencarbon.portal import audit, products, storage
from ckanext.khonkaencarbon.portal.city import inventory
from ckanext.khonkaencarbon.portal.city.versions import forgetting, making, publishing, reading

HEADINGS = "period,activity,consumer,quantity,unit\n"
GRID = Decimal("0.4999")  # kg CO2e per kWh, TGO April 2022


def electricity(kwh, year=2024):
    return f"{HEADINGS}{year}-01,electricity-grid,institutional,{kwh},kWh\n"


@pytest.fixture(autouse=True)
def at_once(steward):
    """Versions follow each other without a pause."""
    config[settings.INVENTORY_VERSION_SECONDS] = 0


def derived(city_id):
    shown = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": city_id})
    return {one["carbon_product"]: one for one in shown["resources"] if one["carbon_role"] == "derived"}


def read(app, city_id, number, name="inventory.csv", status=200):
    return app.get(f"/dataset/{city_id}/footprint/{number}/{name}", status=status, follow_redirects=False)


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def numbers(city_id):
    return [one["number"] for one in reading.listed(city_id) if one["downloads"]]


def test_the_inventory_is_published_as_files_of_the_city_dataset(city, app):
    steward, city_id = city
    steward.accepted(electricity(1000))
    assert publishing.publish() == 1
    found = derived(city_id)
    assert found.keys() == products.products(products.CITY).keys() - {"crosscheck-csv"}
    for product, one in found.items():
        content = app.get(urlsplit(one["url"]).path).data
        assert hashlib.sha256(content).hexdigest() == one["carbon_sha256"], product
        assert (one["carbon_version"], one["carbon_stale"]) == (1, False)
    address = urlsplit(found["inventory-csv"]["url"]).path
    assert app.get(address).data == inventory.present().files["inventory.csv"]
    page = app.get(f"/en/city-footprint/{city_id}/resource/{found['inventory-csv']['id']}").body
    assert "Fingerprint of the inventory" in page
    assert re.search(r"What is this file for\s*</th>\s*<td[^>]*>\s*Computed by the portal", page)


def test_a_stranger_makes_the_same_inventory_from_the_bundle(city, tmp_path):
    steward, city_id = city
    steward.accepted(electricity(1000))
    steward.accepted(electricity(5000, 2023), reporting_boundary="city")
    steward.upload(city_id, "gpc_ref,years,key,explanation,responsible\nII.3.1,2024,NO,ไม่มีท่าเรือ,\n")
    number = publishing.publish()
    bundle = storage.path(city_id, number, "bundle.zip")
    assert command.main(["verify", str(bundle)]) == 0
    assert b"NO" in storage.path(city_id, number, "inventory.csv").read_bytes()


def test_of_an_inventory_without_anything_there_is_no_version(city):
    steward, city_id = city
    assert publishing.publish() is None
    steward.upload(city_id, "gpc_ref,years,key,explanation\nII.3.1,2024,NO,ไม่มีท่าเรือ\n")
    assert publishing.publish() == 1


def test_where_nothing_changed_there_is_no_other_version(city):
    steward, city_id = city
    dataset_id = steward.accepted(electricity(1000))
    assert publishing.publish() == 1
    assert publishing.publish() is None
    steward.act("package_patch", id=dataset_id, title="ชื่อใหม่ของชุดข้อมูล")
    assert publishing.publish() is None
    assert numbers(city_id) == [1]
    assert not derived(city_id)["inventory-csv"]["carbon_stale"]


def test_a_change_switches_the_whole_set_at_once_and_the_old_version_stays(city, app):
    steward, city_id = city
    steward.accepted(electricity(1000))
    publishing.publish()
    before = derived(city_id)
    steward.accepted(electricity(500, 2023))
    stale = derived(city_id)["inventory-csv"]
    assert stale["carbon_stale"] and "รุ่นใหม่" in stale["carbon_stale_because"]["th"]
    assert publishing.publish() == 2
    after = derived(city_id)
    assert {one["carbon_version"] for one in after.values()} == {2}
    assert {name: one["id"] for name, one in after.items()} == {
        name: one["id"] for name, one in before.items()
    }
    assert read(app, city_id, 1).body != read(app, city_id, 2).body
    assert read(app, city_id, "latest", status=302).headers["Location"].endswith("/footprint/2/inventory.csv")


def patched(**fields):
    return lambda steward, one: steward.act("package_patch", id=one, **fields)


def decided(decision):
    return lambda steward, one: steward.act(
        "khonkaencarbon_inventory_decide", id=one, decision=decision, reason="ซ้ำกับข้อมูลของเมือง"
    )


HIDING = {
    "made private": (patched(private=True), patched(private=False)),
    "declined": (decided("declined"), decided("accepted")),
    "not offered any more": (
        patched(include_in_inventory="false"),
        patched(include_in_inventory="true"),
    ),
    "deleted": (
        lambda steward, one: steward.act("package_delete", id=one),
        patched(state="active"),
    ),
}


@pytest.mark.parametrize(("hide", "show"), HIDING.values(), ids=HIDING.keys())
def test_a_version_with_a_dataset_that_counts_no_more_is_read_by_nobody(city, app, hide, show):
    steward, city_id = city
    steward.accepted(electricity(1000))
    publishing.publish()
    one = steward.accepted(electricity(777, 2023))
    publishing.publish()
    hide(steward, one)  # no job has run since
    for name in ("inventory.csv", "totals.json", "bundle.zip", "datapackage.json", "recalculations.csv"):
        assert "ขณะนี้" in read(app, city_id, 2, name, status=404).body
    assert read(app, city_id, "latest", status=302).headers["Location"].endswith("/footprint/1/inventory.csv")
    figure = str((777 * GRID).normalize())
    page = app.get(f"/dataset/{city_id}/footprint").body
    listed = tk.get_action("khonkaencarbon_version_list")({"user": ""}, {"id": city_id})
    log = tk.get_action("khonkaencarbon_recalculation_list")({"user": ""}, {})
    for text in (page, json.dumps(listed), json.dumps(log)):
        assert figure not in text and one not in text
    assert publishing.publish() == 3
    for name in storage.path(city_id, 3, "").iterdir():
        assert one.encode() not in name.read_bytes()
    log = tk.get_action("khonkaencarbon_recalculation_list")({"user": ""}, {})
    assert [row["version"] for row in log if row["framework"] == "basic"][-1:] != [2]
    show(steward, one)
    jobs.drain()
    assert read(app, city_id, 2).status_code == 200


def test_a_city_and_an_indicator_that_are_private_are_in_no_version(city, app):
    steward, city_id = city
    steward.accepted(electricity(1000))
    indicators = steward.act(
        "package_create",
        type="city-indicator",
        name=f"population-{city_id[:8]}",
        title="ประชากร",
        notes="ประชากรของเมือง",
        owner_org=steward.organisation["id"],
    )["id"]
    steward.upload(indicators, "year,indicator,value\n2024,population,106000\n")
    publishing.publish()
    assert "106000" in read(app, city_id, 1, "timeseries.csv").body
    steward.act("package_patch", id=indicators, private=True)
    read(app, city_id, 1, "timeseries.csv", status=404)
    assert publishing.publish() == 2
    assert "106000" not in read(app, city_id, 2, "timeseries.csv").body
    steward.act("package_patch", id=city_id, private=True)
    assert publishing.publish() is None
    read(app, city_id, 2, status=404)


def test_what_was_purged_is_deleted_from_the_disk_with_every_version_that_held_it(city, app):
    steward, city_id = city
    one = steward.accepted(electricity(1000))
    publishing.publish()
    tk.get_action("dataset_purge")({"ignore_auth": True, "user": steward.user["name"]}, {"id": one})
    forgetting.tidy()
    read(app, city_id, 1, status=410)
    assert not storage.path(city_id, 1, "").exists()
    assert numbers(city_id) == []


def test_a_version_goes_with_the_version_of_a_dataset_that_was_withdrawn(city, app):
    steward, city_id = city
    one = steward.dataset(include_in_inventory="true")
    resource = steward.upload(one, electricity(1000))
    jobs.drain()
    steward.act("khonkaencarbon_inventory_decide", id=one, decision="accepted")
    publishing.publish()
    steward.replace(resource, electricity(2000))
    jobs.drain()
    assert publishing.publish() == 2
    steward.act("khonkaencarbon_version_withdraw", id=one, version=1, reason="ข้อมูลส่วนบุคคล")
    read(app, city_id, 1, status=404)
    assert read(app, city_id, 2).status_code == 200
    forgetting.tidy()
    read(app, city_id, 1, status=410)


def test_the_log_says_which_version_changed_which_year_by_how_much_and_why(city):
    steward, city_id = city
    steward.accepted(electricity(1000))
    publishing.publish()
    second = steward.accepted(electricity(500, 2023))
    publishing.publish()
    log = tk.get_action("khonkaencarbon_recalculation_list")({"user": ""}, {})
    basic = [row for row in log if row["framework"] == "basic"]
    assert [(row["version"], row["year"], row["before_co2e_kg"], row["after_co2e_kg"]) for row in basic] == [
        (1, 2024, None, "499.9"),
        (2, 2023, None, "249.95"),
    ]
    assert basic[1]["datasets_added"] == f"{second}@1"
    of_file = rows(storage.path(city_id, 2, "recalculations.csv").read_bytes())
    assert [row["version"] for row in of_file if row["framework"] == "basic"] == ["1", "2"]
    only = tk.get_action("khonkaencarbon_recalculation_list")({"user": ""}, {"year": 2023})
    assert {row["year"] for row in only} == {2023}


def test_each_row_leads_to_the_versions_of_the_datasets_that_it_comes_from(city):
    steward, city_id = city
    one = steward.accepted(electricity(1000))
    publishing.publish()
    descriptor = json.loads(storage.path(city_id, 1, "datapackage.json").read_text())
    nodes = {node["@id"]: node for node in descriptor["provenance"]["@graph"]}
    (line, row) = next(
        (number, row)
        for number, row in enumerate(rows(storage.path(city_id, 1, "inventory.csv").read_bytes()), 2)
        if row["gpc_ref"] == "I.2.2"
    )
    sources = nodes[f"inventory.csv#row={line}"]["prov:wasDerivedFrom"]
    assert row["dataset_ids"] == one
    assert f"../../../{one}/footprint/1/summary.json" in json.dumps(sources)


def test_the_catalogue_of_machines_says_which_versions_of_datasets_they_come_from(city, app):
    steward, city_id = city
    one = steward.accepted(electricity(1000))
    publishing.publish()
    said = app.get(f"/dataset/{city_id}.ttl").body
    assert said.count("prov:wasDerivedFrom") == len(derived(city_id))
    assert f"/dataset/{one}/footprint/1>" in said
    steward.act("package_patch", id=one, private=True)
    assert one not in app.get(f"/dataset/{city_id}.ttl").body


def test_versions_are_some_time_apart_but_one_that_may_not_be_read_is_followed_at_once(city):
    steward, city_id = city
    steward.accepted(electricity(1000))
    publishing.publish()
    config[settings.INVENTORY_VERSION_SECONDS] = 3600
    one = steward.accepted(electricity(500, 2023))
    assert publishing.publish() is None
    config[settings.INVENTORY_VERSION_SECONDS] = 0
    assert publishing.publish() == 2
    config[settings.INVENTORY_VERSION_SECONDS] = 3600
    steward.act("package_patch", id=one, private=True)
    assert publishing.publish() == 3
    assert numbers(city_id) == [3, 1]


def test_of_two_that_make_a_version_at_once_one_gives_way(city):
    steward, city_id = city
    steward.accepted(electricity(1000))
    with inventory.present() as now:
        late = making.draft(now, now.city)
    staged = making.stage(late)
    assert publishing.publish() == 1
    with pytest.raises(publishing.OvertakenError):
        publishing._switch(late, staged)
    storage.discard(staged)
    assert numbers(city_id) == [1]
    assert storage.path(city_id, 1, "inventory.csv").exists()


def test_nobody_but_the_system_writes_them(city):
    steward, city_id = city
    steward.accepted(electricity(1000))
    publishing.publish()
    one = derived(city_id)["inventory-csv"]["id"]
    for action, fields in (("resource_patch", {"name": "อื่น"}), ("resource_delete", {})):
        with pytest.raises(tk.NotAuthorized):
            steward.act(action, id=one, **fields)
    steward.act("package_update", **{**steward.act("package_show", id=city_id), "resources": []})
    assert derived(city_id)["inventory-csv"]["id"] == one


def test_the_worker_publishes_the_inventory_when_no_dataset_waits(city, of_the_worker):
    steward, city_id = city
    one = steward.dataset(include_in_inventory="true")
    steward.upload(one, electricity(1000))
    of_the_worker()
    steward.act("khonkaencarbon_inventory_decide", id=one, decision="accepted")
    with model.ensure_engine().begin() as connection:
        assert publishing.is_due(connection)
    of_the_worker()
    assert "499.9" in storage.path(city_id, numbers(city_id)[0], "inventory.csv").read_text()
    with model.ensure_engine().begin() as connection:
        assert not publishing.is_due(connection)


def test_the_audit_finds_a_damaged_file_and_mends_it_from_the_bundle(city):
    steward, city_id = city
    steward.accepted(electricity(1000))
    publishing.publish()
    path = storage.path(city_id, 1, "inventory.csv")
    content = path.read_bytes()
    path.write_bytes(content[:-5])
    found = audit.audit(repair=True)
    assert [one.fault.code for one in found.mended if one.dataset_id == city_id] == ["file-damaged"]
    assert path.read_bytes() == content
