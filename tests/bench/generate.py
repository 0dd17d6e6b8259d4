"""Activity tables of any size with their exact answer: python generate.py ROWS OUT [--seed N] [knobs].

Row ``n`` of a seed is always the same row, whatever else is asked for. The forms of dates and numbers follow
the mix of real exports: 60 % ISO dates, 20 % d/m/yyyy in the Buddhist era, 10 % the same in Thai digits, 10 %
Thai month names; 80 % plain quantities, 15 % quoted with thousands groups, 5 % in Thai digits. Beside OUT
stands OUT.json: rows, good rows, and the exact sum of each activity in thousandths of its base unit.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

HEADINGS = "วันที่,หน่วยงาน,รายการ,ปริมาณ,หน่วย\n"
FIRST_DAY, DAYS = date(2023, 1, 1), 1096
MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
# Activity, and its units with what one of it is in the base unit.
ACTIVITIES = (
    ("electricity-grid", (("kWh", 1), ("หน่วย", 1), ("กิโลวัตต์-ชั่วโมง", 1), ("MWh", 1000))),
    ("diesel-road", (("ลิตร", 1), ("litre", 1), ("L", 1), ("พันลิตร", 1000))),
    ("gasoline-road", (("ลิตร", 1), ("ล.", 1), ("l", 1))),
    ("lpg-stationary", (("กก.", 1), ("กิโลกรัม", 1), ("kg", 1), ("ตัน", 1000))),
    ("waste-incineration-exported", (("ตัน", 1000), ("t", 1000), ("กก.", 1))),
)
BAD = ("period", "activity", "unit", "quantity", "decimals", "short", "long")
_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_MASK = (1 << 64) - 1


@dataclass(frozen=True)
class Knobs:
    """What the rows look like; shares are in percent."""

    seed: int = 1
    organisations: int = 200
    thai_dates: int = 40
    grouped: int = 15
    thai_digits: int = 5
    bad_per_mille: int = 0
    torn_per_mille: int = 0  # quotation marks that are never closed
    cells: str = "usual"  # "few": a thousand cells, "many": every row its own cell


def rows(first: int, last: int, knobs: Knobs) -> Iterator[tuple[str, str | None, int]]:
    """Lines ``first`` to ``last`` - 1, each with activity and thousandths of the base unit (None: bad)."""
    dates = [_dates(FIRST_DAY + timedelta(day), knobs.thai_dates) for day in range(DAYS)]
    names = [f"องค์กรที่ {number} จังหวัดขอนแก่น" for number in range(knobs.organisations)]
    for number in range(first, last):
        bits = _mixed(number, knobs.seed)
        day, bits = bits % DAYS, bits // DAYS
        form, bits = bits % 100, bits // 100
        name, bits = names[bits % len(names)], bits // len(names)
        (activity, units), bits = ACTIVITIES[bits % 5], bits // 5
        (unit, factor), bits = units[bits % len(units)], bits // len(units)
        amount = _mixed(number, knobs.seed + 1)
        quantity, amount = amount % 9_999_999, amount // 9_999_999
        style, amount = amount % 100, amount // 100
        if knobs.cells == "few":
            day, name = day % 30, names[number % 200]
        elif knobs.cells == "many":
            name = f"องค์กรที่ {number} จังหวัดขอนแก่น"
        cells = [dates[day][form], name, activity, _number(quantity, style, knobs), unit]
        fault = amount % 1000
        if fault < knobs.bad_per_mille:
            yield _spoilt(cells, BAD[amount // 1000 % len(BAD)]), None, 0
        elif fault < knobs.bad_per_mille + knobs.torn_per_mille:
            yield f'{cells[0]},"{",".join(cells[1:])}\n', None, 0
        else:
            yield ",".join(cells) + "\n", activity, quantity * factor


def write(path: Path, count: int, knobs: Knobs) -> dict[str, object]:
    """Write the table and its answer; return the answer."""
    sums: Counter[str] = Counter()
    good = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADINGS)
        for line, activity, thousandths in rows(0, count, knobs):
            file.write(line)
            if activity is not None:
                good += 1
                sums[activity] += thousandths
    answer = {"rows": count, "good": good, "thousandths": dict(sorted(sums.items()))}
    path.with_name(path.name + ".json").write_text(json.dumps(answer), encoding="utf-8")
    return answer


def _mixed(number: int, seed: int) -> int:
    """64 well mixed bits of a counter (splitmix64, Steele, Lea and Flood 2014)."""
    z = (number * 0x9E3779B97F4A7C15 + seed * 0xD1B54A32D192ED03 + 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def _dates(day: date, thai: int) -> list[str]:
    """The spellings of a day, one for each percent of the mix."""
    slashes = f"{day.day}/{day.month}/{day.year + 543}"
    words = f"{day.day} {MONTHS[day.month - 1]} {day.year + 543}"
    half, quarter = thai // 2, thai // 4
    rest = thai - half - quarter
    spelt = [slashes] * half + [slashes.translate(_THAI)] * quarter + [words] * rest
    return [day.isoformat()] * (100 - thai) + spelt


def _number(thousandths: int, style: int, knobs: Knobs) -> str:
    whole, part = divmod(thousandths, 1000)
    if style < knobs.grouped:
        return f'"{whole:,}.{part:03}"'
    text = f"{whole}.{part:03}"
    return text.translate(_THAI) if style < knobs.grouped + knobs.thai_digits else text


def _spoilt(cells: list[str], what: str) -> str:
    spoilt = {
        "period": {0: "31/2/2567"},
        "activity": {2: "น้ำมัน"},
        "unit": {4: "ถัง"},
        "quantity": {3: "ไม่ทราบ"},
        "decimals": {3: "1.1234567891"},
    }.get(what, {})
    cells = [spoilt.get(at, cell) for at, cell in enumerate(cells)]
    if what == "short":
        return ",".join(cells[:3]) + "\n"
    return ",".join(cells) + (",เกิน\n" if what == "long" else "\n")


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", type=int)
    parser.add_argument("out", type=Path)
    for name, value in vars(Knobs()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = vars(parser.parse_args())
    count, path = options.pop("rows"), options.pop("out")
    print(write(path, count, Knobs(**options)))


if __name__ == "__main__":
    main()
