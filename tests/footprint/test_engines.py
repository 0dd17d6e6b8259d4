# ruff: noqa: E501 - tables of cells
"""Two engines, one answer: cells, counts, findings and published bytes, on whatever file."""

import os
import random
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.cube import engine as engines
from ckanext.khonkaencarbon.footprint.cube.engine import standard
from ckanext.khonkaencarbon.footprint.cube.terms import risky
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import findings, summary
from ckanext.khonkaencarbon.footprint.reading import duplicates, proof
from ckanext.khonkaencarbon.footprint.reading.inspection import marks_in_pairs
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.personal import kind_of_personal_data

pytest.importorskip("duckdb")
from ckanext.khonkaencarbon.footprint.cube.duck import Duck

POLLUTED = runpy.run_path(str(Path(__file__).with_name("polluted.py")))
HEAD = "period,activity,quantity,unit,organisation,note\n"
GOOD = "2024-05,electricity-grid,12.5,kWh,โรงเรียน ก,\n"
ALIKE = "2024-05,electricity-grid,1,kWh,ก,เลขที่ 1\n2567-05,ไฟฟ้า,1.0,หน่วย,ก,เลขที่ 1\n"
MONTHS = "เดือน,ปี,รายการ,ปริมาณ (ลิตร),หมายเหตุ\n"


def published(sources, engine, mapping=None, cleared=False):
    """Everything that leaves the core."""
    result = compute(sources, [mapping], AccountingSettings(), personal_data_cleared=cleared, engine=engine)
    found = findings.json_bytes(result.log), result.log.by_code, result.counts, result.refused
    return found, (summary.csv_bytes(result), summary.json_bytes(result)) if result.usable else None


def assert_same(sources, mapping=None, cleared=False, threads=2):
    duck = Duck(threads=threads)
    by_duck = published(sources, duck, mapping, cleared)
    assert by_duck == published(sources, standard, mapping, cleared)
    return duck


