"""Sources of a cell that overlap: the planner chooses on its page, everybody reads what he chose."""

from __future__ import annotations

import json
import re
import threading
from decimal import Decimal

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories

from ckanext.khonkaencarbon.portal.queue import engine

YEAR, REFERENCE, ACTIVITY = 2023, "I.2.2", "electricity-grid"
PAGE = f"/carbon/{YEAR}/{REFERENCE}"
CELL = {"year": YEAR, "gpc_ref": REFERENCE, "activity": ACTIVITY}
CONFLICT, RECORDED = "แหล่งข้อมูลที่ขัดแย้งกัน", "เมืองเลือกว่า"


CHANGED = sa.text(
    "UPDATE package SET extras = jsonb_set(extras, '{city_choices}', CAST(:text AS jsonb)) WHERE id = :id"
)


def electricity(kwh, *years):
    rows = [f"{year},electricity-grid,institutional,{kwh},kWh\n" for year in years or (YEAR,)]
    return "period,activity,consumer,quantity,unit\n" + "".join(rows)


@pytest.fixture
def rivals(city):
    """A city with two statistics of the same electricity: 1,000 and 3,000 kWh; 499.9 and 1,499.7 kg."""
    steward, city_id = city
    pea, survey = (steward.accepted(electricity(kwh), reporting_boundary="city") for kwh in (1000, 3000))
    return steward, city_id, pea, survey


def choose(steward, **given):
    return steward.act("khonkaencarbon_inventory_choose", **{**CELL, **given})


def cell(year=YEAR):
    (row,) = tk.get_action("khonkaencarbon_coverage_show")({}, {"year": year, "gpc_ref": REFERENCE})["rows"]
    return row["status"], row["co2e_kg"] and Decimal(row["co2e_kg"])


def stored(city_id):
    dataset = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": city_id})
    return json.loads(dataset.get("city_choices") or "[]")


def login(user):
    return {"Authorization": factories.APIToken(user=user["id"])["token"]}


def test_a_conflict_becomes_a_figure_by_the_choice_and_a_conflict_again_without(rivals):
    steward, city_id, pea, survey = rivals
    assert cell() == ("conflict", None)
    choose(steward, pick=pea, note="มติคณะทำงาน")
    assert cell() == ("computed", Decimal("499.9"))
    assert stored(city_id) == [
        {"gpc_ref": REFERENCE, "activity": ACTIVITY, "years": [YEAR], "pick": pea, "note": "มติคณะทำงาน"}
    ]
    choose(steward, pick=survey)  # another choice takes its place
    assert cell() == ("computed", Decimal("1499.7"))
    answer = choose(steward, disjoint=[survey, pea])
    assert cell() == ("computed", Decimal("1999.6"))
    assert [one["disjoint"] for one in answer["choices"]] == [sorted([pea, survey])]
    assert len(stored(city_id)) == 1
    choose(steward, undo=True)
    assert (cell(), stored(city_id)) == (("conflict", None), [])


def test_a_choice_for_one_cell_leaves_one_for_all_years_as_it_is(city):
    steward, city_id = city
    both = (YEAR, YEAR + 1)
    pea, survey = (steward.accepted(electricity(kwh, *both), reporting_boundary="city") for kwh in (1, 3))
    broad = [{"gpc_ref": REFERENCE, "pick": pea, "note": "ทุกปี"}]
    steward.act("package_patch", id=city_id, city_choices=json.dumps(broad))
    assert cell() == cell(YEAR + 1) == ("computed", Decimal("0.4999"))
    choose(steward, pick=survey)
    assert stored(city_id)[0] == broad[0]
    assert (cell()[1], cell(YEAR + 1)[1]) == (Decimal("1.4997"), Decimal("0.4999"))
    choose(steward, disjoint=[pea, survey])
    assert (cell()[1], cell(YEAR + 1)[1]) == (Decimal("1.9996"), Decimal("0.4999"))
    choose(steward, undo=True)
    assert stored(city_id) == broad
    with pytest.raises(tk.ValidationError):
        choose(steward, undo=True)  # what is left is about more than this cell


