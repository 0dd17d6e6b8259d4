"""What holds on every page of the story: both languages, small screens, accessible, quiet, self-contained."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest

PAGES = (
    "home", "search", "dataset", "form", "methods", "method", "city", "coverage", "part", "cell", "publisher",
    "cross-check", "dataset-form", "organisation-form", "notation-form", "notation-keys",
)  # fmt: skip
LANGUAGES = ("th", "en")
WORDS = {
    ("home", "th"): "ข้อมูลเปิดของเมือง",
    ("home", "en"): "open data",
    ("search", "th"): "ชุดข้อมูล",
    ("search", "en"): r"\d+ datasets? found",
    ("dataset", "th"): "คาร์บอนฟุตพริ้นท์",
    ("dataset", "en"): "Electricity of a hospital",
    ("methods", "th"): "ระบบคำนวณคาร์บอนฟุตพริ้นท์อย่างไร",
    ("methods", "en"): "How footprints are computed",
    ("method", "th"): "จำนวนวันเพาะปลูก",
    ("method", "en"): "Days of cultivation",
    ("city", "th"): "คาร์บอนฟุตพริ้นท์ของเมืองขอนแก่น",
    ("city", "en"): "Carbon footprint of the city of Khon Kaen",
    ("coverage", "th"): "ความครอบคลุมของบัญชี",
    ("coverage", "en"): "Coverage of the inventory",
    ("part", "th"): "ตามรหัสอ้างอิง GPC|รายการอ้างอิง",
    ("part", "en"): "By GPC reference",
    ("cell", "th"): "ปริมาณน้ำเสียรายเดือน",
    ("cell", "en"): "Ask an organisation to publish",
    ("publisher", "th"): "สิ่งที่โรงพยาบาลทดสอบเผยแพร่|โรงพยาบาลทดสอบ",
    ("publisher", "en"): "What Test hospital published",
    ("cross-check", "th"): "ตัวเลขของเราเทียบกับค่าประมาณอิสระ",
    ("cross-check", "en"): "Our figures beside an independent estimate",
    ("dataset-form", "th"): "ประเภทชุดข้อมูล",
    ("dataset-form", "en"): "Show the fields for this choice",
    ("organisation-form", "th"): "ประเภทองค์กร",
    ("organisation-form", "en"): "Kind of organisation",
    ("notation-form", "th"): "ปีที่ใช้สัญลักษณ์",
    ("notation-form", "en"): "Counted under",
    ("notation-keys", "th"): "ไม่มีท่าเรือ",
    ("notation-keys", "en"): "The activity does not occur in the city",
    ("form", "th"): "ชื่อชุดข้อมูล",
    ("form", "en"): "What do the data cover",
}
# Measured after the fonts are there; a table may scroll within its own box, the page may not.
WIDTHS = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
# How far below what the page is about the things begin that stand beside it.
BESIDE = """
const [aside, main] = ["secondary", "primary"].map(one => document.querySelector(`.wrapper > .${one}`));
return aside && main ? aside.getBoundingClientRect().top - main.getBoundingClientRect().top : null;
"""
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(found => done(JSON.stringify(found.violations)));
"""


@pytest.fixture(scope="module")
def addresses(steward: Any, organisation: dict[str, Any], inventory: str) -> dict[str, str]:
    """The pages of the story, without language."""
    steward.open("/")
    made = steward.call(
        "package_create",
        type="activity-data",
        owner_org=organisation["id"],
        name=f"electricity-{uuid.uuid4().hex[:8]}",
        title="ไฟฟ้าของโรงพยาบาล",
        title_translated={"en": "Electricity of a hospital"},
        maintainer_email="a-very-long-name-of-a-person-who-keeps-these-data@hospital.example.org",
        url="https://hospital.example.org/reports/2567/electricity/monthly-consumption-of-every-building.html",
        private=False,
    )
    dataset = f"/activity-data/{made['name']}"
    methods = "/khonkaencarbon/methods"
    city, town = (
        "/carbon",
        steward.call("package_search", fq="dataset_type:city-footprint")["results"][0]["name"],
    )
    keys = {"gpc_ref": "II.3.1", "years": "2566", "key": "NO", "explanation": "ไม่มีท่าเรือ"}
    steward.call("package_patch", id=town, city_notation=[keys])
    paths = (
        "/",
        "/dataset/",
        dataset,
        "/activity-data/new",
        methods,
        f"{methods}/rice",
        city,
        f"{city}/coverage",
        f"{city}/2023/I",
        f"{city}/2023/III.4.1",
        f"{city}/organisations/{inventory}",
        f"{city}/cross-check",
        "/dataset/new",
        "/organization/new",
        f"/city-footprint/edit/{town}?gpc_ref=IV.1&year=2023",
        f"/city-footprint/{town}",
    )
    return dict(zip(PAGES, paths, strict=True))


@pytest.fixture(params=[(page, language) for page in PAGES for language in LANGUAGES], ids=" ".join)
def page(request: Any, steward: Any, addresses: dict[str, str]) -> tuple[str, str]:
    """One page in one language, opened."""
    name, language = request.param
    steward.open(addresses[name], language)
    steward.see(".site-footer")
    return name, language


def test_the_page_speaks_its_language(steward: Any, page: tuple[str, str]) -> None:
    assert re.search(WORDS[page], steward.text())
    assert steward.driver.execute_script("return document.documentElement.lang") == page[1]


def test_the_page_fits_a_small_screen(steward: Any, page: tuple[str, str]) -> None:
    screen = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    steward.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        needed, there = steward.driver.execute_script(WIDTHS)
        beside = steward.driver.execute_script(BESIDE)
    finally:
        steward.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert needed <= there == 360
    assert beside is None or beside > 0


def test_the_page_is_accessible(steward: Any, page: tuple[str, str], axe: str) -> None:
    steward.driver.execute_script(axe)
    found = json.loads(steward.driver.execute_async_script(AXE))
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in grave} == {}


def test_the_page_is_quiet_and_keeps_to_itself(steward: Any, page: tuple[str, str]) -> None:
    assert steward.complaints() == []
    assert steward.strangers() == set()


def test_the_page_has_its_font(steward: Any, page: tuple[str, str]) -> None:
    loaded = "return document.fonts.ready.then(() => document.fonts.check('16px Sarabun', 'ขอนแก่น'))"
    assert steward.driver.execute_script(loaded)
    assert "Sarabun" in steward.driver.execute_script("return getComputedStyle(document.body).fontFamily")


def test_search_finds_the_dataset_in_both_languages(visitor: Any, addresses: dict[str, str]) -> None:
    for language, title in (("th", "ไฟฟ้าของโรงพยาบาล"), ("en", "Electricity of a hospital")):
        visitor.open(f"/dataset/?q={title}", language)
        assert title in visitor.text(".dataset-list")


def test_the_language_is_switched_where_one_is(visitor: Any, addresses: dict[str, str]) -> None:
    visitor.open(addresses["dataset"])
    visitor.press(".masthead .kk-languages a[lang=en]")
    assert visitor.driver.current_url.endswith("/en" + addresses["dataset"])
    visitor.press(".masthead .kk-languages a[lang=th]")
    assert "ไฟฟ้าของโรงพยาบาล" in visitor.text("h1")
