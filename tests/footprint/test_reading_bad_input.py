# ruff: noqa: E501 - tables in one line
"""Bad input, one row each, sent to the command as a person would: a figure or a finding, never a traceback."""

import gzip
import io
import json
import random
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ckanext.khonkaencarbon.footprint.command import main

HEAD = "period,activity,quantity,unit,organisation,note\n"
GOOD = "2024-01,electricity-grid,100,kWh,เทศบาล,\n"
TABLE = HEAD + GOOD
ARABIC = "١٠٠"


def workbooks():
    return runpy.run_path(str(Path(__file__).with_name("test_reading_workbooks.py")))


def a_zip_of(name):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, TABLE)
    return made.getvalue()


def row(text):
    return HEAD + text + "\n" + GOOD.replace("2024-01", "2024-02")


# what -> content, exit status, codes that must be found (none = the file is as good as clean)
CASES = {
    "A01 nothing": (b"", 2, {"source-error"}),
    "A01 a byte order mark": (b"\xef\xbb\xbf", 2, {"source-error"}),
    "A01 blank lines": ("\n\n \n", 2, {"source-error"}),
    "A01 headings": (HEAD, 2, {"no-data-rows"}),
    "A02 a byte order mark before the headings": ("\ufeff" + TABLE, 0, set()),
    "A03 cp874": (TABLE.encode("cp874"), 0, {"encoding-assumed"}),
    "A03 tis-620": (TABLE.encode("tis-620"), 0, {"encoding-assumed"}),
    "A04 UTF-16 with a mark": (TABLE.encode("utf-16"), 0, set()),
    "A04 UTF-16 without": (TABLE.encode("utf-16-be"), 0, set()),
    "A04 UTF-16 cut off": (TABLE.encode("utf-16")[:-1], 2, {"encoding-error"}),
    "A05 two encodings in one file": (TABLE.encode() * 3 + GOOD.encode("cp874"), 2, {"encoding-error"}),
    "A05 a lone surrogate": (TABLE.encode() + b"\xed\xa0\x80", 2, {"encoding-error"}),
    "A06 Latin text": (TABLE.replace("เทศบาล", "Café").encode("latin-1"), 1, {"encoding-doubtful"}),
    "A06 Shift-JIS": (TABLE.replace("เทศบาล", "東京電力").encode("shift-jis"), 2, {"encoding-error"}),
    "A06 UTF-7": (TABLE.encode("utf-7"), 0, set()),  # all ASCII: a name that nobody wants, but no wrong figure
    "A07 a zero byte": (TABLE.encode().replace(b"kWh", b"k\x00Wh"), 2, {"encoding-error"}),
    "A07 an escape sequence": (row("\x1b[31m2024-01,electricity-grid,1,kWh,,"), 1, {"period-error"}),
    "A07 direction marks": (row("2024-01,electricity-grid,1,kWh,\u202eabc,"), 0, set()),
    "A08 declared delimiter": ("sep=;\n" + TABLE.replace(",", ";"), 0, set()),
    "A08 blanks as delimiter": (TABLE.replace(",", " "), 2, {"missing-role"}),
    "A08 decimal comma": (TABLE.replace(",", ";").replace("100", "1,5"), 2, {"type-error"}),
    "A09 mixed line ends": (TABLE.replace("\n", "\r\n", 1).rstrip("\n") + "\r", 0, set()),
    "A09 a line end in quotes": (row('2024-01,electricity-grid,1,kWh,"a\nb",'), 0, set()),
    "A10 an unclosed quote": (row('2024-01,"electricity-grid,1,kWh,,'), 1, {"quote-error"}),
    "A10 a backslash": (row('2024-01,electricity-grid,1,kWh,"a\\"b",'), 1, {"quote-error"}),
    "A11 a row cut short": (row("2024-01,electricity-grid"), 1, {"missing-cell"}),
    "A11 a cell too many": (row("2024-01,electricity-grid,1,kWh,,,x"), 1, {"extra-cell"}),
    "A12 a heading twice": (TABLE.replace("note", "unit", 1), 2, {"duplicate-label"}),
    "A12 a total row": (TABLE + "รวม,,100,kWh,,\n", 0, {"rows-skipped"}),
    "A12 a second table": (TABLE + "\n" + HEAD + GOOD.replace("01", "02"), 0, {"rows-skipped"}),
    "A13 a long cell": (row(f"2024-01,electricity-grid,1,kWh,,{'x' * 40_000}"), 1, {"cell-too-long"}),
    "A13 300 columns": (TABLE.replace("note\n", "note" + ",x" * 300 + "\n"), 2, {"too-many-columns"}),
    "A13 16,385 columns": ("x," * 16_384 + "x\n", 2, {"too-many-columns"}),
    **{
        f"A14 {text}": (row(f"2024-01,electricity-grid,{text},kWh,,"), 1, {code})
        for code, texts in {
            "type-error": ("1e308", "1e400", "NaN", "nan", "inf", "1_000", "0x1A", "+5", "5.", ".5"),
            "missing-value": ("--", "-", "n/a", "ไม่มี", ""),
        }.items()
        for text in texts
    },
    "A14 minus zero": (row("2024-01,electricity-grid,-0,kWh,,"), 0, set()),
    "A14 too large": (row("2024-01,electricity-grid,999999999999999,MWh,,"), 1, {"number-too-large"}),
    "A15 a negative quantity": (row("2024-01,electricity-grid,-5,kWh,,"), 1, {"negative-quantity"}),
    "A16 Thai and full-width digits": (row("๒๕๖๗,electricity-grid,๑２3,kWh,,"), 0, set()),
    "A16 Arabic digits": (row(f"2024-01,electricity-grid,{ARABIC},kWh,,"), 1, {"type-error"}),
    "A16 an Arabic year": (row("٢٠٢٤,electricity-grid,1,kWh,,"), 1, {"period-error"}),
    "A16 a half": (row("2024-01,electricity-grid,½,kWh,,"), 1, {"type-error"}),
    "A17 a leap day of 2567": (row("29/02/2567,electricity-grid,1,kWh,,"), 0, set()),
    "A17 31 April": (row("31/04/2567,electricity-grid,1,kWh,,"), 1, {"period-impossible"}),
    "A17 a year of two digits": (row("ม.ค. 67,electricity-grid,1,kWh,,"), 1, {"period-two-digit-year"}),
    "A17 a serial": (row("45292,electricity-grid,1,kWh,,"), 1, {"period-serial"}),
    "A18 the year 1900": (row("1900,electricity-grid,1,kWh,,"), 1, {"factor-missing"}),
    "A18 the same row twice": (TABLE + GOOD, 1, {"duplicate-row"}),
    "A18 a period that ends before it begins": (
        "period_start,period_end,activity,quantity,unit\n2024-02-01,2024-01-01,ไฟฟ้า,1,kWh\n", 2, {"period-reversed"},
    ),
    "A19 an unknown activity": (row("2024-01,electricty,1,kWh,,"), 1, {"unknown-activity"}),
    "A19 a wrong dimension": (row("2024-01,electricity-grid,1,litre,,"), 1, {"unit-dimension"}),
    "A20 no factor in 2015": (row("2015-01,electricity-grid,1,kWh,,"), 1, {"factor-missing"}),
    "A21 a formula as a name": (row("2024-01,electricity-grid,1,kWh,=cmd|' /C calc'!A0,@SUM(A1)"), 0, set()),
    "A22 the error of a spreadsheet": (row("2024-01,electricity-grid,#DIV/0!,kWh,,"), 1, {"cell-error"}),
    "A23 an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 2, {"format-error"}),
    "A24 an archive": (a_zip_of("table.csv"), 2, {"format-error"}),
    "A27 a web page": ("<html><table><tr><td>1</td></tr></table></html>", 2, {"format-error"}),
    "A27 PDF": (b"%PDF-1.7\n1 0 obj", 2, {"format-error"}),
    "A27 a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), 2, {"format-error"}),
    "A27 JSON": ('[{"period": "2024"}]', 2, {"format-error"}),
    "A27 gzip": (gzip.compress(TABLE.encode()), 2, {"format-error"}),
    "A27 XML": ('<?xml version="1.0"?><a/>', 2, {"format-error"}),
    "A35 an identity number": (row("2024-01,electricity-grid,1,kWh,,1-1017-00230-70-8"), 2, {"personal-id"}),
    "A35 a telephone number": (row("2024-01,electricity-grid,1,kWh,,081-234-5678"), 1, {"personal-phone"}),
    "A35 a mail address": (row("2024-01,electricity-grid,1,kWh,,a@example.org"), 1, {"personal-mail"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_input(case, tmp_path, capsys):
    content, status, codes = CASES[case]
    assert run(tmp_path, content) == status, capsys.readouterr().err
    found = json.loads((tmp_path / "out/findings.json").read_text(encoding="utf-8"))
    assert {one["code"] for one in found} == codes
    assert all(text for one in found for both in (one["expected"], one["fix"]) for text in both.values())
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out and "1-1017-00230-70-8" not in said.err
    assert (tmp_path / "out/summary.json").exists() == (status != 2)


def run(folder, content, name="table.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return main(["compute", str(path), "--out", str(folder / "out")])


@pytest.mark.parametrize(
    "name", ["ขอนแก่น.csv", "\u202efdp.csv", "a'; rm -rf x.csv", "a\nb.csv", "=1+1.csv", "x" * 200 + ".csv"]
)
def test_a29_a_file_may_have_any_name(tmp_path, name):
    assert run(tmp_path, TABLE, name) == 0
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    assert summary["inputs"][0]["name"] == name


TYPES = {
    "csv": TABLE.encode(), "pdf": b"%PDF-1.4\n", "png": b"\x89PNG\r\n\x1a\n" + bytes(20), "html": b"<html><body>",
    "json": b'{"a": 1}', "gz": gzip.compress(b"a"), "zip": a_zip_of("a.csv"), "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "xml": b"<?xml version='1.0'?><a/>", "ods": a_zip_of("mimetype"), "empty": b"", "xlsx": None,
}  # fmt: skip


@pytest.mark.parametrize("content", TYPES)
def test_a27_content_decides_whatever_the_name_says(content, read):
    data = TYPES[content]
    if data is None:
        pytest.importorskip("python_calamine")
        made = workbooks()
        data = made["one_sheet"](made["GOOD"])
    outcomes = [read(data, name=f"table.{kind}") for kind in TYPES]
    assert (
        len({outcome.refusal.code if outcome.refusal else len(outcome.records) for outcome in outcomes}) == 1
    )
    assert all(bool(outcome.records) == (content in ("csv", "xlsx")) for outcome in outcomes)


@pytest.mark.parametrize(
    "text",
    ['{"a":NaN}', '{"roles":{"unit":{"constant":1e999}}}', "[" * 20_000, '"\\ud800"', '{"a":"\\u0000"}'],
)
def test_a33_a_mapping_of_odd_json_is_refused(tmp_path, text):
    (tmp_path / "m.json").write_text(text, encoding="utf-8")
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    arguments = [
        "compute",
        str(tmp_path / "table.csv"),
        "--mapping",
        str(tmp_path / "m.json"),
        "--out",
        str(tmp_path / "out"),
    ]
    assert main(arguments) == 2
    assert (
        json.loads((tmp_path / "out/findings.json").read_text(encoding="utf-8"))[0]["code"]
        == "mapping-invalid"
    )


ADVERSARIAL = {
    "digits": "1" * 30_000, "groups": "1" + ",000" * 8_000, "blanks": " " * 30_000 + "x", "dots": "." * 30_000,
    "letters and dots": "ก." * 15_000, "dates": "1/1/" * 8_000, "mail": "a" * 15_000 + "@" + "a." * 7_000,
    "telephone": "0 8 1 " * 5_000, "brackets": "(" * 30_000, "marks": "ํ" * 30_000, "tones": "ํ่" * 15_000,
}  # fmt: skip


@pytest.mark.parametrize("case", ADVERSARIAL)
def test_a36_long_hostile_cells_take_no_time(tmp_path, case):
    """In every column of 40 rows, in a process that may use ten seconds: a quadratic expression would need minutes."""
    cells = ADVERSARIAL[case]
    quoted = f'"{cells}"'
    rows = "".join(",".join([*["x"] * at, quoted, *["x"] * (5 - at)]) + "\n" for at in range(6)) * 7
    (tmp_path / "table.csv").write_text(HEAD + rows, encoding="utf-8")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (10, 10)); "
        "from ckanext.khonkaencarbon.footprint.command import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["compute", str(tmp_path / "table.csv"), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_a13_many_rows_in_bounded_memory(tmp_path):
    """200,000 rows (60 MB) in a process that may have 400 MB of address space."""
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for at in range(200_000):
            file.write(f"2024-{at % 12 + 1:02},electricity-grid,{at},kWh,เทศบาล,{at:0250}\n")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20)); "
        "from ckanext.khonkaencarbon.footprint.command import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(path), "--personal-data-cleared"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a37_the_same_file_twice_is_named_row_by_row(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(TABLE, encoding="utf-8")
    assert (
        main(["compute", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--out", str(tmp_path / "out")])
        == 1
    )
    found = json.loads((tmp_path / "out/findings.json").read_text(encoding="utf-8"))
    assert [one["code"] for one in found] == ["duplicate-row"] and "a.csv" in found[0]["fix"]["en"]


def test_random_bytes_never_raise(read):
    randomness = random.Random(11)  # noqa: S311 - no secret
    for _ in range(500):
        data = bytes(
            randomness.choices(
                b"\x00\x1f \"',;\t\n\r0159.-%()=#\xa1\xb0\xe0\xff\xfeabPK\x03\x04",
                k=randomness.randrange(200),
            )
        )
        outcome = read(data)
        assert outcome.refusal is not None or outcome.records is not None
