"""What programs read: schema.org in pages, feeds, the map of the site, robots.txt, and wrong addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from ckan.common import config
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action

from ckanext.khonkaencarbon.pages import sitemap

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
HOSTILE = '</script><script>alert("x")</script>&<!--'


@pytest.fixture(scope="module")
def made(portal: None) -> dict[str, Any]:
    """An organisation with a public dataset of each of two types, a private, a draft and a deleted one."""
    owner = factories.Organization(title="สำนักช่าง", title_translated={"en": "Works department"})
    common = {"owner_org": owner["id"], "license_id": "cc-by", "tag_string": "น้ำ,machines-test"}
    both = {"title": "น้ำเสียของเมือง", "title_translated": {"en": "Waste water of the city"}}
    words = {"notes": f"รายเดือน {HOSTILE}", "notes_translated": {"en": "Monthly"}}
    years = {"first_year_of_data": "2563", "last_year_of_data": "2565"}
    place = {"spatial": '{"type": "Point", "coordinates": [102.83, 16.43]}'}
    return {
        "owner": owner,
        "plain": factories.Dataset(**common, **both, **words, **years, **place),
        "activity": factories.Dataset(**common, **both, type="activity-data", reporting_boundary="city"),
        "private": factories.Dataset(**common, title="ลับ", private=True),
        "draft": factories.Dataset(**common, title="ร่าง", state="draft"),
        "deleted": deleted(**common, title="ลบ"),
    }


def deleted(**fields: Any) -> dict[str, Any]:
    dataset: dict[str, Any] = factories.Dataset(**fields)
    call_action("package_delete", {"user": factories.Sysadmin()["name"]}, id=dataset["id"])
    return dataset


HIDDEN = ("private", "draft", "deleted")


# schema.org -------------------------------------------------------------------------------------------------


def said(app: CKANTestApp, path: str) -> dict[str, Any]:
    tags = BeautifulSoup(app.get(path).body, "html.parser").find_all("script", type="application/ld+json")
    assert len(tags) == 1 and tags[0].get("nonce")
    described: dict[str, Any] = json.loads(tags[0].string)
    return described


def test_a_page_describes_its_dataset_in_the_words_of_search_engines(
    app: CKANTestApp, made: dict[str, Any]
) -> None:
    thai, english = (said(app, f"{mark}/dataset/{made['plain']['name']}") for mark in ("", "/en"))
    assert (thai["name"], thai["alternateName"]) == ("น้ำเสียของเมือง", "Waste water of the city")
    assert (english["name"], english["publisher"]["name"]) == ("Waste water of the city", "Works department")
    assert thai["temporalCoverage"] == "2020-01-01/2022-12-31"
    assert thai["spatialCoverage"][-1]["geo"]["box"] == "16.43 102.83 16.43 102.83"
    assert thai["@type"] == "Dataset" and thai["@id"] == english["@id"] and thai["license"].startswith("http")
    assert thai["dateModified"].endswith("+00:00")


def test_activity_data_are_described_too(app: CKANTestApp, made: dict[str, Any]) -> None:
    assert said(app, f"/activity-data/{made['activity']['name']}")["identifier"] == made["activity"]["id"]


def test_text_of_a_description_never_ends_the_script(app: CKANTestApp, made: dict[str, Any]) -> None:
    described = said(app, f"/dataset/{made['plain']['name']}")
    assert HOSTILE in described["description"]


def test_the_description_is_a_profile_of_ckanext_dcat(app: CKANTestApp, made: dict[str, Any]) -> None:
    body = app.get(f"/dataset/{made['plain']['name']}.ttl?profiles=khonkaencarbon_schemaorg").body
    assert "schema:Dataset" in body and "น้ำเสียของเมือง" in body


@pytest.mark.parametrize("hidden", HIDDEN)
def test_nobody_is_given_a_description_of_what_is_hidden(
    app: CKANTestApp, made: dict[str, Any], hidden: str
) -> None:
    for ending in ("ttl", "jsonld", "rdf"):
        answer = app.get(f"/dataset/{made[hidden]['id']}.{ending}", expect_errors=True)
        assert answer.status_code in (403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/dataset/{plain}.csv",
        "/dataset/{plain}.ttl?profiles=no-such-profile",
        "/dataset/no-such-dataset.ttl",
        "/catalog.csv",
        "/catalog.ttl?page=0",
        "/catalog.ttl?page=x",
        "/catalog.ttl?page=99999999999",
        "/catalog.ttl?q={{!x",
        "/catalog.ttl?fq=title:(",
        "/catalog.ttl?modified_since=ไม่มี",
        "/feeds/custom.atom?x=%22",
        "/feeds/dataset.atom?page=0",
        "/feeds/dataset.atom?page=x",
        "/feeds/tag/%22.atom",
        "/feeds/organization/no-such-organization.atom",
        "/sitemap-7.xml",
        "/sitemap-99999999999999999999.xml",
    ],
)
def test_a_wrong_address_is_answered_and_breaks_nothing(
    app: CKANTestApp, made: dict[str, Any], path: str
) -> None:
    answer = app.get(path.format(plain=made["plain"]["name"]), expect_errors=True)
    assert answer.status_code < 500


# feeds ------------------------------------------------------------------------------------------------------


def feed(app: CKANTestApp, path: str) -> ElementTree.Element:
    answer = app.get(path)
    assert answer.headers["Content-Type"] == "application/atom+xml"
    return ElementTree.fromstring(answer.body)  # noqa: S314 - our own


def entries(tree: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {links(one)["alternate"]: one for one in tree.iter(f"{ATOM}entry")}


def links(tree: ElementTree.Element) -> dict[str, str]:
    return {one.get("rel", "alternate"): one.get("href") for one in tree.findall(f"{ATOM}link")}


@pytest.mark.parametrize(
    ("mark", "title", "publisher"),
    [("", "น้ำเสียของเมือง", "สำนักช่าง"), ("/en", "Waste water of the city", "Works department")],
)
def test_a_feed_speaks_the_language_of_its_address(
    app: CKANTestApp, made: dict[str, Any], mark: str, title: str, publisher: str
) -> None:
    tree = feed(app, f"{mark}/feeds/organization/{made['owner']['name']}.atom")
    found = entries(tree)
    site = config["ckan.site_url"]
    addresses = {
        f"{site}{mark}/dataset/{made['plain']['name']}",
        f"{site}{mark}/activity-data/{made['activity']['name']}",
    }
    assert found.keys() == addresses
    for one in found.values():
        assert one.findtext(f"{ATOM}title") == title
        assert one.findtext(f"{ATOM}author/{ATOM}name") == publisher
        for day in ("published", "updated"):
            moment = one.findtext(f"{ATOM}{day}")
            assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+\+00:00", moment)
    assert publisher in tree.findtext(f"{ATOM}title")
    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang") == (mark.strip("/") or "th")
    assert links(tree)["alternate"] == f"{site}{mark}/organization/{made['owner']['name']}"


@pytest.mark.parametrize("path", ["/feeds/dataset.atom", "/feeds/tag/น้ำ.atom", "/feeds/custom.atom?q=น้ำเสีย"])
def test_a_feed_has_every_type_and_nothing_hidden(app: CKANTestApp, made: dict[str, Any], path: str) -> None:
    everything = app.get(path).body
    assert all(made[one]["name"] in everything for one in ("plain", "activity"))
    assert not any(made[one]["id"] in everything or made[one]["name"] in everything for one in HIDDEN)


def test_a_feed_can_be_followed_to_its_end(
    app: CKANTestApp, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(config, "ckan.feeds.limit", 1)
    tree = feed(app, "/feeds/tag/machines-test.atom")
    assert links(tree)["last"].endswith("page=2") and "prev" not in links(tree)
    second = feed(app, links(tree)["next"])
    assert "next" not in links(second) and links(second)["prev"] == links(tree)["self"]
    assert len(entries(tree).keys() | entries(second).keys()) == 2


# the map of the site ----------------------------------------------------------------------------------------


def mapped(text: str) -> dict[str, ElementTree.Element]:
    tree = ElementTree.fromstring(text)  # noqa: S314 - our own
    return {one.findtext(f"{MAP}loc"): one for one in tree}


def test_the_map_has_what_is_public_in_both_languages_and_nothing_else(
    app: CKANTestApp, made: dict[str, Any]
) -> None:
    answer = app.get("/sitemap.xml")
    assert answer.headers["Content-Type"].startswith("application/xml")
    found, site = mapped(answer.body), config["ckan.site_url"]
    for path in (f"/dataset/{made['plain']['name']}", f"/activity-data/{made['activity']['name']}", "/"):
        both = {"th": f"{site}{path}", "en": f"{site}/en{path}"}
        for address in both.values():
            assert {one.get("hreflang"): one.get("href") for one in found[address].iter(LINK)} == both
    changed = found[f"{site}/dataset/{made['plain']['name']}"].findtext(f"{MAP}lastmod")
    assert changed == made["plain"]["metadata_modified"][:10]
    assert f"{site}/organization/{made['owner']['name']}" in found
    assert not any(made[one]["name"] in answer.body for one in HIDDEN)


def test_every_address_of_the_map_is_a_page(app: CKANTestApp, made: dict[str, Any]) -> None:
    mine = (made["plain"]["name"], made["activity"]["name"], made["owner"]["name"])
    found = [
        one for one in mapped(app.get("/sitemap.xml").body) if one.endswith((*mine, "/", "methods", "age"))
    ]
    assert len(found) >= 2 * len(mine) + 4
    for address in found:
        assert app.get(address, follow_redirects=False).status_code in (200, 302), address


def test_a_large_map_is_split(
    app: CKANTestApp, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = mapped(app.get("/sitemap.xml").body)
    monkeypatch.setattr(sitemap, "MOST", 4)
    parts = mapped(app.get("/sitemap.xml").body)
    read = [mapped(app.get(part).body) for part in parts]
    assert len(parts) >= 2 and max(len(one) for one in read[1:]) <= 4
    together = [address for one in read for address in one]
    assert sorted(together) == sorted(whole)
    app.get(f"/sitemap-{len(parts)}.xml", status=404)


# robots.txt -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rules(app: CKANTestApp) -> Iterator[list[tuple[str, str]]]:
    lines = [one.partition(":") for one in app.get("/robots.txt").body.splitlines()]
    yield [(name.strip().lower(), value.strip()) for name, _, value in lines]


def may(rules: list[tuple[str, str]], path: str) -> bool:
    """By RFC 9309: the longest rule that fits decides, an allowing one before a forbidding one as long."""
    fitting = []
    for name, value in rules:
        if name in ("allow", "disallow") and value:
            pattern = ".*".join(map(re.escape, value.removesuffix("$").split("*")))
            if re.match(pattern + ("$" if value.endswith("$") else ""), path):
                fitting.append((len(value), name == "allow"))
    return max(fitting, default=(0, True))[1]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/en/", True),
        ("/dataset/", True),
        ("/dataset/waste", True),
        ("/en/activity-data/waste", True),
        ("/activity-data/waste/resource/1234", True),
        ("/dataset/waste.jsonld", True),
        ("/catalog.ttl?page=2", True),
        ("/feeds/dataset.atom", True),
        ("/feeds/dataset.atom?page=2", True),
        ("/organization/works", True),
        ("/carbon", True),
        ("/sitemap.xml", True),
        ("/dataset/waste/resource/1/download/news.csv", True),
        ("/dataset/?tags=a&tags=b&organization=c", False),
        ("/en/dataset/?q=waste", False),
        ("/organization/works?res_format=CSV", False),
        ("/api/3/action/package_search", False),
        ("/user/login", False),
        ("/en/user/login", False),
        ("/dataset/new", False),
        ("/activity-data/edit/waste", False),
        ("/khonkaencarbon/suggest", False),
    ],
)
def test_crawlers_read_the_catalogue_and_not_every_combination_of_filters(
    rules: list[tuple[str, str]], path: str, allowed: bool
) -> None:
    assert may(rules, path) == allowed


def test_crawlers_are_told_of_the_map(rules: list[tuple[str, str]]) -> None:
    assert dict(rules)["sitemap"] == f"{config['ckan.site_url']}/sitemap.xml"