def test_what_was_declared_disjoint_for_all_years_is_not_picked_from_in_one(rivals):
    steward, city_id, pea, survey = rivals
    broad = [{"gpc_ref": REFERENCE, "disjoint": [pea, survey]}]
    steward.act("package_patch", id=city_id, city_choices=json.dumps(broad))
    with pytest.raises(tk.ValidationError) as refused:
        choose(steward, pick=pea)
    assert list(refused.value.error_dict) == ["pick"] and stored(city_id) == broad


REFUSED = {
    "neither": ({}, "pick"),
    "both": ({"pick": "pea", "disjoint": ["pea", "survey"]}, "pick"),
    "an unknown dataset": ({"pick": "no-such-dataset"}, "pick"),
    "one that does not count": ({"pick": "declined"}, "pick"),
    "one that does not count among others": ({"disjoint": ["pea", "declined"]}, "disjoint"),
    "one that says nothing of the cell": ({"pick": "elsewhere"}, "pick"),
    "one alone that does not overlap": ({"disjoint": ["pea"]}, "disjoint"),
    "no list": ({"disjoint": {"a": 1}}, "disjoint"),
    "another activity": ({"pick": "pea", "activity": "diesel"}, "pick"),
    "a year the inventory has not": ({"pick": "pea", "year": 1990}, "year"),
    "no reference": ({"pick": "pea", "gpc_ref": "IX.1"}, "gpc_ref"),
    "a note that is too long": ({"pick": "pea", "note": "ก" * 1001}, "note"),
    "nothing to take back": ({"undo": True}, "undo"),
}


def test_what_cannot_be_chosen_is_refused_at_its_field(rivals):
    steward, city_id, pea, survey = rivals
    declined = steward.published(electricity(5), include_in_inventory="true", reporting_boundary="city")
    elsewhere = steward.accepted(electricity(5, YEAR + 1), reporting_boundary="city")
    ids = {"pea": pea, "survey": survey, "declined": declined, "elsewhere": elsewhere}
    for words, (given, field) in REFUSED.items():
        given = {**given}
        if "pick" in given:
            given["pick"] = ids.get(given["pick"], given["pick"])
        if isinstance(given.get("disjoint"), list):
            given["disjoint"] = [ids[one] for one in given["disjoint"]]
        with pytest.raises(tk.ValidationError) as refused:
            choose(steward, **given)
        assert list(refused.value.error_dict) == [field], words
    assert (cell(), stored(city_id)) == (("conflict", None), [])


def test_only_editors_of_the_city_choose(rivals, other, app):
    _, city_id, pea, _ = rivals
    for user in (other.user["name"], ""):
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("khonkaencarbon_inventory_choose")(
                {"user": user, "ignore_auth": False}, {**CELL, "pick": pea}
            )
    page = app.post(f"{PAGE}/choose", data={"activity": ACTIVITY, "pick": pea}, headers=login(other.user))
    assert page.status_code == 403 and stored(city_id) == []


def test_the_choice_is_made_as_the_planner_and_loses_none_that_another_made_meanwhile(rivals):
    steward, city_id, pea, _ = rivals
    assert model.Package.get(city_id).extras.get("city_choices") is None  # read, as an open session has it
    theirs = {"gpc_ref": "II.1.1", "pick": "another"}
    with engine().begin() as connection:
        connection.execute(CHANGED, {"text": json.dumps(json.dumps([theirs])), "id": city_id})
    choose(steward, pick=pea)
    assert stored(city_id)[0] == theirs and stored(city_id)[1]["pick"] == pea
    newest = tk.get_action("package_activity_list")({"ignore_auth": True}, {"id": city_id, "limit": 1})[0]
    assert newest["user_id"] == steward.user["id"]


WAITING = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def another_planner(city_id, theirs, at_work):
    """Changes the choices once somebody waits for the lock that he has."""
    with engine().begin() as connection:
        connection.execute(sa.text("SELECT id FROM package WHERE id = :id FOR UPDATE"), {"id": city_id})
        at_work.set()
        for _ in range(2000):
            with engine().connect() as watcher:
                if watcher.execute(WAITING).scalar():
                    break
            threading.Event().wait(0.005)
        connection.execute(CHANGED, {"text": json.dumps(json.dumps([theirs])), "id": city_id})


