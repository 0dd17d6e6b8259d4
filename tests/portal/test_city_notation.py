"""Notation keys in the form of the city's dataset: what is taken, what is refused and where, what counts."""

from __future__ import annotations

import csv
import io
import json
import re

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory.notation import NotationTable
from ckanext.khonkaencarbon.portal.city import inventory, keys
from ckanext.khonkaencarbon.portal.city.sums import check

WATER = {"gpc_ref": "II.3.1", "years": "2562-2564, 2567", "key": "NO", "explanation": "ไม่มีท่าเรือ"}
FREIGHT = {"gpc_ref": "II.2.1", "years": "2567", "key": "NE", "explanation": "ยังไม่มีข้อมูล"}
LOSSES = {"gpc_ref": "I.2.3", "years": "", "key": "IE", "elsewhere": "I.2.2", "explanation": "รวมในค่าการปล่อย"}
EMPTY = dict.fromkeys(keys.PARTS, "")


def patched(city, rows):
    steward, city_id = city
    return steward.act("package_patch", id=city_id, city_notation=rows).get("city_notation")


def refused(city, rows):
    with pytest.raises(tk.ValidationError) as found:
        patched(city, rows)
    assert set(found.value.error_dict) == {"city_notation"}
    return found.value.error_dict["city_notation"]


def covered(year=2024):
    rows = tk.get_action("khonkaencarbon_coverage_show")({}, {"year": year})["rows"]
    return {row["gpc_ref"]: row for row in rows}


def codes():
    return {one.code: one for one in inventory.present().log.listed}


def test_a_list_comes_back_as_a_list_with_years_of_the_common_era(city):
    steward, city_id = city
    stored = patched(city, [WATER, EMPTY, LOSSES])
    wanted = [
        {**EMPTY, **WATER, "years": "2019-2021, 2024"},
        {**EMPTY, **LOSSES},
    ]
    assert stored == steward.act("package_show", id=city_id)["city_notation"] == wanted
    assert patched(city, stored) == wanted
    assert patched(city, json.dumps(stored)) == wanted
    assert not patched(city, [])


WRITTEN = {
    "Thai digits": ({"years": "๒๕๖๒ - ๒๕๖๔"}, {"years": "2019-2021"}),
    "a list of years": ({"years": [2567, "2025"]}, {"years": "2024-2025"}),
    "all years": ({"years": "ทุกปี"}, {"years": ""}),
    "a small letter": ({"gpc_ref": "ii.3.1"}, {"gpc_ref": "II.3.1"}),
    "a key in words": ({"key": "ไม่ได้ประเมิน"}, {"key": "NE"}),
    "a place behind the key": ({"key": "IE (I.2.1)"}, {"key": "IE", "elsewhere": "I.2.1"}),
    "an explanation behind the key": ({"key": "NE: ไม่มีข้อมูล", "explanation": ""}, {"explanation": "ไม่มีข้อมูล"}),
    "lines and blanks": ({"explanation": " สอง \n บรรทัด "}, {"explanation": "สอง บรรทัด"}),
    "quotes and commas": ({"explanation": 'ก, "ข"; =1+1'}, {"explanation": 'ก, "ข"; =1+1'}),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "stored"), WRITTEN.values(), ids=WRITTEN.keys())
def test_what_people_write_is_stored_in_one_form_and_read_like_a_file(city, typed, stored):
    (found,) = patched(city, [{**WATER, **typed}])
    assert {part: found[part] for part in stored} == stored
    log = FindingLog()
    table = NotationTable(log, (2024,))
    table.read(keys.table([found]))
    assert list(log.listed) == [] and len(list(table.entries()))


