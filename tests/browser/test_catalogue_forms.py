"""The forms of the catalogue: fields follow the chosen type, and everybody can read a form with faults."""

from __future__ import annotations

import json
from typing import Any

import pytest
from selenium.webdriver.common.by import By

MAPS = "ข้อมูลภูมิสารสนเทศเชิงพื้นที่"
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
WIDTHS = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(found => done(JSON.stringify(found.violations)));
"""
SAVE = "#dataset-edit .form-actions button.btn-primary"


def names(steward: Any) -> set[str]:
    """Fields of the form that is shown."""
    return {one.get_attribute("name") for one in steward.driver.find_elements(By.CSS_SELECTOR, "form [name]")}


def test_the_fields_follow_the_chosen_type(steward: Any, organisation: dict[str, Any]) -> None:
    steward.open("/dataset/new")
    steward.write("title", "ขอบเขตตำบล")
    assert "unit_of_measure" in names(steward) and "equivalent_scale" not in names(steward)
    steward.choose("data_type", MAPS)
    steward.see("#kk-part-type [name=equivalent_scale]")
    assert "unit_of_measure" not in names(steward)
    assert steward.see("[name=title]").get_attribute("value") == "ขอบเขตตำบล"


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_form_with_faults_is_accessible_and_fits_a_small_screen(
    steward: Any, organisation: dict[str, Any], axe: str, language: str
) -> None:
    steward.open("/dataset/new", language)
    steward.driver.execute_script(UNFOLD)
    steward.write("notes", "คำอธิบายที่พิมพ์ไว้")
    steward.write("maintainer_email", "ไม่มี")
    steward.write("first_year_of_data", "สองพัน")
    steward.write("spatial", "{")
    steward.press(SAVE)
    steward.see(".error-explanation")
    assert steward.see("[name=notes]").get_attribute("value") == "คำอธิบายที่พิมพ์ไว้"
    steward.driver.execute_script(UNFOLD)
    steward.driver.execute_script(axe)
    found = json.loads(steward.driver.execute_async_script(AXE))
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in grave} == {}
    screen = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    steward.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        needed, there = steward.driver.execute_script(WIDTHS)
    finally:
        steward.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert needed <= there == 360


def test_the_forms_left_no_complaint(steward: Any) -> None:
    assert steward.complaints() == []
    assert steward.strangers() == set()
