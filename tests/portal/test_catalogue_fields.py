"""The fields of the government's catalogue: who is asked for which, what is stored, what may be left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.plugins.toolkit import ValidationError
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action
from ckanext.scheming.plugins import SchemingDatasetsPlugin

from ckanext.khonkaencarbon.catalogue import choices

DOCUMENT = Path(__file__).parents[2] / "docs" / "catalogue-fields.md"
MANDATORY = (
    *(
        "data_type",
        "title",
        "owner_org",
        "maintainer",
        "maintainer_email",
        "tag_string",
        "notes",
        "objective",
    ),
    *("update_frequency_unit", "geo_coverage", "data_source", "data_format", "data_category", "license_id"),
)
RECORDS, STATISTICS, MAPS = "ข้อมูลระเบียน", "ข้อมูลสถิติ", "ข้อมูลภูมิสารสนเทศเชิงพื้นที่"


@pytest.fixture(scope="module")
def organisation(portal: None) -> dict[str, Any]:
    return factories.Organization(
        title="โรงพยาบาลตัวอย่าง",
        organisation_type="hospital",
        contact_unit="งานสถิติ",
        contact_email="statistics@example.go.th",
        size_beds="๑,๒๐๐",
        size_year="2567",
        place="400101",
    )


@pytest.fixture(scope="module")
def steward(portal: None) -> dict[str, str]:
    return {"Authorization": factories.SysadminWithToken()["token"]}


def create(organisation: dict[str, Any], **fields: Any) -> dict[str, Any]:
    site = call_action("get_site_user")["name"]
    context = {"user": site, "ignore_auth": True}
    given = {"title": "ข้อมูลตัวอย่าง", "owner_org": organisation["id"], **fields}
    return call_action("package_create", context=context, **given)


def schemas() -> dict[str, Any]:
    return SchemingDatasetsPlugin.instance._expanded_schemas


def test_every_type_has_the_same_fields_of_the_catalogue() -> None:
    names = {kind: [f["field_name"] for f in schema["dataset_fields"]] for kind, schema in schemas().items()}
    shared = set(names["dataset"])
    assert shared >= set(MANDATORY)
    for kind, present in names.items():
        assert shared <= set(present), kind
        assert len(present) == len(set(present)), kind


def test_a_program_that_gives_title_notes_and_organisation_gets_honest_defaults(
    organisation: dict[str, Any],
) -> None:
    made = create(organisation, notes="รายละเอียด")
    given = {"title": "ข้อมูลตัวอย่าง", "notes": "รายละเอียด", "owner_org": organisation["id"]}
    assert {name: made[name] for name in MANDATORY if name != "tag_string"} == given | {
        "data_type": "ข้อมูลประเภทอื่นๆ",
        "maintainer": "งานสถิติ",
        "maintainer_email": "statistics@example.go.th",
        "objective": ["ไม่ทราบ"],
        "update_frequency_unit": "ไม่ทราบ",
        "geo_coverage": "ไม่ทราบ",
        "data_source": "โรงพยาบาลตัวอย่าง",
        "data_format": ["ไม่ทราบ"],
        "data_category": "ข้อมูลสาธารณะ",
        "license_id": "License not specified",
    }


def test_a_dataset_comes_back_as_it_was_sent_and_can_be_sent_again(organisation: dict[str, Any]) -> None:
    sent = {
        "data_type": STATISTICS,
        "objective": ["พันธกิจหน่วยงาน", "อื่นๆ"],
        "objective_other": "แผนเมือง",
        "update_frequency_unit": "เดือน",
        "geo_coverage": "เทศบาล/อบต.",
        "data_format": ["CSV", "XLS"],
        "data_category": "ข้อมูลสาธารณะ",
        "license_id": "Creative Commons Attributions",
        "disaggregate": ["เพศ"],
        "unit_of_multiplier": "พัน",
        "allow_harvest": "True",
    }
    made = create(organisation, tags=[{"name": "น้ำ"}], **sent)
    assert {name: made[name] for name in sent} == sent
    assert made["license_title"].startswith("Creative Commons Attribution")
    assert made["license_url"]
    copy = {key: value for key, value in made.items() if key not in ("id", "name", "resources")}
    again = create(organisation, **copy)
    assert {name: again.get(name) for name in MANDATORY} == {name: made.get(name) for name in MANDATORY}


@pytest.mark.parametrize(
    ("field", "given", "stored"),
    [
        ("first_year_of_data", "2567", "2024"),
        ("first_year_of_data", "พ.ศ. ๒๕๖๗", "2024"),
        ("first_year_of_data", "2024", "2024"),
        ("first_year_of_data", 2567, "2024"),
        ("last_updated_date", "2567-02-29", "2024-02-29"),
        ("last_updated_date", "29 ก.พ. 2567", "2024-02-29"),
        ("last_updated_date", "29/2/2567", "2024-02-29"),
        ("last_updated_date", "2024-02-29", "2024-02-29"),
        ("update_frequency_unit", "Monthly", "เดือน"),
        ("data_format", "CSV", ["CSV"]),
        ("data_format", '["PDF", "CSV"]', ["CSV", "PDF"]),
        ("license_id", "cc-by", "cc-by"),
        ("title", "นํ้า  ประปา", "น้ำ ประปา"),
        ("url", "https://example.go.th/a", "https://example.go.th/a"),
        ("west_bound_longitude", "๑๐๒.๗๙", "102.79"),
    ],
)
def test_what_people_write_is_stored_in_one_form(
    organisation: dict[str, Any], field: str, given: Any, stored: Any
) -> None:
    assert create(organisation, **{field: given})[field] == stored


def test_the_four_edges_of_a_map_make_its_extent(organisation: dict[str, Any]) -> None:
    edges = {"west": "102.79", "south": "16.39", "east": "102.87", "north": "16.48"}
    made = create(organisation, **{f"{side}_bound_longitude": value for side, value in edges.items()})
    assert made["spatial"]["coordinates"][0][2] == [102.87, 16.48]


def test_a_program_may_give_translations_alone(organisation: dict[str, Any]) -> None:
    made = create(
        organisation,
        title="",
        title_translated={"th": "ไฟฟ้า", "en": "Power"},
        notes_translated={"th": "รายเดือน", "en": "Monthly"},
    )
    assert (made["title"], made["notes"]) == ("ไฟฟ้า", "รายเดือน")
    assert made["title_translated"] == {"th": "ไฟฟ้า", "en": "Power"}


@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [
        (STATISTICS, "unit_of_measure", "equivalent_scale"),
        (MAPS, "equivalent_scale", "unit_of_measure"),
        (RECORDS, "data_collect", "unit_of_measure"),
    ],
)
def test_a_form_asks_what_the_type_of_data_needs(
    app: CKANTestApp, steward: dict[str, str], kind: str, asked: str, not_asked: str
) -> None:
    sent = {"data_type": kind, "title": "เก็บไว้", "notes": "ก" * 5000}
    page = app.post("/dataset/new?kk_fields=show", data=sent, headers=steward)
    fields = {tag["name"] for tag in form(page.body).select("[name]")}
    assert asked in fields and not_asked not in fields
    assert form(page.body).select_one("[name=title]")["value"] == "เก็บไว้"
    assert form(page.body).select_one("[name=notes]").text.strip() == "ก" * 5000
    assert not call_action("package_search", q="title:เก็บไว้")["count"]


def test_the_edit_form_changes_its_fields_and_saves_nothing(
    app: CKANTestApp, steward: dict[str, str], organisation: dict[str, Any]
) -> None:
    made = create(organisation, data_type=STATISTICS, unit_of_measure="คน")
    address = f"/dataset/edit/{made['name']}"
    assert form(app.get(address, headers=steward).body).select_one("[name=unit_of_measure]")["value"] == "คน"
    page = app.post(f"{address}?kk_fields=show", data={"data_type": MAPS, "title": "อื่น"}, headers=steward)
    assert form(page.body).select("[name=equivalent_scale]")
    assert call_action("package_show", id=made["id"])["data_type"] == STATISTICS


def test_nobody_gets_a_form_that_they_may_not_send(app: CKANTestApp) -> None:
    app.post("/dataset/new?kk_fields=show", data={"data_type": MAPS}, status=403)


@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [("hospital", "size_beds", "size_students"), ("school", "size_students", "size_beds")],
)
def test_an_organisation_is_asked_for_the_size_of_its_kind(
    app: CKANTestApp, steward: dict[str, str], kind: str, asked: str, not_asked: str
) -> None:
    page = app.post("/organization/new?kk_fields=show", data={"organisation_type": kind}, headers=steward)
    fields = {tag["name"] for tag in form(page.body).select("[name]")}
    assert asked in fields and not_asked not in fields


def test_pages_say_kind_place_and_size_of_an_organisation(
    app: CKANTestApp, organisation: dict[str, Any]
) -> None:
    shown = call_action("organization_show", id=organisation["id"])
    assert (shown["size_beds"], shown["size_year"]) == ("1200", "2024")
    for page in ("", "/about"):
        body = app.get(f"/organization{page}/{organisation['name']}").body
        for words in ("โรงพยาบาล", "ตำบลในเมือง", "1,200 เตียง", "2567"):
            assert words in body, (page, words)
    create(organisation, title="การ์ด")
    assert "โรงพยาบาลตัวอย่าง (โรงพยาบาล)" in app.get("/dataset/?q=การ์ด").body


def test_an_organisation_gets_an_address_of_its_name(portal: None) -> None:
    site = call_action("get_site_user")["name"]
    context = {"user": site, "ignore_auth": True}
    made = call_action(
        "organization_create", context=context, title="ชุมชนสามเหลี่ยม", organisation_type="community"
    )
    assert made["name"].isascii() and "-" in made["name"]


def test_organisations_stand_in_the_order_of_a_dictionary(app: CKANTestApp, steward: dict[str, str]) -> None:
    titles = ["โรงเรียน", "เทศบาล", "กรม", "ไปรษณีย์"]
    names = {factories.Organization(title=f"ซซ{title}")["name"]: f"ซซ{title}" for title in titles}
    listed = [names[name] for name in call_action("organization_list") if name in names]
    assert listed == [f"ซซ{title}" for title in ("กรม", "เทศบาล", "ไปรษณีย์", "โรงเรียน")]
    whole = call_action("organization_list", all_fields=True, limit=2, q="ซซ")
    assert [one["title"] for one in whole] == listed[:2]
    options = form(app.get("/dataset/new", headers=steward).body).select("#field-organizations option")
    offered = [option.text for option in options if option.text.startswith("ซซ")]
    assert offered == listed


def test_a_text_in_thai_only_says_so_on_an_english_page(
    app: CKANTestApp, organisation: dict[str, Any]
) -> None:
    thai, both = create(organisation), create(organisation, title_translated={"en": "Both"})
    assert "in Thai only" in app.get(f"/en/dataset/{thai['name']}").body
    assert "in Thai only" not in app.get(f"/dataset/{thai['name']}").body
    assert "ข้อมูลตัวอย่าง" in app.get(f"/en/dataset/{thai['name']}").body
    assert "Both" in app.get(f"/en/dataset/{both['name']}").body


def test_no_choice_stands_twice_and_each_has_a_source() -> None:
    rows = choices.rows("choices.csv")
    assert len({(row["list"], row["value"]) for row in rows}) == len(rows) == 160
    assert all(row[column] for row in rows for column in ("th", "en", "source"))
    register = model.Package.get_license_register()
    for value, row in choices.licences().items():
        assert register[value].title == row["en"]
        assert not row["ckan"] or register[row["ckan"]]


def test_the_table_of_the_documentation_is_that_of_the_schemas() -> None:
    written = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert written == list(table())


def table() -> Iterator[str]:
    """A line for each field of a plain dataset: name, labels, choices, who is asked."""
    marks = dict(zip([one["value"] for one in choices.lists()["data_type"]], "RSGMO", strict=True))
    schema = schemas()["dataset"]
    for level in ("dataset_fields", "resource_fields"):
        for field in schema[level]:
            name = field["field_name"]
            kinds = "".join(marks[kind] for kind in field.get("for_data_types", marks))
            must = "●" if name in MANDATORY and level == "dataset_fields" else ""
            label, listed = field["label"], field.get("vocabulary", "")
            yield f"| `{name}` | {label['th']} | {label['en']} | {must} | {kinds} | {listed} |"


def test_a_licence_that_is_not_in_the_list_is_refused_with_some_that_are(
    organisation: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError) as refused:
        create(organisation, license_id="beerware")
    assert "แสดงที่มา (CC BY)" in refused.value.error_dict["license_id"][0]


def form(body: str) -> BeautifulSoup:
    return BeautifulSoup(body, "html.parser")
