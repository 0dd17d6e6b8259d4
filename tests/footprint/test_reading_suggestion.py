# ruff: noqa: E501 - tables in one line
"""The form's suggestion: headings, the roles they play, and what is still missing."""

import runpy
from pathlib import Path

import pytest

from ckanext.khonkaencarbon.footprint.reading.mapping import ROLES, ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.suggestion import suggest, suggest_file


def test_a_complete_table_is_suggested_completely(vocabulary):
    found = suggest("เดือน,ปี,รายการ,ปริมาณ,หน่วย,สี\nม.ค.,2567,ไฟฟ้า,1,kWh,".encode(), vocabulary)
    assert found.headings == ["เดือน", "ปี", "รายการ", "ปริมาณ", "หน่วย", "สี"]
    assert (found.missing, found.problem) == ([], None) and set(found.roles) == set(ROLES)
    assert (found.roles["period"], found.roles["quantity"], found.roles["note"]) == (
        "เดือน + ปี",
        "ปริมาณ",
        None,
    )
    assert found.as_mapping().as_json()["roles"]["period"] == {"columns": ["เดือน", "ปี"]}


def test_what_is_missing_is_named(vocabulary):
    found = suggest("เดือน,หน่วยไฟฟ้า\n".encode(), vocabulary)
    assert (found.headings, found.missing) == (["เดือน", "หน่วยไฟฟ้า"], ["activity", "quantity", "unit"])
    assert (found.roles["period"], found.problem.code) == ("เดือน", "missing-role")


def test_a_stored_mapping_is_shown_again(vocabulary):
    stored = ColumnMapping.from_json({"roles": {"unit": {"constant": "kWh"}, "quantity": {"column": "b"}}})
    found = suggest(b"date,activity,b\n", vocabulary, stored)
    assert (found.missing, found.problem, found.roles["quantity"]) == ([], None, "b")
    assert found.as_mapping().as_json()["roles"]["unit"] == {"constant": "kWh"}


def test_two_headings_for_one_role_are_a_problem_with_all_headings_shown(vocabulary):
    found = suggest(b"date,activity,quantity,amount,unit\n", vocabulary)
    assert (found.problem.code, len(found.headings)) == ("duplicate-role", 5)


def test_a_head_may_end_anywhere(vocabulary):
    data = "เดือน,รายการ,ปริมาณ,หน่วย\nม.ค. 2567,ไฟฟ้า,1,หน่วย\n".encode()
    heading = len("เดือน,รายการ,ปริมาณ,หน่วย\n".encode())
    assert {suggest(data[:end], vocabulary).problem for end in range(heading, len(data))} == {None}


def test_bad_content_is_a_problem_and_never_an_exception(vocabulary):
    heads = [b"", b"%PDF-1.4", b"\xff\xfe\x00", b"a\xff\xfe", b"\n\n", b'"', b"\x00" * 50]
    assert all(suggest(head, vocabulary).problem is not None for head in heads)


def test_every_suggested_role_has_a_reason_in_both_languages(vocabulary):
    rows = "ม.ค. 2567,ไฟฟ้า,100,kWh\nก.พ. 2567,ไฟฟ้า,x,kWh\n"
    found = suggest(("เดือน,รายการ,ปริมาณ (หน่วย),หน่วยนับ\n" + rows).encode(), vocabulary)
    assert set(found.reasons) == {"period", "activity", "quantity", "unit"}
    assert "months of 2024" in found.reasons["period"].en and "เดือนของปี 2567" in found.reasons["period"].th
    assert "units, such as kWh" in found.reasons["unit"].en
    assert (
        found.reasons["quantity"].en == "The heading “ปริมาณ (หน่วย)” means quantity"
    )  # half of it is no number


def test_rows_suggest_columns_whose_headings_say_nothing_and_decide_nothing(vocabulary):
    rows = "".join(
        f"{month} 2567,ไฟฟ้า,{100 + at},kWh,x{at}\n" for at, month in enumerate(["ม.ค.", "ก.พ.", "มี.ค."])
    )
    found = suggest(("A,B,C,D,E\n" + rows).encode(), vocabulary)
    assert {role: source.columns for role, source in found.guesses.items()} == {
        "period": ("A",), "activity": ("B",), "quantity": ("C",), "unit": ("D",),
    }  # fmt: skip
    assert (found.sources, found.problem.code) == ({}, "missing-role")
    assert (
        found.reasons["quantity"].en
        == "Column “C”: 3 of the first 3 cells are numbers, such as 100, 101, 102"
    )


