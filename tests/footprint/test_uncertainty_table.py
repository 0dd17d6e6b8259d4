"""``khonkaencarbon uncertainty``: cases H1 to H3, a trend by hand, tables that are not right."""

import csv
import io
import json

import pytest

from ckanext.khonkaencarbon.footprint.command import main

HEADINGS = "category,gas,base_year_emissions,year_emissions,activity_uncertainty_pct,factor_uncertainty_pct"


@pytest.fixture
def run(tmp_path, capsysbinary):
    def run_command(text, *options, status=0):
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        assert main(["uncertainty", str(path), "--lang", "en", *options]) == status
        out, err = capsysbinary.readouterr()
        return out.decode(), err.decode()

    return run_command


def table(*rows, headings=HEADINGS):
    return "\n".join([headings, *rows]) + "\n"


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_h1_a_row_combines_activity_data_and_factor(run):
    row, total = rows_of(run(table("I.2.1,CO2,100,100,5,7"))[0])
    assert row["combined_uncertainty_pct"] == total["combined_uncertainty_pct"] == "8.6023"
    assert (row["category"], row["gas"], total["category"]) == ("I.2.1", "CO2", "total")


def test_h2_independent_rows_add_in_quadrature(run):
    *_, total = rows_of(run(table("a,CO2,100,100,10,0", "b,CO2,200,200,20,0", "c,CO2,50,50,30,0"))[0])
    assert (total["year_emissions"], total["combined_uncertainty_pct"]) == ("350", "12.5357")


@pytest.mark.parametrize(("group", "percent"), [("meter", "10"), ("", "7.4536")])
def test_h3_rows_that_share_a_factor_add_linearly(run, group, percent):
    text = table(
        f"a,CO2,1,100,0,10,{group}", f"b,CO2,1,200,0,10,{group}", headings=f"{HEADINGS},correlated_group"
    )
    rows = rows_of(run(text)[0])
    assert rows[-1]["combined_uncertainty_pct"] == percent
    assert [row["correlated_group"] for row in rows if row["category"] == "group"] == ["meter"] * bool(group)


def test_a_trend_worked_by_hand(run):
    """Base year 100 + 100, year 150 + 50: the trend is 0 %.

    Type A of the first row: 100 x (201.5 / 201 - 1) = 0.248756219 points; type B: 150 / 200 = 0.75.
    K = 0.248756219 x 4 = 0.995; L = 0.75 x 2 x 1.41421 = 2.1213; M = 0.99005 + 4.5 = 5.4901.
    The second row: type A the same, falling; type B 0.25; its factor is certain; L = 0.25 x 6 x 1.41421.
    """
    first, second, total = rows_of(run(table("a,CO2,100,150,2,4", "b,CO2,100,50,6,0"))[0])
    assert first["type_a_sensitivity"] == second["type_a_sensitivity"] == "0.248756219"
    assert (first["type_b_sensitivity"], second["type_b_sensitivity"]) == ("0.75", "0.25")
    assert [first[name] for name in ("trend_factor_pct", "trend_activity_pct", "trend_variance")] == [
        "0.995",
        "2.1213",
        "5.4901",
    ]
    assert (second["trend_factor_pct"], second["trend_activity_pct"], second["trend_variance"]) == (
        "0",
        "2.1213",
        "4.5",
    )
    assert (total["trend_pct"], total["trend_variance"], total["trend_uncertainty_pct"]) == (
        "0",
        "9.9901",
        "3.1607",
    )
    assert (first["trend_pct"], second["trend_pct"]) == ("50", "-50")
    assert total["type_a_sensitivity"] == ""


def test_one_factor_for_a_rising_and_a_falling_row_cancels_in_the_trend(run):
    text = table("a,CO2,100,150,0,10,ef", "b,CO2,100,50,0,10,ef", headings=f"{HEADINGS},correlated_group")
    *_, group, total = rows_of(run(text)[0])
    assert (group["trend_factor_pct"], total["trend_uncertainty_pct"]) == ("0", "0")
    assert (group["combined_uncertainty_pct"], total["combined_uncertainty_pct"]) == ("10", "10")


