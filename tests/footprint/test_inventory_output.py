"""Published bytes of an inventory: form, order, and the schemas that others may hold them against."""

import json
import runpy
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.footprint.inventory import output, series
from ckanext.khonkaencarbon.footprint.inventory.words import headings, indicators

HERE = Path(__file__)
CITY = runpy.run_path(str(HERE.with_name("inventory_city.py")))
CHECKS = runpy.run_path(str(HERE.with_name("test_output.py")))
CASES = [
    case
    for file in sorted((HERE.parents[1] / "cases/inventory").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
RICH = {
    "datasets": {
        "pea": {
            "reporting_boundary": "city",
            "version": 3,
            "rows": ["2024 I.1.2 electricity-grid CO2e 500.50 q=H u=5"],
        },
        "mall": {
            "organisation": "ห้าง, สาขา 1",
            "rows": [
                "2024-H1 I.1.2 electricity-grid CO2e 20 q=L",
                "2024 I.2.1 wood CO2 9 bio",
                "2024 I.2.1 wood CH4 1 bio",
            ],
        },
    },
    "tables": [
        "year,gpc_ref,co2e_kg\n2023,I.1.1,7\n",
        "gpc_ref,years,key,explanation,responsible\nI.3.1,2024,NO,ไม่มีโรงงาน,เทศบาล\n",
        "year,indicator,value\n2023,population,100\n",
        "year,sector,co2e_t\n2024,I,1\n",
    ],
    "settings": {"base_year": 2023, "organisations": {"ห้าง, สาขา 1": {"type": "business"}}},
}


def schema(name):
    return json.loads((files("ckanext.khonkaencarbon.schemas") / name).read_text("utf-8"))


@pytest.fixture
def found(tmp_path):
    return CITY["rolled_up"](RICH, tmp_path)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("inventory", output.INVENTORY_COLUMNS),
        ("coverage", output.COVERAGE_COLUMNS),
        ("organisations", output.ORGANISATION_COLUMNS),
    ],
)
def test_tables_have_the_columns_of_their_schema(found, tmp_path, name, columns):
    text = (tmp_path / "out" / f"{name}.csv").read_bytes().decode()
    fields = schema(f"{name}.tableschema.json")["fields"]
    assert tuple(one["name"] for one in fields) == columns == tuple(found[name][0])
    assert "\r" not in text and text.endswith("\n")
    CHECKS["check_table"](found[name], fields)


def test_totals_fit_their_schema_and_keep_the_order_of_the_contracts(found, tmp_path):
    CHECKS["check"](found["totals"], schema("totals.schema.json"))
    year = found["totals"]["2024"]
    first = "basic basic_plus territorial by_scope by_sector by_gas_kg biogenic_co2_kg memo"
    assert " ".join(list(year)[:8]) == first
    assert list(year) == schema("totals.schema.json")["$defs"]["year"]["required"]
    text = (tmp_path / "out/totals.json").read_text(encoding="utf-8")
    assert text == json.dumps(found["totals"], ensure_ascii=False, indent=2) + "\n"
    with pytest.raises(AssertionError):
        CHECKS["check"]({"2024": {**year, "basic": "1e3"}}, schema("totals.schema.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_settings_of_every_case_fit_the_schema(case):
    known = {"rows", "file", "with", "gwp", "electricity", "factors", "incomplete"}
    datasets = {
        name: {one: value for one, value in given.items() if one not in known}
        for name, given in case.get("datasets", {}).items()
    }
    if case["expect"].get("status") != 2:
        CHECKS["check"](
            {"datasets": datasets, **case.get("settings", {})}, schema("city-settings.schema.json")
        )


def test_coverage_has_every_reference_of_every_year_once(found):
    rows = [(row["year"], row["gpc_ref"]) for row in found["coverage"]]
    assert rows == [(year, reference) for year in ("2023", "2024") for reference in references()]
    assert len(rows) == 2 * 54
    states = {row["gpc_ref"]: row for row in found["coverage"] if row["year"] == "2024"}
    assert states["I.3.1"]["responsible_organisation"] == "เทศบาล" and states["I.3.1"]["notation"] == "NO"
    assert states["I.1.1"]["status"] == "missing" and states["I.1.1"]["co2e_kg"] == ""


def test_rows_of_the_inventory(found):
    shown = [
        (row["year"], row["gpc_ref"], row["gas"], row["biogenic"], row["co2e_kg"])
        for row in found["inventory"]
    ]
    assert shown == [
        ("2023", "I.1.1", "CO2e", "false", "7"),
        ("2024", "I.1.2", "CO2e", "false", "500.5"),
        ("2024", "I.1.3", "", "", ""),
        ("2024", "I.2.1", "CH4", "true", "28"),
        ("2024", "I.2.1", "CO2", "true", ""),
        ("2024", "I.3.1", "", "", ""),
    ]  # fmt: skip
    electricity = found["inventory"][1]
    assert electricity["dataset_ids"] == "mall;pea" and electricity["versions"].endswith(";3")
    assert (electricity["residual_co2e_kg"], electricity["quality"]) == ("480.5", "H")


def test_years_beside_each_other(found):
    assert tuple(found["timeseries"][0]) == series.SERIES_COLUMNS
    assert [row["basic_change_pct"] for row in found["timeseries"]] == ["0", "7450"]
    (row,) = found["crosscheck"]
    assert (row["framework"], row["own_co2e_kg"], row["gap_co2e_kg"]) == ("basic", "528.5", "-471.5")


def test_without_an_estimate_there_is_no_cross_check_and_an_earlier_one_goes(tmp_path):
    CITY["rolled_up"](RICH, tmp_path)
    assert (tmp_path / "out/crosscheck.csv").exists()
    arguments = ["rollup", str(tmp_path / "pea"), "--settings", str(tmp_path / "city.json"), "--out"]
    assert CITY["main"]([*arguments, str(tmp_path / "out")]) == 1  # the mall has no file now
    assert not (tmp_path / "out/crosscheck.csv").exists()


@pytest.mark.parametrize("name", ["typed-totals", "notation-keys", "city-indicators", "independent-estimate"])
def test_columns_of_input_tables_are_known_headings(name):
    known = set(headings().values())
    fields = {one["name"] for one in schema(f"{name}.tableschema.json")["fields"]}
    assert {"year" if one == "years" else one for one in fields} <= known
    assert set(indicators().values()) == {"person", "km2", "baht"}