JANUARY_TO_MARCH = {"ม.ค.": "2024-01", "ก.พ.": "2024-02", "มี.ค.": "2024-03"}
WIDE_HEADS = {
    "months with their year": ("อาคาร,ม.ค. 2567,กุมภาพันธ์ 2567,Mar 2024,รวม\n", 1, ["2024-01", "2024-02", "2024-03"]),
    "a year in the title": ("การใช้ไฟฟ้า ปี ๒๕๖๗\nอาคาร,ม.ค.,ก.พ.,มี.ค.,รวม\n", 2, [*JANUARY_TO_MARCH.values()]),
    "a year in a heading": ("อาคาร (2567),มกราคม,กุมภาพันธ์,มีนาคม\n", 1, [*JANUARY_TO_MARCH.values()]),
    "a fiscal year": ("ปีงบประมาณ 2567\nอาคาร,ต.ค.,พ.ย.,ม.ค.,ก.ย.,รวม\n", 2, ["2023-10", "2023-11", "2024-01", "2024-09"]),
    "in the order of a fiscal year": ("ปี 2567\nอาคาร,ต.ค.,พ.ย.,ธ.ค.,ม.ค.\n", 2, ["2023-10", "2023-11", "2023-12", "2024-01"]),
    "no year": ("อาคาร,ม.ค.,ก.พ.,มี.ค.\n", 1, []),
    "two years": ("2566 2567\nอาคาร,ม.ค.,ก.พ.,มี.ค.\n", 2, []),
    "two columns for each month": ("a,ม.ค. 2567,ก.พ. 2567,มี.ค. 2567,01/2567\n", 1, []),
}  # fmt: skip


@pytest.mark.parametrize("case", WIDE_HEADS)
def test_month_columns_are_suggested_with_their_periods(vocabulary, case):
    text, header_row, periods = WIDE_HEADS[case]
    found = suggest(text.encode(), vocabulary, ColumnMapping(header_row=header_row))
    assert list(found.wide.values()) == periods and "รวม" not in found.wide
    assert found.reasons["wide"].th and found.reasons["wide"].en


def test_a_suggested_wide_table_computes_as_it_says(vocabulary, read):
    text = "ปีงบประมาณ 2567\nรายการ,หน่วย,ต.ค.,พ.ย.,ธ.ค.,รวม\nไฟฟ้า,kWh,1,2,3,6\n"
    found = suggest(text.encode(), vocabulary, ColumnMapping(header_row=2))
    outcome = read(text, {"header_row": 2, "wide": {"columns": dict(found.wide), "value": "quantity"}})
    assert [str(record.key.period_start) for record in outcome.records] == [
        "2023-10-01",
        "2023-11-01",
        "2023-12-01",
    ]


def test_a_title_above_the_headings_is_noticed(vocabulary):
    text = "รายงานการใช้พลังงาน\n\nเดือน,รายการ,ปริมาณ,หน่วย\nม.ค. 2567,ไฟฟ้า,1,kWh\n"
    found = suggest(text.encode(), vocabulary)
    assert (found.header_row, found.problem.code) == (3, "missing-role")
    assert suggest(text.encode(), vocabulary, ColumnMapping(header_row=3)).problem is None


def test_a_stored_file_is_a_text_or_a_workbook(vocabulary, tmp_path):
    path = tmp_path / "stored"
    path.write_text("เดือน,รายการ,ปริมาณ,หน่วย\nม.ค. 2567,ไฟฟ้า,1,kWh\n" * 20_000, encoding="utf-8")
    assert suggest_file(path, vocabulary).problem is None
    pytest.importorskip("python_calamine")
    workbooks = runpy.run_path(str(Path(__file__).with_name("test_reading_workbooks.py")))
    path.write_bytes(workbooks["one_sheet"](workbooks["GOOD"]))
    found = suggest_file(path, vocabulary)
    assert (found.problem, found.headings[:2]) == (
        None,
        ["period", "activity"],
    ) and "numbers" in found.reasons["quantity"].en
    path.write_bytes(b"PK\x03\x04" + bytes(90))
    assert suggest_file(path, vocabulary).problem.code == "workbook-damaged"
    assert suggest_file(tmp_path / "none", vocabulary).problem.code == "source-unreadable"


def test_the_head_of_a_workbook_asks_to_save_it_first(vocabulary):
    assert (
        suggest(b"PK\x03\x04" + b"\x00" * 20 + b"xl/workbook.xml", vocabulary).problem.code
        == "workbook-not-seen"
    )


def test_reasons_never_repeat_an_identity_number(vocabulary):
    found = suggest(b"a,b,c\n1101700230708,x,y\n1101700230708,x,y\n", vocabulary)
    assert found.guesses["quantity"].columns == ("a",) and "1101700230708" not in str(found.reasons)
