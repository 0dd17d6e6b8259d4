"""What holds on every page: both languages, small and large screens, accessible, quiet, self-contained.

The pages are listed in pages.yaml; each is opened once in each language, and all is asked of it there.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import places as made_places
import pytest
import yaml

LANGUAGES = ("th", "en")
WIDTHS = (360, 1280)
# Measured after the fonts are there; a table may scroll within its own box, the page may not.
SIZES = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
TOO_WIDE = """
return [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > arguments[0])
  .map(one => `${one.tagName}.${one.className}`).slice(0, 20).join(" ");
"""
# How far below what the page is about the things begin that stand beside it.
BESIDE = """
const [aside, main] = ["secondary", "primary"].map(one => document.querySelector(`.wrapper > .${one}`));
return aside && main ? aside.getBoundingClientRect().top - main.getBoundingClientRect().top : null;
"""
AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(found => done(JSON.stringify(found.violations)));
"""


class Visit(NamedTuple):
    """Somebody opens a page in a language."""

    who: str
    name: str
    language: str
    address: str
    words: str
    status: int
    is_central: bool

    def is_looked_through(self, width: int) -> bool:
        """Whether axe looks at it: central pages at every width, others in Thai at the small one."""
        return self.is_central or (self.language == "th") == (width == WIDTHS[0])

    def __str__(self) -> str:
        return f"{self.name} {self.language}"


def visits() -> list[Visit]:
    listed = yaml.safe_load(Path(__file__).with_name("pages.yaml").read_text("utf-8"))
    return [
        Visit(
            who,
            name,
            language,
            page["page"],
            page[language],
            page.get("status", 200),
            name in listed["central"],
        )
        for who in ("anyone", "steward")
        for name, page in listed[who].items()
        for language in LANGUAGES
    ]


@pytest.fixture(scope="module")
def places(steward: Any, organisation: dict[str, Any], inventory: str) -> dict[str, str]:
    """Names and ids of what the pages show."""
    return made_places.made(steward, organisation)


@pytest.fixture(scope="module", params=visits(), ids=str)
def page(request: Any, steward: Any, visitor: Any, places: dict[str, str]) -> tuple[Visit, Any]:
    """One page in one language, opened, and who sees it."""
    visit = request.param
    who = steward if visit.who == "steward" else visitor
    who.complaints(), who.strangers()
    who.open(visit.address.format(**places), visit.language)
    who.see(".site-footer")
    return visit, who


def test_the_page_speaks_its_language(page: tuple[Visit, Any]) -> None:
    visit, who = page
    assert re.search(visit.words, who.text())
    assert who.driver.execute_script("return document.documentElement.lang") == visit.language


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_and_is_accessible(page: tuple[Visit, Any], axe: str, width: int) -> None:
    visit, who = page
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    who.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        needed, there = who.driver.execute_script(SIZES)
        assert needed <= there, who.driver.execute_script(TOO_WIDE, there)
        beside = who.driver.execute_script(BESIDE)
        assert width > 500 or beside is None or beside > 0
        found = grave(who, axe) if visit.is_looked_through(width) else {}
    finally:
        who.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert found == {}


def grave(who: Any, axe: str) -> dict[str, list[str]]:
    """What the accessibility checker finds serious or critical."""
    who.driver.execute_script(axe)
    found = json.loads(who.driver.execute_async_script(AXE))
    return {
        one["id"]: [node["html"][:200] for node in one["nodes"]]
        for one in found
        if one["impact"] in ("serious", "critical")
    }


def test_the_page_is_quiet_keeps_to_itself_and_has_its_font(page: tuple[Visit, Any]) -> None:
    visit, who = page
    told = f"status of {visit.status}"  # the browser tells the status of a page that is not there
    assert [one for one in who.complaints() if visit.status == 200 or told not in one] == []
    assert who.strangers() == set()
    loaded = "return document.fonts.ready.then(() => document.fonts.check('16px Sarabun', 'ขอนแก่น'))"
    assert who.driver.execute_script(loaded)
    assert "Sarabun" in who.driver.execute_script("return getComputedStyle(document.body).fontFamily")


def test_many_pages_are_looked_at() -> None:
    assert len({(visit.who, visit.address) for visit in visits()}) >= 80


def test_search_finds_the_dataset_in_both_languages(visitor: Any, places: dict[str, str]) -> None:
    for language, title in (("th", "ไฟฟ้าของโรงพยาบาล"), ("en", "Electricity of a hospital")):
        visitor.open(f"/dataset/?q={title}", language)
        assert title in visitor.text(".dataset-list")


def test_the_language_is_switched_where_one_is(visitor: Any, places: dict[str, str]) -> None:
    page = f"/activity-data/{places['electricity']}"
    visitor.open(page)
    visitor.press(".masthead .kk-languages a[lang=en]")
    assert visitor.driver.current_url.endswith("/en" + page)
    visitor.press(".masthead .kk-languages a[lang=th]")
    assert "ไฟฟ้าของโรงพยาบาล" in visitor.text("h1")