def test_of_two_planners_at_once_the_second_waits_for_the_first(rivals):
    steward, city_id, pea, _ = rivals
    theirs, at_work = {"gpc_ref": "II.1.1", "pick": "another"}, threading.Event()
    other = threading.Thread(target=another_planner, args=(city_id, theirs, at_work))
    other.start()
    assert at_work.wait(30)
    choose(steward, pick=pea)
    other.join()
    assert stored(city_id)[0] == theirs and stored(city_id)[1]["pick"] == pea


def test_everybody_reads_the_conflict_and_the_choice_and_only_the_planner_has_buttons(rivals, other, app):
    steward, _, pea, survey = rivals
    editor = app.get(PAGE, headers=login(steward.user)).body
    assert f"{PAGE}/choose" not in app.get(PAGE, headers=login(other.user)).body
    before = app.get(PAGE)
    assert CONFLICT in before.body and "1.50" in before.body  # tonnes of the survey
    assert f"{PAGE}/choose" not in before.body
    assert {pea, survey} <= set(re.findall(r'name="pick" value="([^"]+)"', editor))
    assert " ".join(sorted([pea, survey])) in editor
    choose(steward, pick=pea, note="มติ <b>คณะทำงาน</b>")
    tag = before.headers["ETag"]
    after = app.get(PAGE, headers={"If-None-Match": tag})
    assert after.status_code == 200 and CONFLICT not in after.body and f"{PAGE}/choose" not in after.body
    assert RECORDED in after.body and "มติ &lt;b&gt;คณะทำงาน" in after.body
    assert "counts in place of the others" in app.get(f"/en{PAGE}").body
    assert 'name="undo"' in app.get(PAGE, headers=login(steward.user)).body


def test_the_buttons_and_the_form_of_the_citys_dataset_say_the_same(rivals, app):
    steward, city_id, pea, survey = rivals
    headers = login(steward.user)
    both = " ".join(sorted([pea, survey]))
    app.post(
        f"{PAGE}/choose", data={"activity": ACTIVITY, "disjoint": both, "note": "คนละเขต"}, headers=headers
    )
    assert cell() == ("computed", Decimal("1999.6"))
    steward.act("package_patch", id=city_id, city_choices=json.dumps(stored(city_id)))  # as typed there
    assert cell() == ("computed", Decimal("1999.6"))
    typed = [{**CELL, "years": [YEAR], "pick": pea, "note": "พิมพ์เอง"}]
    typed[0].pop("year")
    steward.act("package_patch", id=city_id, city_choices=json.dumps(typed))
    page = app.get(PAGE, headers=headers).body
    assert "พิมพ์เอง" in page and 'name="undo"' in page
    app.post(f"{PAGE}/choose", data={"activity": ACTIVITY, "pick": pea, "undo": "true"}, headers=headers)
    assert (cell(), stored(city_id)) == (("conflict", None), [])


def test_a_choice_names_nothing_that_does_not_count_any_more(rivals, app):
    steward, _, pea, survey = rivals
    choose(steward, disjoint=[pea, survey])
    title = tk.get_action("package_show")({"ignore_auth": True}, {"id": survey})["title"]
    assert title in app.get(PAGE).body
    steward.act("package_patch", id=survey, private=True)
    page = app.get(PAGE).body
    assert title not in page and survey not in page


def test_findings_on_the_page_of_coverage_lead_to_their_cells(rivals, other, app):
    steward, _, pea, _ = rivals
    conflict = app.get("/carbon/coverage").body.partition("kk-legend")[2]
    assert f'href="{PAGE}"' in conflict
    choose(steward, pick=pea)
    dataset_id = other.published(electricity(1200), include_in_inventory="true")
    steward.act("khonkaencarbon_inventory_decide", id=dataset_id, decision="accepted")
    residual = app.get("/carbon/coverage").body.partition("kk-legend")[2]
    assert "-99.98" in residual and f'href="{PAGE}"' in residual
