"""Write the training organisation's files: made up, the same bytes each time, no reading of any meter.

Run ``python deploy/demo/generate.py`` after changing a table below; a test holds the committed files
against what this writes.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

FILES = Path(__file__).parent / "files"
SEED = 2569
Row = Sequence[str]

MONTHS_TH = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
# Share of the yearly mean: the hot months of March to May need most electricity.
SEASON = (88, 92, 112, 122, 118, 106, 102, 100, 98, 96, 86, 80)
# From January 2025: the change of the electricity factor on 1 January 2026 falls inside.
PERIODS = tuple((2025 + m // 12, m % 12 + 1) for m in range(18))

# (what the file calls the consumer, the site, mean kWh a month)
ELECTRICITY = (
    ("บ้านอยู่อาศัย", "หมู่บ้านตัวอย่าง", 48_000),
    ("ธุรกิจ", "ตลาดตัวอย่าง", 126_000),
    ("หน่วยงานราชการ", "อาคารสำนักงานตัวอย่าง", 64_000),
    ("อุตสาหกรรม", "โรงงานตัวอย่าง", 310_000),
    ("เกษตรกรรม", "สถานีสูบน้ำตัวอย่าง", 22_000),
)
BUILDINGS = (("อาคารเรียน 1", 9_400), ("อาคารเรียน 2", 7_800), ("โรงอาหาร", 3_600), ("หอประชุม", 1_900))
# (activity in a steward's words, consumer, unit, mean quantity a month)
FUEL = (
    ("น้ำมันดีเซลรถยนต์", "ขนส่ง", "ลิตร", 5_200),
    ("เบนซิน", "ขนส่ง", "ลิตร", 2_100),
    ("ดีเซล", "อุตสาหกรรม", "ลิตร", 1_400),
    ("ก๊าซหุงต้ม", "พาณิชยกรรม", "กก.", 860),
)
# Each row but the first shows one slip that officers make; the reader refuses or remarks on it.
SLIPS = (
    ("ม.ค. 2568", "ไฟฟ้า", "12,480", "หน่วย", "ราชการ", "แถวที่ถูกต้อง"),
    ("ก.พ. 2568", "ไฟฟ้า", "12,1O0", "หน่วย", "ราชการ", "ตัวอักษร O แทนเลขศูนย์"),
    ("มี.ค. 2568", "ไฟฟ้า", "๑๓,๙๒๐", "หน่วย", "ราชการ", "เลขไทย ใช้ได้"),
    ("30 ก.พ. 2568", "ไฟฟ้า", "13,100", "หน่วย", "ราชการ", "วันที่ไม่มีจริง"),
    ("พ.ค. 2568", "ไฟฟ้า", "-250", "หน่วย", "ราชการ", "ค่าติดลบ"),
    ("มิ.ย. 2568", "ดีเซล", "310", "ลิตร", "", "ไม่บอกว่าใช้กับรถหรือเครื่องจักร"),
    ("ก.ค. 2568", "ก๊าซหุงต้ม", "3", "ถัง", "พาณิชยกรรม", "ถังไม่มีขนาดที่แน่นอน"),
    ("ส.ค. 2568", "ไฟฟ้า", "ไม่มีข้อมูล", "หน่วย", "ราชการ", "ไม่มีตัวเลข"),
    ("ก.ย. 2568", "ไฟฟ้า", "12,640", "ลิตร", "ราชการ", "หน่วยผิดชนิด"),
    ("รวม", "", "64,500", "หน่วย", "", "แถวรวม ไม่นับ"),
)


def month_be(year: int, month: int) -> str:
    """``ม.ค. 2568``: the way a Thai office writes January 2025."""
    return f"{MONTHS_TH[month - 1]} {year + 543}"


def vary(rng: Random, mean: int, month: int) -> int:
    """A quantity around the mean: the season, and up to 6 % to either side."""
    return round(mean * SEASON[month - 1] * (94 + 12 * rng.random()) / 10_000)


def electricity_rows(rng: Random) -> Iterator[Row]:
    """One row per month and consumer, thousands grouped by commas."""
    yield "เดือน", "ประเภทผู้ใช้", "สถานที่", "หน่วยไฟฟ้า"
    for year, month in PERIODS:
        for consumer, site, mean in ELECTRICITY:
            yield month_be(year, month), consumer, site, f"{vary(rng, mean, month):,}"


def building_rows(rng: Random) -> Iterator[Row]:
    """One row per building and month of 2025, month and year apart, and the total row an office adds."""
    yield "อาคาร", "เดือน", "ปี", "หน่วยไฟฟ้า"
    total = 0
    for building, mean in BUILDINGS:
        for month in range(1, 13):
            used = vary(rng, mean, month)
            total += used
            yield building, MONTHS_TH[month - 1], "2568", str(used)
    yield "", "รวม", "2568", str(total)


def fuel_rows(rng: Random) -> Iterator[Row]:
    """One row per month of 2025 and fuel; the months are ISO, of the common era."""
    yield "งวด", "กิจกรรม", "ปริมาณ", "หน่วย", "ประเภทผู้ใช้"
    for month in range(1, 13):
        for activity, consumer, unit, mean in FUEL:
            yield f"2025-{month:02}", activity, str(vary(rng, mean, month)), unit, consumer


def slip_rows(rng: Random) -> Iterator[Row]:
    """Good rows and typical mistakes, each with a word on what it shows."""
    yield "งวด", "กิจกรรม", "ปริมาณ", "หน่วย", "ประเภทผู้ใช้", "หมายเหตุ"
    yield from SLIPS


STORE = (("ชั้น 1", 41_000), ("ชั้น 2", 37_500), ("ลานจอดรถ", 6_200))


def store_rows(rng: Random) -> Iterator[Row]:
    """A sheet as an office keeps it: two rows of title, then a row per month and floor of 2025."""
    yield ("รายงานการใช้ไฟฟ้า ห้างสรรพสินค้าตัวอย่าง",)
    yield ("ข้อมูลสร้างขึ้นเพื่อการฝึกอบรม",)
    yield "เดือน", "อาคาร", "หน่วยไฟฟ้า (kWh)"
    for month in range(1, 13):
        for floor, mean in STORE:
            yield month_be(2025, month), floor, str(vary(rng, mean, month))


def month_column_rows(rng: Random) -> Iterator[Row]:
    """One row per building, one column per month of fiscal year 2568."""
    months = [(2024, 10), (2024, 11), (2024, 12), *((2025, month) for month in range(1, 10))]
    yield "อาคาร", *(month_be(*month) for month in months)
    for building, mean in BUILDINGS:
        yield building, *(str(vary(rng, mean, month)) for _, month in months)


# (refrigerant in a steward's words, mean kilograms refilled in a quarter)
REFILLS = (("น้ำยาแอร์ R-410A", 42), ("น้ำยาแอร์ R-32", 18), ("น้ำยาแอร์ R-22", 25), ("น้ำยาแอร์ R-134a", 9))


def refrigerant_rows(rng: Random) -> Iterator[Row]:
    """What was refilled in the last month of each quarter of 2025."""
    yield "เดือน", "รายการ", "ปริมาณ", "หน่วย"
    for month in (3, 6, 9, 12):
        for refrigerant, mean in REFILLS:
            yield month_be(2025, month), refrigerant, str(vary(rng, mean, month)), "กก."


def landfill_rows(rng: Random) -> Iterator[Row]:
    """Sixteen years of waste; the site is managed from 2017 on."""
    yield "ปี", "รายการ", "ปริมาณ", "หน่วย", "param_site_type"
    for year in range(2010, 2026):
        site = "managed_anaerobic" if year >= 2017 else "unmanaged_shallow_lt5m"
        tonnes = 9_000 + 250 * (year - 2010) + rng.randrange(200)
        yield str(year + 543), "ขยะฝังกลบในเขต", str(tonnes), "ตัน", site


# (activity, way of treatment, people in 2023, more people each year)
SEWERS = (
    ("wastewater-domestic-in-city", "septic", 52_000, 400),
    ("wastewater-domestic-in-city", "shallow-lagoon", 31_000, 650),
    ("wastewater-nitrogen-in-city", "", 83_000, 1_050),
)


def wastewater_rows(rng: Random) -> Iterator[Row]:
    """People by way of treatment; all of them eat protein."""
    yield "ปี", "กิจกรรม", "ปริมาณ", "หน่วย", "param_treatment"
    for year in range(2023, 2026):
        for activity, treatment, people, more in SEWERS:
            yield str(year + 543), activity, str(people + more * (year - 2023)), "คน", treatment


TABLES = {
    "training-electricity.csv": electricity_rows,
    "training-school-electricity.csv": building_rows,
    "training-fuel.csv": fuel_rows,
    "training-mistakes.csv": slip_rows,
    "training-month-columns.csv": month_column_rows,
    "training-refrigerants.csv": refrigerant_rows,
    "training-landfill.csv": landfill_rows,
    "training-wastewater.csv": wastewater_rows,
}
WORKBOOK = "training-workbook.xlsx"
SHEETS = ("อ่านก่อน", "ไฟฟ้า 2568")
READ_FIRST = (("ข้อมูลสร้างขึ้นเพื่อการฝึกอบรม ข้อมูลอยู่ในแผ่นถัดไป",),)


def write(folder: Path) -> None:
    """Write every table into the folder; each file has its own sequence of numbers."""
    for name, rows in TABLES.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows(Random(f"{SEED} {name}")))  # noqa: S311
    rng = Random(f"{SEED} {WORKBOOK}")  # noqa: S311
    write_workbook(folder / WORKBOOK, dict(zip(SHEETS, (READ_FIRST, tuple(store_rows(rng))), strict=True)))


RELS = "application/vnd.openxmlformats-package.relationships+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_workbook(path: Path, sheets: dict[str, Sequence[Row]]) -> None:
    """A workbook of plain cells, not packed and without a clock: the same bytes on every machine."""
    numbers = range(1, len(sheets) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{RELS}"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{links}</Relationships>",
        **{f"xl/worksheets/sheet{n}.xml": sheet_xml(rows) for n, rows in enumerate(sheets.values(), 1)},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, xml in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 0
            archive.writestr(entry, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}')


def sheet_xml(rows: Sequence[Row]) -> str:
    """Rows of a sheet; what is all digits is a number, the rest a text in its cell."""
    lines = "".join(
        f'<row r="{n}">{"".join(cell_xml(f"{chr(65 + at)}{n}", cell) for at, cell in enumerate(row))}</row>'
        for n, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def cell_xml(place: str, cell: str) -> str:
    """One cell."""
    if cell.isdecimal():
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


if __name__ == "__main__":
    write(FILES)
