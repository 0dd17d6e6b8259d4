"""An input as a typed table: what its columns are, and that every cell's text can be had back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.numbers import NUMBER_MARK
from ckanext.khonkaencarbon.footprint.reading.published import PublishedTable, read_published
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย"


def table(folder: Path, text: str, mapping: ColumnMapping | None = None) -> PublishedTable:
    path = folder / "activity.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return read_published(path, mapping, load_vocabulary())


def column(found: PublishedTable, name: str) -> list[str]:
    at = [one.id for one in found.columns].index(name)
    return [row[at] for row in found.rows()]


# further column, its cells: type of the column, values, and whether the text stands beside it
FREE_COLUMNS = {
    "plain numbers": ("จำนวนคน", ["3", "12", ""], "numeric", ["3", "12", ""], False),
    "numbers keep their decimals": ("จำนวนคน", ["3.10", "12"], "numeric", ["3.10", "12"], True),
    "more digits than a float has": (
        "จำนวนคน",
        ["1234567890.123456"],
        "numeric",
        ["1234567890.123456"],
        True,
    ),
    "decimals": ("จำนวนคน", ["3.14", "-0.5"], "numeric", ["3.14", "-0.5"], False),
    "thousands are numbers": ("จำนวนคน", ["1,200", "3"], "numeric", ["1200", "3"], True),
    "Thai digits are numbers": ("จำนวนคน", ["๑๒", "3"], "numeric", ["12", "3"], True),
    "no figure is nothing": ("จำนวนคน", ["-", "3"], "numeric", ["", "3"], True),
    "a meter is no number": ("มิเตอร์ที่อ่าน", ["0123", "45"], "text", ["0123", "45"], False),
    "a telephone is no number": ("โทร", ["0812345678"], "text", ["0812345678"], False),
    "words are text": ("ผู้บันทึก", ["สมชาย", "12"], "text", ["สมชาย", "12"], False),
    "days are dates": ("วันที่อ่าน", ["31/1/2567", "2024-02-29"], "date", ["2024-01-31", "2024-02-29"], True),
    "ISO days need no second column": ("วันที่อ่าน", ["2024-01-31"], "date", ["2024-01-31"], False),
    "no such day is text": ("วันที่อ่าน", ["29/2/2566"], "text", ["29/2/2566"], False),
    "blanks stay": ("ผู้บันทึก", ["  ก ข "], "text", ["  ก ข "], False),
    "formulas stay": ("ผู้บันทึก", ["=1+1"], "text", ["=1+1"], False),
}


@pytest.mark.parametrize("name", FREE_COLUMNS)
def test_a_column_is_what_all_its_cells_are(tmp_path: Path, name: str) -> None:
    heading, cells, kind, values, beside = FREE_COLUMNS[name]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*HEADINGS.split(","), heading])
    writer.writerows(["มกราคม 2567", "ไฟฟ้า", "1", "kWh", cell] for cell in cells)
    found = table(tmp_path, text.getvalue())
    mine = [one for one in found.columns if heading in one.label.th]
    assert (mine[0].kind, column(found, mine[0].id)) == (kind, values)
    assert [column(found, one.id) for one in mine[1:]] == ([cells] if beside else [])


def test_a_quantity_is_a_number_although_one_cell_is_not(tmp_path: Path) -> None:
    found = table(tmp_path, f'{HEADINGS}\nม.ค. 2567,ไฟฟ้า,"1,000",kWh\nก.พ. 2567,ไฟฟ้า,1O0,kWh\n')
    assert column(found, "quantity") == ["1000", ""]
    assert column(found, "quantity_published") == ["1,000", "1O0"]


def test_a_month_stays_text_and_gets_its_days(tmp_path: Path) -> None:
    found = table(tmp_path, f"{HEADINGS}\nก.พ. 2567,ไฟฟ้า,1,kWh\nรวม,ไฟฟ้า,1,kWh\n")
    assert column(found, "period") == ["ก.พ. 2567", "รวม"]
    assert column(found, "period_first_day") == ["2024-02-01", ""]
    assert column(found, "period_last_day") == ["2024-02-29", ""]


def test_month_and_year_in_two_columns_make_one_period(tmp_path: Path) -> None:
    found = table(tmp_path, "ปี,เดือน,รายการ,ปริมาณ,หน่วย\n2567,กุมภาพันธ์,ไฟฟ้า,1,kWh\n")
    assert (column(found, "period_month"), column(found, "period_year")) == (["กุมภาพันธ์"], ["2567"])
    assert column(found, "period_last_day") == ["2024-02-29"]


def test_months_side_by_side_are_numbers_under_their_month(tmp_path: Path) -> None:
    wide = {"columns": {"ม.ค. 2567": "2024-01", "ก.พ. 2567": "2024-02"}, "value": "quantity"}
    roles = {"activity": {"column": "รายการ"}, "unit": {"constant": "kWh"}}
    found = table(
        tmp_path,
        "รายการ,ม.ค. 2567,ก.พ. 2567\nไฟฟ้า,10,\n",
        ColumnMapping.from_json({"roles": roles, "wide": wide}),
    )
    assert [(one.id, one.kind) for one in found.columns][1:] == [
        ("month_column_2024_01", "numeric"),
        ("month_column_2024_02", "numeric"),
    ]
    assert list(found.rows()) == [["ไฟฟ้า", "10", ""]]


def test_a_row_that_does_not_fit_is_there_as_a_whole(tmp_path: Path) -> None:
    found = table(tmp_path, f'{HEADINGS}\nม.ค. 2567,ไฟฟ้า,1,kWh,เกิน\nก.พ. 2567,ไฟฟ้า,"2,kWh\n')
    assert column(found, "rest_of_row") == ["ม.ค. 2567,ไฟฟ้า,1,kWh,เกิน", 'ก.พ. 2567,ไฟฟ้า,"2,kWh']


def test_names_are_ascii_unique_and_free(tmp_path: Path) -> None:
    found = table(
        tmp_path, f"{HEADINGS},oid,หมายเลข,Head count,period_first_day\nม.ค. 2567,ไฟฟ้า,1,kWh,1,2,3,4\n"
    )
    names = [one.id for one in found.columns]
    assert names == [
        "period", "activity", "quantity", "unit", "column_5", "column_6", "head_count", "column_8",
        "period_first_day", "period_last_day",
    ]  # fmt: skip


def test_a_heading_is_the_label_in_its_language_and_the_role_in_the_other(tmp_path: Path) -> None:
    found = table(tmp_path, "period,รายการ,ปริมาณ,หน่วย\n2024-01,ไฟฟ้า,1,kWh\n")
    labels = {one.id: one.label.as_json() for one in found.columns}
    assert labels["period"] == {"th": "ช่วงเวลา", "en": "period"}
    assert labels["activity"] == {"th": "รายการ", "en": "Activity"}


# not the control character with which the reader marks number cells of workbooks
CELLS = st.text(
    st.characters(blacklist_characters=f"\x00\r\n{NUMBER_MARK}", blacklist_categories=["Cs"]), max_size=12
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6))
def test_every_cell_can_be_had_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, ...]]
) -> None:
    """Whatever stands in a cell: the column's own text, or the one beside it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["period", "activity", "quantity", "unit", "a", "b", "c"])
    writer.writerows(["2024-01", "x", "1", "kWh", *row] for row in cells)
    found = table(tmp_path_factory.mktemp("t"), text.getvalue())
    names = [one.id for one in found.columns]
    for name, given_cells in zip("abc", zip(*cells, strict=True), strict=True):
        beside = f"{name}_published"
        assert column(found, beside if beside in names else name) == list(given_cells)
