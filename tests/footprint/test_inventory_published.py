"""A published version of the inventory: its files are those of ``rollup``; its fingerprint."""

import csv
import io
import json
import runpy
from dataclasses import replace
from importlib.resources import files as resources
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog
from ckanext.khonkaencarbon.footprint.inventory import request as of_request
from ckanext.khonkaencarbon.footprint.inventory.files import FILES
from ckanext.khonkaencarbon.footprint.inventory.request import (
    VERSION_FILES,
    CityTable,
    InventoryRequest,
    computed,
    fingerprint_of,
    named_checksums,
)

HERE = Path(__file__)
VERSION = runpy.run_path(str(HERE.with_name("inventory_version.py")))
CHECKS = runpy.run_path(str(HERE.with_name("test_output.py")))
CASES = [
    case
    for file in sorted((HERE.parents[1] / "cases/inventory").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    if case["expect"].get("status") != 2
]
PEA = {"reporting_boundary": "city", "version": "3", "rows": ["2024 I.2.2 electricity-grid CO2e 900"]}
KKU = {"organisation": "kku", "version": "1", "rows": ["2024 I.2.2 electricity-grid CO2e 200"]}
HALL = {"organisation": "hall", "version": "2", "rows": ["2024 II.1.1 diesel-road CO2 50"]}
SMALL = {
    "datasets": {"pea": PEA, "kku": KKU, "hall": HALL},
    "settings": {"years": [2024], "base_year": 2024, "organisations": {"kku": {"type": "university"}}},
    "tables": ["gpc_ref,years,key,explanation\nII.3.1,2024,NO,no port\n"],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_files_are_those_of_the_command(case, tmp_path):
    found = computed(VERSION["request_of"](case, tmp_path), FindingLog())
    arguments = [str(tmp_path / name) for name in case.get("datasets", {})]
    arguments += [str(tmp_path / f"{number}.csv") for number, _ in enumerate(case.get("tables", []))]
    options = ["--settings", str(tmp_path / "city.json"), "--out", str(tmp_path / "out")]
    assert main(["rollup", *arguments, *options]) == case["expect"].get("status", 0)
    written = {name: (tmp_path / "out" / name) for name in FILES}
    assert {name: found.get(name) for name in FILES} == {
        name: path.read_bytes() if path.exists() else None for name, path in written.items()
    }


TABLES = {"timeseries": "time-series", "inventory": "inventory", "coverage": "coverage"}
TABLES |= {name: name for name in ("organisations", "crosscheck", "recalculations")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_table_fits_its_schema(case, tmp_path):
    _, files, first = VERSION["published"](case, tmp_path / "1")
    other = {**case, "settings": {**case.get("settings", {}), "gwp": "ar6"}}
    files = VERSION["published"](other, tmp_path / "3", 3, [first])[1]
    for name, of_schema in TABLES.items():
        if f"{name}.csv" in files:
            rows = list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode(), newline="")))
            check_table(rows, files[f"{name}.csv"], schema(of_schema))


def schema(name):
    path = resources("ckanext.khonkaencarbon.schemas") / f"{name}.tableschema.json"
    return json.loads(path.read_text("utf-8"))


def check_table(rows, content, shape):
    assert [one["name"] for one in shape["fields"]] == content.decode().partition("\n")[0].split(",")
    CHECKS["check_table"](rows, shape["fields"])
    key = shape.get("primaryKey", [])
    assert not key or len({tuple(row[name] for name in key) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("timeseries", "2024,950", "2024,x"),
        ("timeseries", "2024,950,", ",950,"),
        ("recalculations", ",basic,", ",extra,"),
        ("recalculations", "2026-11-01T", "yesterday"),
        ("recalculations", ",basic_plus,", ",basic,"),
    ],
)
def test_a_table_that_does_not_fit_is_seen(tmp_path, name, old, new):
    content = VERSION["published"](SMALL, tmp_path)[1][f"{name}.csv"].decode()
    assert old in content
    wrong = content.replace(old, new)
    with pytest.raises((AssertionError, ValueError, ArithmeticError)):
        check_table(list(csv.DictReader(io.StringIO(wrong))), wrong.encode(), schema(TABLES[name]))


def test_the_files_of_a_version_are_results_that_a_roll_up_passes_over(tmp_path):
    """They may lie in the folder that the next one reads."""
    files = VERSION["published"](SMALL, tmp_path)[1]
    arguments = [str(tmp_path), "--settings", str(tmp_path / "city.json"), "--out", str(tmp_path / "out")]
    assert main(["rollup", *arguments]) == 0
    before = (tmp_path / "out" / "findings.json").read_bytes()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert main(["rollup", *arguments]) == 0
    assert (tmp_path / "out" / "findings.json").read_bytes() == before


def test_two_datasets_with_equal_summaries_are_two_datasets(tmp_path):
    city = {"datasets": {"a": {**HALL, "organisation": "a"}, "b": {**HALL, "organisation": "b"}}}
    request = VERSION["request_of"](city, tmp_path)
    twin = replace(request, summaries=dict.fromkeys(("a", "b"), request.summaries["a"]))
    (year,) = json.loads(computed(twin, FindingLog())["totals.json"]).values()
    assert year["basic"] == "100"
    assert year["by_organisation"] == {"a": "50", "b": "50"}


