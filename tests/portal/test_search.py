"""The catalogue's search in the portal: what is found, what it costs, what the page says, and bad queries."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import pysolr
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp

from ckanext.khonkaencarbon.catalogue import searching


def _word() -> str:
    return "".join(random.choices(string.ascii_lowercase, k=12))  # noqa: S311 - a name, not a secret


@pytest.fixture(scope="module")
def made(portal: None) -> dict[str, Any]:
    """Three datasets of one organisation, told apart by a made-up word."""
    word = _word()
    organisation = factories.Organization(
        title="โรงพยาบาลสาธิต",
        title_translated={"en": f"Sample hospital {word}"},
        organisation_type="hospital",
    )
    common = {"owner_org": organisation["id"], "license_id": "cc-by"}
    common |= {"data_type": "ข้อมูลสถิติ", "update_frequency_unit": "ปี", "data_category": "ข้อมูลสาธารณะ"}
    waste = factories.Dataset(
        title=f"ปริมาณขยะติดเชื้อ อ.บ้านไผ่ {word}",
        title_translated={"en": f"Infectious waste of Ban Phai {word}"},
        tag_string="ขยะ,สิ่งแวดล้อม",
        first_year_of_data="2563",
        last_year_of_data="2565",
        **common,
    )
    power = factories.Dataset(title=f"การใช้ไฟฟ้า {word}", notes="รายเดือน พ.ศ. ๒๕๖๖", **common)
    water = factories.Dataset(title=f"คุณภาพนํ้า {word}", **common)
    return {"word": word, "waste": waste["name"], "power": power["name"], "water": water["name"]}


def found(q: str, **more: Any) -> list[str]:
    """Names of what a search finds."""
    answer = tk.get_action("package_search")({}, {"q": q, **more})
    return [one["name"] for one in answer["results"]]


@pytest.mark.parametrize(
    ("typed", "which"),
    [
        ("ติดเชื้อ", "waste"),
        ("มูลฝอยติดเชื้อ", "waste"),
        ("medical waste", "waste"),
        ("ขยะ 2564", "waste"),
        ("ขยะ 2021", "waste"),
        ("ขยะ ๒๕๖๔", "waste"),
        ("ขยะ Ban Phai", "waste"),
        ("ขยะอำเภอบ้านไผ่", "waste"),
        ("electricity", "power"),
        ("ไฟฟ้า 2023", "power"),
        ("น้ำ", "water"),
        ("นำ้", "water"),
        ("water quality", "water"),
    ],
)
def test_a_dataset_is_found_however_it_is_asked_for(made: dict[str, Any], typed: str, which: str) -> None:
    assert found(f"{typed} {made['word']}") == [made[which]]


def test_a_dataset_is_found_by_the_english_name_of_its_organisation(made: dict[str, Any]) -> None:
    assert sorted(found(f"Sample hospital {made['word']}")) == sorted(
        made[k] for k in ("waste", "power", "water")
    )


def test_fields_can_still_be_asked_for_by_name(made: dict[str, Any]) -> None:
    assert found(f"name:{made['power']}") == [made["power"]]
    assert made["power"] in found("*:*", rows=1000)
    assert len(found("", rows=5)) > 0


def test_a_match_is_loosened_only_when_nothing_is_found_and_the_answer_says_so(made: dict[str, Any]) -> None:
    action = tk.get_action("package_search")
    assert "khonkaencarbon_search" not in action({}, {"q": f"ขยะ {made['word']}"})
    loosened = action({}, {"q": f"{made['word']} ไฟฟ้า มะพร้าวน้ำหอม"})
    assert loosened["khonkaencarbon_search"]["loosened"]
    assert made["power"] == loosened["results"][0]["name"]


def test_facets_and_places_narrow_a_search(made: dict[str, Any]) -> None:
    word = made["word"]
    assert found(word, fq='kk_places:"บ้านไผ่"') == [made["waste"]]
    assert found(word, fq='kk_years:"2021"') == [made["waste"]]
    assert len(found(word, fq="kk_organisation_type:hospital")) == 3
    assert found(word, fq="kk_footprint:true") == []
    fields = ["kk_organisation_type", "kk_years", "kk_places", "kk_data_type", "kk_footprint", "license_id"]
    facets = tk.get_action("package_search")({}, {"q": word, "facet.field": fields})["search_facets"]
    assert {item["name"] for item in facets["kk_years"]["items"]} == {"2020", "2021", "2022", "2023"}
    assert all(facets[field]["items"] for field in fields)


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Calls to Solr and statements to PostgreSQL."""
    count = {"solr": 0, "sql": 0}
    search = pysolr.Solr.search

    def asked(self: Any, *arguments: Any, **named: Any) -> Any:
        count["solr"] += 1
        return search(self, *arguments, **named)

    def said(*_: Any) -> None:
        count["sql"] += 1

    monkeypatch.setattr(pysolr.Solr, "search", asked)
    sa.event.listen(model.Session.get_bind(), "before_cursor_execute", said)
    try:
        yield count
    finally:
        sa.event.remove(model.Session.get_bind(), "before_cursor_execute", said)
        monkeypatch.setattr(pysolr.Solr, "search", search)


