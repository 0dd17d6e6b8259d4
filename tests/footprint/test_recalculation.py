"""The recalculation log: the cases that were worked by hand, and what holds for every history."""

import csv
import io
import runpy
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.inventory.recalculation import (
    LISTED,
    RECALCULATION_COLUMNS,
    counted,
    entry,
    recalculations_csv,
    told,
)
from ckanext.khonkaencarbon.footprint.inventory.totals import FRAMEWORKS

VERSION = runpy.run_path(str(Path(__file__).with_name("inventory_version.py")))
FILE = Path(__file__).parents[1] / "cases/inventory/versions/recalculations.yaml"
CASES = yaml.safe_load(FILE.read_text(encoding="utf-8"))
FIGURES = ("before_co2e_kg", "after_co2e_kg", "change_co2e_kg", "change_pct")
CAUSES = RECALCULATION_COLUMNS[9:]


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def cities(case):
    """Each version's city in full."""
    city = {"settings": case.get("settings", {}), "datasets": {}, "tables": []}
    for change in case["versions"]:
        datasets = {**change.get("datasets", city["datasets"]), **change.get("same", {})}
        city = {
            "settings": {**city["settings"], **change.get("settings", {})},
            "datasets": {name: one for name, one in datasets.items() if one is not None},
            "tables": change.get("tables", city["tables"]),
        }
        yield city


def shown(case, tmp_path):
    """The log of the last version, by version."""
    request, files = VERSION["series"](cities(case), tmp_path, case.get("withheld", ()))[-1]
    found = {}
    for row in table(files["recalculations.csv"]):
        assert row["base_year"] == str(int(row["year"]) == request.settings.get("base_year")).lower()
        assert row["as_of"] == VERSION["AS_OF"].format(int(row["version"]))
        one = found.setdefault(row["version"], {"version": int(row["version"]), "rows": []})
        one |= {name: row[name] for name in CAUSES if row[name]}
        one["rows"].append(" ".join([row["year"], row["framework"], *(row[name] or "-" for name in FIGURES)]))
    return list(found.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_recalculations(case, tmp_path):
    assert shown(case, tmp_path) == case["expect"]


@pytest.mark.parametrize(
    ("planted", "value"),
    [("rows", []), ("version", 7), ("datasets_added", "a@1"), ("versions_withheld", "9")],
)
def test_a_case_can_fail(planted, value, tmp_path):
    expected = [{**CASES[0]["expect"][0], planted: value}]
    with pytest.raises(AssertionError):
        test_recalculations({**CASES[0], "expect": expected}, tmp_path)


kilograms_ = st.decimals(-(10**12), 10**12, places=9, allow_nan=False).map(lambda one: f"{one:f}")
totals_ = st.fixed_dictionaries(
    {year: st.fixed_dictionaries(dict.fromkeys(FRAMEWORKS, kilograms_)) for year in ("2023", "2024")}
)
datasets_ = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("123"))


def history(versions):
    return [
        entry(number, f"2026-11-{number:02}T00:00:00Z", totals, {"base_year": 2023}, datasets, {})
        for number, (totals, datasets) in enumerate(versions, 1)
    ]


@given(st.lists(st.tuples(totals_, datasets_), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_the_changes_add_up_to_the_difference_of_last_and_first(versions):
    changes = {}
    for row in table(recalculations_csv(history(versions))):
        place = row["year"], row["framework"]
        changes[place] = changes.get(place, 0) + Decimal(row["change_co2e_kg"] or 0)
    (first, _), (last, _) = versions[0], versions[-1]
    for (year, framework), change in changes.items():
        assert change == Decimal(last[year][framework]) - Decimal(first[year][framework])
    assert len(changes) == 6


@given(st.lists(st.tuples(totals_, datasets_), min_size=2, max_size=6), st.data())
@settings(max_examples=100, deadline=None)
def test_nothing_of_a_withheld_version_shows(versions, data):
    whole = history(versions)
    gone = data.draw(st.integers(1, len(whole) - 1))
    left = [one for one in whole if one["number"] != gone]
    rows = table(recalculations_csv(left))
    next_one = [row for row in rows if row["version"] == str(gone + 1)]
    assert len(next_one) == 6
    for row in next_one:
        assert row["versions_withheld"] == str(gone)
        assert not any(row[name] for name in ("before_co2e_kg", "change_co2e_kg", "change_pct", *CAUSES[:5]))
    others = [row for row in table(recalculations_csv(whole)) if int(row["version"]) not in (gone, gone + 1)]
    assert [row for row in rows if row["version"] != str(gone + 1)] == others


@given(st.lists(st.tuples(totals_, datasets_), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_of_versions_that_others_follow_the_causes_alone_are_kept(versions):
    whole = history(versions)
    kept = [told(before, after) for before, after in zip([None, *whole], whole[:-1], strict=False)]
    assert all("made_of" not in one for one in kept)
    if kept:
        kept[-1] |= {"made_of": whole[-2]["made_of"]}
    assert recalculations_csv([*kept, whole[-1]]) == recalculations_csv(whole)


@pytest.mark.parametrize(("listed", "number"), [("", 0), ("a@1", 1), ("a@1;b@1>2", 2), ("a@1;b@1;+12", 14)])
def test_the_names_of_a_cell_are_counted(listed, number):
    assert counted(listed) == number


def test_many_names_are_counted_and_the_first_are_listed():
    totals = {"2024": dict.fromkeys(FRAMEWORKS, "1")}
    more = {"2024": dict.fromkeys(FRAMEWORKS, "2")}
    names = {f"d{number:03}": "1" for number in range(LISTED + 12)}
    first, second = history([(totals, {}), (more, names)])
    added = table(recalculations_csv([first, second]))[-1]["datasets_added"].split(";")
    assert added[:2] == ["d000@1", "d001@1"] and added[LISTED - 1 :] == ["d049@1", "+12"]


def test_a_default_that_is_written_out_and_a_note_are_no_change_of_settings():
    totals = {"2024": dict.fromkeys(FRAMEWORKS, "1")}
    more = {"2024": dict.fromkeys(FRAMEWORKS, "2")}
    choice = {"gpc_ref": "I.1.1", "pick": "a"}
    plain, written = {"choices": [choice]}, {"gwp": "ar5-tgo", "choices": [{**choice, "note": "why"}]}
    versions = [
        entry(number, "2026-11-27T00:00:00Z", of, chosen, {}, {})
        for number, of, chosen in ((1, totals, plain), (2, more, written))
    ]
    assert table(recalculations_csv(versions))[-1]["settings_changed"] == ""
