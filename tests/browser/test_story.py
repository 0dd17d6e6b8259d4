"""A steward's story, in Thai: publish a file, see its footprint; upload a broken one, read what to do."""

from __future__ import annotations

import csv
import io
import json
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By

GOOD = """เดือน,รายการ,ปริมาณ,หน่วย
ม.ค. 2566,ไฟฟ้า,"12,000",kWh
ก.พ. 2566,ไฟฟ้า,๑๐๐๐๐,หน่วย
มีนาคม 2567,ไฟฟ้า,8,MWh
รวม,,30000,
"""
BROKEN = """เดือน,รายการ,ปริมาณ,หน่วย
ม.ค. 2565,ไฟฟ้า,"1,2O0",kWh
"""
MONTHS_ONLY = """เดือน,ปี,ยอดตามบิล
มกราคม,2566,500
"""
MONTH_COLUMNS = "อาคาร,ต.ค. 2567,พ.ย. 2567,ธ.ค. 2567\nก,1,2,3\n"
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(found => done(JSON.stringify(found.violations)));
"""
FACTOR = Decimal("0.4999")  # kg CO2e per kWh: TGO, April 2022
KWH = Decimal(30000)


@pytest.fixture(scope="module")
def published(steward: Any, organisation: dict[str, Any], tmp_path_factory: Any) -> str:
    """Address of a dataset that was made through the form, once its footprint is there."""
    publish(steward, organisation, tmp_path_factory.mktemp("good"), GOOD)
    address = str(steward.driver.current_url)
    steward.see("[data-state=published]", 60)
    return address


def describe(steward: Any, organisation: dict[str, Any]) -> None:
    """Fill in the first form and go on."""
    steward.open("/activity-data/new")
    steward.write("title", f"การใช้ไฟฟ้ารายเดือน {uuid.uuid4().hex[:6]}")
    steward.choose("owner_org", organisation["id"])
    steward.choose("private", "False")
    steward.write("tag_string", "ไฟฟ้า, โรงพยาบาล")
    steward.driver.execute_script(UNFOLD)
    steward.write("title_translated-en", "Monthly electricity")
    steward.press("#dataset-edit .form-actions button.btn-primary")


def attach(steward: Any, folder: Path, content: str) -> None:
    """Choose a file in the second form and wait until its columns are shown."""
    file = folder / "ไฟฟ้า.csv"
    file.write_text(content, encoding="utf-8")
    steward.see("input[type=file]").send_keys(str(file))
    steward.see(".kk-columns")


def publish(steward: Any, organisation: dict[str, Any], folder: Path, content: str) -> None:
    describe(steward, organisation)
    attach(steward, folder, content)
    steward.press("button[name=save][value=go-metadata]")
    steward.see(".kk-panel")


def test_the_footprint_appears_without_reloading(steward: Any, published: str) -> None:
    assert "คำนวณและเผยแพร่แล้ว" in steward.text(".kk-panel")
    assert steward.text(".kk-figure-total strong") == f"{KWH * FACTOR / 1000:,.2f}"
    years = [cell.text for cell in steward.driver.find_elements(By.CSS_SELECTOR, ".kk-table tbody th")]
    assert years[:2] == ["2566", "2567"]
    derived = steward.driver.find_elements(By.CSS_SELECTOR, "#dataset-resources .kk-badge")
    assert [badge.text for badge in derived] == ["คำนวณโดยระบบ"] * 4


def test_anybody_downloads_the_figures(visitor: Any, published: str) -> None:
    visitor.driver.get(published)
    links = {
        link.text: link.get_attribute("href")
        for link in visitor.driver.find_elements(By.CSS_SELECTOR, ".kk-downloads a")
    }
    lines = list(csv.DictReader(io.StringIO(visitor.get(links["ดาวน์โหลด CSV"]))))
    assert sum(Decimal(line["co2e_kg"]) for line in lines) == KWH * FACTOR
    summary = json.loads(visitor.get(links["ดาวน์โหลด JSON"]))
    assert Decimal(summary["totals"]["co2e_kg"]) == KWH * FACTOR
    assert summary["counts"]["read"] == 3


def test_a_broken_file_says_what_to_do(steward: Any, organisation: dict[str, Any], tmp_path: Path) -> None:
    publish(steward, organisation, tmp_path, BROKEN)
    steward.see("[data-state=refused]", 60)
    found = steward.text(".kk-finding-error")
    for words in ("แถวข้อมูลที่ 1", "บรรทัดที่ 2", "ปริมาณ", "1,2O0", "วิธีแก้"):
        assert words in found
    assert not steward.driver.find_elements(By.CSS_SELECTOR, ".kk-downloads")


def test_constants_stand_in_for_missing_columns(
    steward: Any, organisation: dict[str, Any], tmp_path: Path
) -> None:
    describe(steward, organisation)
    attach(steward, tmp_path, MONTHS_ONLY)
    assert "โปรดระบุ" in steward.text(".kk-mapping")
    steward.choose("mapping-quantity-column", "ยอดตามบิล")
    steward.choose("mapping-activity-constant", "rice")
    assert visible_parameters(steward) >= {"cultivation_days", "water_regime"}
    assert "mcf" not in visible_parameters(steward)
    steward.choose("mapping-activity-constant", "electricity-grid")
    assert visible_parameters(steward) == {"loss_share"}
    steward.choose("mapping-unit-constant", "kWh")
    steward.press("button[name=save][value=go-metadata]")
    steward.see("[data-state=published]", 60)
    assert steward.text(".kk-figure-total strong") == f"{500 * FACTOR / 1000:,.4f}"


def visible_parameters(steward: Any) -> set[str]:
    """Parameters that are offered for the chosen activity."""
    found = steward.driver.find_elements(By.CSS_SELECTOR, ".kk-parameters fieldset:not([hidden])")
    return {one.get_attribute("data-parameter") for one in found}


def test_the_form_is_accessible_with_everything_unfolded(
    steward: Any, organisation: dict[str, Any], tmp_path: Path, axe: str
) -> None:
    describe(steward, organisation)
    attach(steward, tmp_path, MONTH_COLUMNS)
    assert "2024-10" in [
        one.get_attribute("value")
        for one in steward.driver.find_elements(By.CSS_SELECTOR, ".kk-month-list input[type=text]")
    ]
    steward.driver.execute_script(UNFOLD)
    steward.driver.execute_script(axe)
    found = json.loads(steward.driver.execute_async_script(AXE))
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_the_story_left_no_complaint(steward: Any, published: str) -> None:
    assert steward.complaints() == []
    assert steward.strangers() == set()
