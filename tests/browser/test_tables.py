"""Tables of files, the search box by keyboard, CKAN's table view under our content security policy."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

WIDTHS = (360, 1280)
ROWS = "".join(f'มกราคม 2567,ไฟฟ้า,"{n},000",kWh,อาคาร {n}\n' for n in range(1, 61))
TEXT = f"เดือน,รายการ,ปริมาณ,หน่วย,อาคาร\n{ROWS}"
UPLOAD = """
const [dataset, text, done] = arguments;
const meta = name => document.querySelector(`meta[name=${name}]`).content;
const form = new FormData();
const fields = {package_id: dataset, name: "มิเตอร์", carbon_role: "input", format: "CSV"};
Object.entries(fields).forEach(([name, value]) => form.append(name, value));
form.append("upload", new Blob([text], {type: "text/csv"}), "meters.csv");
fetch("/api/3/action/resource_create", {
  method: "POST", headers: {"X-CSRFToken": meta(meta("csrf_field_name"))}, body: form,
}).then(answer => answer.json()).then(done, error => done({error: String(error)}));
"""


@contextmanager
def screen(visitor: Any, width: int) -> Iterator[None]:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    visitor.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        yield
    finally:
        visitor.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture(scope="module")
def file(steward: Any, organisation: dict[str, Any]) -> dict[str, str]:
    """A published file whose table was loaded: ids of dataset and resource."""
    steward.open("/")
    made = steward.call(
        "package_create",
        type="activity-data",
        owner_org=organisation["id"],
        name=f"meters-{uuid.uuid4().hex[:8]}",
        title="มิเตอร์ของโรงพยาบาล",
        title_translated={"en": "Meters of a hospital"},
        private=False,
    )
    answer = steward.driver.execute_async_script(UPLOAD, made["name"], TEXT)
    assert answer["success"], answer
    resource_id = answer["result"]["id"]

    def loaded(_: Any) -> bool:
        return bool(steward.call("resource_show", id=resource_id).get("datastore_active"))

    WebDriverWait(steward.driver, 120, 1).until(loaded, "the table of the file was not loaded")
    views = steward.call("resource_view_list", id=resource_id)
    return {"dataset": made["name"], "resource": resource_id, "view": str(views)}


@pytest.fixture(scope="module")
def addresses(file: dict[str, str]) -> dict[str, str]:
    resource = f"{file['dataset']}/resource/{file['resource']}"
    return {
        "file": f"/activity-data/{resource}",
        "table": f"/dataset/{resource}/table?from.quantity=5000&sort=-quantity",
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_view_shows_its_rows_without_a_complaint(
    visitor: Any, file: dict[str, str], addresses: dict[str, str], width: int
) -> None:
    with screen(visitor, width):
        visitor.open(addresses["file"])
        frame = visitor.see("iframe")
        visitor.driver.switch_to.frame(frame)
        try:
            visitor.see("#dtprv tbody tr td.dt-body-right", 20)
            assert (
                visitor.driver.execute_script("return getComputedStyle(document.body).visibility")
                == "visible"
            )
            busy = visitor.driver.find_element("id", "dtprv_processing")
            WebDriverWait(visitor.driver, 10).until(lambda _: not busy.is_displayed())
        finally:
            visitor.driver.switch_to.default_content()
    assert visitor.complaints() == []


def test_what_is_downloaded_is_what_is_seen(visitor: Any, addresses: dict[str, str]) -> None:
    visitor.open(addresses["table"])
    seen = [
        cell.text
        for cell in visitor.driver.find_elements("css selector", ".kk-rows tbody tr td:nth-child(4)")
    ]
    links = visitor.driver.find_elements("css selector", ".kk-downloads a")
    table, rows = (visitor.get(link.get_attribute("href")) for link in links)
    assert len(seen) == 50 and table.count("\n") == 57
    assert [one["quantity"] for one in json.loads(rows)][:50] == seen
    visitor.press(".kk-pages [rel=next]")
    assert len(visitor.driver.find_elements("css selector", ".kk-rows tbody tr")) == 6


def test_the_search_box_is_worked_by_keyboard(visitor: Any, file: dict[str, str]) -> None:
    visitor.open("/")
    box = visitor.see("#kk-search")
    offers = lambda: visitor.driver.find_elements("css selector", "#kk-suggestions [role=option]")  # noqa: E731
    box.send_keys("มิเตอร์")
    WebDriverWait(visitor.driver, 15).until(lambda _: box.get_attribute("aria-expanded") == "true")
    box.send_keys(Keys.ARROW_DOWN)
    chosen = box.get_attribute("aria-activedescendant")
    assert chosen == offers()[0].get_attribute("id")
    box.send_keys(Keys.ARROW_UP)
    assert box.get_attribute("aria-activedescendant") == offers()[-1].get_attribute("id")
    box.send_keys(Keys.ESCAPE)
    assert box.get_attribute("aria-expanded") == "false"
    box.clear()
    box.send_keys("มิเตอร์")
    WebDriverWait(visitor.driver, 15).until(lambda _: box.get_attribute("aria-expanded") == "true")
    box.send_keys(Keys.ARROW_DOWN)
    address = offers()[0].get_attribute("data-address")
    box.send_keys(Keys.ENTER)
    WebDriverWait(visitor.driver, 15).until(lambda d: d.current_url != visitor.url + "/")
    assert (
        visitor.driver.current_url.endswith(address.rpartition("?")[2])
        or address in visitor.driver.current_url
    )
