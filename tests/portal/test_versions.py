"""Versions: multiplied again without their files, compared with the one before, cited, withdrawn."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan.common import config
from ckan.model import ensure_engine
from ckan.tests import factories

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.footprint.output import findings, summary
from ckanext.khonkaencarbon.model import Line, Version
from ckanext.khonkaencarbon.portal import (
    differences,
    kept,
    multiplying,
    publish,
    run,
    snapshot,
    storage,
    sweep,
)
from ckanext.khonkaencarbon.portal.audit import files as audit_files
from ckanext.khonkaencarbon.portal.audit.violation import Look

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
MARCH = f"{HEADINGS}มีนาคม 2567,ไฟฟ้า,500,kWh\n"
MIXED = (
    "เดือน,รายการ,ปริมาณ,หน่วย,หน่วยงาน\n"
    "มกราคม 2567,ไฟฟ้า,1000,kWh,โรงเรียน ก\n"
    'มกราคม 2567,ไฟฟ้า,"1,2O0",kWh,โรงเรียน ก\n'
    "กุมภาพันธ์ 2567,น้ำมันดีเซลรถยนต์,20,ลิตร,โรงเรียน ข\n"
    "มกราคม 2567,ไฟฟ้า,11.5,kWh,โรงเรียน ก\n"
    "กุมภาพันธ์ 2567,ก๊าซหุงต้ม,20,กก.,โรงเรียน ข\n"
)


def recomputed(steward, dataset_id):
    steward.act("khonkaencarbon_run_create", id=dataset_id)
    jobs.drain()


def listed(steward, dataset_id):
    return steward.act("khonkaencarbon_version_list", id=dataset_id)


def stored(dataset_id):
    with ensure_engine().begin() as connection:
        return snapshot.snapshot(connection, dataset_id)


def inputs_among(paths):
    """Uploads and the job's private copies of them."""
    folders = str(Path(config["ckan.storage_path"]) / "resources"), str(storage.workshop())
    return [path for path in paths if path.startswith(folders)]


CHOICES = {
    "edition": {"editions": ["tgo-2022-04", "ipcc-2006"]},
    "gwp": {"gwp": "ar6"},
    "setting": {"parameters": {"landfill-in-city": {"mcf": "0.5"}}},
}


@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
def test_other_factors_multiply_the_stored_cells_and_open_no_input(steward, portal_rules, opened, chosen):
    dataset_id = steward.published(MIXED)
    assert inputs_among(opened)  # the watch does see the inputs when they are read
    portal_rules(**chosen)
    opened.clear()
    recomputed(steward, dataset_id)
    assert inputs_among(opened) == []
    assert [one["number"] for one in listed(steward, dataset_id)] == [2, 1]


@pytest.mark.parametrize("chosen", CHOICES.values(), ids=CHOICES)
def test_and_give_the_bytes_of_a_full_computation(steward, portal_rules, chosen):
    dataset_id = steward.published(MIXED)
    steward.upload(dataset_id, MARCH, name="อีกไฟล์")
    jobs.drain()
    portal_rules(**chosen)
    recomputed(steward, dataset_id)
    number = listed(steward, dataset_id)[0]["number"]
    assert number == 3
    with run.computation(stored(dataset_id)) as (footprint, request):
        full = {
            "summary.csv": summary.csv_bytes(footprint),
            "summary.json": summary.json_bytes(footprint),
            "findings.json": findings.json_bytes(footprint.log),
            **kept.contents(footprint, request),
        }
        bundle = storage.path(dataset_id, number, "own.zip")
        with bundle.open("wb") as file:
            publish.write_bundle(file, request, footprint)
    full["bundle.zip"] = bundle.read_bytes()
    bundle.unlink()
    for name, content in full.items():
        assert storage.path(dataset_id, number, name).read_bytes() == content, name


def test_asked_for_anew_the_files_are_read_again(steward, opened):
    dataset_id = steward.published()
    opened.clear()
    recomputed(steward, dataset_id)
    assert inputs_among(opened)


