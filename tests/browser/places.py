"""What the pages of pages.yaml show: one of everything that has a page."""

from __future__ import annotations

import os
import uuid
from typing import Any

from selenium.webdriver.support.wait import WebDriverWait

MONTHS = "เดือน,รายการ,ปริมาณ,หน่วย,อาคาร\nม.ค. 2566,ไฟฟ้า,100,kWh,ก\n"
MORE = "เดือน,รายการ,ปริมาณ,หน่วย,อาคาร\nก.พ. 2566,ไฟฟ้า,120,kWh,ก\n"
REFUSED = 'เดือน,รายการ,ปริมาณ,หน่วย\nม.ค. 2565,ไฟฟ้า,"1,2O0",kWh\nเมื่อวาน,ไฟฟ้า,5,ตัน\n'
PLAN = {"plan_base_year": "2562", "plan_target_year": "2573", "plan_target_percent": "30"}


def made(steward: Any, organisation: dict[str, Any]) -> dict[str, str]:
    """Make it, and name it by the words of pages.yaml."""
    steward.open("/")
    user = os.environ["KHONKAENCARBON_TEST_ADMIN"]
    named = {"user": user, "organisation": organisation["name"], "publisher": organisation["name"]}
    made_by_type = {
        "factors": {"type": "emission-factors", "title": "ค่าการปล่อยของเมือง", "edition_publisher": "อบก."},
        "indicator": {"type": "city-indicator", "title": "ประชากรของเมือง"},
        "measure": {"type": "reduction-measure", "title": "หลังคาโซลาร์", "measure_reduction_tonnes": "120.5"},
        "plan": {"type": "city-plan", "title": "แผนของเมือง", **PLAN},
    }
    named |= {word: dataset(steward, organisation, **fields)["name"] for word, fields in made_by_type.items()}
    group = steward.call("group_create", name=f"group-{uuid.uuid4().hex[:8]}", title="สิ่งแวดล้อม")
    return {
        **named,
        "group": group["name"],
        **plain(steward, organisation, group),
        **electricity(steward, organisation),
        "refused": refused(steward, organisation),
        **city(steward),
    }


def city(steward: Any) -> dict[str, str]:
    """The city's dataset, with a notation key and a version of its inventory."""
    found = steward.call("package_search", fq="dataset_type:city-footprint")["results"][0]
    key = {"gpc_ref": "II.3.1", "years": "2566", "key": "NO", "explanation": "ไม่มีท่าเรือ"}
    steward.call("package_patch", id=found["id"], city_notation=[key])
    WebDriverWait(steward.driver, 90).until(
        lambda _: steward.call("khonkaencarbon_version_list", id=found["id"])
    )
    stored = steward.call("package_show", id=found["id"])["resources"]
    table = next(one["id"] for one in stored if one.get("carbon_product") == "inventory-csv")
    return {"city": str(found["name"]), "inventory": table}


def dataset(steward: Any, organisation: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A public dataset with a long address and mail address, which have to go on in the next line."""
    name = f"{fields.get('type', 'dataset')}-{uuid.uuid4().hex[:8]}"
    mail = "a-very-long-name-of-a-person-who-keeps-these-data@hospital.example.org"
    page = "https://hospital.example.org/reports/2567/electricity/monthly-consumption-of-every-building-there.html"
    shared = {"owner_org": organisation["id"], "private": False, "maintainer_email": mail, "url": page}
    result: dict[str, Any] = steward.call("package_create", name=name, **shared, **fields)
    return result


def plain(steward: Any, organisation: dict[str, Any], group: dict[str, Any]) -> dict[str, str]:
    """A dataset of no carbon: an attachment, a link."""
    titles = {"title": "น้ำประปาของโรงพยาบาล", "title_translated": {"en": "Tap water of a hospital"}}
    files = [
        {"name": "รายงานประจำปี", "url": "https://hospital.example.org/report.pdf", "format": "PDF"},
        {
            "name": "เว็บไซต์",
            "url": "https://hospital.example.org/a/long/way/to/the/page/of/the/data/water.html",
        },
    ]
    made = dataset(
        steward,
        organisation,
        **titles,
        resources=files,
        groups=[{"name": group["name"]}],
        tag_string="น้ำ, ไฟฟ้า",
    )
    attachment, link = (one["id"] for one in made["resources"])
    return {"plain": made["name"], "attachment": attachment, "link": link}


def electricity(steward: Any, organisation: dict[str, Any]) -> dict[str, str]:
    """Activity data in their second version, whose first one was withdrawn; its files and a line."""
    titles = {"title": "ไฟฟ้าของโรงพยาบาล", "title_translated": {"en": "Electricity of a hospital"}}
    made = dataset(steward, organisation, type="activity-data", **titles)
    for version, text in enumerate((MONTHS, MORE), 1):
        steward.upload(made["id"], f"electricity-{version}.csv", text)
        until(steward, made["id"], "published", version)
    steward.call("khonkaencarbon_version_withdraw", id=made["id"], version=1, reason="ทดสอบ")
    stored = steward.call("package_show", id=made["id"])
    files = {
        one.get("carbon_product") or one["carbon_role"]: one["id"] for one in reversed(stored["resources"])
    }
    line = steward.get(f"/dataset/{made['id']}/footprint/2/summary.csv").splitlines()[1].partition(",")[0]
    return {"electricity": made["name"], "line": line, **files}


def refused(steward: Any, organisation: dict[str, Any]) -> str:
    """Activity data whose file cannot be computed from."""
    made = dataset(steward, organisation, type="activity-data", title="ไฟฟ้าที่กรอกผิด")
    steward.upload(made["id"], "wrong.csv", REFUSED)
    until(steward, made["id"], "refused")
    return str(made["name"])


def until(steward: Any, dataset_id: str, state: str, version: int = 0) -> None:
    """Wait until a run has ended that way."""

    def ended(_: Any) -> bool:
        run = steward.call("khonkaencarbon_run_show", id=dataset_id)
        return run["state"] == state and (run["version"] or 0) >= version

    WebDriverWait(steward.driver, 60).until(ended, f"{dataset_id} is not {state}")