def test_json_has_rows_groups_total_counts_and_findings(run):
    text = table("a,CO2,1,100,0,10,x", "b,CO2,1,0,๐,๑๐,x", headings=f"{HEADINGS},correlated_group")
    document = json.loads(run(text, "--json")[0])
    assert [row["category"] for row in document["rows"]] == ["a", "b"]
    assert document["rows"][1]["factor_uncertainty_pct"] == "10"
    assert document["rows"][1]["combined_uncertainty_pct"] is None  # of nothing there is no percentage
    assert [group["correlated_group"] for group in document["groups"]] == ["x"]
    assert document["total"]["combined_uncertainty_pct"] == "10"
    assert document["counts"] == {"read": 2, "used": 2, "refused": 0}
    assert (document["incomplete"], document["findings"]) == (False, {})


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("b,CO2,1,1,5,-1", "percentage-negative", "factor_uncertainty_pct"),
        ("b,CO2,1,1,,1", "missing-value", "activity_uncertainty_pct"),
        (",CO2,1,1,1,1", "missing-value", "category"),
        ("b,CO2,1e3,1,1,1", "type-error", "base_year_emissions"),
        ("b,CO2,1,9000000000000000,1,1", "number-too-large", "year_emissions"),
        ("b,CO2,1,1.0123456789,1,1", "number-decimals", "year_emissions"),
        ("b,CO2,1,1,1,1,7", "extra-cell", "at most 6 cells"),
    ],
)
def test_a_bad_row_is_refused_with_a_finding_and_the_rest_is_used(run, row, code, column):
    out, err = run(table("a,CO2,1,1,5,7", row), status=1)
    assert rows_of(out)[-1]["combined_uncertainty_pct"] == "8.6023"
    assert f"{code}: table.csv, record 2, line 3" in err
    assert column in err.replace("At most", "at most")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "source-error"),
        (table(), "no-data-rows"),
        (table("total,CO2,1,1,1,1"), "no-data-rows"),
        ("category,gas\na,CO2\n", "table-columns"),
        (table("a,CO2,1,1,1,1,1", headings=HEADINGS + ",gas"), "duplicate-label"),
        (table('"a,CO2,1,1,1,1'), "quote-error"),
        (table("a,CO2,x,1,1,1"), "type-error"),
        (b"PK\x03\x04 xl/", "format-error"),
        ("เ".encode() + b"\xff" * 9, "encoding-error"),
    ],
)
def test_a_table_that_cannot_be_used_prints_nothing(run, content, code):
    out, err = run(content, status=2)
    assert out == "" and code in err


def test_a_file_that_is_not_there_is_a_sentence(tmp_path, capsys):
    assert main(["uncertainty", str(tmp_path / "no.csv")]) == 2
    assert "เปิดไฟล์นี้ไม่ได้" in capsys.readouterr().err


def test_old_thai_text_semicolons_and_totals_are_read(run):
    text = table("ไฟฟ้า,CO2,1,1,5,7", "รวม,,1,1,,").replace(",", ";").encode("cp874")
    out, err = run(text)
    assert [row["category"] for row in rows_of(out)] == ["ไฟฟ้า", "total"]
    assert "1 total rows" in err


def test_sums_of_zero_leave_percentages_empty_and_say_so(run):
    out, err = run(table("a,CO2,0,5,5,7", "b,CO2,0,-5,5,7"))
    *_, total = rows_of(out)
    assert {total[name] for name in ("combined_uncertainty_pct", "trend_uncertainty_pct", "trend_pct")} == {
        ""
    }
    assert "uncertainty-undefined" in err


def test_wide_uncertainties_are_remarked_on(run):
    _, err = run(table("a,N2O,1,1,5,100"))
    assert "1 × remark uncertainty-large" in err


def test_a_base_year_that_one_percent_more_would_cancel_is_computed(run):
    *_, total = rows_of(run(table("a,CO2,-100,1,5,7", "b,CO2,101,1,5,7"))[0])
    assert total["trend_uncertainty_pct"]
