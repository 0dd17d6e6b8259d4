"""The quality of a dataset: the cases of quality.yaml, the days on which a level changes, and the words."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from ckanext.khonkaencarbon.catalogue.quality import Rows, changes_on, level, quality, rules

TODAY = date(2026, 11, 27)
CASES = yaml.safe_load((Path(__file__).parent / "quality.yaml").read_text("utf-8"))
SAMPLE = CASES["sample"]


def changed(case: dict[str, Any]) -> dict[str, Any]:
    together = {**SAMPLE, **case.get("change", {})}
    return {name: value for name, value in together.items() if value is not None}


@pytest.mark.parametrize("name", CASES["cases"])
def test_a_dataset_scores_what_an_officer_expects(name: str) -> None:
    case = CASES["cases"][name]
    found = quality(changed(case), TODAY, Rows(*case["rows"]) if "rows" in case else None)
    scores = {part.name: part.score for part in found.parts}
    assert {part: scores[part] for part in case["scores"]} == case["scores"]
    assert found.score == case.get("score", found.score)
    assert found.level == case.get("level", found.level)
    if "advice" in case:
        assert [" ".join(filter(None, one)) for part in found.parts for one in part.advice] == case["advice"]


def test_every_level_begins_where_the_file_says() -> None:
    ends = {100: "A", 90: "A", 89: "B", 75: "B", 74: "C", 60: "C", 59: "D", 40: "D", 39: "E", 0: "E"}
    assert {score: level(score) for score in ends} == ends


def test_a_level_changes_on_the_day_that_is_foretold_and_on_no_other() -> None:
    dataset, day, foretold = changed({}), TODAY, []
    while (turn := changes_on(dataset, day)) is not None:
        foretold.append(turn)
        day = turn
    every = [TODAY + timedelta(days=n) for n in range(400)]
    levels = [quality(dataset, one).level for one in every]
    seen = [day for day, before, now in zip(every[1:], levels, levels[1:], strict=False) if before != now]
    assert foretold == seen == [date(2026, 12, 22), date(2027, 1, 22)]


def test_what_is_never_updated_changes_on_no_day() -> None:
    frozen = {"update_frequency_unit": "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล"}
    assert changes_on(changed({"change": frozen}), TODAY) is None


def test_every_part_field_and_level_has_its_words_in_both_languages() -> None:
    said = rules()
    assert sum(said["weights"].values()) == 100 and sum(said["accessibility"].values()) == 100
    assert said["weights"].keys() == said["names"].keys() == said["explained"].keys()
    assert said["levels"].keys() == said["levels_named"].keys()
    assert set(said["fields"]) <= said["advice"].keys()
    used = {one.code for case in CASES["cases"].values() for one in _advice(case)}
    assert used <= said["advice"].keys()
    texts = [
        text for group in ("names", "explained", "levels_named", "advice") for text in said[group].values()
    ]
    assert all(text["th"].strip() and text["en"].strip() for text in texts)


def _advice(case: dict[str, Any]) -> list[Any]:
    rows = Rows(*case["rows"]) if "rows" in case else None
    return [one for part in quality(changed(case), TODAY, rows).parts for one in part.advice]


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"resources": None, "tags": None, "objective": None},
        {"update_frequency_unit": "เดือน", "last_updated_date": "ไม่มี"},
        {"update_frequency_unit": "เดือน", "metadata_created": "2569-02-30"},
        {
            "update_frequency_unit": "เดือน",
            "update_frequency_interval": "NaN",
            "metadata_created": "2026-01-01",
        },
        {
            "update_frequency_unit": "เดือน",
            "update_frequency_interval": "-3",
            "metadata_created": "2026-01-01",
        },
        {"title_translated": "{}", "spatial": "{}"},
    ],
)
def test_a_dataset_that_says_little_or_nonsense_has_a_score_all_the_same(broken: dict[str, Any]) -> None:
    assert quality(broken, TODAY).level == "E"
