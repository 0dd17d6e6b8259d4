"""Whatever a city hands in, it gets findings, never a traceback: broken tables, summaries, settings."""

import copy
import json
import os
import runpy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog
from ckanext.khonkaencarbon.footprint.inventory.cities import sum_of_cities
from ckanext.khonkaencarbon.footprint.inventory.files import inventory_files, read_inventory, read_tables
from ckanext.khonkaencarbon.footprint.inventory.notation import KEYS, Written, read_notation, read_years
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings, settings_from_json
from ckanext.khonkaencarbon.footprint.inventory.tables import read_table
from ckanext.khonkaencarbon.footprint.inventory.words import year_of
from ckanext.khonkaencarbon.footprint.reading.text import clean

CITY = runpy.run_path(str(Path(__file__).with_name("inventory_city.py")))
HEADINGS = (
    "year,gpc_ref,gas,mass_kg,co2e_kg,notation,explanation,quality,biogenic",
    "gpc_ref,years,key,explanation,responsible",
    "year,indicator,value,unit,place",
    "year,sector,co2e_t",
)
WORDS = (
    "2024|2567|๒๕๖๗|I.1.1|III.1.2|CH4|CO2e|1|-1|1,000|1e9|nan|NE|IE (I.2.1)|NO, NE|ประชากร|คน|| |=1+1|I|0",
    '1.0000000001|true|H|999999999999999999999|"|gpp|baht|ไร่|VI.1|HCFC-22|total|รวม|2562-2564|ทุกปี',
)
CELLS = st.one_of(st.sampled_from("|".join(WORDS).split("|")), st.text(max_size=8))


@example(HEADINGS[0], [["\x1b"]], ",")
@given(st.sampled_from(HEADINGS), st.lists(st.lists(CELLS, max_size=10), max_size=5), st.sampled_from(",;\t"))
@settings(max_examples=250, deadline=None)
def test_any_table_is_read_or_refused(headings, rows, delimiter):
    text = "\n".join([headings.replace(",", delimiter), *(delimiter.join(row) for row in rows)])
    content = text.encode("utf-8", "surrogatepass")
    log = FindingLog()
    try:
        table = read_table(content, "t.csv")
    except FileRefused:
        return
    inputs = read_tables([table], CitySettings(), [2024], log)
    found = bool(inputs.typed or inputs.notation or inputs.indicators or inputs.estimate)
    # what cannot be seen, empty quotes and delimiters alone make a blank row
    filled = any(clean(cell).strip('",;\t ') for row in rows for cell in row)
    assert found or log.by_code or not filled or table.kind is None


@given(st.binary(max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path, content):
    path = tmp_path / "x"
    path.write_bytes(content)
    log = FindingLog()
    assert read_inventory([str(path)], CitySettings(), log) is None and log.has_errors


SUMMARY = CITY["summary"](
    "a",
    ["2024-03 I.2.1 lpg-stationary CO2 5 q=H u=3 f=x", "2024 III.1.1 landfill CH4 7 bio"],
    factors={"x": "2"},
)
ODD = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", "NaN", "1e3", "9" * 60, [], {}, [[]], {"a": {}}, "2024-02-30", "\ud800"]
)


def places(node, path=()):
    """The path to every node of a JSON document."""
    yield path
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, member in members:
        yield from places(member, (*path, name))


@given(st.sampled_from([place for place in places(SUMMARY) if place]), ODD, st.booleans())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_broken_summary_is_read_or_refused(tmp_path, place, odd, drop):
    document = copy.deepcopy(SUMMARY)
    node = document
    for name in place[:-1]:
        node = node[name]
    if drop:
        del node[place[-1]]
    else:
        node[place[-1]] = odd
    path = tmp_path / "summary.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    log = FindingLog()
    found = read_inventory([str(path)], CitySettings(), log)
    assert log.has_errors if found is None else inventory_files(found, found.totals())


WRONG_SETTINGS = """
[]
{
{"gwp": 5}
{"years": ["2024"]}
{"years": [true]}
{"datasets": []}
{"datasets": {"a": 1}}
{"datasets": {"typed": {}}}
{"datasets": {"a": {"reporting_boundary": "moon"}}}
{"datasets": {"a": {"include_in_inventory": "no"}}}
{"datasets": {"a": {"inventory_decision": "maybe"}}}
{"choices": [{}]}
{"choices": [{"pick": "a", "disjoint": ["b"]}]}
{"choices": [{"gpc_ref": "I.9.9"}]}
{"unknown": 1}
{"format": "x"}
{"organisations": {"a": {"title": 1}}}
{"base_year": 2567}
"""


@pytest.mark.parametrize("given_settings", [*WRONG_SETTINGS.split("\n")[1:], "[" * 5000])
def test_settings_that_are_not_right_are_refused(given_settings):
    with pytest.raises(FileRefused) as refused:
        settings_from_json(given_settings)
    assert refused.value.finding.code == "settings-refused"


