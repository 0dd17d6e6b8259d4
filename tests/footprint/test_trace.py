"""``khonkaencarbon trace``: the whole sum behind one figure, in both languages, from summary.json alone."""

import json
from decimal import Decimal

import pytest

from ckanext.khonkaencarbon.footprint.command import main

TABLE = """period,activity,quantity,unit,quality,organisation,param_oxidation
2024-01,electricity-grid,100,kWh,H,,
2024-01,electricity-grid,23,kWh,H,,
2024,waste-incineration-exported,5,t,,เทศบาล,0.9
"""


@pytest.fixture
def traced(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    assert main(["compute", str(tmp_path / "a.csv"), "--out", str(tmp_path)]) == 0
    lines = json.loads((tmp_path / "summary.json").read_text("utf-8"))["lines"]

    def trace(activity, gas, *options, biogenic=False):
        wanted = (activity, gas, biogenic)
        line = next(one for one in lines if (one["activity"], one["gas"], one["biogenic"]) == wanted)
        capsys.readouterr()
        assert main(["trace", str(tmp_path / "summary.json"), "--line", line["line_id"], *options]) == 0
        return capsys.readouterr().out

    return trace


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                "(electricity-grid)",
                "GPC I.6.2 Non-specified sources, scope 2",
                "Quantity: 123 kWh (2 rows)",
                "File: a.csv (SHA-256 ",
                "Equation: ",
                "Number used: TH-ELEC-TGO-S2-2022 = 0.4999 kg/kWh, CO2e, ",
                "Edition: TGO emission factors, April 2022 (tgo-2022-04, SHA-256 ",
                "Filled in: 123 kWh × 0.4999 kg/kWh = 61.4877 kg",
                "GWP: 1 (set ar5-tgo)",
                "Result: 61.4877 × 1 = 61.4877 kgCO2e",
                "Data quality: H",
                "Part of: month 2024-01 = 61.4877 kgCO2e",
                "Part of: organisation not stated = 61.4877 kgCO2e",
                "Part of: BASIC of the city, BASIC+ of the city",
            ],
        ),
        (
            "th",
            [
                "ปริมาณ: 123 kWh (2 แถว)",
                "วิธีคำนวณ: ",
                "แทนค่า: 123 kWh × 0.4999 kg/kWh = 61.4877 kg",
                "ผลลัพธ์: 61.4877 × 1 = 61.4877 kgCO2e",
                "อยู่ในผลรวม: ปี 2024 = ",
            ],
        ),
    ],
)
def test_every_step_is_named(traced, lang, expected):
    out = traced("electricity-grid", "CO2e", "--lang", lang)
    assert [one for one in expected if one not in out] == []


def test_a_method_of_many_numbers_names_them_all_and_the_parameter_of_the_row(traced):
    out = traced("waste-incineration-exported", "CO2", "--lang", "en")
    assert "Parameter: oxidation = 0.9 (of the rows)" in out
    assert "IPCC06-CF-FOOD = 0.38 kg/kg dry, carbon food, ipcc-2006  [IPCC 2006 vol. 5 table 2.4" in out
    assert "Filled in" not in out and "Uncertainty: not stated" in out
    assert out.count("Edition: ") == 1


def test_biogenic_carbon_dioxide_is_part_of_its_own_total_alone(traced):
    out = traced("waste-incineration-exported", "CO2", "--lang", "en", biogenic=True)
    assert "Reported apart, in no total of CO2e" in out and "GWP" not in out
    assert [line for line in out.splitlines() if line.startswith("Part of")] == [
        "Part of: biogenic CO2 = 2206.24074 kg"
    ]


def test_json_holds_what_the_sentences_say(traced):
    found = json.loads(traced("waste-incineration-exported", "CO2", "--json"))
    assert found["parameters"] == {"oxidation": {"value": "0.9", "from": "row"}}
    assert found["method"]["title"]["en"] == "Incineration of waste by composition"
    assert {one["id"] for one in found["factors"]} == set(found["line"]["factor_ids"])
    assert [one["id"] for one in found["editions"]] == ["ipcc-2006"]
    assert found["frameworks"] == ["basic", "basic_plus"]
    whole = Decimal(found["totals"]["co2e_kg"]["value"])
    assert whole > Decimal(found["totals"]["by_scope"]["value"]) >= Decimal(found["line"]["co2e_kg"])


def test_a_parameter_of_the_settings_is_named_as_such(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(TABLE.replace(",0.9\n", ",\n"), encoding="utf-8")
    parameters = {"waste-incineration-exported": {"oxidation": "0.5"}}
    (tmp_path / "s.json").write_text(json.dumps({"parameters": parameters}), encoding="utf-8")
    main(["compute", str(tmp_path / "a.csv"), "--settings", str(tmp_path / "s.json"), "--out", str(tmp_path)])
    lines = json.loads((tmp_path / "summary.json").read_text("utf-8"))["lines"]
    capsys.readouterr()
    main(["trace", str(tmp_path / "summary.json"), "--line", lines[-1]["line_id"], "--lang", "en"])
    assert "Parameter: oxidation = 0.5 (of the settings)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "[" * 100_000, '{"format": "khonkaencarbon-summary/1", "lines": [{}]}', "\x00"],
)
def test_what_is_no_summary_is_a_sentence_and_status_2(tmp_path, capsys, content):
    (tmp_path / "summary.json").write_text(content, encoding="utf-8")
    assert main(["trace", str(tmp_path / "summary.json"), "--line", "0" * 16]) == 2
    assert capsys.readouterr().err == "อ่าน summary.json นี้ไม่ได้\n"


def test_a_line_that_is_not_there_is_a_sentence_and_status_2(tmp_path, traced, capsys):
    assert main(["trace", str(tmp_path / "summary.json"), "--line", "0" * 16, "--lang", "en"]) == 2
    assert capsys.readouterr().err.splitlines()[-1:] == [f"This file has no line {'0' * 16}"]
