"""Pages as people see them: era and language, what is shown and what is not, complete without JavaScript."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action

from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.logic import names
from ckanext.khonkaencarbon.pages import front, methods, panel
from ckanext.khonkaencarbon.portal import language

CSV = "เดือน,รายการ,ปริมาณ,หน่วย\nม.ค. 2566,ไฟฟ้า,100,kWh\n"


@pytest.fixture(scope="module")
def token(portal: None) -> dict[str, str]:
    """Says who is asking, in a request: somebody who may publish."""
    return {"Authorization": factories.SysadminWithToken()["token"]}


@pytest.fixture(scope="module")
def organisation(portal: None) -> dict[str, Any]:
    return factories.Organization(title="โรงพยาบาลทดสอบ")


def in_language(app: CKANTestApp, code: str) -> Any:
    """A request for a page in a language."""
    return app.flask_app.test_request_context("/", environ_base={"CKAN_LANG": code})


def activity_dataset(organisation: dict[str, Any], **fields: Any) -> dict[str, Any]:
    site = call_action("get_site_user")["name"]
    given = {"type": "activity-data", "title": "ไฟฟ้า", "title_translated": {"en": "Power"}, **fields}
    context = {"user": site, "ignore_auth": True}
    return call_action("package_create", context=context, owner_org=organisation["id"], **given)


@pytest.mark.parametrize(
    ("value", "thai", "english"),
    [
        ("2024", "2567", "2024"),
        ("2567", "2567", "2024"),
        (2022, "2565", "2022"),
        ("2565-2568",) * 3,
        ("",) * 3,
    ],
)
def test_years_are_of_the_era_of_the_page(app: CKANTestApp, value: Any, thai: str, english: str) -> None:
    for code, expected in (("th", thai), ("en", english)):
        with in_language(app, code):
            assert language.year(value) == expected


@pytest.mark.parametrize("value", ["2022-2024, 2026", "2565-2567, 2569"])
def test_several_years_are_of_the_era_of_the_page(app: CKANTestApp, value: str) -> None:
    for code, expected in (("th", "2565-2567, 2569"), ("en", "2022-2024, 2026")):
        with in_language(app, code):
            assert language.years(value) == expected


@pytest.mark.parametrize(
    ("code", "day", "minute", "month"),
    [
        ("th", "9 มีนาคม 2567", "9 มีนาคม 2567 21:05 น.", "มี.ค. 2567"),
        ("en", "March 9, 2024", "March 9, 2024, 21:05 (+0700)", "Mar 2024"),
    ],
)
def test_dates_are_of_the_era_of_the_page(
    app: CKANTestApp, code: str, day: str, minute: str, month: str
) -> None:
    with in_language(app, code):
        assert language.moment("2024-03-09T14:05:06") == day
        assert language.moment("2024-03-09T14:05:06", with_hours=True).replace("\u202f", " ") == minute
        assert language.month("2024-03") == month
        assert language.moment("2024-03-09T14:05:06", "%Y") == "2024"
        assert language.moment(None) == ""


def test_times_are_those_of_khon_kaen(app: CKANTestApp) -> None:
    with in_language(app, "th"):
        assert language.moment("2024-12-31T17:30:00") == "1 มกราคม 2568"
        assert language.moment("2024-12-31T17:30:00+00:00") == "1 มกราคม 2568"


@pytest.mark.parametrize(
    ("kilograms", "shown"),
    [("1234567.891", "1,234.57"), ("249.95", "0.2500"), ("0", "0.00"), ("-5000", "-5.00")],
)
def test_tonnes(kilograms: str, shown: str) -> None:
    assert language.tonnes(kilograms) == shown


def test_gases_have_their_subscripts() -> None:
    assert [language.formula(gas) for gas in ("CO2e", "SF6", "HFC-134a")] == ["CO₂e", "SF₆", "HFC-134a"]


@pytest.mark.parametrize(
    ("cleaned", "named"),
    [
        (".csv", "data.csv"),
        ("-2567.csv", "data-2567.csv"),
        ("https://x/a/.csv", "https://x/a/data.csv"),
        ("use.csv", "use.csv"),
    ],
)
def test_thai_file_names_leave_a_name(cleaned: str, named: str) -> None:
    assert names.file_name(cleaned) == named


@pytest.mark.parametrize(
    "address", ["/", "/en/", "/dataset/", "/en/dataset/", "/activity-data/", "/organization/", "/about"]
)
def test_pages_answer_in_the_language_of_their_address(app: CKANTestApp, address: str) -> None:
    page = BeautifulSoup(app.get(address).body, "html.parser")
    lang = "en" if address.startswith("/en") else "th"
    assert page.html is not None
    assert page.html["lang"] == lang
    assert page.find("h1")
    assert page.select_one(f".kk-languages a[lang={lang}][aria-current]")


def test_the_home_page_counts_public_things_only(app: CKANTestApp, organisation: dict[str, Any]) -> None:
    with in_language(app, "th"):
        before = front.front()
        activity_dataset(organisation, private=True)
        assert front.front() == before
        activity_dataset(organisation)
        assert front.front().datasets == before.datasets + 1


def test_a_dataset_without_data_says_so(app: CKANTestApp, organisation: dict[str, Any]) -> None:
    name = activity_dataset(organisation)["name"]
    thai, english = (app.get(f"{lang}/activity-data/{name}").body for lang in ("", "/en"))
    assert "ยังไม่มีข้อมูล" in thai
    assert "No data yet" in english
    assert "Power" in english
    assert "hx-get" not in thai


def test_what_is_not_filled_in_is_not_shown(app: CKANTestApp, organisation: dict[str, Any]) -> None:
    page = app.get(f"/activity-data/{activity_dataset(organisation, first_year_of_data='2022')['name']}").body
    assert "วิธีการคำนวณ" not in page[page.index('class="additional-info"') :]
    assert "2565" in page


def test_the_panel_of_a_private_dataset_is_not_shown(app: CKANTestApp, organisation: dict[str, Any]) -> None:
    dataset = activity_dataset(organisation, private=True)
    assert app.get(f"/dataset/{dataset['id']}/footprint/panel", status=404)
    assert app.get(f"/dataset/{uuid.uuid4()}/footprint/panel", status=404)


def test_strangers_cannot_have_it_computed(app: CKANTestApp, organisation: dict[str, Any]) -> None:
    dataset = activity_dataset(organisation)
    stranger = app.test_client(use_cookies=False)
    assert stranger.post(f"/dataset/{dataset['id']}/footprint/recompute").status_code in (400, 403)


@pytest.fixture
def offered(app: CKANTestApp, token: dict[str, str]) -> Any:
    """Ask for the selects of the head of a file."""

    def ask(content: bytes, **fields: str) -> Any:
        form = {"head": (io.BytesIO(content), "head"), **fields}
        client = app.test_client(use_cookies=False)
        return client.post("/khonkaencarbon/mapping", data=form, headers=token, follow_redirects=False)

    return ask


def test_known_headings_are_understood(offered: Any) -> None:
    page = offered(CSV.encode()).get_data(as_text=True)
    assert "alert-success" in page
    chosen = BeautifulSoup(page, "html.parser").select("select[name$=-column] option[selected]")
    assert [option["value"] for option in chosen] == ["เดือน", "รายการ", "ปริมาณ", "หน่วย"]


def test_activities_are_offered_by_sector_with_their_parameters(offered: Any) -> None:
    page = BeautifulSoup(offered(CSV.encode()).get_data(as_text=True), "html.parser")
    sectors = [one["label"] for one in page.select("#mapping-activity-constant optgroup")]
    assert sectors[:3] == ["พลังงานอยู่กับที่", "การขนส่ง", "ของเสีย"]
    rice = page.select_one("#mapping-activity-constant option[value=rice]")
    assert rice is not None
    assert rice.text == "การปลูกข้าว"
    assert "cultivation_days" in rice["data-parameters"].split()
    for name in rice["data-parameters"].split():
        assert page.select_one(f"fieldset[data-parameter={name}] [name=mapping-param_{name}-constant]")
    days = page.select_one("fieldset[data-parameter=cultivation_days]")
    assert days is not None
    assert "ไม่มี ต้องระบุ" in days.text
    assert "IPCC 2006" in days.text
    units = {one["label"] for one in page.select("#mapping-unit-constant optgroup")}
    assert "พื้นที่" in units


def test_each_suggested_role_has_its_reason(offered: Any) -> None:
    page = BeautifulSoup(offered(CSV.encode()).get_data(as_text=True), "html.parser")
    reasons = [one.text for one in page.select(".kk-columns > .kk-role .kk-reason")]
    assert len(reasons) == 4
    assert all("หัวคอลัมน์" in one for one in reasons)


WIDE = "รายงานปีงบประมาณ 2568\nอาคาร,ต.ค.,พ.ย.,ธ.ค.,ม.ค.,หมายเหตุ\nก,1,2,3,4,\n"


def test_month_columns_are_shown_with_their_months(offered: Any) -> None:
    page = BeautifulSoup(offered(WIDE.encode(), header_row="2").get_data(as_text=True), "html.parser")
    months = {
        label.text: field["value"]
        for label, field in zip(
            page.select(".kk-month-list label"), page.select(".kk-month-list input[type=text]"), strict=True
        )
        if field["value"]
    }
    assert months == {"ต.ค.": "2024-10", "พ.ย.": "2024-11", "ธ.ค.": "2024-12", "ม.ค.": "2025-01"}
    assert page.select_one("[name=mapping-wide][checked]")
    assert not page.select("[name=mapping-quantity-column]")


@pytest.mark.parametrize(
    ("lang", "list_words", "words"),
    [
        ("", "ระบบคำนวณคาร์บอนฟุตพริ้นท์อย่างไร", ("การปลูกข้าว", "จำนวนวันเพาะปลูก", "ไม่มี ต้องระบุ")),
        ("/en", "How footprints are computed", ("Rice cultivation", "Days of cultivation", "Where nobody")),
    ],
)
def test_methods_have_pages(app: CKANTestApp, lang: str, list_words: str, words: tuple[str, ...]) -> None:
    listed = app.get(f"{lang}/khonkaencarbon/methods").body
    assert list_words in listed
    assert f'href="{lang}/khonkaencarbon/methods/rice"' in listed
    page = app.get(f"{lang}/khonkaencarbon/methods/rice").body
    for word in (*words, "param_water_regime", "V.3", "CH4 = area x cultivation_days"):
        assert word in page
    assert app.get(f"{lang}/khonkaencarbon/methods/alchemy", status=404)


def test_every_method_has_its_page_in_words(app: CKANTestApp) -> None:
    for method_id, registered in METHODS.items():
        with in_language(app, "th"):
            page = methods.method(method_id)
        assert page.title == registered.title.th
        for one in page.parameters:
            assert not one.default or one.default == "0" or re.search("[ก-๙]", one.default), one


def test_the_panel_says_how_far_a_run_is(app: CKANTestApp) -> None:
    run = {"state": "running", "progress": {"stage": "reading", "rows": 1234567}}
    with in_language(app, "en"):
        assert panel.Panel("x", run).progress == "1,234,567 rows read so far."
        assert panel.Panel("x", {"state": "running"}).progress == ""


def test_the_panel_tells_sectors_in_words_and_what_stands_apart(app: CKANTestApp) -> None:
    with in_language(app, "en"):
        sums = panel._by_sector({"III.3.2": "2", "II.1.1": "1", "III.1.1": "3"})
        bars = [(one.label, one.value) for one in panel._bars(sums, panel._sector, str)]
        assert bars == [("II Transportation", "1"), ("III Waste", "5")]
        totals = {"memo_co2e_kg": "1000", "biogenic_co2_kg": "0", "other_scope3_co2e_kg": "0"}
        assert [(one.value, one.unit) for one in panel._apart(totals)] == [("1.00", "tCO₂e")]


def test_missing_roles_are_asked_for(offered: Any) -> None:
    page = offered("เดือน,ยอด\nม.ค. 2566,5\n".encode()).get_data(as_text=True)
    assert "alert-success" not in page
    assert "โปรดระบุ" in page
    assert 'value="electricity-grid"' in page


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\x01", b"PK\x03\x04not a table"])
def test_unreadable_heads_are_told_in_words(offered: Any, content: bytes) -> None:
    answer = offered(content)
    assert answer.status_code == 200
    assert "alert-danger" in answer.get_data(as_text=True) or not content


def test_the_row_of_the_headings_can_be_told(offered: Any) -> None:
    content = ("รายงานประจำปี\n" + CSV).encode()
    assert "alert-success" in offered(content, header_row="2").get_data(as_text=True)


def test_only_the_head_of_a_file_is_taken(offered: Any) -> None:
    assert offered(b"x" * 400_000).status_code == 413


def test_strangers_have_no_file_looked_at(app: CKANTestApp) -> None:
    answer = app.test_client(use_cookies=False).post("/khonkaencarbon/mapping", data={})
    assert answer.status_code in (302, 400, 403)


def test_a_heading_cannot_break_out_of_the_page(offered: Any) -> None:
    content = '"<script>alert(1)</script>",ปริมาณ\nx,1\n'.encode()
    assert "<script>alert" not in offered(content).get_data(as_text=True)


def test_the_edit_form_shows_the_columns_of_the_stored_file(
    app: CKANTestApp, token: dict[str, str], steward: Any
) -> None:
    dataset_id = steward.dataset()
    mapping = '{"roles": {"quantity": {"column": "หน่วย"}}}'
    resource_id = steward.upload(dataset_id, CSV, carbon_mapping=mapping)
    form = app.get(f"/activity-data/{dataset_id}/resource/{resource_id}/edit", headers=token)
    chosen = BeautifulSoup(form.body, "html.parser").select_one("[name=mapping-quantity-column] [selected]")
    assert chosen is not None
    assert chosen["value"] == "หน่วย"


def test_a_published_footprint_needs_no_script(app: CKANTestApp, steward: Any) -> None:
    dataset_id = steward.published(CSV + "ก.พ. 2566,ไฟฟ้า,ห้า,kWh\n")
    page = BeautifulSoup(app.get(f"/activity-data/{dataset_id}").body, "html.parser")
    assert [cell.get_text() for cell in page.select(".kk-figures strong")] == ["0.0500", "1", "1"]
    assert page.select_one("[data-state=published]")
    assert "ยังไม่ครบถ้วน" in page.get_text()
    assert "ห้า" in page.select(".kk-finding-error q")[0].get_text()
    assert "TGO" in page.select(".kk-factors tbody th")[0].get_text()
    assert len(page.select(".kk-downloads a")) == 3
    assert not page.select("[hx-get]")


def test_a_changed_file_marks_the_figures_out_of_date(app: CKANTestApp, steward: Any) -> None:
    dataset_id = steward.published(CSV)
    steward.upload(dataset_id, CSV)
    page = BeautifulSoup(app.get(f"/en/activity-data/{dataset_id}").body, "html.parser")
    assert page.select_one(".kk-stale")
    assert page.select_one("[data-state=owed]")
    assert page.select_one("[hx-get]")


def test_state_words_exist_for_every_state(app: CKANTestApp) -> None:
    with in_language(app, "th"):
        for state in ("owed", "running", "published", "refused", "failed", "quarantined"):
            shown = panel.Panel("x", {"state": state})
            assert shown.headline != panel.Panel("x", {"state": None}).headline
            assert shown.is_waiting == (state in ("owed", "running"))


def test_the_way_back_is_in_the_language_of_the_page(app: CKANTestApp, portal: None) -> None:
    owner = factories.Organization(title="เทศบาลทดสอบ", title_translated={"en": "Test municipality"})
    made = activity_dataset(owner)
    for prefix, name in (("", "เทศบาลทดสอบ"), ("/en", "Test municipality")):
        page = BeautifulSoup(app.get(f"{prefix}/activity-data/{made['name']}").body, "html.parser")
        assert name in page.select_one(".breadcrumb").text


def test_a_file_is_named_in_the_language_of_the_page(app: CKANTestApp, organisation: dict[str, Any]) -> None:
    file = {"url": "https://a.example/x.csv", "name": "มิเตอร์", "name_translated": {"en": "Meters"}}
    made = activity_dataset(organisation, resources=[file])
    for prefix, name in (("", "มิเตอร์"), ("/en", "Meters")):
        page = BeautifulSoup(app.get(f"{prefix}/activity-data/{made['name']}").body, "html.parser")
        assert name in page.select_one(".resource-list").text
        assert len({"มิเตอร์", "Meters"} & set(page.select_one(".resource-list").text.split())) == 1


def test_a_file_shows_what_is_known_of_it_and_no_empty_facts(
    app: CKANTestApp, organisation: dict[str, Any]
) -> None:
    file = {"url": "https://a.example/x.csv", "name": "มิเตอร์", "resource_unit_of_measure": "หน่วยไฟฟ้า"}
    made = activity_dataset(organisation, resources=[file])
    address = f"/activity-data/{made['name']}/resource/{made['resources'][0]['id']}"
    page = BeautifulSoup(app.get(address).body, "html.parser")
    facts = {row.th.text.strip(): row.td.text.strip() for row in page.select("table tr") if row.th and row.td}
    assert "หน่วยไฟฟ้า" in facts.values()
    assert [name for name, value in facts.items() if not value] == []
