"""What an officer's file looks like, and what happens to it."""

import gzip
from decimal import Decimal

import pytest

HEAD = "period,activity,quantity,unit\n"
GOOD = "2024-01,electricity-grid,100,kWh\n"
THAI = "เดือน,รายการ,ปริมาณ,หน่วย\nม.ค. 2567,ไฟฟ้า,100,หน่วย\n"
ZIP = b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00[Content_Types].xml \xa2\x04"

REFUSED_FILES = {
    "empty": (b"", "source-error"),
    "only a byte order mark": (b"\xef\xbb\xbf", "source-error"),
    "only blank lines": (b"\n\n ,,\n", "source-error"),
    "headings alone": (HEAD, "no-data-rows"),
    "headings and a total": (HEAD + "รวม,,5,\n", "no-data-rows"),
    "a workbook cut off": (ZIP, "workbook-damaged"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "format-error"),
    "PDF": (b"%PDF-1.7\n", "format-error"),
    "gzip": (gzip.compress(b"a,b"), "format-error"),
    "web page saved as .xls": (b"\n<html><table><tr><td>1</td></tr></table></html>", "format-error"),
    "JSON": (b'[{"period": "2024"}]', "format-error"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(20), "format-error"),
    "one broken byte in UTF-8": ((THAI * 3).encode()[:-1] + b"\xff\n", "encoding-error"),
    "zero bytes in no pattern": (b"a,b\n1,\x00\x01\x02\xff,\n", "encoding-error"),
    "headings that mean nothing": ("a,b,c\n1,2,3\n", "missing-role"),
    "no unit anywhere": ("period,activity,quantity\n2024,electricity,5\n", "missing-role"),
    "the same heading twice": ("period,activity,quantity,unit,unit\n", "duplicate-label"),
    "two headings for one role": ("period,activity,quantity,ปริมาณ,unit\n", "duplicate-role"),
    "an end without a start": ("period_end,activity,quantity,unit\n", "missing-role"),
    "257 columns": (HEAD.strip() + ",x" * 253 + "\n", "too-many-columns"),
    "an identity number": (HEAD.strip() + ",note\n" + GOOD.strip() + ",1101700230708\n", "personal-id"),
}


@pytest.mark.parametrize("case", REFUSED_FILES)
def test_a_file_that_cannot_be_used_says_why_in_both_languages(read, case):
    content, code = REFUSED_FILES[case]
    outcome = read(content)
    assert (outcome.refusal.code, outcome.log.by_code[code]) == (code, 1)
    assert outcome.refusal.fix.th and outcome.refusal.fix.en and outcome.refusal.input == "table.csv"
    assert outcome.log.has_errors


USED_FILES = {
    "plain": HEAD + GOOD,
    "byte order mark": "\ufeff" + HEAD + GOOD,
    "declared semicolon": "sep=;\n" + (HEAD + GOOD).replace(",", ";"),
    "semicolons": (HEAD + GOOD).replace(",", ";"),
    "tabs": (HEAD + GOOD).replace(",", "\t"),
    "bars": (HEAD + GOOD).replace(",", "|"),
    "carriage returns": (HEAD + GOOD).replace("\n", "\r"),
    "Windows line ends": (HEAD + GOOD).replace("\n", "\r\n"),
    "no line end at the end": HEAD + GOOD.strip(),
    "everything quoted": (HEAD + GOOD).replace(",", '","').replace("\n", '"\n"').join('""')[:-2],
    "Thai headings and words": THAI,
    "headings in capitals with blanks": " PERIOD ,\u00a0Activity, Quantity , UNIT \n" + GOOD,
    "blank columns at the end": "period,activity,quantity,unit,,\n2024-01,electricity,100,kWh,,\n",
    "unit in the heading": "period,activity,quantity (MWh)\n2024-01,electricity,0.1\n",
    "blank first line": "\n" + HEAD + GOOD,
    "month and year": "ปี,เดือน,กิจกรรม,จำนวน,หน่วย\n2567,1,ไฟฟ้า,100,kWh\n",
    "fiscal year and month": "ปีงบประมาณ,เดือน,กิจกรรม,จำนวน,หน่วย\n2567,มกราคม,ไฟฟ้า,100,kWh\n",
    "start and end": "period_start,period_end,activity,quantity,unit\n1/1/2567,31/1/2567,ไฟฟ้า,100,kWh\n",
}


