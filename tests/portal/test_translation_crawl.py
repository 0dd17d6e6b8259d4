"""A walk over the portal in Thai: nothing that it says is left in English, and no year is of the common era.

What people wrote is Thai here, or one word; names and abbreviations are in two short lists.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from babel.messages.mofile import read_mo
from bs4 import BeautifulSoup, NavigableString
from ckan import model
from ckan.lib import search
from ckan.lib.i18n import get_ckan_i18n_dir
from ckan.plugins import ITranslation, PluginImplementations
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action
from flask_babel import get_translations
from werkzeug.datastructures import FileStorage

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.portal import trace
from ckanext.khonkaencarbon.portal.calendar import today
from ckanext.khonkaencarbon.portal.language import BUDDHIST_ERA

# Names of licences, formats and systems, and what is typed into a program: the same in Thai.
NAMES = (
    "Creative Commons Attribution Share-Alike",
    "Creative Commons Attribution",
    "Creative Commons CCZero",
    "Creative Commons Non-Commercial",
    "Data Package",
    "GD Catalog",
    "GNU Free Documentation License",
    "Khon Kaen Carbon",
    "Moment.js",
    "Open Data Commons Attribution License",
    "Open Data Commons Open Database License",
    "Open Data Commons Public Domain Dedication and License",
    "Open Data Commons",
    "Open Database License",
    "Open Definition",
    "UK Open Government Licence",
    "ckan clean activities",
    "cover (none: 0, oxidising: 0.1)",
    "khonkaencarbon verify",
)
# Abbreviations and units that Thai text uses as they are.
TERMS = {"API", "CC", "CH", "CKAN", "CNG", "CO", "CSV", "DataStore", "Excel", "GPC", "IPCC"}
TERMS |= {"JET", "JSON", "NGV", "URL", "XLSX"}
UNSEEN = ("script", "style", "template", "noscript", "code", "pre", "svg")
SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-module-content", "data-label")
ADDRESS = re.compile(r"\S*(?:://|www\.|@|[_/\\=])\S*|\S+\.(?:br|csv|gov|json|uk|xlsx|zip)\b")
WORD = r"[A-Za-z][A-Za-z'’-]*[A-Za-z]"
ENGLISH = re.compile(rf"(?<![\w-]){WORD}(?:[\s,;:()“”\"'&.…–]+{WORD})+")
ELECTRICITY = "เดือน,รายการ,ปริมาณ,หน่วย\nม.ค. 2567,ไฟฟ้า,100,kWh\n"
OTHER_TYPES = {
    "factors": {"type": "emission-factors", "edition_issued_date": "2565-04-01", "edition_gwp": "ar5-tgo"},
    "indicator": {"type": "city-indicator"},
    "measure": {"type": "reduction-measure", "measure_sector": "I", "measure_first_year": "2569"},
    "plan": {"type": "city-plan", "plan_base_year": "2567", "plan_target_year": "2573"},
    "city": {"type": "city-footprint", "city_base_year": "2567", "city_years": "2565-2567"},
}


class Visit(NamedTuple):
    """Somebody opens a page, or sends a form."""

    who: str
    page: str
    status: int = 200
    form: dict[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.who} {'sends' if self.form else 'opens'} {self.page}"


def visits() -> list[Visit]:
    listed = yaml.safe_load(Path(__file__).with_name("thai_pages.yaml").read_text("utf-8"))
    return [
        Visit(who, **({"page": one} if isinstance(one, str) else one))
        for who in listed
        for one in listed[who]
    ]


class World(NamedTuple):
    """What the walk passes: addresses by name, and the headers that say who is asking."""

    places: dict[str, str]
    headers: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def world(portal: None) -> World:
    """A dataset with a footprint, one with a table and a change, a group, a hidden and a deleted dataset.

    Alone, for other tests give people and things names of Latin words.
    """
    model.repo.rebuild_db()
    search.clear_all()
    word = uuid.uuid4().hex[:6]
    steward = factories.UserWithToken(name=f"steward{word}", fullname="สมหญิง ใจดี", about="ผู้ดูแลข้อมูล")
    sysadmin = factories.SysadminWithToken(name=f"admin{word}", fullname="สมชาย ใจดี", about="")
    described = {"description": "ตัวอย่าง", "users": [{"name": steward["name"], "capacity": "admin"}]}
    org = factories.Organization(name=f"org{word}", title="โรงพยาบาลตัวอย่าง", **described)
    group = factories.Group(name=f"group{word}", title="สิ่งแวดล้อม", user=sysadmin, **described)
    places = {"steward": steward["name"], "org": org["name"], "group": group["name"]}
    headers = {
        "steward": {"Authorization": steward["token"]},
        "sysadmin": {"Authorization": sysadmin["token"]},
    }
    return World({**places, **datasets(steward, org, group)}, {"anyone": {}, **headers})


def datasets(steward: dict[str, Any], org: dict[str, Any], group: dict[str, Any]) -> dict[str, str]:
    """Names and ids of what the steward published."""
    shared = {"user": steward, "owner_org": org["id"], "notes": "ตัวอย่าง", "title": "ไฟฟ้า", "tag_string": "น้ำ"}
    data = factories.Dataset(type="activity-data", reporting_boundary="organisation", **shared)
    plain = factories.Dataset(groups=[{"id": group["id"]}], **shared)
    act(steward, "package_delete", id=factories.Dataset(**shared)["id"])
    others = {word: factories.Dataset(**fields, **shared)["name"] for word, fields in OTHER_TYPES.items()}
    elsewhere = {"package_id": plain["id"], "name": "เว็บไซต์", "url": "https://example.org/a.html"}
    input_file, table = upload(steward, data["id"]), upload(steward, plain["id"])
    act(steward, "datastore_create", resource_id=table, force=True, records=[{"เดือน": "ม.ค.", "ปริมาณ": 100}])
    view = {"title": "ตาราง", "view_type": "datatables_view", "resource_id": table}
    act(steward, "package_patch", id=plain["id"], notes="แก้ไขแล้ว", version="2", maintainer="สมหญิง")
    act(steward, "follow_dataset", id=plain["id"])
    jobs.drain()
    stored = act(steward, "package_show", id=data["id"])
    changes = act(steward, "package_activity_list", id=plain["id"], activity_types=["changed package"])
    derived = {one["carbon_product"]: one["id"] for one in stored["resources"] if one.get("carbon_product")}
    return {
        **others,
        "elsewhere": act(steward, "resource_create", **elsewhere)["id"],
        "withdrawn": withdrawn(steward, shared),
        "data": data["name"],
        "plain": plain["name"],
        "file": input_file,
        "table": table,
        "hidden": factories.Dataset(private=True, **shared)["name"],
        "view": act(steward, "resource_view_create", **view)["id"],
        "change": changes[0]["id"],
        "line": trace.largest(data["id"], 1)[0]["line_id"],
        "summary": derived["summary-csv"],
        "json": derived["summary-json"],
        "bundle": derived["bundle"],
    }


def withdrawn(steward: dict[str, Any], shared: dict[str, Any]) -> str:
    """A dataset whose first version was taken back."""
    made = factories.Dataset(type="activity-data", **shared)
    for _ in range(2):
        upload(steward, made["id"])
        jobs.drain()
    act(steward, "khonkaencarbon_version_withdraw", id=made["id"], version=1, reason="ทดสอบ")
    return str(made["name"])


def act(person: dict[str, Any], action: str, **fields: Any) -> Any:
    """Call an action as somebody."""
    return call_action(action, context={"user": person["name"], "ignore_auth": False}, **fields)


def upload(person: dict[str, Any], dataset_id: str) -> str:
    """A file with a month of electricity; the id of its resource."""
    sent = FileStorage(io.BytesIO(ELECTRICITY.encode()), filename="activity.csv")
    fields = {"name": "ไฟฟ้า", "format": "CSV", "carbon_role": "input", "upload": sent}
    return str(act(person, "resource_create", package_id=dataset_id, **fields)["id"])


def answer(app: CKANTestApp, world: World, visit: Visit) -> str:
    """What somebody gets to see; a form that leads to another page, that page."""
    address, headers = visit.page.format(**world.places), world.headers[visit.who]
    if visit.form is None:
        return str(app.get(address, headers=headers, status=visit.status).body)
    filled = {"save": "", **{name: value.format(**world.places) for name, value in visit.form.items()}}
    sent = app.post(address, data=filled, headers=headers, follow_redirects=False)
    if sent.status_code == 302:
        sent = app.get(sent.headers["Location"], headers=headers)
    assert sent.status_code == visit.status
    return str(sent.body)


def said(body: str) -> list[str]:
    """Every text that somebody sees or hears on a page; the messages of an answer of the API."""
    if not body.startswith("{"):
        return [text for text in page_texts(BeautifulSoup(body, "html.parser")) if text]
    return [str(value) for key, value in json.loads(body)["error"].items() if key != "__type"]


def page_texts(page: BeautifulSoup) -> Iterator[str]:
    codes = {one.get("value") for one in page.select("option, [type=checkbox], [type=radio]")}
    for unseen in [*page(UNSEEN), *page.select("[lang=en]:not(html), .kk-rows td.kk-number")]:
        unseen.extract()
    seen = [" ".join(text.split()) for text in page.find_all(string=True) if type(text) is NavigableString]
    yield from (text for text in seen if text not in codes)
    for tag in page.find_all(True):
        yield from (str(tag[name]) for name in SPOKEN if name in tag.attrs)
        if tag.name == "input" and tag.get("type") in ("submit", "button"):
            yield str(tag.get("value", ""))


def english(text: str) -> list[str]:
    """Runs of two or more Latin words."""
    for name in NAMES:
        text = text.replace(name, "0")
    text = re.sub(WORD, lambda word: "0" if word[0] in TERMS else word[0], ADDRESS.sub(" 0 ", text))
    return ENGLISH.findall(text)


def forgotten(text: str) -> list[str]:
    """A whole text that is a message with Thai words, in English."""
    return [text] if thai().get(text, text) != text else []


@cache
def thai() -> dict[str, str]:
    """What CKAN, its extensions and we say in Thai."""
    folders = [get_ckan_i18n_dir(), *(one.i18n_directory() for one in PluginImplementations(ITranslation))]
    known: dict[str, str] = {}
    for compiled in (path for folder in folders for path in Path(folder).glob("th/LC_MESSAGES/*.mo")):
        with compiled.open("rb") as file:
            known |= {str(one.id): str(one.string) for one in read_mo(file) if isinstance(one.id, str)}
    return known


def common_era(text: str) -> list[str]:
    """A text with the present year, or that of the data, of the common era."""
    return [text[:80]] if re.search(rf"(?<!\w)(?:{today().year}|2024)(?!\w)", text) else []


def tags(text: str) -> list[str]:
    """Markup that was escaped by mistake: people see it as signs."""
    return [text[:80]] if re.search(r"</?[a-z]+[\s>]", text) else []


def faults(body: str) -> dict[str, list[str]]:
    looks = (english, forgotten, common_era, tags)
    found = {look.__name__: [fault for text in said(body) for fault in look(text)] for look in looks}
    return {name: sorted(set(faults)) for name, faults in found.items() if faults}


@pytest.mark.parametrize("visit", visits(), ids=str)
def test_pages_are_in_thai(app: CKANTestApp, world: World, visit: Visit) -> None:
    assert faults(answer(app, world, visit)) == {}


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("anyone", "/dataset/{plain}"),
        ("anyone", "/dataset/{plain}/resource/{table}"),
        ("anyone", "/dataset/{plain}/resource/{table}/view/{view}"),
        ("anyone", "/dataset/activity/{plain}"),
        ("anyone", "/dataset/{data}/footprint"),
        ("anyone", "/organization/activity/{org}"),
        ("steward", "/dataset/changes/{change}"),
        ("steward", "/user/{steward}"),
        ("steward", "/user/{steward}/api-tokens"),
    ],
)
def test_dates_are_of_the_buddhist_era(app: CKANTestApp, world: World, who: str, page: str) -> None:
    body = answer(app, world, Visit(who, page))
    assert [text for text in said(body) if str(today().year + BUDDHIST_ERA) in text]
    english = app.get("/en" + page.format(**world.places), headers=world.headers[who]).body
    assert [text for text in said(english) if common_era(text)]
    assert not [text for text in said(not_in_thai(english)) if str(today().year + BUDDHIST_ERA) in text]


def not_in_thai(body: str) -> str:
    """A page without what it says to be in Thai, such as a citation in both languages."""
    page = BeautifulSoup(body, "html.parser")
    for part in page.select("[lang=th]:not(html)"):
        part.extract()
    return str(page)


def test_a_per_cent_sign_in_an_address_or_a_name_means_nothing(app: CKANTestApp, world: World) -> None:
    headers = world.headers["steward"]
    assert "ไม่พบ" in app.get("/dataset/100%25s", status=404).body
    assert "ไม่พบ" in app.get("/100%25(x)s%25", status=404).body
    view = {"title": "ร้อยละ 100 %s", "view_type": "datatables_view", "resource_id": world.places["table"]}
    sent = {"headers": headers, "json": view, "status": 200}
    app.post("/api/3/action/resource_view_create", **sent)
    page = app.get("/dataset/{plain}/resource/{table}".format(**world.places))
    assert view["title"] in page.body


def test_enough_pages_are_walked() -> None:
    assert len(visits()) >= 80
    assert len([visit for visit in visits() if visit.form]) >= 10


def test_the_walk_sees_a_message_without_thai(app: CKANTestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.flask_app.test_request_context("/", environ_base={"CKAN_LANG": "th"}):
        known = get_translations()._catalog
    for message in ("Forgot your password?", "Username or Email"):
        monkeypatch.delitem(known, message)
    found = faults(app.get("/user/login").body)
    assert found == {"english": ["Forgot your password", "Username or Email"]} | {
        "forgotten": ["Forgot your password?", "Username or Email"]
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ค้นหา Search datasets", {"english": ["Search datasets"]}),
        ("<a title='Remove Filter'>ลบ</a>", {"english": ["Remove Filter"], "forgotten": ["Remove Filter"]}),
        ("<p>Username</p>", {"forgotten": ["Username"]}),
        ("<p>&lt;/i&gt; ตาราง</p>", {"tags": ["</i> ตาราง"]}),
        ("<time datetime='{year}-01-02'>2 มกราคม {year}</time>", {"common_era": ["2 มกราคม {year}"]}),
        ("<p>ไฟล์ CSV หรือ Excel (XLSX) ตาม IPCC</p><code>pip install</code>", {}),
        ("<p lang='en'>Guidelines for inventories</p>", {}),
    ],
)
def test_what_the_walk_sees(portal: None, text: str, found: dict[str, list[str]]) -> None:
    year = str(today().year)
    expected = {look: [one.replace("{year}", year) for one in ones] for look, ones in found.items()}
    assert faults(text.replace("{year}", year)) == expected