WRONG = {
    "no reference": ({"gpc_ref": ""}, "gpc_ref", "เลือกรหัสอ้างอิง"),
    "a reference nobody knows": ({"gpc_ref": "I.9.9"}, "gpc_ref", "I.9.9"),
    "a year that is none": ({"years": "ปีที่แล้ว"}, "years", "ปีที่แล้ว"),
    "years the wrong way round": ({"years": "2567-2562"}, "years", "2567-2562"),
    "two digits": ({"years": "67"}, "years", "67"),
    "no key": ({"key": ""}, "key", "เลือกสัญลักษณ์"),
    "a key nobody knows": ({"key": "N/A"}, "key", "N/A"),
    "two keys": ({"key": "NO, NE"}, "key", "NO, NE"),
    "a number for a key": ({"key": 0.0}, "key", "0.0"),
    "no explanation": ({"explanation": " "}, "explanation", "คำอธิบาย"),
    "IE without saying where": ({"key": "IE"}, "elsewhere", "นับรวมไว้ที่ไหน"),
    "IE in itself": ({"key": "IE", "elsewhere": "II.3.1"}, "elsewhere", "II.3.1"),
    "IE in a place that is none": ({"key": "IE", "elsewhere": "I.9.9"}, "elsewhere", "I.9.9"),
    "a place for NO": ({"elsewhere": "I.2.1"}, "elsewhere", "เฉพาะ IE"),
    "nobody we know": ({"responsible_organisation": "no-such"}, "responsible_organisation", "no-such"),
    "a whole book": ({"explanation": "ก" * 2001}, "explanation", "2000"),
}  # fmt: skip