@pytest.mark.parametrize("case", USED_FILES)
def test_a_readable_file_needs_no_mapping(read, case):
    outcome = read(USED_FILES[case])
    assert outcome.refusal is None and not outcome.log.has_errors and not outcome.log.needs_decision
    (record,) = outcome.records
    assert [str(part) for part in record.key[:3]] == ["2024-01-01", "2024-01-31", "electricity-grid"]
    assert (record.key.unit, record.quantity) == ("kWh", Decimal(100))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp874", "tis-620"]
)
def test_every_encoding_of_the_ladder_gives_the_same_record(read, encoding):
    outcome = read(THAI, encoding=encoding)
    assert [record.quantity for record in outcome.records] == [100]
    assert outcome.records[0].key.activity == "electricity-grid"
    assumed = ["encoding-assumed"] if encoding in ("cp874", "tis-620") else []
    assert outcome.codes == assumed


def test_a_wrong_name_is_a_remark_only(read):
    outcome = read(HEAD + GOOD, name="table.xlsx")
    assert (outcome.one.code, len(outcome.records), outcome.log.has_errors) == (
        "extension-mismatch",
        1,
        False,
    )


def test_an_unknown_column_is_named_and_ignored(read):
    outcome = read("period,activity,quantity,unit,สี\n2024,electricity,5,kWh,แดง\n")
    assert (outcome.one.code, outcome.one.column, len(outcome.records)) == ("extra-label", "สี", 1)


def test_counts_leave_out_what_is_no_data(read):
    rows = ["รวม,,9,kWh", "2024-01,Total,9,kWh", "", ",,,", " , ,,", HEAD.strip(), "x,electricity,1,kWh"]
    outcome = read(HEAD + GOOD + "\n".join(rows) + "\n")
    counts = outcome.table.counts
    assert (counts.read, counts.used, counts.refused) == (2, 1, 1)
    assert outcome.codes == ["period-error", "rows-skipped"]
    fault, skipped = outcome.log.listed
    assert (fault.record, fault.line) == (5, 9)  # total rows and repeated headings take numbers
    assert "3 blank, 2 total rows, 1 repeated" in skipped.fix.en


def test_words_of_the_mapping_add_to_the_total_words(read):
    mapping = {"total_words": ["สรุป"]}
    outcome = read(HEAD + GOOD + "สรุปทั้งปี,,9,\nรวม,,9,\n", mapping)
    assert (outcome.table.counts.read, len(outcome.records)) == (1, 1)


def test_a_note_or_an_organisation_makes_no_total(read):
    outcome = read(HEAD.strip() + ",organisation,note\n" + GOOD.strip() + ",รวมใจ,total\n")
    assert [record.key.organisation for record in outcome.records] == ["รวมใจ"]


def test_refused_rows_add_their_readable_quantity(read):
    rows = "x,electricity,1.5,MWh\n2024,electricity,7,kWh\n2024-13,electricity,2,kWh\nx,electricity,y,kWh\n"
    outcome = read(HEAD + rows)
    assert outcome.table.refused.quantity == {("electricity-grid", "kWh"): Decimal(1502)}
    assert outcome.table.refused.by_code == {"period-error": 2, "period-impossible": 1}
    assert sum(outcome.table.refused.by_code.values()) == outcome.table.counts.refused


def test_findings_are_all_counted_and_listed_up_to_a_thousand(read):
    outcome = read(HEAD + "x,electricity,1,kWh\n" * 1500)
    assert outcome.log.by_code == {"period-error": 1500}
    assert len(outcome.log.listed) == 1000
