"""Out of date since when and because of what: told at once on page, API and derived resources."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.common import config, config_declaration
from ckan.model import ensure_engine

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.portal import lookout

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
MARCH = f"{HEADINGS}มีนาคม 2567,ไฟฟ้า,500,kWh\n"
MAPPING = json.dumps({"format": "khonkaencarbon-mapping/1", "roles": {"unit": {"constant": "MWh"}}})


def input_of(steward, dataset_id):
    found = steward.act("package_show", id=dataset_id)["resources"]
    return next(one["id"] for one in found if one["carbon_role"] == "input")


CAUSES = {
    "a file more": (
        lambda steward, dataset_id: steward.upload(dataset_id, MARCH),
        "an input file was added.",
        "มีไฟล์ข้อมูลเข้าเพิ่ม",
    ),
    "another file": (
        lambda steward, dataset_id: steward.replace(input_of(steward, dataset_id), MARCH),
        "an input file was replaced.",
        "ไฟล์ข้อมูลเข้าถูกเปลี่ยน",
    ),
    "no file any more": (
        lambda steward, dataset_id: steward.act("resource_delete", id=input_of(steward, dataset_id)),
        "all input files were removed.",
        "ไฟล์ข้อมูลเข้าถูกนำออกทั้งหมด",
    ),
    "another mapping": (
        lambda steward, dataset_id: steward.act(
            "resource_patch", id=input_of(steward, dataset_id), carbon_mapping=MAPPING
        ),
        "the column mapping was changed.",
        "การจับคู่คอลัมน์ถูกเปลี่ยน",
    ),
    "another boundary": (
        lambda steward, dataset_id: steward.act("package_patch", id=dataset_id, reporting_boundary="city"),
        "the reporting boundary was changed.",
        "ขอบเขตการรายงานถูกเปลี่ยน",
    ),
}
CHOICES = {
    "another edition": (
        {"editions": ["tgo-2022-04", "ipcc-2006"]},
        "the emission factor editions were changed "
        "(tgo-2022-04, tgo-2026-01, ipcc-2006 → tgo-2022-04, ipcc-2006).",
        "ชุดค่าการปล่อยถูกเปลี่ยน",
    ),
    "another GWP set": (
        {"gwp": "ar6"},
        "the GWP set was changed (ar5-tgo → ar6).",
        "ชุดค่าศักยภาพทำให้โลกร้อน (GWP) ถูกเปลี่ยน (ar5-tgo → ar6)",
    ),
    "another setting": (
        {"parameters": {"diesel-stationary": {}}},
        "the accounting settings were changed.",
        "การตั้งค่าการคำนวณถูกเปลี่ยน",
    ),
}


def assert_told_everywhere(steward, app, dataset_id, before, because_en, because_th):
    """API, dataset page, versions page, derived resources and their pages say the same, in both languages."""
    state = steward.state(dataset_id)
    since = datetime.fromisoformat(state["stale_since"])
    assert state["stale"] and state["version"] == 1
    assert before - timedelta(seconds=1) <= since <= datetime.now(timezone.utc)
    local = since.astimezone(timezone(timedelta(hours=7)))
    assert state["stale_text"]["th"].startswith(f"ล้าสมัยตั้งแต่ {local.day} ")
    assert f" {local.year + 543} {local:%H:%M} น. เพราะ{because_th}" in state["stale_text"]["th"]
    assert state["stale_text"]["en"].endswith(f" {local.year} {local:%H:%M} because {because_en}")
    for resource in steward.derived(dataset_id).values():
        assert resource["carbon_stale"] is True
        assert resource["carbon_stale_because"] == state["stale_text"]
        assert resource["carbon_stale_since"] == state["stale_since"]
    table = steward.derived(dataset_id)["summary-csv"]["id"]
    assert steward.act("resource_show", id=table)["carbon_stale_because"] == state["stale_text"]
    pages = (
        f"activity-data/{dataset_id}",
        f"dataset/{dataset_id}/footprint",
        f"dataset/{dataset_id}/resource/{table}",
    )
    for code in ("th", "en"):
        for page in pages:
            shown = BeautifulSoup(app.get(f"/{code}/{page}").body, "html.parser").select_one(".kk-stale")
            assert shown is not None and state["stale_text"][code] in shown.get_text(), page


@pytest.mark.parametrize("change, en, th", CAUSES.values(), ids=CAUSES)
def test_each_change_of_a_dataset_is_told_before_any_job_runs(steward, app, change, en, th):
    dataset_id = steward.published()
    assert {one["carbon_stale"] for one in steward.derived(dataset_id).values()} == {False}
    before = datetime.now(timezone.utc)
    change(steward, dataset_id)
    assert_told_everywhere(steward, app, dataset_id, before, en, th)


@pytest.mark.parametrize("chosen, en, th", CHOICES.values(), ids=CHOICES)
def test_each_change_of_the_rules_is_told_before_any_job_runs(steward, app, portal_rules, chosen, en, th):
    dataset_id = steward.published()
    before = datetime.now(timezone.utc)
    portal_rules(**chosen)
    assert_told_everywhere(steward, app, dataset_id, before, en, th)


@pytest.mark.parametrize(
    "part, en",
    [
        ("methods", "methods of computation were updated (factor)."),
        ("reader", "the portal reads and computes with a newer program."),
    ],
)
def test_a_newer_program_is_told_too(steward, app, part, en):
    dataset_id = steward.published()
    with ensure_engine().begin() as connection:
        mine = Version.dataset_id == dataset_id
        inputs = connection.execute(sa.select(Version.inputs).where(mine)).scalar()
        older = {**inputs["rules"][part], "factor": "0"} if part == "methods" else "0"
        inputs = {**inputs, "rules": {**inputs["rules"], part: older}}
        connection.execute(sa.update(Version).where(mine).values(inputs=inputs, signature="of before"))
    assert steward.state(dataset_id)["stale_text"]["en"].endswith(f"because {en}")


@pytest.mark.parametrize(
    "value",
    ["{", '{"gwp": "ar9"}', '{"editions": ["tgo-1999"]}', '{"electricity": "generation-plus-losses"}'],
)
def test_rules_that_cannot_be_used_do_not_let_the_portal_start(steward, value):
    _, errors = config_declaration.validate({**config, settings.ACCOUNTING: value})
    assert list(errors) == [settings.ACCOUNTING]


def test_it_stays_out_of_date_since_the_first_change(steward):
    dataset_id = steward.published()
    steward.act("package_patch", id=dataset_id, reporting_boundary="city")
    first = steward.state(dataset_id)["stale_since"]
    steward.act("package_patch", id=dataset_id, notes="แก้คำอธิบายภายหลัง")
    steward.upload(dataset_id, MARCH)
    state = steward.state(dataset_id)
    assert state["stale_since"] == first
    assert state["stale_because"]["en"] == "An input file was added. The reporting boundary was changed."


def test_what_is_put_back_is_not_out_of_date(steward):
    dataset_id = steward.published()
    for boundary in ("city", "organisation"):
        steward.act("package_patch", id=dataset_id, reporting_boundary=boundary)
    state = steward.state(dataset_id)
    assert (state["stale"], state["stale_since"], state["stale_text"]) == (False, None, None)
    steward.act("package_patch", id=dataset_id, reporting_boundary="city")
    assert datetime.fromisoformat(steward.state(dataset_id)["stale_since"]) > datetime.now(
        timezone.utc
    ) - timedelta(minutes=1)


def test_a_new_version_is_not_out_of_date(steward):
    dataset_id = steward.published()
    steward.upload(dataset_id, MARCH)
    jobs.drain()
    assert steward.state(dataset_id)["stale"] is False
    assert {one["carbon_stale"] for one in steward.derived(dataset_id).values()} == {False}


def test_the_lookout_notes_what_no_signal_told(steward, portal_rules):
    dataset_id = steward.published()
    portal_rules(gwp="ar4")
    with ensure_engine().begin() as connection:
        lookout.owe_forgotten(connection)
        noted = connection.execute(
            sa.select(Version.stale_since).where(Version.dataset_id == dataset_id)
        ).scalar()
    assert noted is not None
    jobs.drain()


def test_what_is_stored_and_searched_says_nothing_of_it(steward, app):
    """Else it would still be said when it is not true any more."""
    dataset_id = steward.published()
    steward.upload(dataset_id, MARCH)
    steward.act("package_patch", id=dataset_id, notes="อีกครั้ง")
    rows = model.Session.query(model.Resource).filter_by(package_id=dataset_id)
    assert not [name for row in rows for name in row.extras if name.startswith("carbon_stale")]
    found = tk.get_action("package_search")({}, {"fq": f"id:{dataset_id}"})["results"][0]["resources"]
    assert not [name for one in found for name in one if name.startswith("carbon_stale")]


def test_a_form_sent_back_with_the_mark_is_taken(steward):
    dataset_id = steward.published()
    steward.upload(dataset_id, MARCH)
    form = steward.act("package_show", id=dataset_id)
    assert any(one.get("carbon_stale") for one in form["resources"])
    steward.act("package_update", **{**form, "title": "ชื่อใหม่"})
    assert steward.act("package_show", id=dataset_id)["title"] == "ชื่อใหม่"
    jobs.drain()
    assert steward.state(dataset_id)["version"] == 2


def test_it_costs_one_statement_where_there_are_derived_resources_and_none_elsewhere(steward):
    computed, bare = steward.published(), steward.dataset()

    def statements(dataset_id):
        sent = []
        listener = lambda *told: sent.append(told[2]) if "khonkaencarbon" in told[2] else None  # noqa: E731
        sa.event.listen(ensure_engine(), "before_cursor_execute", listener)
        tk.get_action("package_show")({}, {"id": dataset_id})
        tk.get_action("package_search")({}, {"q": "*:*"})
        sa.event.remove(ensure_engine(), "before_cursor_execute", listener)
        return len(sent)

    assert (statements(computed), statements(bare)) == (1, 0)