@pytest.mark.parametrize(("typed", "part", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_at_its_row_and_cell_in_both_languages(city, app, typed, part, said):
    steward, city_id = city
    given = {"id": city_id, "city_notation": [FREIGHT, {**WATER, **typed}]}
    told = []
    for address in ("", "/en"):
        path = f"{address}/api/3/action/package_patch"
        answer = app.post(path, json=given, headers=login(steward), status=409)
        faults = answer.json["error"]["city_notation"]
        assert faults[0] == {} and set(faults[1]) == {part}
        told += faults[1][part]
    assert said in told[0] and re.search("[ก-๙]", told[0]) and told[0] != told[1]


def login(steward):
    return {"Authorization": factories.APIToken(user=steward.user["id"])["token"]}


@pytest.mark.parametrize(
    ("first", "second"),
    [("2562-2565", "2565"), ("", "2567"), ("2567", ""), ("2024", "2567"), ("", "")],
)
def test_two_keys_for_one_reference_and_year_are_refused_at_the_second(city, first, second):
    rows = [{**WATER, "years": first}, FREIGHT, {**WATER, "years": second, "key": "NE"}]
    faults = refused(city, rows)
    assert faults[:2] == [{}, {}] and set(faults[2]) == {"key"} and "1" in faults[2]["key"][0]


def test_years_that_do_not_meet_and_the_same_key_twice_are_taken(city):
    later = {**WATER, "years": "2568", "key": "NE"}
    assert len(patched(city, [WATER, later, {**WATER, "explanation": "ไม่มีแม่น้ำที่เดินเรือได้"}])) == 3


NO_ROWS = {
    "words": "NO",
    "JSON of something else": '{"gpc_ref": "I.1.1"}',
    "a list of words": ["NO"],
    "a row with another name": [{"reference": "I.1.1"}],
    "a thousand and one rows": [WATER] * 1001,
}


@pytest.mark.parametrize("given", NO_ROWS.values(), ids=NO_ROWS.keys())
def test_what_is_no_list_of_rows_is_refused_in_one_sentence(city, given):
    (said,) = refused(city, given)
    assert isinstance(said, str)


def test_a_key_of_the_form_stands_in_the_coverage_and_moves_nothing_else(city):
    steward, _ = city
    steward.accepted()
    before = inventory.present()
    patched(city, [{**FREIGHT, "responsible_organisation": steward.organisation["name"]}])
    now = inventory.present()
    assert now.stamp != before.stamp
    cell = covered()["II.2.1"]
    assert (cell["status"], cell["notation"], cell["explanation"]) == ("notation", "NE", "ยังไม่มีข้อมูล")
    assert cell["responsible_organisation"] == steward.organisation["name"]
    assert before.figures["2024"]["basic"] == now.figures["2024"]["basic"]
    assert check.differences() == {}
    patched(city, [])
    assert covered()["II.2.1"]["status"] == "missing"


def test_a_file_and_the_form_give_the_same_files_of_the_inventory(city):
    steward, city_id = city
    steward.accepted()
    rows = patched(city, [{**WATER, "years": "2567"}, {**LOSSES, "years": "2567"}])
    typed = inventory.present().files
    patched(city, [])
    steward.upload(city_id, table([(r["gpc_ref"], keys.notation(r), r["explanation"]) for r in rows]))
    assert inventory.present().files == typed


def table(rows):
    text = io.StringIO()
    csv.writer(text).writerows(
        [("gpc_ref", "years", "key", "explanation"), *((r, "2567", *more) for r, *more in rows)]
    )
    return text.getvalue()


def test_a_file_that_says_the_same_adds_its_explanation_and_another_key_leaves_none(city):
    steward, city_id = city
    steward.accepted()
    patched(city, [FREIGHT])
    file_id = steward.upload(city_id, table([("II.2.1", "NE", "รถไฟไม่รายงาน")]))
    assert covered()["II.2.1"]["explanation"] == "ยังไม่มีข้อมูล; รถไฟไม่รายงาน"
    assert "notation-conflict" not in codes()
    steward.replace(file_id, table([("II.2.1", "NO", "ไม่มีรถไฟ")]))
    assert covered()["II.2.1"]["status"] == "missing"
    said = codes()["notation-conflict"]
    assert said.value == "NE, NO" and "city_notation" in said.input and "," in said.input
    assert "II.2.1" in said.fix.th and "II.2.1" in said.fix.en


def test_a_figure_stays_beside_a_key_of_the_form_and_a_finding_says_so(city):
    steward, _ = city
    steward.accepted()
    figure = next(name for name, row in covered().items() if row["co2e_kg"])
    patched(city, [{**FREIGHT, "gpc_ref": figure}])
    assert covered()[figure]["status"] != "notation" and "notation-with-value" in codes()


@pytest.mark.parametrize("hidden", [{"private": True}, {"state": "draft"}, {"state": "deleted"}])
def test_the_keys_of_a_city_that_nobody_may_see_count_nowhere(city, app, hidden):
    steward, city_id = city
    steward.accepted()
    patched(city, [{**FREIGHT, "explanation": "คำอธิบายลับ"}])
    assert covered()["II.2.1"]["status"] == "notation"
    steward.act("package_patch", id=city_id, **hidden)
    assert covered()["II.2.1"]["status"] == "missing"
    now = inventory.present()
    assert all("คำอธิบายลับ".encode() not in content for content in now.files.values() if content)
    for path in ("/carbon", "/carbon/coverage", "/carbon/2024/II.2.1"):
        assert "คำอธิบายลับ" not in app.get(path).body
    steward.act("package_delete", id=city_id)


def edit(app, steward, city_id, query="", language=""):
    page = app.get(f"{language}/city-footprint/edit/{city_id}{query}", headers=login(steward)).body
    return BeautifulSoup(page, "html.parser")


def fields(form):
    """What a browser would send of a form."""
    found = {}
    for one in form.select("[name]"):
        if one.find_parent("template") or (one.get("type") == "checkbox" and not one.has_attr("checked")):
            continue
        chosen = one.select_one("option[selected]") if one.name == "select" else None
        value = chosen.get("value") if chosen else one.text if one.name == "textarea" else one.get("value")
        found[one["name"]] = (value or "").strip("\n")
    return found


def part(number, name):
    return f"city_notation__{number}__{name}"


def test_the_form_is_filled_in_without_a_script_and_comes_back(city, app):
    steward, city_id = city
    sent = fields(edit(app, steward, city_id).select_one("form#dataset-edit"))
    assert sent[part(0, "key")] == sent[part(1, "gpc_ref")] == "" and part(2, "key") not in sent
    sent |= {part(1, name): value for name, value in WATER.items()}
    sent[part(1, "responsible_organisation")] = steward.organisation["name"]
    answer = app.post(
        f"/city-footprint/edit/{city_id}", data=sent, headers=login(steward), follow_redirects=False
    )
    assert answer.status_code == 302, answer.body
    (row,) = steward.act("package_show", id=city_id)["city_notation"]
    assert row["years"] == "2019-2021, 2024"
    again = fields(edit(app, steward, city_id).select_one("form#dataset-edit"))
    assert again[part(0, "years")] == "2562-2564, 2567" and again[part(0, "key")] == "NO"
    assert again[part(0, "responsible_organisation")] == steward.organisation["name"]
    assert part(2, "key") in again  # two empty rows more
    app.post(
        f"/city-footprint/edit/{city_id}", data={**again, part(0, "remove"): "true"}, headers=login(steward)
    )
    assert not steward.act("package_show", id=city_id).get("city_notation")


@pytest.mark.parametrize(("language", "said"), [("", "ปีที่แล้ว"), ("/en", "cannot be read")])
def test_a_wrong_row_comes_back_as_typed_with_the_fault_at_its_cell(city, app, language, said):
    steward, city_id = city
    sent = fields(edit(app, steward, city_id).select_one("form#dataset-edit"))
    typed = {**WATER, "gpc_ref": "I.9.9", "years": "ปีที่แล้ว", "key": "IE", "explanation": "พิมพ์ไว้แล้ว <b>"}
    sent |= {part(0, name): value for name, value in FREIGHT.items()}
    sent |= {part(1, name): value for name, value in typed.items()}
    answer = app.post(f"{language}/city-footprint/edit/{city_id}", data=sent, headers=login(steward))
    page = BeautifulSoup(answer.body, "html.parser")
    kept = fields(page.select_one("form#dataset-edit"))
    assert {name: kept[part(1, name)] for name in typed} == typed
    assert page.select_one("#kk-part-notation details").has_attr("open")
    first, second = page.select(".kk-notation-row")[:2]
    assert not first.select(".error-block")
    assert {one["id"].split("-")[-2] for one in second.select(".error-block")} == {
        "gpc_ref",
        "years",
        "elsewhere",
    }
    for one in second.select("[aria-invalid]"):
        assert second.select_one(f"#{one['aria-describedby']}").text.strip()
    assert said in second.select_one("[id$=years-error]").text
    (summary,) = page.select(".error-explanation li[data-field-label=city_notation]")
    assert "2" in summary.text and said in summary.text and "{" not in summary.text
    assert not steward.act("package_show", id=city_id).get("city_notation")


def test_the_page_of_a_cell_leads_an_editor_of_the_city_to_its_row(city, other, app):
    steward, city_id = city
    steward.accepted()
    path = "/carbon/2024/II.2.1"
    (address,) = (
        one["href"]
        for one in BeautifulSoup(app.get(path, headers=login(steward)).body, "html.parser").select("a[href]")
        if "gpc_ref=II.2.1" in one["href"]
    )
    for headers in ({}, login(other)):
        assert "gpc_ref=II.2.1" not in app.get(path, headers=headers).body
    assert "gpc_ref=" not in app.get("/carbon/2024/I.6.2", headers=login(steward)).body  # has a figure
    assert address.endswith("#kk-notation-asked")
    row = BeautifulSoup(app.get(address, headers=login(steward)).body, "html.parser").select_one(
        "#kk-notation-asked"
    )
    assert row.find_parent("details").has_attr("open")
    assert row.select_one("[name$=__gpc_ref] option[selected]")["value"] == "II.2.1"
    assert row.select_one("[name$=__years]")["value"] == "2567"
    patched(city, [{**FREIGHT, "years": ""}])
    (row,) = edit(app, steward, city_id, "?gpc_ref=II.2.1&year=2024").select("#kk-notation-asked")
    assert row.select_one("[name$=__key] option[selected]")["value"] == "NE"  # the row that speaks about it


def test_the_dataset_page_has_a_table_in_words_and_machines_are_not_disturbed(city, app):
    steward, city_id = city
    rows = [FREIGHT, {**LOSSES, "responsible_organisation": steward.organisation["name"]}]
    patched(city, rows)
    page = BeautifulSoup(app.get(f"/city-footprint/{city_id}").body, "html.parser")
    lines = [one.text for one in page.select(".kk-notation-keys tbody tr")]
    assert len(lines) == 2 and "IE (I.2.2)" in lines[0] and steward.organisation["title"] in lines[0]
    assert "ทุกปี" in lines[0] and "2567" in lines[1] and "{" not in "".join(lines)
    assert "2024" in app.get(f"/en/city-footprint/{city_id}").body
    for ending in ("ttl", "jsonld", "rdf"):
        assert app.get(f"/dataset/{city_id}.{ending}").status_code == 200
    asked = {"fq": f"id:{city_id}", "q": "*:*"}
    (found,) = tk.get_action("package_search")({"ignore_auth": True}, asked)["results"]
    assert [one["gpc_ref"] for one in found["city_notation"]] == ["II.2.1", "I.2.3"]
