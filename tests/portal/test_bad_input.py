"""What people type wrongly: a clear message at the field, what they typed is kept, nothing runs or breaks."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.plugins.toolkit import ValidationError
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action
from ckanext.scheming.plugins import SchemingDatasetsPlugin, SchemingOrganizationsPlugin

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
RUNS = ("<script>alert(1)", "<img src=x", "onerror=alert(2)>")
STATISTICS, MAPS = "ข้อมูลสถิติ", "ข้อมูลภูมิสารสนเทศเชิงพื้นที่"
EDGES = {"west": "102.7", "south": "16.3", "east": "102.9", "north": "16.5"}


@pytest.fixture(scope="module")
def organisation(portal: None) -> dict[str, Any]:
    return factories.Organization()


@pytest.fixture(scope="module")
def steward(portal: None) -> dict[str, str]:
    return {"Authorization": factories.SysadminWithToken()["token"]}


def edges(**changed: str) -> dict[str, str]:
    return {f"{side}_bound_longitude": value for side, value in {**EDGES, **changed}.items()}


def create(organisation: dict[str, Any], **fields: Any) -> dict[str, Any]:
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    given = {"title": "ตัวอย่าง", "owner_org": organisation["id"], **fields}
    return call_action("package_create", context=context, **given)


def sent(app: CKANTestApp, address: str, steward: dict[str, str], **fields: str) -> BeautifulSoup:
    """The form as it comes back."""
    answer = app.post(address, data={"save": "", **fields}, headers=steward, follow_redirects=False)
    assert answer.status_code == 200
    return BeautifulSoup(answer.body, "html.parser")


WRONG = [
    ("license_id", {"license_id": "beerware"}, "ไม่อยู่ในรายการ"),
    ("update_frequency_unit", {"update_frequency_unit": "บางครั้ง"}, "ไม่อยู่ในรายการ"),
    ("objective", {"objective": "สนุก"}, "ไม่อยู่ในรายการ"),
    ("last_updated_date", {"last_updated_date": "2565-02-29"}, "ไม่มีวันที่"),
    ("last_updated_date", {"last_updated_date": "31/4/2567"}, "ไม่มีวันที่"),
    ("last_updated_date", {"last_updated_date": "เมื่อวาน"}, "ไม่ใช่วันที่"),
    ("first_year_of_data", {"first_year_of_data": "สองพัน"}, "ไม่ใช่ปี"),
    ("first_year_of_data", {"first_year_of_data": "67"}, "ไม่ใช่ปี"),
    ("last_year_of_data", {"first_year_of_data": "2567", "last_year_of_data": "2020"}, "ปีสุดท้ายมาก่อนปีแรก"),
    ("maintainer_email", {"maintainer_email": "ไม่มี"}, "อีเมล"),
    ("update_frequency_interval", {"update_frequency_interval": "0"}, "จำนวนเต็ม"),
    ("url", {"url": "javascript:alert(1)"}, "https://"),
    ("east_bound_longitude", {"data_type": MAPS, **edges(west="102.9", east="102.7")}, "สลับกัน"),
    ("south_bound_longitude", {"data_type": MAPS, **edges(north="16.3", south="16.5")}, "สลับกัน"),
    ("west_bound_longitude", {"data_type": MAPS, **edges(west="-190")}, "อยู่นอกโลก"),
    ("north_bound_longitude", {"data_type": MAPS, **edges(north="102.9")}, "อยู่นอกโลก"),
    ("west_bound_longitude", {"data_type": MAPS, **edges(west="ซ้าย")}, "ไม่ใช่ตัวเลข"),
    ("spatial", {"spatial": "{"}, "GeoJSON"),
    ("spatial", {"spatial": '{"type": "Point", "coordinates": [16.4, 102.8]}'}, "สลับกัน"),
    ("spatial", {"spatial": '{"type": "Point", "coordinates": [500, 16]}'}, "นอกโลก"),
    ("tag_string", {"tag_string": "ไฟ<ฟ้า>, น้ำ"}, "คำสำคัญ"),
    ("tag_string", {"tag_string": "ก"}, "สั้น"),
    ("name", {"name": "ที่อยู่ไทย"}, ""),
]


@pytest.mark.parametrize(
    ("field", "typed", "said"), WRONG, ids=[f"{w[0]} {list(w[1].values())[-1]}" for w in WRONG]
)
def test_the_message_stands_at_the_field_and_the_input_is_kept(
    app: CKANTestApp, steward: dict[str, str], organisation: dict[str, Any], field: str, typed: Any, said: str
) -> None:
    given = {"title": "ชื่อที่พิมพ์ไว้", "notes": "คำอธิบายที่พิมพ์ไว้", "owner_org": organisation["id"], **typed}
    page = sent(app, "/dataset/new", steward, **given)
    block = page.select_one(f"[name={field}]").find_parent(class_="form-group")
    message = block.select_one(".error-block")
    assert message is not None and message.text.strip() and said in message.text
    for name, value in given.items():
        assert value in kept(page, name), name
    folded = block.find_parent("details")
    assert folded is None or folded.has_attr("open")
    told = [one["data-field-label"] for one in page.select(".error-explanation li[data-field-label]")]
    assert told.count(field) == 1 and "tags" not in told


def kept(page: BeautifulSoup, name: str) -> list[str]:
    """What a form holds in a field; a choice that is not in its list is not offered again."""
    tags = page.select(f"[name={name}]")
    values = [str(option.get("value")) for tag in tags for option in tag.select("option[selected]")]
    values += [str(tag.get("value") or tag.text.strip()) for tag in tags]
    return (
        values if tags[0].name not in ("select",) and tags[0].get("type") != "checkbox" else Anything(values)
    )


class Anything(list[str]):
    def __contains__(self, value: object) -> bool:
        return True


@pytest.mark.parametrize("written", ["2567-02-29", "29/02/2567", "29 กุมภาพันธ์ 2567", "๒๙ ก.พ. ๒๕๖๗"])
def test_the_leap_day_of_2567_is_a_day(organisation: dict[str, Any], written: str) -> None:
    assert create(organisation, last_updated_date=written)["last_updated_date"] == "2024-02-29"


@pytest.mark.parametrize("tag", ["น้ำ", "เมือง", "ที่ดิน", "ก๊าซเรือนกระจก", "เด็กๆ", "ฯลฯ", "ปั๊มน้ำมัน", "PM2.5"])
def test_a_tag_may_have_any_thai_sign(
    app: CKANTestApp, steward: dict[str, str], organisation: dict[str, Any], tag: str
) -> None:
    made = create(organisation, tag_string=tag)
    assert [one["name"] for one in made["tags"]] == [tag]
    assert tag in app.get(f"/dataset/{made['name']}").body
    assert made["id"] in [one["id"] for one in call_action("package_search", fq=f'tags:"{tag}"')["results"]]


def test_two_spellings_of_a_tag_are_one(organisation: dict[str, Any]) -> None:
    made = create(organisation, tags=[{"name": "นํ้า"}, {"name": "ขยะ\u200bมูลฝอย"}])
    assert sorted(one["name"] for one in made["tags"]) == sorted(["น้ำ", "ขยะมูลฝอย"])


def test_a_title_of_300_letters_is_kept_whole_found_and_cut_between_clusters(
    app: CKANTestApp, organisation: dict[str, Any]
) -> None:
    word = uuid.uuid4().hex[:8]
    title = f"{word} " + "น้ำเสียของโรงพยาบาลที่อยู่ริมบึง" * 9 + "ท้ายสุด"
    assert len(title) >= 300
    made = create(organisation, title=title)
    assert made["title"] == title and len(made["name"]) <= 100
    assert [one["title"] for one in call_action("package_search", q=word)["results"]] == [title]
    page = BeautifulSoup(app.get(f"/dataset/{made['name']}").body, "html.parser")
    assert page.select_one("h1").text.strip() == title
    cut = page.select_one(".breadcrumb .active").text.strip()
    assert cut.endswith("…") and title.startswith(cut[:-1]) and title[len(cut) - 1] not in "ิีึืุู่้๊๋์ำ็ั"


def test_a_description_of_20000_letters_is_kept_whole_and_found(organisation: dict[str, Any]) -> None:
    word = uuid.uuid4().hex[:8]
    notes = f"{word} " + "ข้อมูลขยะ " * 2000 + "สุดท้าย"
    assert len(notes.encode()) > 32_766
    made = create(
        organisation, notes=notes, data_type=STATISTICS, calculation_method=notes, data_source=notes
    )
    assert made["notes"] == notes.strip()
    assert [one["id"] for one in call_action("package_search", q=word)["results"]] == [made["id"]]


def words_of(fields: list[dict[str, Any]]) -> list[str]:
    """Fields that people type words into."""
    free = (
        f
        for f in fields
        if f.get("form_snippet", "text.html") in ("text.html", "large_text.html", "textarea.html")
    )
    kept_out = ("email", "link", "date", "year", "degrees", "count", "amount", "name", "city_", "url")
    return [f["field_name"] for f in free if not any(w in str(f.get("validators", "")) for w in kept_out)]


@pytest.mark.parametrize(
    "kind",
    [
        "dataset",
        "activity-data",
        "emission-factors",
        "city-indicator",
        "city-footprint",
        "reduction-measure",
        "city-plan",
    ],
)
def test_script_in_every_field_is_shown_and_never_run(
    app: CKANTestApp, steward: dict[str, str], organisation: dict[str, Any], kind: str
) -> None:
    schema = SchemingDatasetsPlugin.instance._expanded_schemas[kind]
    fields = dict.fromkeys(words_of(schema["dataset_fields"]), SCRIPT)
    of_file = dict.fromkeys(words_of(schema["resource_fields"]), SCRIPT)
    translated = {"title_translated": {"en": SCRIPT}, "notes_translated": {"en": SCRIPT}}
    named = {"name": f"script-{uuid.uuid4().hex[:8]}", "type": kind, **translated}
    made = create(
        organisation,
        **{**fields, "version": "1", **named},
        resources=[{**of_file, "url": "https://a.example/x.csv"}],
    )
    assert len(fields) > 10
    file = made["resources"][0]["id"]
    for page in (
        f"/{kind}/{made['name']}",
        f"/en/{kind}/{made['name']}",
        f"/{kind}/edit/{made['name']}",
        f"/{kind}/{made['name']}/resource/{file}",
        f"/{kind}/{made['name']}/resource/{file}/edit",
        f"/dataset/?q={made['name']}",
        f"/organization/{organisation['name']}",
        f"/dataset/activity/{made['name']}",
    ):
        body = app.get(page, headers=steward).body
        assert not [one for one in RUNS if one in body], page
    call_action("dataset_purge", context={"ignore_auth": True}, id=made["id"])


def test_script_in_an_organisation_is_shown_and_never_run(app: CKANTestApp, steward: dict[str, str]) -> None:
    schema = SchemingOrganizationsPlugin.instance._expanded_schemas["organization"]
    fields = dict.fromkeys(words_of(schema["fields"]), SCRIPT)
    made = factories.Organization(
        **{**fields, "name": f"script-{uuid.uuid4().hex[:8]}", "title_translated": {"en": SCRIPT}}
    )
    for page in (
        "/organization/{}",
        "/en/organization/{}",
        "/organization/about/{}",
        "/organization/edit/{}",
    ):
        body = app.get(page.format(made["name"]), headers=steward).body
        assert not [one for one in RUNS if one in body], page
    assert not [one for one in RUNS if one in app.get("/organization/").body]
    call_action("organization_purge", context={"ignore_auth": True}, id=made["id"])


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JAVASCRIPT:x"])
def test_a_file_elsewhere_has_an_address_that_no_browser_runs(
    organisation: dict[str, Any], address: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        create(organisation, resources=[{"url": address}])
    assert "https://" in refused.value.error_dict["resources"][0]["url"][0]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("contact_email", "ไม่มี", "อีเมล"),
        ("website", "javascript:alert(1)", "https://"),
        ("size_year", "ปีกลาย", "ไม่ใช่ปี"),
        ("size_staff", "มาก", "ไม่ใช่ตัวเลข"),
        ("size_staff", "-5", "น้อยกว่าศูนย์"),
        ("name", "ที่อยู่ไทย", ""),
    ],
)
def test_an_organisation_hears_what_is_wrong_with_it(
    app: CKANTestApp, steward: dict[str, str], field: str, typed: str, said: str
) -> None:
    given = {"title": "ชื่อที่พิมพ์ไว้", "organisation_type": "hospital", field: typed}
    page = sent(app, "/organization/new", steward, **given)
    message = page.select_one(f"[name={field}]").find_parent(class_="form-group").select_one(".error-block")
    assert message is not None and said in message.text
    assert typed in kept(page, field) and "ชื่อที่พิมพ์ไว้" in kept(page, "title")


@pytest.mark.parametrize(
    "query",
    [
        *(
            "ขยะ" * 700,
            "a" * 2000,
            "'",
            '"',
            "''\"",
            "*:*",
            "{!",
            "{!func}x",
            "{!lucene}*:*",
            "่้๊",
            "ั",
            "AND",
            "OR OR",
        ),
        *(
            "(",
            ")",
            "[",
            "title:[",
            "name:*(",
            "^^",
            "~",
            "\\",
            "ก:",
            "!-+",
            "\u200b",
            "_query_:x",
            "NOT",
            "&&",
            "/",
        ),
    ],
)
def test_no_query_breaks_the_search(app: CKANTestApp, portal: None, query: str) -> None:
    assert app.get("/dataset/", query_string={"q": query}).status_code == 200
    answer = app.get("/api/3/action/package_search", query_string={"q": query})
    assert answer.status_code in (200, 400, 409)


def test_nothing_was_stored_of_what_was_refused(portal: None) -> None:
    titles = model.Session.query(model.Package).filter(model.Package.title == "ชื่อที่พิมพ์ไว้")
    assert titles.count() == 0