def test_a_search_is_one_call_to_solr_and_no_statement_per_result(
    made: dict[str, Any], monkeypatch: pytest.MonkeyPatch, app: CKANTestApp
) -> None:
    def cost(q: str, rows: int) -> dict[str, int]:
        with counted(monkeypatch) as count:
            tk.get_action("package_search")({}, {"q": q, "rows": rows})
        return count

    one, three = cost(made["word"], 1), cost(made["word"], 3)
    assert one["solr"] == three["solr"] == 1
    assert one["sql"] == three["sql"]
    assert cost(f"{made['word']} มะพร้าวน้ำหอม", 3)["solr"] == 2

    def page(q: str) -> dict[str, int]:
        with counted(monkeypatch) as count:
            app.get("/dataset/", query_string={"q": q}, status=200)
        return count

    page(made["word"])
    alone, all_three = page(f"ขยะ {made['word']}"), page(made["word"])
    assert alone["solr"] == all_three["solr"] == 1
    assert alone["sql"] == all_three["sql"]


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_page_of_results_says_what_people_decide_by(
    app: CKANTestApp, made: dict[str, Any], language: str
) -> None:
    body = app.get(f"{language}/dataset/", query_string={"q": f"ขยะ {made['word']}"}, status=200).body
    if language:
        assert "Ban Phai" in body and "2020–2022" in body and "Sample hospital" in body
    else:
        assert "บ้านไผ่" in body and "2563–2565" in body and "โรงพยาบาลสาธิต" in body
    assert 'role="combobox"' in body and 'name="kk_places"' in body


def test_the_page_says_that_the_match_was_loosened_and_what_may_have_been_meant(
    app: CKANTestApp, made: dict[str, Any]
) -> None:
    body = app.get("/en/dataset/", query_string={"q": f"{made['word']} electrcity"}, status=200).body
    assert "Nothing has all of these words" in body
    assert "Did you mean" in body and f"{made['word']} electricity" in body
    assert (
        "Nothing has all of these words" not in app.get("/en/dataset/", query_string={"q": made["word"]}).body
    )


def test_four_numbers_filter_by_box(app: CKANTestApp, portal: None) -> None:
    word = _word()
    box = {"type": "Polygon", "coordinates": [[[102, 16], [103, 16], [103, 17], [102, 17], [102, 16]]]}
    organisation = factories.Organization()
    name = factories.Dataset(title=f"ขอบเขต {word}", spatial=json.dumps(box), owner_org=organisation["id"])[
        "name"
    ]
    inside = {"q": word, "ext_west": "101", "ext_south": "15", "ext_east": "104", "ext_north": "18"}
    assert name in app.get("/dataset/", query_string=inside, status=200).body
    outside = {**inside, "ext_west": "10", "ext_east": "20"}
    assert f"/dataset/{name}" not in app.get("/dataset/", query_string=outside, status=200).body
    assert app.get("/dataset/", query_string={**inside, "ext_west": "x"}).status_code in (200, 400)


def test_words_and_titles_are_offered_while_somebody_types(app: CKANTestApp, made: dict[str, Any]) -> None:
    offers = json.loads(app.get("/khonkaencarbon/suggest", query_string={"q": "โรงพ"}).body)
    assert "โรงพยาบาล" in [offer["text"] for offer in offers]
    titles = json.loads(app.get("/en/khonkaencarbon/suggest", query_string={"q": made["word"]}).body)
    assert any(offer["address"].endswith(made["power"]) for offer in titles)
    assert json.loads(app.get("/khonkaencarbon/suggest", query_string={"q": ""}).body) == []


BAD = [
    "ก" * 2000,
    "ข้าว " * 400,
    '"',
    "'",
    '"ขยะ',
    "(((",
    "*:*",
    "{!func}id",
    '_query_:"{!func}1"',
    "่้๊๋",
    "\\",
    "AND",
]
BAD += [
    "ขยะ AND NOT",
    "+-&&||!(){}[]^~*?:/",
    "kk_title:[* TO",
    "title:(((",
    "nosuchfield:x",
    "😀",
    "\u200b",
    "%00",
]


@pytest.mark.parametrize("typed", BAD)
def test_no_query_is_a_fault_of_the_portal(app: CKANTestApp, portal: None, typed: str) -> None:
    assert app.get("/dataset/", query_string={"q": typed}).status_code == 200
    assert app.get("/api/action/package_search", query_string={"q": typed}).status_code in (200, 400, 409)
    assert app.get("/khonkaencarbon/suggest", query_string={"q": typed}).status_code == 200


def test_private_datasets_are_neither_found_nor_offered(app: CKANTestApp, portal: None) -> None:
    word = _word()
    organisation = factories.Organization()
    factories.Dataset(title=f"ลับ {word}", private=True, owner_org=organisation["id"])
    assert found(word) == []
    assert json.loads(app.get("/khonkaencarbon/suggest", query_string={"q": word}).body) == []


def test_a_description_of_twenty_thousand_thai_letters_is_indexed_and_found(portal: None) -> None:
    word = _word()
    notes = "ขยะมูลฝอยในตลาดสด" * 1200
    name = factories.Dataset(
        title=f"ยาวมาก {word}",
        notes=notes,
        notes_translated={"en": "x " * 12_000},
        owner_org=factories.Organization()["id"],
    )["name"]
    assert found(f"ตลาดสด {word}") == [name]


def test_ballast_that_solr_would_refuse_is_left_out() -> None:
    document = searching.index_document(
        {"validated_data_dict": '{"id": "x"}', "a": "ก" * 11_000, "b": "ก", "c_translated": "{}"}
    )
    assert "a" not in document and "c_translated" not in document and document["b"] == "ก"
