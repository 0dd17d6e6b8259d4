"""The data dictionary of the summary table: type, label and meaning of each column."""

from __future__ import annotations

from typing import Any


def field(name: str, kind: str, label: tuple[str, str], notes: tuple[str, str]) -> dict[str, Any]:
    """A column with label and notes in Thai and English."""
    info = {
        "label": label[0] if label[0] == label[1] else f"{label[0]} / {label[1]}",
        "notes": f"{notes[0]}\n\n{notes[1]}",
        "label_translated": {"th": label[0], "en": label[1]},
        "notes_translated": {"th": notes[0], "en": notes[1]},
    }
    return {"id": name, "type": kind, "info": info}


FIELDS = [
    field(
        "version",
        "int4",
        ("รุ่น", "Version"),
        ("รุ่นของผลการคำนวณที่แถวนี้เป็นส่วนหนึ่ง", "Version of the computation that this row is part of."),
    ),
    field(
        "line_id",
        "text",
        ("รหัสรายการ", "Line id"),
        ("รหัสคงที่ของรายการการปล่อย ใช้ตรวจสอบย้อนกลับ", "Lasting id of the emission line, for tracing it back."),
    ),
    field("year", "int4", ("ปี ค.ศ.", "Year"), ("ปีคริสต์ศักราชของวันเริ่มต้น", "Gregorian year of the first day.")),
    field(
        "month",
        "int4",
        ("เดือน", "Month"),
        ("ว่างเมื่อช่วงเวลาไม่อยู่ในเดือนเดียว", "Empty where the period is not inside one month."),
    ),
    field("period_start", "date", ("วันเริ่มต้น", "First day"), ("วันแรกของช่วงเวลา", "First day of the period.")),
    field("period_end", "date", ("วันสิ้นสุด", "Last day"), ("รวมวันนี้ด้วย", "Included in the period.")),
    field(
        "gpc_ref",
        "text",
        ("รหัสอ้างอิง GPC", "GPC reference"),
        ("สาขาย่อยตามแนวทาง GPC", "Sub-sector of the Global Protocol for Community-Scale inventories."),
    ),
    field("scope", "int4", ("ขอบเขต", "Scope"), ("1, 2 หรือ 3 ของ GPC", "1, 2 or 3 of the GPC.")),
    field("activity", "text", ("กิจกรรม", "Activity"), ("รหัสกิจกรรม", "Code of the activity.")),
    field("consumer", "text", ("ผู้ใช้", "Consumer"), ("กลุ่มผู้ใช้พลังงาน", "Group of consumers.")),
    field("organisation", "text", ("หน่วยงาน", "Organisation"), ("ตามไฟล์ข้อมูล", "As in the input file.")),
    field("facility", "text", ("สถานประกอบการ", "Facility"), ("ตามไฟล์ข้อมูล", "As in the input file.")),
    field("place", "text", ("สถานที่", "Place"), ("ตามไฟล์ข้อมูล", "As in the input file.")),
    field(
        "quantity",
        "numeric",
        ("ปริมาณกิจกรรม", "Quantity"),
        ("ผลรวมของแถวที่ใช้ ในหน่วยฐาน", "Exact sum of the rows used, in the base unit."),
    ),
    field("unit", "text", ("หน่วย", "Unit"), ("หน่วยฐานของกิจกรรม", "Base unit of the activity.")),
    field(
        "gas",
        "text",
        ("ก๊าซ", "Gas"),
        ("CO2e เมื่อค่าสัมประสิทธิ์ไม่แยกชนิดก๊าซ", "CO2e where the factor does not tell gases apart."),
    ),
    field(
        "biogenic",
        "bool",
        ("ชีวภาพ", "Biogenic"),
        ("คาร์บอนที่ไม่ได้มาจากฟอสซิล", "Carbon that is not of fossil origin."),
    ),
    field("mass_kg", "numeric", ("มวลก๊าซ (กก.)", "Mass of gas (kg)"), ("กิโลกรัม", "Kilograms of the gas.")),
    field(
        "gwp",
        "numeric",
        ("ศักยภาพทำให้โลกร้อน", "GWP"),
        ("100 ปี ว่างสำหรับ CO2 ชีวภาพและก๊าซ memo", "Over 100 years; empty for biogenic CO2 and memo gases."),
    ),
    field(
        "co2e_kg",
        "numeric",
        ("คาร์บอนไดออกไซด์เทียบเท่า (กก.)", "CO2 equivalent (kg)"),
        (
            "มวล × GWP; CO2 ชีวภาพและก๊าซ memo รายงานแยก",
            "Mass × GWP; biogenic CO2 and memo gases are reported apart.",
        ),
    ),
    field("method", "text", ("วิธีคำนวณ", "Method"), ("รหัสวิธีคำนวณ", "Code of the method.")),
    field(
        "factor_ids",
        "text",
        ("ค่าสัมประสิทธิ์", "Factors"),
        ("รหัสค่าการปล่อยที่ใช้ คั่นด้วย ;", "Ids of the emission factors used, joined by ;"),
    ),
    field(
        "quality",
        "text",
        ("คุณภาพข้อมูล", "Data quality"),
        ("H สูง M กลาง L ต่ำ", "H high, M medium, L low."),
    ),
    field(
        "uncertainty_pct",
        "numeric",
        ("ความไม่แน่นอน (±%)", "Uncertainty (± %)"),
        ("ช่วงความเชื่อมั่น 95%", "95 % confidence interval."),
    ),
    field(
        "rows",
        "int8",
        ("จำนวนแถวข้อมูล", "Rows"),
        ("แถวของไฟล์ที่รวมอยู่ในเซลล์นี้ ไม่นำมาบวกกัน", "Input rows in this cell; not to be summed over gases."),
    ),
]
