"""Ours: python ours.py FILE full|cells [duck|standard]; the full job writes its three files to memory."""

import json
import sys
import time
from decimal import Decimal
from pathlib import Path

from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.cube.engine import by_size, standard
from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.intake import Intake, read
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import findings, summary

path, job = Path(sys.argv[1]), sys.argv[2]
engine = standard if "standard" in sys.argv else by_size
sums: dict[str, Decimal] = {}
laps = {}
began = time.perf_counter()


def lap(name):
    """Seconds since the last call."""
    global began
    laps[name], began = round(time.perf_counter() - began, 2), time.perf_counter()


if job == "cells":
    intake = Intake(FindingLog(), False)
    for cell in read(intake, [Source(path.name, path)], [None], engine):
        sums[cell.key.activity] = sums.get(cell.key.activity, Decimal(0)) + cell.quantity
    good = intake.counts.used
    lap("reading")
else:
    result = compute([Source(path.name, path)], [None], AccountingSettings(), engine=engine)
    lap("compute")
    for write in (summary.csv_bytes, summary.json_bytes):
        write(result)
        lap(write.__name__)
    findings.json_bytes(result.log)
    parts = {(line.key, line.period_start): line.quantity for line in result.lines}
    for (key, _), quantity in parts.items():
        sums[key.activity] = sums.get(key.activity, Decimal(0)) + quantity
    good = result.counts.used
print(
    json.dumps(
        {"good": good, "thousandths": {k: int(v * 1000) for k, v in sorted(sums.items())}, "laps": laps}
    )
)
