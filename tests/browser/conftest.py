"""A browser over a running portal.

Where it runs and who may log in is told by the environment, which deploy/test sets: KHONKAENCARBON_TEST_URL,
KHONKAENCARBON_TEST_ADMIN, KHONKAENCARBON_TEST_PASSWORD. Without it these tests fail.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package
BUILD = Path(__file__).parents[2] / "deploy" / "assets" / "build"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
)
CALL = """
const [action, data, done] = arguments;
const meta = name => document.querySelector(`meta[name=${name}]`).content;
fetch(`/api/3/action/${action}`, {
  method: "POST",
  headers: {"Content-Type": "application/json", "X-CSRFToken": meta(meta("csrf_field_name"))},
  body: JSON.stringify(data),
}).then(answer => answer.json()).then(done, error => done({error: String(error)}));
"""
UPLOAD = """
const [data, name, text, done] = arguments;
const meta = name => document.querySelector(`meta[name=${name}]`).content;
const form = new FormData();
for (const [key, value] of Object.entries(data)) form.append(key, value);
form.append("upload", new File([text], name, {type: "text/csv"}));
fetch("/api/3/action/resource_create", {
  method: "POST", headers: {"X-CSRFToken": meta(meta("csrf_field_name"))}, body: form,
}).then(answer => answer.json()).then(done, error => done({error: String(error)}));
"""
# Two years of two kinds of consumer; the second year is not whole.
ELECTRICITY = """period,activity,consumer,quantity,unit
2023,electricity-grid,institutional,900000,kWh
2023,electricity-grid,residential,1500000,kWh
2023,diesel-stationary,industry,20000,litre
2024-01,electricity-grid,institutional,80000,kWh
2024-01,diesel-road,transport,12000,litre
"""


class Visitor:
    """A person with a browser, who opens pages, fills in forms and looks."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self.url = url

    def open(self, path: str, language: str = "th") -> None:
        self.driver.get(self.url + ("" if language == "th" else f"/{language}") + path)

    def see(self, css: str, seconds: float = 10) -> WebElement:
        """The element, waited for."""
        missing = f"{css} is not on {self.driver.current_url}: {self.text()[:500]}"
        return WebDriverWait(self.driver, seconds).until(
            lambda d: d.find_element(By.CSS_SELECTOR, css), missing
        )

    def text(self, css: str = "body") -> str:
        return self.driver.find_element(By.CSS_SELECTOR, css).text

    def write(self, name: str, value: str) -> None:
        field = self.see(f"form [name='{name}']")
        field.clear()
        field.send_keys(value)

    def choose(self, name: str, value: str) -> None:
        Select(self.see(f"form [name='{name}']")).select_by_value(value)

    def press(self, css: str) -> None:
        """Press a button that leads to another page, and be there."""
        button = self.see(css)
        self.driver.execute_script(
            "arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", button
        )
        WebDriverWait(self.driver, 30).until(lambda d: _is_gone(button))

    def log_in(self) -> None:
        self.open("/user/login")
        self.write("login", os.environ["KHONKAENCARBON_TEST_ADMIN"])
        self.write("password", os.environ["KHONKAENCARBON_TEST_PASSWORD"])
        self.press("#content form button[type=submit]")

    def call(self, action: str, **data: Any) -> dict[str, Any]:
        """An action of the API, with the session of the browser."""
        answer = self.driver.execute_async_script(CALL, action, data)
        assert answer.get("success"), answer
        result: dict[str, Any] = answer["result"]
        return result

    def upload(self, dataset: str, name: str, text: str) -> None:
        """Add an input file to a dataset."""
        data = {"package_id": dataset, "carbon_role": "input", "name": name}
        answer = self.driver.execute_async_script(UPLOAD, data, name, text)
        assert answer.get("success"), answer

    def get(self, address: str) -> str:
        """The body of an address, fetched as the page would."""
        return str(
            self.driver.execute_async_script(
                "const [a, done] = arguments; fetch(a).then(r => r.text()).then(done)", address
            )
        )

    def complaints(self) -> list[str]:
        """What the browser's console holds against the pages seen since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def strangers(self) -> set[str]:
        """Other sites that were asked for something since the last call."""
        sent = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        asked = [m["params"]["request"]["url"] for m in sent if m["method"] == "Network.requestWillBeSent"]
        home = urlsplit(self.url).netloc
        return {urlsplit(u).netloc for u in asked if u.startswith("http")} - {home}


def _is_gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except Exception:  # the driver tells of a page that is gone in several ways
        return True
    return False


@pytest.fixture(scope="session")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Somebody who is not logged in."""
    yield from _visitor(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def steward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Somebody who is logged in and may publish for any organisation."""
    for one in _visitor(tmp_path_factory.mktemp("browser")):
        one.log_in()
        yield one


@pytest.fixture(scope="session")
def organisation(steward: Visitor) -> dict[str, Any]:
    """A hospital that publishes."""
    steward.open("/")
    return steward.call(
        "organization_create",
        name=f"hospital-{uuid.uuid4().hex[:8]}",
        title="โรงพยาบาลทดสอบ",
        title_translated={"en": "Test hospital"},
        organisation_type="hospital",
    )


@pytest.fixture(scope="session")
def inventory(steward: Visitor, organisation: dict[str, Any]) -> str:
    """Two years, an estimate, residents, an open request; the organisation that publishes in it."""
    owner, public = {"owner_org": organisation["id"]}, {"private": False}
    city = steward.call("package_create", type="city-footprint", title="เมืองทดสอบ", **owner, **public)
    steward.upload(city["id"], "residents.csv", "year,indicator,value,unit\n2023,population,1000,person\n")
    steward.upload(city["id"], "estimate.csv", "year,sector,co2e_t\n2023,I,1500\n2023,ป่า,3\n")
    offered = {"include_in_inventory": "true", "reporting_boundary": "organisation"}
    title = {"title": "พลังงานของโรงพยาบาล", "title_translated": {"en": "Energy of a hospital"}}
    fields = {**title, **owner, **public, **offered}
    made = steward.call("package_create", type="activity-data", **fields)
    steward.upload(made["id"], "energy.csv", ELECTRICITY)
    WebDriverWait(steward.driver, 60).until(
        lambda _: steward.call("khonkaencarbon_run_show", id=made["id"])["state"] == "published"
    )
    steward.call("khonkaencarbon_inventory_decide", id=made["id"], decision="accepted", reason="")
    wanted = {"year": 2023, "gpc_ref": "III.4.1", "organisation": organisation["name"]}
    steward.call("khonkaencarbon_request_create", **wanted, note="ปริมาณน้ำเสียรายเดือน")
    return str(organisation["name"])


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker, as a script."""
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run([str(BUILD), "--axe", str(folder)], check=True, timeout=180)
    return (folder / "axe.min.js").read_text("utf-8")


def _visitor(profile: Path) -> Iterator[Visitor]:
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_script_timeout(60)
    try:
        yield Visitor(driver, os.environ["KHONKAENCARBON_TEST_URL"].rstrip("/"))
    finally:
        driver.quit()