def test_an_empty_inventory_has_all_files_and_no_figure(tmp_path):
    request = InventoryRequest({}, {}, [], [], 1, VERSION["AS_OF"].format(1))
    log = FindingLog()
    found = computed(request, log)
    assert tuple(found) == tuple(name for name in VERSION_FILES if name != "crosscheck.csv")
    assert found["totals.json"] == b"{}\n"
    assert all(content.count(b"\n") == 1 for name, content in found.items() if name.endswith(".csv"))
    assert log.by_code == {}


@pytest.mark.parametrize("odd", ["a summary without a dataset", "a dataset without a summary"])
def test_settings_and_summaries_are_of_the_same_datasets(tmp_path, odd):
    request = VERSION["request_of"](SMALL, tmp_path)
    summaries = {name: path for name, path in request.summaries.items() if name != "kku"}
    if odd.startswith("a summary"):
        request.settings["datasets"].pop("kku")
        summaries = request.summaries
    with pytest.raises(FileRefused) as caught:
        computed(replace(request, summaries=summaries), FindingLog())
    assert (caught.value.finding.code, caught.value.finding.value) == ("inventory-datasets-disagree", "kku")


@pytest.mark.parametrize("content", [b"{}", b"x", b"[]", b"", b'{"format": "khonkaencarbon-summary/1"}'])
def test_what_is_no_summary_is_refused(tmp_path, content):
    request = VERSION["request_of"](SMALL, tmp_path)
    request.summaries["kku"].write_bytes(content)
    with pytest.raises(FileRefused):
        computed(request, FindingLog())


def test_a_table_that_cannot_be_used_is_a_finding_and_changes_nothing(tmp_path):
    request = VERSION["request_of"](SMALL, tmp_path)
    log = FindingLog()
    found = computed(replace(request, tables=[*request.tables, CityTable("odd.csv", b"a,b\n1,2\n")]), log)
    assert [(one.code, one.input) for one in log.listed if one.severity.value == "error"] == [
        ("inventory-input-unknown", "odd.csv")
    ]
    assert found == computed(request, FindingLog())


TABLES_OF_SMALL = [*SMALL["tables"], "year,gpc_ref,co2e_kg\n2024,V.1,7\n", "a,b\n1,2\n", "c,d\n1,2\n"]


@given(order=st.permutations(["pea", "kku", "hall"]), tables=st.permutations(range(4)))
@settings(max_examples=12, deadline=None)
def test_no_order_changes_a_byte(order, tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    request = VERSION["request_of"]({**SMALL, "tables": TABLES_OF_SMALL}, folder)
    turned = replace(
        request,
        settings={
            **dict(reversed(request.settings.items())),
            "datasets": {name: request.settings["datasets"][name] for name in order},
        },
        summaries={name: request.summaries[name] for name in order},
        tables=[request.tables[number] for number in tables],
    )
    log, turned_log = FindingLog(), FindingLog()
    assert computed(turned, turned_log) == computed(request, log)
    assert turned_log.listed == log.listed and log.by_code["inventory-input-unknown"] == 2
    assert fingerprint_of(turned) == fingerprint_of(request)


CHANGES = {
    "a setting": lambda one: replace(one, settings={**one.settings, "gwp": "ar6"}),
    "the version of a dataset": lambda one: replace(
        one,
        settings={**one.settings, "datasets": {**one.settings["datasets"], "kku": {**KKU, "version": "2"}}},
    ),
    "a summary": lambda one: replace(one, summaries={**one.summaries, "kku": one.summaries["pea"]}),
    "a dataset that goes": lambda one: replace(
        one, summaries={name: path for name, path in one.summaries.items() if name != "kku"}
    ),
    "the content of a table": lambda one: replace(one, tables=[CityTable("0.csv", b"x")]),
    "the name of a table": lambda one: replace(one, tables=[CityTable("1.csv", one.tables[0].content)]),
}
SAME = {
    "the number": lambda one: replace(one, number=9),
    "the instant": lambda one: replace(one, as_of="2027-01-01T00:00:00Z"),
    "the history": lambda one: replace(one, history=[{"number": 1}]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_fingerprint_follows(tmp_path, change):
    request = VERSION["request_of"](SMALL, tmp_path)
    assert fingerprint_of(CHANGES[change](request)) != fingerprint_of(request)


@pytest.mark.parametrize("change", SAME)
def test_the_fingerprint_stays_with(tmp_path, change):
    request = VERSION["request_of"](SMALL, tmp_path)
    assert fingerprint_of(SAME[change](request)) == fingerprint_of(request)


def test_the_fingerprint_follows_the_code(tmp_path, monkeypatch):
    request = VERSION["request_of"](SMALL, tmp_path)
    before = fingerprint_of(request)
    monkeypatch.setattr(of_request, "INVENTORY_VERSION", "next")
    assert fingerprint_of(request) != before


def test_tables_of_one_name_are_told_apart():
    names = named_checksums([CityTable("a.csv", b"2"), CityTable("a.csv", b"1"), CityTable("b.csv", b"1")])
    assert list(names) == ["a.csv", "a.csv (2)", "b.csv"] and len(set(names.values())) == 2
