"""The quality of a dataset in the portal: answer, page, card, filter, and an index that does not grow old."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action

from ckanext.khonkaencarbon.catalogue import freshness
from ckanext.khonkaencarbon.catalogue.quality import rules
from ckanext.khonkaencarbon.portal import calendar
from ckanext.khonkaencarbon.portal import quality as judging

BAD_ROW = "เดือน,รายการ,ปริมาณ,หน่วย\nมกราคม 2567,ไฟฟ้า,1000,kWh\nกุมภาพันธ์ 2567,ไฟฟ้า,หนึ่งพัน,kWh\n"


def scores(dataset_id: str) -> dict[str, Any]:
    """What anybody is told of a dataset, by part."""
    told = call_action("khonkaencarbon_quality_show", {"user": "", "ignore_auth": False}, id=dataset_id)
    return {part["name"]: part["score"] for part in told["parts"]} | {"level": told["level"]}


@pytest.fixture()
def monthly(portal: None) -> dict[str, Any]:
    """A dataset that is to be updated every month, without a file."""
    return factories.Dataset(
        owner_org=factories.Organization()["id"],
        title=f"ขยะรายเดือน {factories.Organization.stub().name}",
        license_id="cc-by",
        update_frequency_unit="เดือน",
        data_category="ข้อมูลสาธารณะ",
        data_type="ข้อมูลสถิติ",
    )


def test_the_answer_has_five_parts_with_advice_in_both_languages(monthly: dict[str, Any]) -> None:
    told = call_action("khonkaencarbon_quality_show", id=monthly["name"])
    assert [part["name"] for part in told["parts"]] == list(rules()["weights"])
    assert 0 <= told["score"] <= 100 and told["level"] in rules()["levels"]
    advice = {one["code"]: one for part in told["parts"] for one in part["advice"]}
    assert {"file", "kept_here", "title_en"} <= advice.keys() and "open_licence" not in advice
    assert all(one["th"] and one["en"] for one in advice.values())


def test_rows_that_our_run_refused_lower_the_validity(steward: Any) -> None:
    assert scores(steward.published())["validity"] == 100
    assert scores(steward.published(BAD_ROW))["validity"] == 50
    assert scores(steward.published("a,b\n1,2\n"))["validity"] == 0


def test_nobody_learns_of_the_quality_of_a_private_dataset(app: CKANTestApp, steward: Any) -> None:
    hidden = steward.dataset(private=True)
    app.get(f"/api/3/action/khonkaencarbon_quality_show?id={hidden}", status=403)


def test_the_page_says_the_level_and_what_to_do_in_its_language(
    app: CKANTestApp, monthly: dict[str, Any]
) -> None:
    level = scores(monthly["id"])["level"]
    for mark, language in (("", "th"), ("/en", "en")):
        page = BeautifulSoup(app.get(f"{mark}/dataset/{monthly['name']}").body, "html.parser")
        text = page.find(id="quality").get_text(" ")
        assert level in text and rules()["levels_named"][level][language] in text
        assert rules()["advice"]["file"][language] in text
        assert len(page.find(id="quality").tbody.find_all("tr")) == 5


def test_cards_and_filter_show_the_level_without_a_query_for_it(
    app: CKANTestApp, monthly: dict[str, Any]
) -> None:
    name = monthly["name"]
    level = scores(monthly["id"])["level"]
    words = rules()["levels_named"][level]["en"]
    found = BeautifulSoup(app.get(f"/en/dataset/?q=name:{name}").body, "html.parser")
    assert f"{level} ({words})" in found.find(class_="kk-card").get_text(" ")
    assert f"{level} {words}" in found.find(id="search-facets").get_text(" ")
    for one in rules()["levels"]:
        results = app.get(f"/en/dataset/?q=name:{name}&kk_quality={one}").body
        assert (f"/dataset/{name}" in results) == (one == level)


def test_a_card_knows_what_the_index_knows(app: CKANTestApp, steward: Any) -> None:
    dataset_id = steward.published(BAD_ROW)
    found = call_action("package_search", fq=f"id:{dataset_id}", **{"facet.field": ["kk_quality"]})
    assert found["facets"]["kk_quality"] == {scores(dataset_id)["level"]: 1}
    page = BeautifulSoup(app.get(f"/en/dataset/?q=id:{dataset_id}").body, "html.parser")
    assert f"{scores(dataset_id)['level']} (" in page.find(class_="kk-card").get_text(" ")


def test_a_page_of_results_takes_no_more_statements_for_more_datasets(
    app: CKANTestApp, monthly: dict[str, Any]
) -> None:
    def statements(query: str) -> int:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
            seen.append(text)

        sa.event.listen(model.meta.engine, "before_cursor_execute", note)
        try:
            app.get(f"/en/dataset/?q={query}")
        finally:
            sa.event.remove(model.meta.engine, "before_cursor_execute", note)
        return len(seen)

    owner, word = monthly["owner_org"], "qualityof" + monthly["name"].replace("-", "")[:12]
    for number in range(4):
        factories.Dataset(owner_org=owner, title=f"{word} {number}", license_id="cc-by")
    one = factories.Dataset(owner_org=owner, title=f"{word} alone", license_id="cc-by")
    statements(word), statements(f"name:{one['name']}")
    assert statements(word) == statements(f"name:{one['name']}")


def indexed(dataset_id: str) -> dict[str, Any]:
    """Level and day of change that the index has."""
    asked = {"fl": "kk_quality_until_date", "facet": "true", "facet.field": "kk_quality", "facet.mincount": 1}
    answer = search.make_connection().search(f"id:{dataset_id}", **asked)
    levels = answer.facets["facet_fields"]["kk_quality"]
    return {"kk_quality": levels[0], **answer.docs[0]}


def test_the_index_is_put_right_on_the_day_on_which_data_become_late(
    monthly: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, today = indexed(monthly["id"]), calendar.today()
    turn = before["kk_quality_until_date"].date()
    assert turn > today
    freshness.renew()
    assert indexed(monthly["id"]) == before

    def later(days: int) -> Any:
        return lambda: turn + timedelta(days=days)

    for module in (freshness, judging):
        monkeypatch.setattr(module, "today", later(-1))
    freshness.renew()
    assert indexed(monthly["id"])["kk_quality"] == before["kk_quality"]
    for module in (freshness, judging):
        monkeypatch.setattr(module, "today", later(0))
    assert freshness.renew() >= 1
    after = indexed(monthly["id"])
    assert after["kk_quality"] > before["kk_quality"] == indexed_level(monthly, turn - timedelta(days=1))
    assert freshness.renew() == 0


def indexed_level(dataset: dict[str, Any], day: Any) -> str:
    """The level that the pure function gives for a day."""
    return freshness.quality(call_action("package_show", id=dataset["id"]), day).level


def test_a_dataset_that_cannot_be_indexed_holds_up_no_other(
    monthly: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def rebuild(dataset_id: str) -> None:
        if dataset_id == "broken":
            raise ValueError("nothing of it can be read")
        done.append(dataset_id)

    monkeypatch.setattr(freshness, "_outdated", lambda: ["broken", monthly["id"]])
    monkeypatch.setattr(freshness.search, "rebuild", rebuild)
    assert freshness.renew() == 2 and done == [monthly["id"]]


def test_levels_of_the_answer_are_plain_json(app: CKANTestApp, monthly: dict[str, Any]) -> None:
    answer = json.loads(app.get(f"/api/3/action/khonkaencarbon_quality_show?id={monthly['name']}").body)
    assert answer["success"] and {"score", "level", "parts"} == answer["result"].keys()