@pytest.mark.parametrize("name", ["cells.json", "bundle.zip"])
def test_damaged_cells_or_bundles_are_not_multiplied(steward, portal_rules, name):
    dataset_id = steward.published()
    storage.path(dataset_id, 1, name).write_bytes(b"{}")
    portal_rules(gwp="ar6")
    with multiplying.multiplied(stored(dataset_id)) as made:
        assert made is None
    jobs.drain()
    recomputed(steward, dataset_id)
    assert steward.state(dataset_id)["version"] == 2


def test_every_version_says_why_it_differs_in_terms_that_add_up(steward, portal_rules):
    dataset_id = steward.published(MIXED)
    first = next(one["id"] for one in steward.act("package_show", id=dataset_id)["resources"])
    steward.replace(first, MIXED.replace("1000", "1500"))
    jobs.drain()
    portal_rules(gwp="ar4", editions=["tgo-2022-04", "ipcc-2006"])
    recomputed(steward, dataset_id)
    versions = listed(steward, dataset_id)
    assert [[term["causes"] for term in one["difference"]["terms"]] for one in versions[:2]] == [
        [["factors"], ["gwp"]],
        [["rows"]],
    ]
    assert versions[2]["difference"] is None
    totals = [
        Decimal(steward.act("khonkaencarbon_summary_show", id=dataset_id, version=n)["totals"]["co2e_kg"])
        for n in (3, 2, 1)
    ]
    for one, after, before in zip(versions, totals, totals[1:], strict=False):
        note = one["difference"]
        assert note["format"] == "khonkaencarbon-difference/1"
        terms = sum(Decimal(term["change"]["co2e_kg"]) for term in note["terms"])
        assert terms == Decimal(note["change"]["co2e_kg"]) == after - before
        assert all(term["text"]["th"] and term["text"]["en"] for term in note["terms"])


def test_rows_and_mapping_changed_together_are_told_apart(steward):
    dataset_id = steward.published(MARCH)
    first = next(one["id"] for one in steward.act("package_show", id=dataset_id)["resources"])
    mapping = json.dumps({"format": "khonkaencarbon-mapping/1", "roles": {"unit": {"constant": "MWh"}}})
    steward.replace(first, MARCH.replace("500", "400"))
    steward.act("resource_patch", id=first, carbon_mapping=mapping)
    jobs.drain()
    note = listed(steward, dataset_id)[0]["difference"]
    assert [term["causes"] for term in note["terms"]] == [["rows"], ["mapping"]]
    assert note["terms"][0]["change"]["co2e_kg"].startswith("-")


@pytest.mark.parametrize("fault", ["too many cells", "no cells kept", "editions that are gone"])
def test_where_no_note_can_be_made_the_version_is_published_without(steward, monkeypatch, fault):
    dataset_id = steward.published()
    if fault == "too many cells":
        monkeypatch.setattr(differences, "MOST_CELLS", 1)
    elif fault == "no cells kept":
        storage.path(dataset_id, 1, storage.CELLS).unlink()
    else:
        with ensure_engine().begin() as connection:
            mine = Version.dataset_id == dataset_id
            made = connection.execute(sa.select(Version.overview).where(mine)).scalar()
            made["settings"]["editions"] = ["tgo-1999"]
            connection.execute(sa.update(Version).where(mine).values(overview=made))
    steward.upload(dataset_id, MARCH)
    jobs.drain()
    assert [one["difference"] for one in listed(steward, dataset_id)] == [None, None]


def test_pages_tell_the_difference_and_how_to_cite_in_both_languages(steward, app):
    dataset_id = steward.published(title="การใช้ไฟฟ้า", title_translated={"en": "Electricity use"})
    steward.upload(dataset_id, MARCH)
    jobs.drain()
    newest = listed(steward, dataset_id)[0]
    assert newest["address"].endswith(f"/dataset/{dataset_id}/footprint/2")
    sha256 = newest["files"]["summary.csv"]["sha256"]
    for code, title in (("th", "การใช้ไฟฟ้า รุ่นที่ 2"), ("en", "Electricity use, version 2")):
        for word in (title, newest["address"], f"(SHA-256 {sha256[:12]})"):
            assert word in newest["citation"][code]
    assert f"({2026 + 543})" in newest["citation"]["th"] or "(25" in newest["citation"]["th"]
    for code in ("th", "en"):
        for address in (f"dataset/{dataset_id}/footprint", f"dataset/{dataset_id}/footprint/2"):
            page = BeautifulSoup(app.get(f"/{code}/{address}").body, "html.parser").get_text()
            for text in (
                newest["difference"]["text"],
                *(one["text"] for one in newest["difference"]["terms"]),
            ):
                assert text[code] in page
        for address in (f"activity-data/{dataset_id}", f"dataset/{dataset_id}/footprint/2"):
            shown = BeautifulSoup(app.get(f"/{code}/{address}").body, "html.parser")
            assert {one["lang"]: one.get_text() for one in shown.select(".kk-cite blockquote")} == newest[
                "citation"
            ]
            assert all(button.has_attr("hidden") for button in shown.select("[data-kk-copy]"))


