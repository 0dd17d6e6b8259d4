"""Reads two million rows of five columns and prints time and memory: python read_two_million_rows.py [rows]

Outside CI. Targets on one core: under 90 s and under 400 MB.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.model import Source
from ckanext.khonkaencarbon.footprint.reading.table import open_table
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")


def write(path: Path, rows: int) -> None:
    """Rows of 84 months, 5,000 organisations and varied quantities."""
    with path.open("w", encoding="utf-8") as file:
        file.write("เดือน,รายการ,ปริมาณ,หน่วย,หน่วยงาน\n")
        for at in range(rows):
            month = f"{MONTHS[at % 12]} {2560 + at % 7}"
            file.write(f"{month},ไฟฟ้า,{at % 99991}.{at % 89},หน่วย,หน่วยงาน {at % 5000}\n")


def main(rows: int) -> None:
    """Write, read, report."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        write(path, rows)
        wall, cpu = time.perf_counter(), time.process_time()
        table = open_table(Source(path.name, path), None, load_vocabulary(), FindingLog())
        used = sum(1 for _ in table.records())
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{used} rows: {wall:.1f} s ({cpu:.1f} s of processor), {megabytes} MB at most")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
