"""The city's inventory in the portal: what counts, what it adds up to, who decides, and what nobody sees."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.khonkaencarbon.footprint import command
from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory.request import InventoryRequest, computed
from ckanext.khonkaencarbon.portal import storage
from ckanext.khonkaencarbon.portal.city import inventory
from ckanext.khonkaencarbon.portal.city.sums import check, refresh

GRID = Decimal("0.4999")  # kg CO2e per kWh, TGO April 2022
HEADINGS = "period,activity,consumer,quantity,unit\n"


def electricity(kwh, consumer="institutional", period="2024-01"):
    return f"{HEADINGS}{period},electricity-grid,{consumer},{kwh},kWh\n"


def accepted(steward, **fields):
    """A dataset that was offered and accepted."""
    dataset_id = steward.published(
        fields.pop("text", electricity(1000)), include_in_inventory="true", **fields
    )
    steward.act("khonkaencarbon_inventory_decide", id=dataset_id, decision="accepted")
    return dataset_id


def figure(gpc_ref="I.2.2", year=2024):
    rows = tk.get_action("khonkaencarbon_inventory_show")({}, {"year": year, "gpc_ref": gpc_ref})["rows"]
    return sum((Decimal(row["co2e_kg"]) for row in rows if row["co2e_kg"]), Decimal(0))


def test_what_is_offered_and_accepted_counts(city):
    steward, _ = city
    before = figure()
    dataset_id = accepted(steward)
    assert figure() - before == 1000 * GRID
    found = tk.get_action("khonkaencarbon_rollup_trace")({}, {"year": 2024, "gpc_ref": "I.2.2"})
    mine = [part for part in found["parts"] if part["dataset"]["id"] == dataset_id]
    assert [(part["activity"], part["gas"], part["co2e_kg"]) for part in mine] == [
        ("electricity-grid", "CO2e", "499.9")
    ]
    assert mine[0]["dataset"]["version"] == 1


NOT_COUNTED = {
    "offered, not decided": {"decide": None},
    "declined": {"decide": "declined"},
    "not offered": {"include_in_inventory": "false"},
    "of the district": {"reporting_boundary": "district"},
    "of the province": {"reporting_boundary": "province"},
    "private": {"private": True},
}


@pytest.mark.parametrize("fields", NOT_COUNTED.values(), ids=NOT_COUNTED.keys())
def test_what_does_not_count_is_in_no_figure_and_no_file(city, fields):
    steward, _ = city
    before = inventory.present().files
    fields = {"include_in_inventory": "true", "decide": "accepted", **fields}
    decision = fields.pop("decide")
    dataset_id = steward.published(electricity(7), **fields)
    if decision:
        steward.act("khonkaencarbon_inventory_decide", id=dataset_id, decision=decision, reason="เหตุผล")
    assert inventory.present().files == before


def patched(**fields):
    return lambda steward, one: steward.act("package_patch", id=one, **fields)


CHANGES = {
    "made private": patched(private=True),
    "deleted": lambda steward, one: steward.act("package_delete", id=one),
    "not offered any more": lambda steward, one: steward.act(
        "package_patch", id=one, include_in_inventory="false"
    ),
    "declined": lambda steward, one: steward.act(
        "khonkaencarbon_inventory_decide", id=one, decision="declined", reason="ซ้ำกับข้อมูลของเมือง"
    ),
    "now of the district": lambda steward, one: steward.act(
        "package_patch", id=one, reporting_boundary="district"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_it_counts_no_longer_from_the_change_on_before_any_job_ran(city, change):
    steward, _ = city
    before = figure()
    dataset_id = accepted(steward)
    assert figure() != before
    change(steward, dataset_id)
    assert figure() == before
    files = inventory.present().files
    assert all(dataset_id.encode() not in content for content in files.values() if content)


def test_the_city_statistic_is_the_total_and_the_organisation_shown_within_it(city):
    steward, _ = city
    year = "2023"
    accepted(steward, text=electricity(5000, period=year), reporting_boundary="city")
    accepted(steward, text=electricity(1200, period=year), reporting_boundary="organisation")
    found = tk.get_action("khonkaencarbon_rollup_trace")({}, {"year": 2023, "gpc_ref": "I.2.2"})
    assert (found["status"], found["co2e_kg"]) == ("computed", "2499.5")
    assert {(part["role"], part["co2e_kg"]) for part in found["parts"]} == {
        ("city", "2499.5"),
        ("inside", "599.88"),
    }
    rows = csv.DictReader(io.StringIO(inventory.present().files["inventory.csv"].decode()))
    (row,) = [row for row in rows if (row["year"], row["gpc_ref"]) == ("2023", "I.2.2")]
    assert row["residual_co2e_kg"] == "1899.62"


def test_the_portal_and_the_command_give_the_same_figures(city, tmp_path):
    accepted(city[0])
    now = inventory.present()
    datasets = {}
    for one in now.members.values():
        target = tmp_path / "in" / one.id / "summary.json"
        target.parent.mkdir(parents=True)
        target.write_bytes(storage.path(one.id, one.version, "summary.json").read_bytes())
        datasets[one.id] = {
            "source": str(target),
            "version": one.version,
            "reporting_boundary": one.level,
            "organisation": "" if one.level == "city" else one.organisation,
        }
    kinds = {name: {"type": one["type"]} for name, one in now.organisations.items()}
    settings = {"format": "khonkaencarbon-city-settings/1", "datasets": datasets, "organisations": kinds}
    (tmp_path / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    paths = [
        str(tmp_path / "in"),
        "--settings",
        str(tmp_path / "settings.json"),
        "--out",
        str(tmp_path / "out"),
    ]
    assert command.main(["rollup", *paths]) in (0, 1)
    for name in ("inventory.csv", "totals.json", "coverage.csv", "organisations.csv"):
        assert (tmp_path / "out" / name).read_bytes() == now.files[name]
    summaries = {name: tmp_path / "in" / name / "summary.json" for name in datasets}
    of_version = computed(
        InventoryRequest(settings, summaries, [], [], 1, now.as_of.isoformat()), FindingLog()
    )
    assert {name: of_version.get(name) for name in now.files} == now.files


def test_an_editor_of_another_organisation_does_not_decide(city):
    steward, _ = city
    dataset_id = steward.published(include_in_inventory="true")
    other = factories.User()
    factories.Organization(users=[{"name": other["name"], "capacity": "admin"}])
    for user in (other["name"], ""):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("khonkaencarbon_inventory_decide")(
                {"user": user, "ignore_auth": False}, {"id": dataset_id, "decision": "accepted"}
            )


def test_declining_needs_a_reason_and_is_recorded_with_who_and_when(city):
    steward, _ = city
    dataset_id = steward.published(include_in_inventory="true")
    with pytest.raises(tk.ValidationError):
        steward.act("khonkaencarbon_inventory_decide", id=dataset_id, decision="declined")
    steward.act("khonkaencarbon_inventory_decide", id=dataset_id, decision="declined", reason="ไม่ครบปี")
    answer = steward.act("khonkaencarbon_inventory_decide", id=dataset_id, decision="accepted")
    assert [(one["decision"], one["user"]) for one in answer["history"]] == [
        ("accepted", steward.user["name"]),
        ("declined", steward.user["name"]),
    ]
    assert steward.act("package_show", id=dataset_id)["inventory_decision"] == "accepted"


def test_notation_keys_and_typed_totals_of_the_city_are_read(city):
    steward, city_id = city
    notation = "gpc_ref,years,key,explanation,responsible\nII.3.1,2018,NO,ไม่มีท่าเรือ,\n"
    typed = "year,gpc_ref,gas,mass_kg,co2e_kg,quality,explanation\n2018,IV.1,CO2,1000,,L,บัญชีเดิม\n"
    for name, text in (("notation", notation), ("typed", typed)):
        steward.upload(city_id, text, name=name)
    coverage = tk.get_action("khonkaencarbon_coverage_show")({}, {"year": 2018})["rows"]
    found = {row["gpc_ref"]: (row["status"], row["notation"], row["co2e_kg"]) for row in coverage}
    assert len(coverage) == 54
    assert found["II.3.1"] == ("notation", "NO", None)
    assert found["IV.1"] == ("typed", None, "1000")
    assert found["I.1.1"] == ("missing", None, None)


@pytest.mark.parametrize(
    "path", ["", "/coverage", "/2024/I.2.2", "/files/inventory.csv", "/files/totals.json"]
)
def test_everybody_reads_the_pages_and_an_unchanged_one_is_answered_with_304(city, app, path):
    steward, _ = city
    accepted(steward)
    answer = app.get(f"/carbon{path}")
    assert answer.status_code == 200
    again = app.get(f"/carbon{path}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    accepted(steward)
    assert app.get(f"/carbon{path}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["?year=1800", "?year=x", "/2024/IX.1", "/1800/I.1.1", "/files/other.csv"])
def test_what_is_not_there_is_a_404(city, app, path):
    steward, _ = city
    accepted(steward)
    assert app.get(f"/carbon{path}").status_code == 404


def test_the_page_of_an_organisation_shows_what_it_published(city, app):
    steward, _ = city
    accepted(steward, text=electricity(300, period="2023-02"))
    answer = app.get(f"/carbon/organisations/{steward.organisation['name']}")
    assert answer.status_code == 200 and "0.1500" in answer.body


@pytest.mark.parametrize(
    "asked", ["inventory_show", "coverage_show?year=2024", "rollup_trace?year=2024&gpc_ref=I.2.2"]
)
def test_an_unchanged_answer_of_the_api_is_answered_with_304(city, app, asked):
    steward, _ = city
    accepted(steward)
    path = f"/api/3/action/khonkaencarbon_{asked}"
    tag = app.get(path).headers["ETag"]
    again = app.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.body) == (304, "")
    accepted(steward, text=electricity(70))
    assert app.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert "ETag" not in app.get("/api/3/action/status_show").headers


def test_a_planted_fault_in_the_sums_is_seen_and_mended(city):
    steward, _ = city
    accepted(steward)
    inventory.present()
    with model.ensure_engine().begin() as connection:
        connection.execute(sa.text("UPDATE khonkaencarbon_city_sum SET mass_kg = mass_kg + 1"))
    assert set(check.differences()) == {"khonkaencarbon_city_sum"}
    refresh.bring_up_to_date(rebuild=True)
    assert check.differences() == {}


def test_while_somebody_else_makes_the_sums_for_long_the_answer_is_come_back(city, app, monkeypatch):
    accepted(city[0])
    monkeypatch.setattr(refresh, "PATIENCE", "20ms")
    with model.ensure_engine().begin() as somebody_else:
        refresh.lock(somebody_else)
        answer = app.get("/carbon", status=503)
        again = app.get("/api/3/action/khonkaencarbon_inventory_show", status=409)
    assert app.get("/carbon", status=200)
    assert answer.headers["Retry-After"] == "10" and "ข้อมูลกำลังเปลี่ยนแปลง" in answer.body
    assert "โปรดลองใหม่" in again.json["error"]["message"][0]
