"""What the city asks organisations to publish: who asks, who sees it, and what closes a request."""

from __future__ import annotations

import csv
import html
import io
import re

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

YEAR, REFERENCE = 2023, "I.2.2"


def electricity():
    """A year of electricity of offices."""
    return f"period,activity,consumer,quantity,unit\n{YEAR},electricity-grid,institutional,10,kWh\n"


@pytest.fixture
def asking(city, other):
    """A city that wants electricity of offices in 2018, and a steward of an organisation that has it."""
    of_city, city_id = city
    of_city.act("package_patch", id=city_id, city_years=str(YEAR))
    return of_city, other


def ask(of_city, other, **fields):
    given = {"year": YEAR, "gpc_ref": REFERENCE, "organisation": other.organisation["name"], **fields}
    return of_city.act("khonkaencarbon_request_create", **given)


def states(**wanted):
    return [one["state"] for one in tk.get_action("khonkaencarbon_request_list")({}, wanted)]


def test_a_request_is_answered_when_the_organisations_data_count_and_open_again_when_they_do_not(asking):
    of_city, other = asking
    mine = {"organisation": other.organisation["name"]}
    assert ask(of_city, other, note="รายเดือน")["state"] == "open"
    dataset_id = other.published(electricity(), include_in_inventory="true")
    assert states(**mine) == ["open"]  # offered is not yet accepted
    of_city.act("khonkaencarbon_inventory_decide", id=dataset_id, decision="accepted")
    assert states(**mine) == ["answered"]
    other.act("package_patch", id=dataset_id, private=True)
    assert states(**mine) == ["open"]


def test_the_city_closes_a_request_with_a_reason(asking):
    of_city, other = asking
    made = ask(of_city, other)["id"]
    with pytest.raises(tk.ValidationError):
        of_city.act("khonkaencarbon_request_close", id=made, reason=" ")
    of_city.act("khonkaencarbon_request_close", id=made, reason="องค์กรย้ายออกแล้ว")
    found = tk.get_action("khonkaencarbon_request_list")({}, {"organisation": other.organisation["name"]})
    assert [(one["state"], one["reason"]) for one in found] == [("closed", "องค์กรย้ายออกแล้ว")]
    with pytest.raises(tk.ObjectNotFound):
        of_city.act("khonkaencarbon_request_close", id=made, reason="อีกครั้ง")
    assert ask(of_city, other)["state"] == "open"  # once more is possible


def test_only_editors_of_the_city_ask_and_close(asking):
    of_city, other = asking
    made = ask(of_city, other)["id"]
    for user in (other.user["name"], ""):
        context = {"user": user, "ignore_auth": False}
        given = {"year": YEAR, "gpc_ref": "I.1.2", "organisation": other.organisation["name"]}
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("khonkaencarbon_request_create")(dict(context), given)
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("khonkaencarbon_request_close")(dict(context), {"id": made, "reason": "x"})


REFUSED = {
    "a year the inventory has not": {"year": 1990},
    "an organisation that is not there": {"organisation": "no-such-organisation"},
    "no reference": {"gpc_ref": "IX.1"},
    "a note that is too long": {"note": "ก" * 1001},
}


@pytest.mark.parametrize("fields", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_asked_for_is_refused(asking, fields):
    of_city, other = asking
    with pytest.raises(tk.ValidationError):
        ask(of_city, other, **fields)
    assert states(organisation=other.organisation["name"]) == []


def test_an_organisation_is_asked_once_and_not_for_what_it_gave(asking):
    of_city, other = asking
    ask(of_city, other)
    with pytest.raises(tk.ValidationError):
        ask(of_city, other)
    of_city.accepted(electricity())
    with pytest.raises(tk.ValidationError):
        ask(of_city, of_city)


def test_coverage_names_who_was_asked_in_the_answer_and_in_the_file(asking, app):
    of_city, other = asking
    ask(of_city, other)
    name = other.organisation["name"]
    rows = tk.get_action("khonkaencarbon_coverage_show")({}, {"year": YEAR})["rows"]
    assert [row["gpc_ref"] for row in rows if name in (row["open_request"] or "").split(";")] == [REFERENCE]
    table = csv.DictReader(io.StringIO(app.get("/carbon/files/coverage.csv").body))
    assert [row["gpc_ref"] for row in table if name in row["open_request"].split(";")] == [REFERENCE]


def test_a_new_request_makes_an_unchanged_page_new(asking, app):
    of_city, other = asking
    tag = app.get("/carbon/coverage").headers["ETag"]
    ask(of_city, other)
    assert app.get("/carbon/coverage", headers={"If-None-Match": tag}).status_code == 200


def login(user):
    token = factories.APIToken(user=user["id"])
    return {"Authorization": token["token"]}


def test_everybody_reads_the_request_where_it_matters(asking, app):
    of_city, other = asking
    ask(of_city, other, note="ไฟฟ้าของสำนักงาน รายเดือน")
    name = other.organisation["name"]
    paths = (
        "/carbon/coverage",
        f"/carbon/{YEAR}/{REFERENCE}",
        f"/carbon/organisations/{name}",
        f"/organization/{name}",
    )
    for path in paths:
        assert "ไฟฟ้าของสำนักงาน รายเดือน" in app.get(path).body, path


def test_the_steward_sees_it_on_their_dashboard_and_opens_the_form_filled_in(asking, app):
    of_city, other = asking
    ask(of_city, other, note="ไฟฟ้าของสำนักงาน รายเดือน")
    page = app.get("/dashboard/datasets", headers=login(other.user)).body
    (address,) = re.findall(r'href="([^"]*/activity-data/new[^"]*)"', page)
    form = app.get(html.unescape(address), headers=login(other.user)).body
    assert f"พ.ศ. {YEAR + 543}" in form and REFERENCE in form
    for field in ('value="true" selected', f'value="{other.organisation["id"]}" selected', f'value="{YEAR}"'):
        assert field in form
    assert "ไฟฟ้าของสำนักงาน" not in app.get("/dashboard/datasets", headers=login(of_city.user)).body


def test_an_editor_of_the_city_asks_and_closes_on_the_page_of_the_cell(asking, app):
    of_city, other = asking
    path, headers = f"/carbon/{YEAR}/{REFERENCE}", login(of_city.user)
    assert f'action="{path}/ask"' in app.get(path, headers=headers).body
    assert f'action="{path}/ask"' not in app.get(path, headers=login(other.user)).body
    assert f'action="{path}/ask"' not in app.get(path).body
    sent = {"organisation": other.organisation["name"], "note": "ด่วน"}
    app.post(f"{path}/ask", data=sent, headers=headers)
    (found,) = tk.get_action("khonkaencarbon_request_list")({}, {"organisation": sent["organisation"]})
    assert (found["state"], found["note"]) == ("open", "ด่วน")
    app.post(f"{path}/close/{found['id']}", data={"reason": "พอแล้ว"}, headers=headers)
    assert states(organisation=sent["organisation"]) == ["closed"]
    assert app.post(f"{path}/ask", data=sent, headers=login(other.user)).status_code == 403