def test_latest_leads_to_the_page_of_the_version_in_force(steward, app):
    dataset_id = steward.published()
    answer = app.get(f"/dataset/{dataset_id}/footprint/latest", follow_redirects=False)
    assert urlsplit(answer.location).path == f"/dataset/{dataset_id}/footprint/1"
    for rest in ("9", "x", "0"):
        assert app.get(f"/dataset/{dataset_id}/footprint/{rest}").status_code == 404


# --- the rows behind a figure ---


def test_a_line_names_the_rows_behind_it(steward, app):
    dataset_id = steward.published(MIXED)
    lines = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"]
    line = next(one for one in lines if one["activity"] == "electricity-grid")
    traced = steward.act("khonkaencarbon_trace", id=dataset_id, line_id=line["line_id"])
    rows = traced["rows_behind"]
    assert [(one["input"], one["record"], one["line"]) for one in rows] == [
        ("activity.csv", 1, 2),
        ("activity.csv", 4, 5),
    ]
    assert len(rows) == line["rows"]
    for code in ("th", "en"):
        page = BeautifulSoup(
            app.get(f"/{code}/dataset/{dataset_id}/footprint/1/line/{line['line_id']}").body, "lxml"
        )
        shown = [
            [cell.get_text() for cell in row.select("td, th")] for row in page.select("#kk-rows tbody tr")
        ]
        assert shown == [["activity.csv", "1", "2"], ["activity.csv", "4", "5"]]
        assert page.select_one(f"a[href$='/dataset/{dataset_id}/footprint/1/bundle.zip']")


def test_every_line_finds_its_rows_and_no_more_than_fifty(steward):
    many = (
        HEADINGS + "".join(f"มกราคม 2567,ไฟฟ้า,{n},kWh\n" for n in range(1, 80)) + "2567,น้ำมันดีเซลรถยนต์,3,ลิตร\n"
    )
    dataset_id = steward.published(many)
    lines = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"]
    for line in lines:
        rows = steward.act("khonkaencarbon_trace", id=dataset_id, line_id=line["line_id"])["rows_behind"]
        assert len(rows) == min(line["rows"], 50)


def test_rows_of_a_private_dataset_are_for_those_who_may_read_it(steward, app):
    dataset_id = steward.published(private=True)
    line = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"][0]["line_id"]
    page, query = f"/dataset/{dataset_id}/footprint/1/line/{line}", f"id={dataset_id}&line_id={line}"
    assert app.get(page).status_code == 404
    assert app.get(f"/api/action/khonkaencarbon_trace?{query}").status_code == 403
    token = {"Authorization": factories.APIToken(user=steward.user["name"])["token"]}
    assert "kk-rows" in app.get(page, headers=token).body
    assert app.get(f"/api/action/khonkaencarbon_trace?{query}", headers=token).json["result"]["rows_behind"]


# --- verifying what was downloaded, without a portal ---