def source(folder, content, name="table.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return Source(name, path)


# Read by DuckDB, as ``used`` says, or given up for the standard library.
FILES = {
    "one row": HEAD + GOOD,
    "no end of line": HEAD + GOOD + GOOD.strip(),
    "carriage returns": (HEAD + GOOD * 3).replace("\n", "\r\n"),
    "carriage returns, no end of line": (HEAD + GOOD * 3).replace("\n", "\r\n")[:-2],
    "mixed line ends": HEAD + GOOD + GOOD.replace("\n", "\r\n") + GOOD.replace("\n", "\r") + GOOD,
    "byte order mark": "\ufeff" + HEAD + GOOD * 2,
    "declared delimiter": ("sep=;\n" + HEAD + GOOD * 2).replace(",", ";"),
    "tabs": (HEAD + GOOD * 2).replace(",", "\t"),
    "blank rows": HEAD + "\n" + GOOD + "\n\n,,,,,\n" + GOOD + "  \n" + '"",""\n' + GOOD + "\n\n",
    "total rows": HEAD + GOOD + "รวม,,99,kWh,,\n" + GOOD + "2024-05,Total,5,kWh,,\n",
    "repeated headings": HEAD + GOOD + HEAD + GOOD + HEAD,
    "quoted cells": HEAD + '"2024-05","electricity-grid","1,234.5","kWh","ก, ข",""\n' + GOOD,
    "doubled marks": HEAD + '2024-05,electricity-grid,1,kWh,"โรงเรียน ""ก""",\n' + GOOD,
    "stray mark": HEAD + GOOD + '2024-05,electricity-grid,1,kWh,โรงเรียน "ก",\n' + GOOD,
    "mark never closed": HEAD + GOOD + '2024-05,electricity-grid,1,kWh,"ก,\n' + GOOD * 3,
    "text after a mark": HEAD + GOOD + '2024-05,electricity-grid,"1"2,kWh,ก,\n' + GOOD * 3,
    "cell of two lines": HEAD + GOOD + '2024-05,electricity-grid,1,kWh,ก,"a\nb"\n' + GOOD,
    "cell of two lines that look like rows": HEAD + '2024-05,electricity-grid,1,kWh,ก,"a\n' + GOOD + 'b"\n',
    "short and long rows": HEAD + "2024-05,electricity-grid,1,kWh\n2024-05,electricity-grid\n2024-05\n"
    "2024-05,electricity-grid,1,kWh,ก,,\n2024-05,electricity-grid,1,kWh,ก,,,, ,\n"
    "2024-05,electricity-grid,1,kWh,ก,,เกิน\n2024-05,electricity-grid,1,kWh,ก,,,,,,,,,,,เกิน\n" + GOOD,
    "thousands without marks": HEAD + '2024-05,electricity-grid,"1,234",kWh,ก,\n'
    "2024-05,electricity-grid,1,234,kWh,ก,\n" + GOOD,
    "numbers": HEAD + "".join(
        f'2024-05,electricity-grid,"{number}",kWh,ก,\n'
        for number in (
            *("1", "1.5", " 2 ", "๓", "１２.５", "1,234", "12,34", "1,234,567.891", "-5", "+5", "1e3", "1_000"),
            *("", "-", "n/a", "ไม่มีข้อมูล", "007", "0", "0.000000001", "1.1234567891", "0.0", "1.", ".5", "1 2"),
            *("999999999999", "1234567890123", "999999999999999", "1000000000000000", "٣", "\u00a07\u200b"),
        )
    ),
    "dates": HEAD + "".join(
        f"{day},electricity-grid,1,kWh,ก,\n"
        for day in (
            *("2024-05-01", "1/5/2567", "๑/๕/๒๕๖๗", "1 พ.ค. 2567", "พฤษภาคม 2567", "2567", "ปีงบประมาณ 2567"),
            *("5/31/2024", "31/2/2567", "45000", "", "15/01/67", " 2024-05 ", "2024-05-01T10:00"),
        )
    ),
    "words": HEAD + "".join(
        f"2024-05,{activity},1,{unit},ก,\n"
        for activity in ("ไฟฟ้า", "น้ำมัน", "ดีเซล", "diesel-road", "", "DIESEL-ROAD ", "ก๊าซหุงต้ม")
        for unit in ("kWh", "ลิตร", "ถัง", "", "ตัน", "ล้านหน่วย", "kilotonne")
    ),
    "names by case": HEAD + "".join(f"2024-05,electricity-grid,1,kWh,{n},x\n" for n in ("ABC", "abc", " abc ", "-")),
    "alike": HEAD + ALIKE + GOOD,
    "alike in other words": HEAD + "2024-05-01,ไฟฟ้า,1000,kWh,ABC,a 1\n1/5/2567,electricity-grid,\u00a01000,หน่วย,abc, A  1\n"
    "๑/๕/๒๕๖๗,electricity-grid,\"1,000\",kWh,abc,a 1\n2024-05-01,ไฟฟ้า,1000.0000,kWh,ABC,a 1\n" + GOOD,
    "personal data": HEAD + "2024-05,electricity-grid,1,kWh,ก,โทร 081-234-5678\n2024-05,electricity-grid,2,kWh,a@b.co,\n"
    "2024-05,electricity-grid,3,kWh,ก,02-345-678\n2024-05,electricity-grid,123456789.5,kWh,ก,02-345-678\n" + GOOD,
    "an identity number": HEAD + GOOD + "2024-05,electricity-grid,1,kWh,ก,1101700230708\n" + GOOD,
    "an extra column": "period,activity,quantity,unit,มิเตอร์\n2024-05,electricity-grid,1,kWh,0123456789\n"
    "2024-05,electricity-grid,1,kWh,M 1\n",
    "control characters": HEAD + "2024-05,electricity-grid,1,kWh,a\x0bb,\x0c\n\x1a\n2024-05,electricity-grid,1,kWh,\x1f,\x1f\n" + GOOD,
    "a zero byte": HEAD + GOOD + "2024-05,electricity-grid,1,kWh,a\0b,\n",
    "a long cell": HEAD + GOOD + f"2024-05,electricity-grid,1,kWh,{'x' * 40_000},\n" + GOOD,
    "month and year": MONTHS + "พฤษภาคม,2567,ดีเซลรถยนต์,1,\n13,2567,ดีเซลรถยนต์,2,\n,2567,ดีเซลรถยนต์,2,\n5,2567,ดีเซลรถยนต์,3,\n",
    "start and end": "period_start,period_end,activity,quantity,unit\n2024-01-01,2024-03-31,ไฟฟ้า,1,kWh\n"
    "2024-03-31,2024-01-01,ไฟฟ้า,1,kWh\n2023-11-01,2024-02-29,ไฟฟ้า,10,kWh\n",
    "heading alone": HEAD,
    "heading in quotes": '"period\nof use",activity,quantity,unit\n' + "2024-05,ไฟฟ้า,1,kWh\n",
    "blank rows before the headings": "\n\n ,,\n" + HEAD + GOOD,
    "delimiter at every end": "period,activity,quantity,unit,\n2024-05,ไฟฟ้า,1,kWh,\n2024-05,ไฟฟ้า,2,kWh,,\n",
    "errors of spreadsheets": HEAD + "".join(f"2024-05,ไฟฟ้า,1,kWh,{n},\n" for n in ("ก", "#REF!", "#1", "#N/A")),
    "nothing to compute": HEAD + "2024-05,ไฟฟ้า,x,kWh,,\n",
    "too few headings": "period,activity\n2024-05,ไฟฟ้า\n",
    "formulas": HEAD + "2024-05,ไฟฟ้า,=1+1,kWh,,\n2024-05,ไฟฟ้า,1,kWh,=A1,@SUM\n",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_engines_agree(tmp_path, name):
    assert_same([source(tmp_path, FILES[name])])


@pytest.fixture
def proved_beside(monkeypatch):
    """Every file counts as big: a process beside the engine decodes and hashes it."""
    monkeypatch.setattr(proof, "BIG", 0)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_proved_beside_its_reading_gives_the_same(tmp_path, proved_beside, name):
    table = source(tmp_path, FILES[name])
    by_duck = published([table], Duck(threads=2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "BIG", 1 << 40)
        assert by_duck == published([table], standard)


GOOD_MIB = HEAD + GOOD * 25_000  # more than the first look takes in


@pytest.mark.parametrize("end", [b"\xff\n", "2567,ไฟฟ้า,1,kWh,ก,\n".encode("cp874"), b"a\0b\n", b'2024,"\n'])
@pytest.mark.parametrize("engine", [Duck(), standard])
def test_what_the_first_bytes_do_not_show_is_found_all_the_same(tmp_path, monkeypatch, engine, end):
    """A wrong byte, another encoding, a zero byte, a mark that is never closed, at the very end."""
    table = source(tmp_path, GOOD_MIB.encode() + end)
    expected = published([table], standard)
    monkeypatch.setattr(proof, "BIG", 0)
    assert published([table], engine) == expected


def test_a_process_that_dies_is_replaced_by_ones_own_work(tmp_path, monkeypatch, proved_beside):
    monkeypatch.setattr(proof.inspection, "__file__", str(tmp_path / "nowhere.py"))
    assert not assert_same([source(tmp_path, HEAD + GOOD * 3)]).gave_up


marks = st.lists(st.sampled_from(['"', '"', ",", "\n", "\r\n", "a", "ก"]), max_size=14).map("".join)


@settings(deadline=None, max_examples=500)
@given(marks)
def test_plain_lines_are_those_that_two_readers_see_alike(text):
    """The definition once more, mark by mark."""
    lines = text.replace("\r\n", "\n").split("\n")
    plain = all(
        all(
            cell.count('"') in ((2,) if cell[:1] == '"' == cell[-1:] and len(cell) > 1 else (0,))
            for cell in re.findall(r'"[^"]*"(?=,|$)|[^,]*', line)
        )
        for line in lines
    )
    assert marks_in_pairs(text.encode(), b",") == plain


@pytest.mark.parametrize("encoding", ["cp874", "utf-16", "utf-16-le"])
def test_the_engines_agree_on_other_encodings(tmp_path, encoding):
    assert_same([source(tmp_path, HEAD + GOOD * 3 + "31/2/2567,ไฟฟ้า,1,kWh,ก,\n", encoding=encoding)])


def test_the_engines_agree_once_personal_data_is_cleared(tmp_path):
    assert_same([source(tmp_path, FILES["personal data"] + FILES["an identity number"])], cleared=True)


def test_the_engines_agree_under_a_mapping(tmp_path):
    mapping = ColumnMapping.from_json(
        {"roles": {"period": {"column": "month"}, "activity": {"constant": "ไฟฟ้า"}, "unit": {"constant": "MWh"},
                   "quantity": {"column": "kwh"}, "organisation": {"constant": "เทศบาล"}},
         "header_row": 3, "total_words": ["ผลรวม"]}
    )  # fmt: skip
    rows = "รายงาน\n2024-01,5\nmonth,kwh\n2024-01,5\n2024-02,7\nผลรวม,12\n"
    assert not assert_same([source(tmp_path, rows)], mapping).gave_up


def test_ordinary_files_are_read_by_duckdb_itself(tmp_path):
    for name in ("one row", "carriage returns", "quoted cells", "blank rows", "stray mark", "dates", "alike"):
        assert not assert_same([source(tmp_path, FILES[name])]).gave_up, name


def test_several_files_agree_and_share_their_duplicates(tmp_path):
    sources = [source(tmp_path, HEAD + GOOD * 2, "a.csv"), source(tmp_path, HEAD + ALIKE + GOOD, "b.csv")]
    assert_same(sources)


def test_the_watch_for_duplicates_ends_at_the_same_row(tmp_path, monkeypatch):
    monkeypatch.setattr(duplicates, "LIMIT", 7)
    rows = [f"2024-05,electricity-grid,{n % 5},kWh,ก,\n" for n in range(20)]
    rows.insert(4, "2024-05,น้ำมัน,1,kWh,ก,\n")
    rows.insert(12, "2024-05,น้ำมัน,1,kWh,ก,\n")
    for count in (7, 8, 9, 22):
        assert not assert_same([source(tmp_path, HEAD + "".join(rows[:count]))]).gave_up


WORDS = {
    "period": ["2024-05", "1/5/2567", "๑/๕/๒๕๖๗", "พ.ค. 2567", "31/2/2567", "รวม", "", "period"],
    "activity": ["ไฟฟ้า", "electricity-grid", "diesel-road", "น้ำมัน", "ดีเซล", "activity", ""],
    "quantity": [
        "1",
        "2.50",
        '"1,000"',
        "๗",
        "-",
        "x",
        "1.1234567891",
        "quantity",
        "0812345678",
        '"3',
        '4"4',
    ],
    "unit": ["kWh", "หน่วย", "ลิตร", "MWh", "ถัง", "unit", ""],
    "organisation": ["ก", "ABC", "abc", '"ก, ข"', '"a""b"', '"two\nlines"', "a@b.co", ""],
    "note": ["", "1", "๑", "โทร 081-234-5678", '"', "\x1a", ",", "เกิน,ไป,มาก"],
}
line = st.tuples(*map(st.sampled_from, WORDS.values())).map(",".join)
text = st.lists(
    st.one_of(line, line, line, st.sampled_from(["", ",,,", "\r", "รวม", '"', "\x1f,\x1f"])), max_size=25
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_the_engines_agree_on_whatever_is_put_together(tmp_path, lines, end, closed):
    content = end.join([HEAD.strip(), GOOD.strip(), *lines]) + end * closed
    assert_same([source(tmp_path, content)])


def usual(seed, count=3_000):
    rng = random.Random(seed)  # noqa: S311 - repeatable rows, no secrets
    good = {role: words[:4] for role, words in WORDS.items()} | {"note": WORDS["note"][:2]}
    rows = [[rng.choice(words) for words in good.values()] for _ in range(count)]
    for row in rows:
        row[1], row[3] = rng.choice([("ไฟฟ้า", "MWh"), ("diesel-road", "ลิตร"), ("electricity-grid", "kWh")])
        row[2] = f"{rng.randrange(10**6)}.{rng.randrange(1000):03}"
    return [",".join(row) + "\n" for row in rows]


def test_threads_order_and_cuts_leave_no_trace(tmp_path):
    rows = usual(1)
    whole = [source(tmp_path, HEAD + "".join(rows))]
    expected = published(whole, standard)[1][0]
    for threads in (1, 2, 4):
        duck = Duck(threads)
        assert published(whole, duck)[1][0] == expected and not duck.gave_up
    shuffled = [source(tmp_path, HEAD + "".join(sorted(rows, key=lambda row: row[::-1])), "shuffled.csv")]
    cut = [source(tmp_path, HEAD + "".join(rows[at::2]), f"{at}.csv") for at in range(2)]
    assert published(shuffled, Duck())[1][0] == published(cut, Duck())[1][0] == expected


LOCALES = ({"TZ": "Asia/Bangkok", "LC_ALL": "C"}, {"TZ": "America/St_Johns", "LC_ALL": "th_TH.UTF-8"})
RUN = """
import sys
from pathlib import Path
from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.cube.duck import Duck
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import summary
duck = Duck()
result = compute([Source("table.csv", Path(sys.argv[1]))], [None], AccountingSettings(), engine=duck)
assert not duck.gave_up
sys.stdout.buffer.write(summary.csv_bytes(result))
"""


@pytest.mark.parametrize("seed", range(10))
def test_hash_seed_locale_and_time_zone_leave_no_trace(tmp_path, seed):
    table = source(tmp_path, HEAD + "".join(usual(2, 500)))
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), **LOCALES[seed % 2]}
    run = subprocess.run(
        [sys.executable, "-c", RUN, table.path], env=environment, capture_output=True, check=True
    )
    assert run.stdout == published([table], standard)[1][0]


def test_small_files_and_the_import_of_the_core_load_no_engine(tmp_path):
    table = source(tmp_path, HEAD + GOOD)
    run = (
        "import sys; from ckanext.khonkaencarbon.footprint.command import main\n"
        f"main(['compute', {str(table.path)!r}, '--out', {str(tmp_path / 'out')!r}])\n"
        "sys.exit('duckdb' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", run], check=True, capture_output=True)


def test_big_files_go_to_duckdb(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "BIG", 100)
    asked = []
    monkeypatch.setattr(Duck, "__call__", lambda self, table, sums, last: asked.append(Path(table.path).name))
    compute([source(tmp_path, HEAD + GOOD * 9)], [None], AccountingSettings())
    assert asked == ["table.csv"]


def test_a_row_that_duckdb_drops_is_noticed(tmp_path, monkeypatch):
    """A planted fault: were a line counted by neither side, the standard library would read the file."""
    from ckanext.khonkaencarbon.footprint.cube.sql import Scan

    groups = Scan.groups
    monkeypatch.setattr(
        Scan, "groups", lambda self: groups(self).replace("GROUP BY", "WHERE c2 <> '2.0' GROUP BY")
    )
    duck = assert_same([source(tmp_path, HEAD + GOOD + GOOD.replace("12.5", "2.0"))])
    assert duck.gave_up


def test_a_wrong_digit_would_be_noticed(tmp_path, monkeypatch):
    from ckanext.khonkaencarbon.footprint.cube.sql import Scan

    groups = Scan.groups
    monkeypatch.setattr(
        Scan, "groups", lambda self: groups(self).replace("count(*), sum(", "count(*), 0.001 + sum(")
    )
    with pytest.raises(AssertionError):
        assert_same([source(tmp_path, HEAD + GOOD)])


def test_the_engines_agree_on_polluted_files(tmp_path):
    """Every tenth of the corpus, so that it takes seconds; KHONKAENCARBON_WHOLE_CORPUS reads all of it."""
    step = 1 if "KHONKAENCARBON_WHOLE_CORPUS" in os.environ else 10
    gave_up = 0
    for number, file in enumerate(POLLUTED["corpus"]()):
        if number % step == 0:
            gave_up += assert_same([source(tmp_path, file.data)]).gave_up
    assert gave_up < number / step / 2


def test_the_pattern_of_risky_text_knows_every_digit_and_covers_personal_data():
    digits = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isdecimal()]
    assert all(risky().search(digit * 8) for digit in digits) and not risky().search("ก" * 8)
    for text in (
        "0812345678",
        "02-345-678",
        "+66 81 234 5678",
        "1101700230708",
        "1-1017-00230-70-8",
        "a@b.co",
    ):
        assert kind_of_personal_data(text) and risky().search(text)
