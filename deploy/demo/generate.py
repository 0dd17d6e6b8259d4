"""Write the training organisation's files: made up, the same bytes each time, no reading of any meter.

Run ``python deploy/demo/generate.py`` after changing a table below; a test holds the committed files
against what this writes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

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


TABLES = {
    "training-electricity.csv": electricity_rows,
    "training-school-electricity.csv": building_rows,
    "training-fuel.csv": fuel_rows,
    "training-mistakes.csv": slip_rows,
}


def write(folder: Path) -> None:
    """Write every table into the folder; each file has its own sequence of numbers."""
    for name, rows in TABLES.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows(Random(f"{SEED} {name}")))  # noqa: S311


if __name__ == "__main__":
    write(FILES)
