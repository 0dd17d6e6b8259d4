# ruff: noqa: E501 - tables of cells
"""Polluted files with their ground truth: a small good table, and what goes wrong with tables, at every place.

``corpus()`` yields the same files in the same order every time. The truth is written down by what is done to the
table and by tables of cells below; nothing of the reader is used. A way of polluting is one function here.

After the idea of the Pollock benchmark (Vitagliano et al., VLDB 2023), with Thai files in mind.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import permutations
from typing import NamedTuple


class Used(NamedTuple):
    """A row that must become a record."""

    record: int
    start: str
    end: str
    activity: str
    unit: str
    organisation: str
    quantity: Decimal


class Truth(NamedTuple):
    """What must come of a file."""

    file: str | None = None  # the code that refuses the whole file; the rest is empty then
    used: tuple[Used, ...] = ()
    faults: tuple[tuple[int, int, str], ...] = ()  # record, line, first code of each refused row
    skipped: tuple[int, int, int] = (0, 0, 0)  # blank rows, total rows, repeated headings


class Polluted(NamedTuple):
    """A file, what was done to it, and the truth."""

    name: str
    data: bytes
    truth: Truth


HEADINGS = ("period", "activity", "quantity", "unit", "organisation", "note")
PERIOD, ACTIVITY, QUANTITY, UNIT, ORGANISATION, NOTE = range(6)
ROWS = (
    ("2024-01", "electricity-grid", "100", "kWh", "เทศบาลนครขอนแก่น", "มิเตอร์ 1"),
    ("ก.พ. 2567", "ไฟฟ้า", "2.5", "MWh", "โรงพยาบาล", "มิเตอร์ 2"),
    ("15/3/2567", "น้ำมันดีเซลรถยนต์", "40", "ลิตร", "เทศบาลนครขอนแก่น", "รถ 3"),
    ("2567", "ก๊าซหุงต้ม", "48", "กก.", "โรงเรียน", "ครัว 4"),
    ("ปีงบประมาณ 2567", "diesel-road", "1,234.5", "ลิตร", "อบต.", "รถ 5"),
    ("เมษายน 2567", "ก๊าซหุงต้ม", "7", "ลิตร", "โรงเรียน", "ครัว 6"),
    ("2024-05-06", "electricity", "๑๒", "หน่วย", "โรงพยาบาล", "มิเตอร์ 7"),
    ("06/2567", "diesel-road", "0", "พันลิตร", "อบต.", "รถ 8"),
)

# What cells mean. Everything that is in none of these tables and in none of the tables of bad cells is unknown.
PERIODS = {
    "2024-01": ("2024-01-01", "2024-01-31"), "ก.พ. 2567": ("2024-02-01", "2024-02-29"),
    "15/3/2567": ("2024-03-01", "2024-03-31"), "2567": ("2024-01-01", "2024-12-31"),
    "ปีงบประมาณ 2567": ("2023-10-01", "2024-09-30"), "เมษายน 2567": ("2024-04-01", "2024-04-30"),
    "2024-05-06": ("2024-05-01", "2024-05-31"), "06/2567": ("2024-06-01", "2024-06-30"),
}  # fmt: skip
GOOD_PERIODS = {
    "2023": ("2023-01-01", "2023-12-31"), "๒๕๖๖": ("2023-01-01", "2023-12-31"),
    "ม.ค.2566": ("2023-01-01", "2023-01-31"), "มีค 2566": ("2023-03-01", "2023-03-31"),
    "เดือนธันวาคม พ.ศ. 2566": ("2023-12-01", "2023-12-31"), "Dec 2023": ("2023-12-01", "2023-12-31"),
    "29/02/2567": ("2024-02-01", "2024-02-29"), "1-1-2023": ("2023-01-01", "2023-01-31"),
    "2566-11-30": ("2023-11-01", "2023-11-30"), "31.12.2566": ("2023-12-01", "2023-12-31"),
    "5 พ.ค. 2566": ("2023-05-01", "2023-05-31"), "2023-01-31T00:00:00": ("2023-01-01", "2023-01-31"),
    " ก.ค.  2566 ": ("2023-07-01", "2023-07-31"), "ก.ค.\n2566": ("2023-07-01", "2023-07-31"),
    "FY2566": ("2022-10-01", "2023-09-30"), "12/2023": ("2023-12-01", "2023-12-31"),
}  # fmt: skip
BAD_PERIODS = {
    "#N/A": "cell-error", "#DIV/0!": "cell-error", "#ref!": "cell-error",
    "": "missing-value", "-": "missing-value", "n/a": "missing-value", "ไม่มีข้อมูล": "missing-value",
    "67": "period-two-digit-year", "ม.ค. 67": "period-two-digit-year", "1/2/67": "period-two-digit-year",
    "12/31/2024": "period-month-first", "31/04/2567": "period-impossible", "29/02/2566": "period-impossible",
    "2024-13": "period-impossible", "2024-02-30": "period-impossible", "45292": "period-serial",
    "มกราคม": "period-year-missing", "ค.ศ. 2567": "period-era", "พ.ศ. 2024": "period-era", "x": "period-error",
    "2300": "period-error", "20240101": "period-error", "2024-": "period-error", "ไตรมาส 1/2567": "period-error",
    "ม.ค.-มี.ค. 2567": "period-error", "2024/2025": "period-error", "=TODAY()": "period-error", "٢٠٢٤": "period-error",
}  # fmt: skip
ACTIVITIES = {
    "electricity-grid": "electricity-grid", "ไฟฟ้า": "electricity-grid", "electricity": "electricity-grid",
    "น้ำมันดีเซลรถยนต์": "diesel-road", "diesel-road": "diesel-road", "ก๊าซหุงต้ม": "lpg-stationary",
}  # fmt: skip
BAD_ACTIVITIES = {
    "#N/A": "cell-error", "#DIV/0!": "cell-error", "#ref!": "cell-error",
    "": "missing-value", "-": "missing-value", "n/a": "missing-value", "น้ำมัน": "ambiguous-activity",
    "ดีเซล": "ambiguous-activity", "เบนซิน": "ambiguous-activity", "ไฟฟา": "unknown-activity",
    "x": "unknown-activity", "=cmd|' /C calc'!A0": "unknown-activity", "<script>": "unknown-activity",
    "🔥": "unknown-activity", "dieselroad": "unknown-activity", "1": "unknown-activity",
}  # fmt: skip
# unit -> base unit, how many, the activities it fits
_ELECTRIC, _LIQUID, _MASS = {"electricity-grid"}, {"diesel-road", "lpg-stationary"}, {"lpg-stationary"}
UNITS = {
    "kWh": ("kWh", "1", _ELECTRIC), "MWh": ("kWh", "1000", _ELECTRIC), "หน่วย": ("kWh", "1", _ELECTRIC),
    "ล้านหน่วย": ("kWh", "1000000", _ELECTRIC), "ยูนิต": ("kWh", "1", _ELECTRIC),
    "กิโลวัตต์-ชั่วโมง": ("kWh", "1", _ELECTRIC), "ลิตร": ("litre", "1", _LIQUID), "ล.": ("litre", "1", _LIQUID),
    "L": ("litre", "1", _LIQUID), "พันลิตร": ("litre", "1000", _LIQUID), "กก.": ("kg", "1", _MASS),
    "kg": ("kg", "1", _MASS), "ตัน": ("kg", "1000", _MASS),
}  # fmt: skip
BAD_UNITS = {
    "#N/A": "cell-error", "#DIV/0!": "cell-error", "#ref!": "cell-error",
    "": "missing-value", "-": "missing-value", "ถัง": "unit-without-size", "บาท": "unit-without-size",
    "kWq": "unknown-unit", "k W h": "unknown-unit", "1": "unknown-unit", "ลิตร/เดือน": "unknown-unit",
}  # fmt: skip
GOOD_QUANTITIES = {
    "0": "0", "0.00": "0", "-0": "0", "007": "7", "1234.5": "1234.5", "1,234.5": "1234.5", "12,345,678": "12345678",
    "๑,๒๓๔.๕๖": "1234.56", "１２": "12", "1๒": "12", " 5 ": "5", "\u00a05\u00a0": "5", "\t5": "5", "5\n": "5",
    "0.123456789": "0.123456789", "\u200b5": "5", "999999999": "999999999",
}  # fmt: skip
BAD_QUANTITIES = {
    "#N/A": "cell-error", "#DIV/0!": "cell-error", "#ref!": "cell-error",
    "": "missing-value", " ": "missing-value", "-": "missing-value", "--": "missing-value", "–": "missing-value",
    "n/a": "missing-value", "N/A": "missing-value", "ไม่มี": "missing-value", "ไม่มีข้อมูล": "missing-value",
    "null": "missing-value", "-1": "negative-quantity", "-1,000.5": "negative-quantity",
    "0.1234567890": "number-decimals", "1e3": "type-error", "1E309": "type-error", "NaN": "type-error",
    "inf": "type-error", "1_000": "type-error", "0x1A": "type-error", "+5": "type-error", "5.": "type-error",
    ".5": "type-error", "1 000": "type-error", "12,34": "type-error", "1,5": "type-error", "1.234,5": "type-error",
    "1,2O0": "type-error", "(5)": "type-error", "5%": "type-error", "฿5": "type-error", "½": "type-error",
    "²": "type-error", "٣": "type-error", "৩": "type-error", "−5": "type-error", "1..2": "type-error",
    "=5": "type-error", "5 kWh": "type-error", "Ⅷ": "type-error", "1\u200b2": "type-error", "1'000": "type-error",
    "๐.๐.๐": "type-error", "1\u00a0000": "type-error", "\u202e5": "type-error",
}  # fmt: skip
NAMES = {
    "#REF!": "#REF!", "#1": "#1", "#": "#",
    "": "", "-": "", "ไม่ระบุ": "", " เทศบาล  นคร ": "เทศบาล นคร", "เทศบาล\nนคร": "เทศบาล นคร", "=1+1": "=1+1",
    'ก "ข" ค': 'ก "ข" ค', "a,b;c|d": "a,b;c|d", "น\u0e4d\u0e49าใส": "น\u0e49\u0e33ใส", "ก\u200bข": "กข", "@SUM(A1)": "@SUM(A1)",
    "เ\u0e40ม่": "แม่", "รวมใจ": "รวมใจ", "e\u0301": "\u00e9", "\u202eabc": "abc", "O'Brien": "O'Brien", "\\": "\\",
}  # fmt: skip
NOTES = (
    "",
    "รวม",
    "total",
    "=HYPERLINK(1)",
    "a,b",
    'x "y" z',
    "หนึ่ง\nสอง",
    "'; DROP TABLE",
    "{{7*7}}",
    "x" * 32_768,
)
_UNKNOWN = ("period-error", "unknown-activity", "type-error", "unknown-unit")

Cells = Sequence[str]


def _fate(cells: Cells) -> tuple[str, ...] | str:
    """What a row of full width says (start, end, activity, unit, organisation, quantity), or its first fault."""
    period = {**PERIODS, **GOOD_PERIODS}.get(cells[PERIOD])
    activity = ACTIVITIES.get(cells[ACTIVITY])
    unit = UNITS.get(cells[UNIT])
    number = {**{row[QUANTITY]: row[QUANTITY] for row in ROWS}, **GOOD_QUANTITIES}.get(cells[QUANTITY])
    if period is None:
        return BAD_PERIODS.get(cells[PERIOD], _UNKNOWN[PERIOD])
    if activity is None:
        return BAD_ACTIVITIES.get(cells[ACTIVITY], _UNKNOWN[ACTIVITY])
    if unit is None:
        return BAD_UNITS.get(cells[UNIT], _UNKNOWN[UNIT])
    if activity not in unit[2]:
        return "unit-dimension"
    if number is None:
        return BAD_QUANTITIES.get(cells[QUANTITY], _UNKNOWN[QUANTITY])
    number = {"๑๒": "12", "1,234.5": "1234.5"}.get(number, number)
    quantity = Decimal(number) * Decimal(unit[1])
    if quantity >= 10**15:
        return "number-too-large"
    if cells[ORGANISATION] == "#REF!":
        return "cell-error"
    organisation = NAMES.get(cells[ORGANISATION], cells[ORGANISATION])
    return (*period, activity, unit[0], organisation, str(quantity))


class _Line(NamedTuple):
    """A row of a file under construction: its text, and what becomes of it."""

    text: str
    fate: tuple[str, ...] | str  # the record, the fault, or the reason to skip it
    numbered: bool = True


def _row(cells: Cells, text: str | None = None) -> _Line:
    return _Line(_written(cells) if text is None else text, _fate(cells))


def _written(cells: Cells, delimiter: str = ",", quote_all: bool = False) -> str:
    return delimiter.join(_cell(cell, delimiter, quote_all) for cell in cells)


def _cell(cell: str, delimiter: str, quote_all: bool) -> str:
    special = delimiter in cell or '"' in cell or "\n" in cell
    return '"' + cell.replace('"', '""') + '"' if special or quote_all else cell


_SKIPS = ("blank", "total", "repeated")


def _truth(lines: Sequence[_Line], first_line: int = 2) -> Truth:
    used, faults, skipped = [], [], dict.fromkeys(_SKIPS, 0)
    record, at = 0, first_line
    for line in lines:
        record += line.numbered
        if isinstance(line.fate, tuple):
            *said, quantity = line.fate
            used.append(Used(record, *said, Decimal(quantity)))
        elif line.fate in skipped:
            skipped[line.fate] += 1
        else:
            faults.append((record, at, line.fate))
        at += 1 + line.text.count("\n")
    return (
        Truth(None, tuple(used), tuple(faults), tuple(skipped.values()))
        if used or faults
        else Truth("no-data-rows")
    )


def _file(
    name: str, lines: Sequence[_Line], heading: str = ",".join(HEADINGS), encoding: str = "utf-8"
) -> Polluted:
    text = "\n".join([heading, *(line.text for line in lines)]) + "\n"
    return Polluted(name, text.encode(encoding), _truth(lines))


_GOOD = tuple(_row(row) for row in ROWS)
_TEXT = "\n".join([",".join(HEADINGS), *(line.text for line in _GOOD)]) + "\n"


def _with_row(at: int, line: _Line) -> list[_Line]:
    return [*_GOOD[:at], line, *_GOOD[at + 1 :]]


def _changed(row: Cells, column: int, cell: str) -> list[str]:
    return [*row[:column], cell, *row[column + 1 :]]


def cells_at_every_place() -> Iterator[Polluted]:
    """One cell of one row holds something else."""
    columns = (
        [*GOOD_PERIODS, *BAD_PERIODS], [*ACTIVITIES, *BAD_ACTIVITIES], [*GOOD_QUANTITIES, *BAD_QUANTITIES],
        [*UNITS, *BAD_UNITS], [*NAMES], NOTES,
    )  # fmt: skip
    for column, cells in enumerate(columns):
        for number, cell in enumerate(cells):
            for at, row in enumerate(ROWS):
                line = _row(_changed(row, column, cell))
                yield _file(f"cell {HEADINGS[column]} {number} row {at}", _with_row(at, line))


def two_bad_cells(randomness: random.Random, files: int) -> Iterator[Polluted]:
    """Two or three cells of any rows hold something else, some of them in other encodings."""
    choices = (
        [*GOOD_PERIODS, *BAD_PERIODS], [*ACTIVITIES, *BAD_ACTIVITIES], [*GOOD_QUANTITIES, *BAD_QUANTITIES],
        [*UNITS, *BAD_UNITS], [*NAMES], NOTES,
    )  # fmt: skip
    for number in range(files):
        rows = [list(row) for row in ROWS]
        for _ in range(randomness.choice((2, 3))):
            column = randomness.randrange(6)
            rows[randomness.randrange(len(rows))][column] = randomness.choice(choices[column])
        encoding = randomness.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-be"))
        heading = ",".join(HEADINGS)
        if encoding == "utf-16-be":
            heading = "\ufeff" + heading
        yield _file(f"cells {number}", [_row(row) for row in rows], heading, encoding)


def quotes_at_every_place() -> Iterator[Polluted]:
    """Quotation marks opened, closed, doubled and stray in every cell."""
    for at, row in enumerate(ROWS):
        plain = [_cell(cell, ",", False) for cell in row]
        for column, cell in enumerate(row):
            middle = cell[:1] + '"' + cell[1:]
            marked = _changed(row, column, middle)
            raw: list[tuple[str, str, _Line]] = []
            for name, text in (
                ("unclosed", f'"{cell}'),
                ("text after", f'"{cell}"x'),
                ("blank after", f'"{cell}" '),
            ):
                raw.append((name, text, _Line("", "quote-error")))
            for name, text in (("quoted", f'"{cell}"'), ("line end in quotes", f'"{cell}\n"')):
                raw.append((name, text, _row(row)))
            if "," not in cell:
                raw.append(("stray", middle, _row(marked)))
                raw.append(("backslash", cell + '\\"', _row(_changed(row, column, cell + '\\"'))))
            raw.append(("doubled", '"' + middle.replace('"', '""') + '"', _row(marked)))
            for name, text, line in raw:
                written = ",".join(_changed(plain, column, text))
                yield _file(f"{name} row {at} column {column}", _with_row(at, line._replace(text=written)))


def delimiters_at_every_place() -> Iterator[Polluted]:
    """A delimiter too many or too few, rows cut short or too long."""
    for at, row in enumerate(ROWS):
        plain = [_cell(cell, ",", False) for cell in row]
        for column in range(6):
            text = ",".join([*plain[:column], "", *plain[column:]])
            yield _file(f"delimiter row {at} before {column}", _with_row(at, _Line(text, "extra-cell")))
            if column and "," not in row[column - 1] + row[column]:
                merged = [*row[: column - 1], row[column - 1] + row[column], *row[column + 1 :]]
                line = _row([*merged, ""], _written(merged))
                yield _file(f"no delimiter row {at} before {column}", _with_row(at, line))
            text = ",".join(plain[:column])
            fate = _fate([*row[:column], *[""] * (6 - column)]) if column >= 4 else "missing-cell"
            line = _Line(text, fate) if column else _Line("", "blank", numbered=False)
            yield _file(f"row {at} cut before {column}", _with_row(at, line))
        for extra in (",", ",,,", ", ,", ",\u00a0"):
            yield _file(f"row {at} and blanks {extra!r}", _with_row(at, _row(row, ",".join(plain) + extra)))
        for extra in (",x", ",,x", ",0", ",,,5,"):
            line = _Line(",".join(plain) + extra, "extra-cell")
            yield _file(f"row {at} and cells {extra!r}", _with_row(at, line))
    long = [_Line(_written(_changed(ROWS[0], NOTE, "x" * 32_769)), "cell-too-long"), *_GOOD[1:]]
    yield _file("a cell over the limit", long)


def rows_between() -> Iterator[Polluted]:
    """Rows that are no data, before, between and after the others."""
    inserts = [
        *(_Line(text, "blank", numbered=False) for text in ("", " ", ",,,,,", ", , ,", '"",""', "\u00a0", ";;;", "\t")),
        *(_Line(text, "total") for text in ("รวม,,99,kWh", "2567,รวมทั้งสิ้น,99,kWh", "Total", "ยอดรวม,,1,2,3,4,5,6",
                                             "GRAND TOTAL,,5,,,", "รวม", "รวมเป็นเงิน,x,y,z", '"รวม",,,', "  total  ,")),
        *(_Line(text, "repeated") for text in (",".join(HEADINGS), ",".join(HEADINGS).upper(), " , ".join(HEADINGS))),
        *(_Line(text, "missing-cell") for text in ("หมายเหตุ: ข้อมูลเบื้องต้น", "x", "a,b")),
        _Line(",x,y,", "missing-value"), _Line('"', "quote-error"), _Line('"a"b', "quote-error"),
    ]  # fmt: skip
    for number, line in enumerate(inserts):
        for at in range(len(ROWS) + 1):
            yield _file(f"insert {number} before row {at}", [*_GOOD[:at], line, *_GOOD[at:]])
    for number, line in enumerate(inserts[:20]):
        truth = Truth("no-data-rows")
        yield Polluted(f"only {number}", (",".join(HEADINGS) + "\n" + line.text).encode(), truth)


def invisible_characters() -> Iterator[Polluted]:
    """Characters nobody sees, at the edges and in the middle of every cell."""
    outer = "\u00a0\u200b\u200c\u200d\u2060\ufeff \t"  # trimmed from numbers too
    others = "\u00ad\u202e\u2066\x01\x1b\x7f"  # dropped from words; a number with one is no number
    for at, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            for number, sign in enumerate(outer + others):
                if at == 0 and column == 0 and sign == "\ufeff":
                    continue
                text = _changed(row, column, sign + cell + sign)
                fate = _fate(row) if column != QUANTITY or sign in outer else "type-error"
                name = f"edge {number} row {at} column {column}"
                yield _file(name, _with_row(at, _Line(_written(text), fate)))
            middle = _changed(row, column, cell[:1] + "\u200b" + cell[1:])
            broken = column == QUANTITY and len(cell) > 1
            yield _file(
                f"middle row {at} column {column}",
                _with_row(at, _Line(_written(middle), "type-error" if broken else _fate(row))),
            )


def layouts() -> Iterator[Polluted]:
    """Delimiters, line ends, encodings, quoting: one table in many dresses."""
    encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp874", "tis-620", "iso-8859-11")
    for delimiter in ",;\t|":
        for ends in (["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]):
            for encoding in encodings:
                for style in range(8):
                    quote_all, declared, closed = style & 1, style & 2, style & 4
                    lines = [_written(row, delimiter, bool(quote_all)) for row in (HEADINGS, *ROWS)]
                    lines = [f"sep={delimiter}", *lines] if declared else lines
                    text = "".join(line + ends[at % len(ends)] for at, line in enumerate(lines))
                    text = text if closed else text[: -len(ends[(len(lines) - 1) % len(ends)])]
                    name = f"layout {delimiter!r} {ends} {encoding} {style}"
                    yield Polluted(name, text.encode(encoding), _truth(_GOOD, 3 if declared else 2))


def columns_in_any_order() -> Iterator[Polluted]:
    """The headings say which column is which."""
    for order in permutations(range(6)):
        rows = [[row[at] for at in order] for row in (HEADINGS, *ROWS)]
        text = "\n".join(map(_written, rows)) + "\n"
        yield Polluted(f"order {order}", text.encode(), _truth(_GOOD))


def headings() -> Iterator[Polluted]:
    """Headings by other names, twice, blank, not there, broken."""
    known = (
        ("เดือน", "วันที่", "ช่วงเวลา", "date", "PERIOD"), ("รายการ", "กิจกรรม", "ประเภท", " Activity "),
        ("ปริมาณ", "จำนวน", "amount", "การใช้", "ปริมาณ (ทั้งหมด)"), ("หน่วย", "หน่วยนับ", "Unit"),
        ("หน่วยงาน", "องค์กร", "organization", "ชื่อหน่วยงาน"), ("หมายเหตุ", "remarks", "NOTE"),
    )  # fmt: skip
    rows = [_written(row) for row in ROWS]

    def made(name: str, labels: Cells, truth: Truth) -> Polluted:
        return Polluted(name, ("\n".join([_written(labels), *rows]) + "\n").encode(), truth)

    for column, names in enumerate(known):
        for name in names:
            yield made(f"heading {name!r}", _changed(HEADINGS, column, name), _truth(_GOOD))
        for other in range(6):
            if other != column:
                labels = _changed(HEADINGS, column, HEADINGS[other])
                yield made(f"heading {column} like {other}", labels, Truth("duplicate-label"))
        if column < 4:
            for name in ("", "x", "?", "คอลัมน์1"):
                labels = _changed(HEADINGS, column, name)
                yield made(f"heading {column} {name!r}", labels, Truth("missing-role"))
        marked = _changed(HEADINGS, column, f'"{HEADINGS[column]}"x')
        text = "\n".join([",".join(marked), *rows])
        yield Polluted(
            f"heading {column} broken", text.encode(), Truth("missing-role" if column else "blank-header")
        )
    yield made("256 columns", [*HEADINGS, *(f"x{at}" for at in range(250))], _truth(_GOOD))
    yield made("257 columns", [*HEADINGS, *(f"x{at}" for at in range(251))], Truth("too-many-columns"))


def bytes_at_every_place() -> Iterator[Polluted]:
    """One byte that is no character, in any place: the file is refused, nothing is replaced."""
    data = _TEXT.encode()
    for byte in (b"\xff", b"\x00", b"\xa1"):
        for at in range(len(data)):
            yield Polluted(
                f"byte {byte.hex()} at {at}", data[:at] + byte + data[at:], Truth("encoding-error")
            )


def personal_data() -> Iterator[Polluted]:
    """An identity number in any text cell stops the file."""
    for at, row in enumerate(ROWS):
        for column in range(6):
            for cell in ("1101700230708", "1-1017-00230-70-8", "๑๑๐๑๗๐๐๒๓๐๗๐๘", "เลข 1101700230708 ค่ะ"):
                rows = [*ROWS[:at], _changed(row, column, cell), *ROWS[at + 1 :]]
                text = "\n".join(map(_written, (HEADINGS, *rows))) + "\n"
                yield Polluted(
                    f"identity row {at} column {column} {cell}", text.encode(), Truth("personal-id")
                )


def empty_files() -> Iterator[Polluted]:
    """Files with nothing in them."""
    for text in ("", "\n", "\n\n\n", " ", ",,,\n,,,\n", "\r\n", "\t\n"):
        for encoding in ("utf-8", "utf-8-sig"):
            yield Polluted(f"empty {text!r} {encoding}", text.encode(encoding), Truth("source-error"))


_WAYS: tuple[Callable[[], Iterator[Polluted]], ...] = (
    empty_files, cells_at_every_place, quotes_at_every_place, delimiters_at_every_place, rows_between,
    invisible_characters, layouts, columns_in_any_order, headings, bytes_at_every_place, personal_data,
)  # fmt: skip


def corpus(seed: int = 2567) -> Iterator[Polluted]:
    """Every polluted file, the same ones in the same order for the same seed."""
    for way in _WAYS:
        yield from way()
    yield from two_bad_cells(random.Random(seed), 600)  # noqa: S311 - no secret