def test_the_downloaded_bundle_is_equal_in_an_environment_without_ckan(steward, app, tmp_path):
    core = Path(sys.prefix).parent / "venv-core" / "bin"
    dataset_id = steward.published(MIXED)
    for number, change in ((1, None), (2, MARCH)):
        if change:
            steward.upload(dataset_id, change)
            jobs.drain()
        bundle = tmp_path / f"{number}.zip"
        bundle.write_bytes(app.get(f"/dataset/{dataset_id}/footprint/{number}/bundle.zip").data)
        clean = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        command = [core / "khonkaencarbon", "verify", str(bundle), "--lang", "en"]
        done = subprocess.run(command, capture_output=True, text=True, env=clean, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "equal" in done.stdout.lower()
    without = subprocess.run([core / "python", "-c", "import ckan"], capture_output=True)
    assert without.returncode != 0


# --- withdrawing ---


@pytest.fixture()
def replaced(steward):
    """A dataset whose first file was replaced; its first version still holds it."""
    dataset_id = steward.published(MIXED)
    first = next(one["id"] for one in steward.act("package_show", id=dataset_id)["resources"])
    steward.replace(first, MIXED.replace("โรงเรียน ก", "โรงเรียน ค"))
    jobs.drain()
    return dataset_id


def test_a_withdrawn_version_is_gone_with_its_reason_and_still_known(steward, replaced, app):
    line = steward.act("khonkaencarbon_summary_show", id=replaced, version=1)["lines"][0]["line_id"]
    reason = "มีชื่อบุคคลในไฟล์ <b>"
    done = steward.act("khonkaencarbon_version_withdraw", id=replaced, version=1, reason=reason)
    assert (done["withdrawn_because"], done["downloads"]) == (reason, {})
    first = listed(steward, replaced)[1]
    assert first == done and first["fingerprint"] and first["files"]["summary.csv"]["sha256"]
    assert not storage.path(replaced, 1, "x").parent.exists()
    for rest in (*storage.NAMES, f"line/{line}"):
        answer = app.get(f"/dataset/{replaced}/footprint/1/{rest}")
        assert answer.status_code == 410 and "มีชื่อบุคคลในไฟล์" in answer.body
        assert "public" not in answer.headers["Cache-Control"]
    for name in (storage.CELLS, storage.ROWS):
        assert app.get(f"/dataset/{replaced}/footprint/1/{name}").status_code == 404
    for action, more in (
        ("summary_show", {}),
        ("summary_show", {"lines": False}),
        ("trace", {"line_id": line}),
    ):
        with pytest.raises(tk.ObjectNotFound):
            steward.act(f"khonkaencarbon_{action}", id=replaced, version=1, **more)
    for code, word in (("th", "ถอนออกเมื่อ"), ("en", "Withdrawn on")):
        for address in ("footprint", "footprint/1"):
            page = app.get(f"/{code}/dataset/{replaced}/{address}").body
            assert word in page and "มีชื่อบุคคลในไฟล์ &lt;b&gt;" in page
    assert app.get(f"/dataset/{replaced}/footprint/2/summary.csv").status_code == 200
    with ensure_engine().begin() as connection:
        count = (
            sa.select(sa.func.count()).select_from(Line).where(Line.dataset_id == replaced, Line.version == 1)
        )
        assert connection.execute(count).scalar() == 0


def test_names_are_gone_from_everything_that_is_kept_of_it(steward, replaced):
    assert "โรงเรียน ก" in json.dumps(listed(steward, replaced)[0]["difference"], ensure_ascii=False)
    steward.act("khonkaencarbon_version_withdraw", id=replaced, version=1, reason="ชื่อ")
    with ensure_engine().begin() as connection:
        rows = connection.execute(sa.select(Version).where(Version.dataset_id == replaced)).all()
    assert "โรงเรียน ก" not in str([row._asdict() for row in rows])
    note = listed(steward, replaced)[0]["difference"]
    assert sum(Decimal(one["change"]["co2e_kg"]) for one in note["terms"]) == Decimal(
        note["change"]["co2e_kg"]
    )


def test_the_next_run_goes_on_from_there(steward, replaced):
    steward.act("khonkaencarbon_version_withdraw", id=replaced, version=1, reason="ชื่อ")
    recomputed(steward, replaced)
    assert steward.state(replaced)["version"] == 2
    steward.upload(replaced, MARCH)
    jobs.drain()
    assert [one["number"] for one in listed(steward, replaced)] == [3, 2, 1]


def test_files_that_a_crash_left_are_deleted_by_the_sweeper(steward, replaced, app, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(storage, "withdraw", lambda *_: None)
        steward.act("khonkaencarbon_version_withdraw", id=replaced, version=1, reason="ชื่อ")
    assert storage.path(replaced, 1, "bundle.zip").exists()
    assert app.get(f"/dataset/{replaced}/footprint/1/bundle.zip").status_code == 410
    sweep.look_out()
    assert not storage.path(replaced, 1, "x").parent.exists()
    assert storage.path(replaced, 2, "bundle.zip").exists()


def test_the_audit_does_not_miss_what_was_withdrawn(steward, replaced):
    def missed():
        return [one.place for one in audit_files.checksums(Look(0)) if one.dataset_id == replaced]

    steward.act("khonkaencarbon_version_withdraw", id=replaced, version=1, reason="ชื่อ")
    assert missed() == []
    storage.path(replaced, 2, "summary.csv").unlink()
    assert len(missed()) == 1


def test_the_newest_version_is_never_withdrawn(steward, replaced):
    for number, fault in ((2, tk.ValidationError), (7, tk.ObjectNotFound)):
        with pytest.raises(fault):
            steward.act("khonkaencarbon_version_withdraw", id=replaced, version=number, reason="ชื่อ")
    with pytest.raises(tk.ValidationError):
        steward.act("khonkaencarbon_version_withdraw", id=replaced, version=1, reason="  ")
    assert (
        storage.path(replaced, 2, "summary.csv").exists()
        and storage.path(replaced, 1, "summary.csv").exists()
    )
    steward.act("package_delete", id=replaced)
    jobs.drain()
    with pytest.raises(tk.ValidationError):
        steward.act("khonkaencarbon_version_withdraw", id=replaced, version=2, reason="ชื่อ")


def test_editors_of_the_organisation_withdraw_and_nobody_else(steward, replaced, app):
    action, asked = (
        "/api/action/khonkaencarbon_version_withdraw",
        {"id": replaced, "version": 1, "reason": "x"},
    )
    editor, member = factories.User(), factories.User()
    for user, capacity in ((editor, "editor"), (member, "member")):
        tk.get_action("organization_member_create")(
            {"ignore_auth": True},
            {"id": steward.organisation["id"], "username": user["name"], "role": capacity},
        )
    token = {
        one["name"]: {"Authorization": factories.APIToken(user=one["name"])["token"]}
        for one in (editor, member)
    }
    assert app.get(f"{action}?id={replaced}&version=1&reason=x").status_code in (400, 403)
    for headers in ({}, token[member["name"]]):
        assert app.post(action, json=asked, headers=headers).status_code == 403
        assert 'kk-withdraw"' not in app.get(f"/dataset/{replaced}/footprint", headers=headers).body
    form = BeautifulSoup(
        app.get(f"/dataset/{replaced}/footprint", headers=token[editor["name"]]).body, "lxml"
    )
    assert [one["action"] for one in form.select(".kk-withdraw form")] == [
        f"/dataset/{replaced}/footprint/1/withdraw"
    ]
    assert form.select_one(".kk-withdraw [name=_csrf_token]")
    assert app.post(action, json=asked, headers=token[editor["name"]]).json["success"]


def test_the_button_of_the_page_withdraws(steward, replaced, app):
    headers = {"Authorization": factories.APIToken(user=steward.user["name"])["token"]}
    address = f"/dataset/{replaced}/footprint"
    answer = app.post(f"{address}/1/withdraw", data={"reason": "ชื่อคน"}, headers=headers)
    assert answer.status_code == 200 and "ชื่อคน" in answer.body
    assert app.post(f"{address}/2/withdraw", data={"reason": "x"}, headers=headers).status_code == 200
    assert app.get(f"{address}/2/summary.csv").status_code == 200
    assert app.post(f"{address}/1/withdraw", data={"reason": "x"}).status_code in (400, 403)


def test_checksums_of_kept_files_are_those_of_the_version(steward):
    dataset_id = steward.published()
    files = listed(steward, dataset_id)[0]["files"]
    assert set(files) == {*storage.NAMES, storage.CELLS, storage.ROWS}
    for name, expected in files.items():
        assert (
            hashlib.sha256(storage.path(dataset_id, 1, name).read_bytes()).hexdigest() == expected["sha256"]
        )
