# ruff: noqa: E501 - parts of workbooks
"""Workbooks: read as the same table in CSV would be, and nothing a workbook does reaches this process."""

import io
import json
import random
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.reading import sheet as sheet_module

pytest.importorskip("python_calamine")

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DATE_STYLE = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
HEAD = ["period", "activity", "quantity", "unit", "organisation", "note"]
GOOD = ["2024-01", "electricity-grid", 100, "kWh", "เทศบาล", ""]


def cell(reference, value):
    """A cell's XML; a tuple is (type, XML inside)."""
    if isinstance(value, tuple):
        kind, inside = value
        return f'<c r="{reference}"{kind}>{inside}</c>'
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{reference}"><v>{value!r}</v></c>'


def sheet_xml(rows, after="", row_attributes=None):
    """Rows from row 1; None is an absent cell, an empty list an absent row."""
    made = []
    for at, row in enumerate(rows, 1):
        cells = "".join(
            cell(f"{chr(65 + column)}{at}", v) for column, v in enumerate(row) if v not in (None, "")
        )
        made.append(f'<row r="{at}"{(row_attributes or {}).get(at, "")}>{cells}</row>' if row else "")
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(made)}</sheetData>{after}</worksheet>'


def workbook(*sheets, states=(), extra=None, compression=zipfile.ZIP_DEFLATED):
    """A workbook of (name, XML of the sheet)."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"{dict(enumerate(states)).get(at - 1, "")}/>'
        for at, (name, _) in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    relations += f'<Relationship Id="rIdS" Type="{OFFICE}/styles" Target="styles.xml"/>'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        "xl/styles.xml": DATE_STYLE,
        **{f"xl/worksheets/sheet{at}.xml": xml for at, (_, xml) in enumerate(sheets, 1)},
        **(extra or {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def one_sheet(*rows, **how):
    return workbook(("ข้อมูล", sheet_xml([HEAD, *rows], **how)))


def test_a_sheet_reads_as_its_csv_does(read):
    found = read(one_sheet(GOOD, [], ["ม.ค. 2567", "ไฟฟ้า", 2.5, "MWh", "อบต.", "a\nb"]), name="a.xlsx")
    plain = read(
        "period,activity,quantity,unit,organisation,note\n2024-01,electricity-grid,100,kWh,เทศบาล,\n\nม.ค. 2567,ไฟฟ้า,2.5,MWh,อบต.,a b\n"
    )
    assert found.records == plain.records and found.codes == plain.codes == ["rows-skipped"]
    assert found.table.description.encoding == "xlsx"
    assert (found.table.mapping.sheet, found.table.mapping.encoding, found.table.mapping.delimiter) == (
        "ข้อมูล",
        None,
        None,
    )


def test_the_line_is_the_row_of_the_sheet_and_headings_may_stand_lower(read):
    rows = [[], ["รายงาน"], [], HEAD, GOOD, [], ["x", "ไฟฟ้า", 1, "kWh"]]
    outcome = read(workbook(("a", sheet_xml(rows))), {"header_row": 4}, name="a.xlsx")
    fault = next(found for found in outcome.log.listed if found.code == "period-error")
    assert (len(outcome.records), fault.record, fault.line) == (1, 2, 7)


NUMBERS = {
    "0.30000000000000004": "0.3", "1234567890123456": None, "1E-7": "0.0000001", "0.333333333333333314": "0.333333333333333",
    "1.1": "1.1", "100": "100", "1.5E3": "1500", "-0": "0", "999999999999999": "999999999999999",
    "12345.678901234567": "12345.6789012346",
}  # fmt: skip


@pytest.mark.parametrize("stored", NUMBERS)
def test_a_number_cell_is_the_shortest_decimal_of_15_digits(read, stored):
    outcome = read(one_sheet([*GOOD[:2], ("", f"<v>{stored}</v>"), "kWh"]), name="a.xlsx")
    wanted = NUMBERS[stored]
    if wanted is None:
        assert outcome.one.code == "number-too-large"
    else:
        assert [record.quantity for record in outcome.records] == [Decimal(wanted)]


def test_text_with_too_many_decimals_is_refused_in_a_workbook_too(read):
    outcome = read(one_sheet([*GOOD[:2], "0.3333333333", "kWh"]), name="a.xlsx")
    assert outcome.codes == ["number-decimals"]


@pytest.mark.parametrize("era", ["auto", "be", "ce"])
def test_date_cells_are_dates_in_every_declared_era_and_2567_is_buddhist(read, era):
    def serial(day):
        return (' s="1"', f"<v>{(day - date(1899, 12, 30)).days}</v>")

    rows = [[serial(day), *GOOD[1:]] for day in (date(2024, 1, 15), date(2567, 1, 16))]
    outcome = read(one_sheet(*rows), {"era": era}, name="a.xlsx")
    assert {str(record.key.period_start) for record in outcome.records} == {"2024-01-01"}
    assert (len(outcome.records), outcome.one.code, outcome.one.column, outcome.one.line) == (
        2, "date-cells-buddhist", "period", 3,
    )  # fmt: skip


def test_days_may_be_counted_from_1904(read, tmp_path):
    """As older Macs did: the same serial is four years and a day later."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (HEAD, [date(2024, 5, 1), *GOOD[1:]]):
        book.active.append(row)
    book.save(tmp_path / "mac.xlsx")
    outcome = read((tmp_path / "mac.xlsx").read_bytes(), name="mac.xlsx")
    assert [str(record.key.period_start) for record in outcome.records] == ["2024-05-01"]


