"""Tables with one column per month, as the worksheets of offices have them."""

import pytest

HEAD = "อาคาร,รายการ,หน่วย,ม.ค. 2567,ก.พ. 2567,มี.ค. 2567,รวม\n"
WIDE = {
    "wide": {
        "columns": {"ม.ค. 2567": "2024-01", "ก.พ. 2567": "2024-02", "มี.ค. 2567": "2024-03"},
        "value": "quantity",
    }
}


def said(outcome):
    return [
        (str(record.key.period_start), record.key.facility, str(record.quantity))
        for record in outcome.records
    ]


def found(outcome):
    return [(one.code, one.record, one.line, one.column) for one in outcome.log.listed]


def test_each_filled_month_cell_is_a_figure_and_the_sum_column_is_none(read):
    outcome = read(HEAD + 'ศาลา,ไฟฟ้า,หน่วย,100,"1,200",๓๐๐,1600\nโรงครัว,ไฟฟ้า,MWh,1,2,3,6\n', WIDE)
    assert said(outcome) == [
        ("2024-01-01", "ศาลา", "100"), ("2024-02-01", "ศาลา", "1200"), ("2024-03-01", "ศาลา", "300"),
        ("2024-01-01", "โรงครัว", "1000"), ("2024-02-01", "โรงครัว", "2000"), ("2024-03-01", "โรงครัว", "3000"),
    ]  # fmt: skip
    assert found(outcome) == [("extra-label", None, None, "รวม")]
    assert (outcome.table.counts.read, outcome.table.counts.used) == (6, 6)


def test_a_month_without_a_figure_is_neither_zero_nor_refused(read):
    outcome = read(HEAD + "ศาลา,ไฟฟ้า,kWh,100,,-,100\nหอ,ไฟฟ้า,kWh,ไม่มีข้อมูล,0\n", WIDE)
    assert said(outcome) == [("2024-01-01", "ศาลา", "100"), ("2024-02-01", "หอ", "0")]
    remark = outcome.log.listed[-1]
    assert (remark.code, remark.severity.value, outcome.table.counts.refused) == (
        "month-cells-empty",
        "remark",
        0,
    )
    assert "4 month cells" in remark.fix.en and not outcome.log.needs_decision


def test_a_bad_figure_names_its_month_and_costs_nothing_else(read):
    outcome = read(HEAD + "ศาลา,ไฟฟ้า,kWh,100,1O0,-5,\n", WIDE)
    assert said(outcome) == [("2024-01-01", "ศาลา", "100")]
    assert found(outcome)[1:] == [("type-error", 1, 2, "ก.พ. 2567"), ("negative-quantity", 1, 2, "มี.ค. 2567")]
    assert (outcome.table.counts.read, outcome.table.counts.refused) == (3, 2)


def test_a_fault_of_the_row_is_said_once_and_counted_in_every_month(read):
    outcome = read(HEAD + "ศาลา,ไฟฟา,kWh,1,2,3,\n", WIDE)
    assert found(outcome)[1:] == [("unknown-activity", 1, 2, "รายการ")]
    assert outcome.table.refused.by_code == {"unknown-activity": 3} and outcome.table.counts.read == 3


def test_total_rows_and_repeated_headings_are_no_data(read):
    rows = "ศาลา,ไฟฟ้า,kWh,1,2,3,6\n,รวม,,1,2,3,6\n" + HEAD + "ศาลา,ไฟฟ้า,MWh,x,,,\n"
    outcome = read(HEAD + rows, WIDE)
    assert len(outcome.records) == 3 and ("type-error", 4, 5, "ม.ค. 2567") in found(outcome)
    skipped = next(one for one in outcome.log.listed if one.code == "rows-skipped")
    assert "1 total rows, 1 repeated" in skipped.fix.en


def test_a_sum_in_the_column_of_names_asks_for_a_decision(read):
    outcome = read("อาคาร,ม.ค. 2567\nศาลา,1\nรวม,1\n", {
        "wide": {"columns": {"ม.ค. 2567": "2024-01"}},
        "roles": {"activity": {"constant": "ไฟฟ้า"}, "unit": {"constant": "kWh"}},
    })  # fmt: skip
    assert (outcome.one.code, outcome.one.record, outcome.log.needs_decision) == ("total-suspected", 2, True)


def test_equal_rows_are_one_warning(read):
    outcome = read(HEAD + "ศาลา,ไฟฟ้า,kWh,1,2,3,6\n" * 2, WIDE)
    assert outcome.log.by_code == {"extra-label": 1, "duplicate-row": 1} and len(outcome.records) == 6


@pytest.mark.parametrize("era", ["auto", "be", "ce"])
@pytest.mark.parametrize("period", ["2024-01", "2567-01", "ม.ค. 2567", "มกราคม พ.ศ. 2567", "01/2567"])
def test_the_period_of_a_column_is_any_period_in_every_declared_era(read, era, period):
    mapping = {"era": era, "wide": {"columns": {"ม.ค. 2567": period}}}
    outcome = read("รายการ,หน่วย,ม.ค. 2567\nไฟฟ้า,kWh,5\n", mapping)
    assert [str(record.key.period_end) for record in outcome.records] == ["2024-01-31"]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"ม.ค. 2567": "เดือนแรก"}, "mapping-invalid"),
        ({"ม.ค. 2567": "2024-01", "ก.พ. 2567": "2024-01"}, "mapping-invalid"),
        ({"ม.ค. 2567": "2024-01", "รวม": "2024"}, "mapping-invalid"),
        ({"ม.ค. 2568": "2025-01"}, "mapping-column-missing"),
    ],
)
def test_month_columns_that_cannot_be_told_apart_are_refused(read, columns, code):
    assert read(HEAD + "ศาลา,ไฟฟ้า,kWh,1,2,3,6\n", {"wide": {"columns": columns}}).refusal.code == code


def test_the_resolved_mapping_reads_the_file_again(read):
    content = HEAD + "ศาลา,ไฟฟ้า,kWh,1,2,3,6\n"
    first = read(content, WIDE)
    again = read(content, first.table.mapping.as_json())
    assert again.records == first.records and again.table.mapping == first.table.mapping
    assert first.table.mapping.as_json()["wide"] == WIDE["wide"]


def test_long_and_wide_say_the_same(read):
    wide = read(HEAD + "ศาลา,ไฟฟ้า,kWh,1.5,2,3,6\n", WIDE)
    long = read(
        "เดือน,รายการ,หน่วย,ปริมาณ,อาคาร\n"
        + "".join(f"2024-0{m},ไฟฟ้า,kWh,{q},ศาลา\n" for m, q in ((1, 1.5), (2, 2), (3, 3)))
    )
    assert wide.records == long.records


def test_short_rows_have_empty_months_and_a_total_row_has_none(read):
    outcome = read("รายการ,หน่วย,ม.ค. 2567,ก.พ. 2567,มี.ค. 2567\nไฟฟ้า,kWh,1\nไฟฟ้า\nรวม\n", WIDE)
    assert len(outcome.records) == 1 and outcome.table.counts.read == 1
    assert outcome.log.by_code == {"month-cells-empty": 1, "rows-skipped": 1}
    assert "5 month cells" in outcome.log.listed[1].fix.en or "5 month cells" in outcome.log.listed[0].fix.en