def test_settings_of_compute_are_understood_too():
    given_settings = (
        '{"format": "khonkaencarbon-settings/1", "gwp": "ar6", "boundary": "city", "parameters": {}}'
    )
    assert settings_from_json(given_settings) == CitySettings(gwp="ar6")


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("NE", Written("NE")),
        ("ne ", Written("NE")),
        ("N.E.", Written("NE")),
        ("*NO*", Written("NO")),
        ("IE (I.2.1)", Written("IE", "I.2.1", "I.2.1")),
        ("ie i.2.1", Written("IE", "I.2.1", "i.2.1")),
        ("IE: counted in II.1.1", Written("IE", "II.1.1", "counted in II.1.1")),
        ("รวมอยู่ในที่อื่น (IV.1)", Written("IE", "IV.1", "IV.1")),
        ("NE – ไม่มีข้อมูล", Written("NE", "", "ไม่มีข้อมูล")),
        ("NE, NE", Written("NE")),
        ("NO, NE", "notation-several"),
        ("NO/NE", "notation-several"),
        ("IE (I.9.9)", "notation-elsewhere"),
        ("NA", "notation-unreadable"),
        ("0", "notation-unreadable"),
        ("-", "notation-unreadable"),
        ("ไม่ทราบ", "notation-unreadable"),
        ("", "notation-unreadable"),
    ],
)
def test_notation_cells(cell, read):
    assert read_notation(cell) == read


@given(st.text(max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_notation_cell_is_a_key_or_a_finding(cell):
    read = read_notation(cell)
    assert read.key in KEYS if isinstance(read, Written) else read.startswith("notation-")


@pytest.mark.parametrize(
    ("cell", "years"),
    [
        ("2024", (2024,)),
        ("๒๕๖๗", (2024,)),
        ("พ.ศ. 2567", (2024,)),
        ("2562-2564", (2019, 2020, 2021)),
        ("2019 – 2020", (2019, 2020)),
        ("2562 ถึง 2563", (2019, 2020)),
        ("2019;2021, 2023", (2019, 2021, 2023)),
        ("", (2022, 2023)),
        ("ทุกปี", (2022, 2023)),
        ("24", None),
        ("2024-2019", None),
        ("ปีนี้", None),
    ],
)
def test_years_of_a_key(cell, years):
    assert read_years(cell, (2022, 2023)) == years


@pytest.mark.parametrize(("cell", "year"), [("2300", None), ("1900", None), ("²⁰²⁴", None), (" 2024 ", 2024)])
def test_years(cell, year):
    assert year_of(cell) == year


def test_a_result_named_by_itself_is_no_input(tmp_path):
    city = {
        "datasets": {"pea": {"reporting_boundary": "city", "rows": ["2024 I.1.2 electricity-grid CO2e 5"]}}
    }
    CITY["rolled_up"](city, tmp_path, 0)
    for name in (
        "inventory.csv",
        "totals.json",
        "coverage.csv",
        "timeseries.csv",
        "organisations.csv",
        "findings.json",
    ):
        log = FindingLog()
        assert read_inventory([str(tmp_path / "out" / name)], CitySettings(), log) is None
        assert log.by_code == {"inventory-input-unknown": 1}, name
    again = FindingLog()
    assert read_inventory([str(tmp_path)], CitySettings(), again).years == (2024,)


def test_f3_cities_add_up_by_scope_1_alone():
    plant = {"basic": "0", "basic_plus": "0", "territorial": "50"}
    users = {"basic": "80", "basic_plus": "90", "territorial": "7"}
    assert sum_of_cities([{"2024": plant}, {"2024": users}], 2024) == "57"
    for framework in ("basic", "basic_plus"):
        with pytest.raises(FileRefused) as refused:
            sum_of_cities([{"2024": plant}, {"2024": users}], 2024, framework)
        assert refused.value.finding.code == "cities-not-additive"


def test_two_datasets_that_fit_one_file_and_one_that_fits_two_count_nowhere(tmp_path):
    one = CITY["summary"]("same", ["2024 I.1.1 lpg-stationary CO2 5"])
    two = CITY["summary"]("same", ["2024 I.1.1 lpg-stationary CO2 6"])
    for number, document in enumerate((one, two)):
        (tmp_path / f"{number}.json").write_text(json.dumps(document), encoding="utf-8")
    log = FindingLog()
    chosen = settings_from_json({"datasets": {"a": {"source": "same.csv"}}})
    assert read_inventory([str(tmp_path)], chosen, log) is None
    assert log.by_code == {"inventory-dataset-ambiguous": 1}
    log = FindingLog()
    chosen = settings_from_json(
        {"datasets": {"a": {"source": "0"}, "b": {"source": "0"}, "c": {"source": "9"}}}
    )
    found = read_inventory([str(tmp_path)], chosen, log)
    assert found.totals()["2024"]["basic"] == "6"
    assert log.by_code == {"inventory-dataset-ambiguous": 1, "inventory-dataset-missing": 1}


def test_what_is_named_twice_counts_once_and_pipes_are_not_opened(tmp_path):
    (tmp_path / "t.csv").write_text("year,gpc_ref,co2e_kg\n2024,I.1.1,7\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    log = FindingLog()
    paths = [
        str(tmp_path),
        str(tmp_path / "t.csv"),
        f"{tmp_path}/./t.csv",
        str(tmp_path / "pipe"),
        "/nowhere",
    ]
    assert read_inventory(paths, CitySettings(), log).totals()["2024"]["basic"] == "7"
    assert log.by_code == {"source-unreadable": 2}