def test_errors_and_formulas_without_a_value_refuse_their_rows(read):
    rows = [
        [*GOOD[:2], (' t="e"', "<f>1/0</f><v>#DIV/0!</v>"), "kWh"],
        [*GOOD[:2], ("", "<f>SUM(C2:C3)</f>"), "kWh"],
        [*GOOD[:2], ("", "<f>2+3</f><v>5</v>"), "kWh"],
        [(' t="e"', "<v>#N/A</v>"), *GOOD[1:]],
        [*GOOD[:4], (' t="e"', "<f>[1]a!A1</f><v>#REF!</v>")],
        [*GOOD[:4], (' t="str"', '<f>IF(1,"","")</f><v></v>')],
    ]
    outcome = read(one_sheet(*rows), name="a.xlsx")
    found = [(one.line, one.column, one.code) for one in outcome.log.listed if one.severity == "error"]
    assert found == [
        (2, "quantity", "cell-error"), (3, "quantity", "formula-without-value"), (5, "period", "cell-error"),
        (6, "organisation", "cell-error"),
    ]  # fmt: skip
    assert [record.quantity for record in outcome.records] == [5, 100]


def test_the_sheet_is_the_named_one_or_the_first_that_is_not_hidden(read):
    other = [*GOOD[:2], 7, "kWh"]
    book = workbook(
        ("ซ่อน", sheet_xml([HEAD, other])), ("Data & more".replace("&", "&amp;"), sheet_xml([HEAD, GOOD])), ("ข", sheet_xml([HEAD, other])),
        states=(' state="hidden"',),
    )  # fmt: skip
    first = read(book, name="a.xlsx")
    assert ([record.quantity for record in first.records], first.one.code) == ([100], "sheets-not-read")
    assert first.one.value == "Data & more" and not first.log.needs_decision
    hidden = read(book, {"sheet": "ซ่อน"}, name="a.xlsx")
    assert [record.quantity for record in hidden.records] == [7] and "sheet-hidden" in hidden.codes
    missing = read(book, {"sheet": "Sheet1"}, name="a.xlsx")
    assert missing.refusal.code == "sheet-missing" and "Data & more" in missing.refusal.expected.en
    again = read(book, first.table.mapping.as_json(), name="a.xlsx")
    assert again.records == first.records and again.table.mapping == first.table.mapping


def test_merged_and_hidden_cells_macros_and_links_are_named(read):
    after = '<mergeCells count="1"><mergeCell ref="E2:F2"/></mergeCells>'
    xml = sheet_xml([HEAD, GOOD, GOOD], after, {3: ' hidden="1"'})
    extra = {"xl/vbaProject.bin": b"\x00", "xl/externalLinks/externalLink1.xml": "<x/>"}
    outcome = read(workbook(("a", xml), extra=extra), name="a.xlsm")
    assert sorted(outcome.codes) == [
        "cells-merged",
        "duplicate-row",
        "rows-hidden",
        "workbook-extras",
        "workbook-extras",
    ]


@pytest.mark.parametrize(
    ("name", "code"), [("a.csv", "extension-mismatch-workbook"), ("a.xlsx", None), ("a.XLSM", None)]
)
def test_content_decides_and_a_wrong_name_is_a_remark(read, name, code):
    outcome = read(one_sheet(GOOD), name=name)
    assert (outcome.codes, len(outcome.records)) == ([code] if code else [], 1)


FAR = f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{{}}1048576"><v>1</v></c></row></sheetData></worksheet>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def renamed(data, name, other):
    return data.replace(name.encode(), other.encode())


def with_flag(data):
    """Every entry says that it is encrypted."""
    made = bytearray(data)
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = made.find(sign)
        while place >= 0:
            made[place + at] |= 1
            place = made.find(sign, place + 4)
    return bytes(made)


def overlapping(data):
    """Two entries of the directory point at the same content."""
    made = bytearray(data)
    first = made.find(b"PK\x01\x02")
    second = made.find(b"PK\x01\x02", first + 4)
    made[second + 42 : second + 46] = made[first + 42 : first + 46]
    return bytes(made)


REFUSED = {
    "a cell in the last column and row": (lambda: workbook(("a", FAR.format("XFD"))), "too-many-columns"),
    "a cell in the last row of the widest table": (lambda: workbook(("a", FAR.format("IV"))), "workbook-too-large"),
    "600 MB of zeros": (lambda: workbook(("a", "0" * (600 << 20))), "workbook-archive"),
    "a ratio of 1000": (lambda: workbook(("a", "0" * (20 << 20))), "workbook-archive"),
    "2,000 entries": (lambda: workbook(("a", "<x/>"), extra={f"xl/{at}": "" for at in range(2000)}), "workbook-archive"),
    "a name that leaves the archive": (lambda: workbook(("a", sheet_xml([HEAD])), extra={"../x": ""}), "workbook-archive"),
    "an absolute name": (lambda: workbook(("a", sheet_xml([HEAD])), extra={"/etc/x": ""}), "workbook-archive"),
    "two entries of one name": (lambda: renamed(workbook(("a", sheet_xml([HEAD])), extra={"xl/aaaaaa.xml": ""}), "xl/aaaaaa.xml", "xl/styles.xml"), "workbook-archive"),
    "overlapping entries": (lambda: overlapping(one_sheet(GOOD)), "workbook-archive"),
    "encrypted entries": (lambda: with_flag(one_sheet(GOOD)), "workbook-password"),
    "cut in half": (lambda: one_sheet(GOOD)[:900], "workbook-damaged"),
    "no sheet part": (lambda: renamed(one_sheet(GOOD), "worksheets/sheet1", "worksheets/sheet9"), "workbook-damaged"),
    "broken XML": (lambda: workbook(("a", sheet_xml([HEAD, GOOD])[:-60])), "workbook-damaged"),
    "entities": (lambda: workbook(("a", BOMB + sheet_xml([HEAD, GOOD]))), "workbook-damaged"),
    "257 columns": (lambda: workbook(("a", f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="IW1"><v>1</v></c></row></sheetData></worksheet>')), "too-many-columns"),
    "an empty sheet": (lambda: workbook(("a", sheet_xml([]))), "source-error"),
    "headings alone": (lambda: one_sheet(), "no-data-rows"),
    "a Word document": (lambda: renamed(one_sheet(GOOD), "xl/workbook.xml", "word/docum1.xml"), "format-error"),
    "only the end of an archive": (lambda: b"PK\x05\x06" + bytes(18), "format-error"),
    "a directory that lies": (lambda: one_sheet(GOOD)[:-12] + struct.pack("<LLH", 50, 2**31, 0), "workbook-damaged"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_ordinary_workbook_is_refused_in_little_memory(read, case):
    make, code = REFUSED[case]
    data = make()
    tracemalloc.start()
    outcome = read(data, name="a.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.refusal.code == code and outcome.log.by_code == {code: 1}
    assert outcome.refusal.fix.th and outcome.refusal.fix.en and outcome.refusal.input == "a.xlsx"
    assert peak < 64_000_000


def test_a_damaged_byte_anywhere_gives_the_same_figures_or_a_finding(read):
    data, randomness = one_sheet(GOOD, GOOD), random.Random(7)  # noqa: S311 - no secret
    for at in randomness.sample(range(len(data)), 120):
        broken = data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]
        outcome = read(broken, name="a.xlsx")
        assert outcome.refusal or outcome.log.has_errors or {r.quantity for r in outcome.records} == {100}, at


@pytest.mark.parametrize("limits", [{"cells": 5}, {"wall": 0}, {"memory": 1 << 24}])
def test_more_than_the_limits_is_a_finding(read, monkeypatch, limits):
    small = sheet_module.Limits(**limits)
    monkeypatch.setattr(sheet_module, "Limits", lambda: small)
    assert read(one_sheet(GOOD), name="a.xlsx").refusal.code == "workbook-too-large"


def test_without_the_reader_the_remedy_is_named(read, monkeypatch, tmp_path):
    child = tmp_path / "child.py"
    source = sheet_module._CHILD.read_text(encoding="utf-8")
    child.write_text(source.replace("python_calamine", "no_such_module"), encoding="utf-8")
    monkeypatch.setattr(sheet_module, "_CHILD", child)
    found = read(one_sheet(GOOD), name="a.xlsx").refusal
    assert found.code == "workbook-reader-missing" and "[sheet]" in found.fix.en and "CSV" in found.fix.th


def test_the_core_does_not_import_the_reader():
    code = "import sys, ckanext.khonkaencarbon.footprint.command; sys.exit('python_calamine' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_command_computes_a_workbook(tmp_path):
    (tmp_path / "bill.xlsx").write_bytes(one_sheet(GOOD))
    assert main(["compute", str(tmp_path / "bill.xlsx"), "--out", str(tmp_path / "out")]) == 0
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    assert summary["totals"]["co2e_kg"] == "49.99" and summary["inputs"][0]["encoding"] == "xlsx"
    assert summary["mapping"][0]["sheet"] == "ข้อมูล"
