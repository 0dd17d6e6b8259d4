"""A city in a few lines: datasets, tables and settings as files, and what ``rollup`` makes of them.

A dataset is rows "period reference activity gas kilograms [word=value ...]", or an activity file.
"""

import csv
import io
import json
from calendar import monthrange
from datetime import date
from decimal import Decimal
from hashlib import sha256

from ckanext.khonkaencarbon.footprint.command import main

PARTS = {"H1": (1, 6), "H2": (7, 12), "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12)}
OPTIONS = {"org": "organisation", "place": "place", "q": "quality", "u": "uncertainty_pct", "f": "factor_ids"}


def period(text):
    """First and last day of 2024, 2024-03, 2024-H1, 2024-Q2 or 2024-01-15/2024-02-14."""
    if "/" in text:
        return tuple(text.split("/"))
    year, _, part = text.partition("-")
    first, last = PARTS.get(part) or ((int(part), int(part)) if part else (1, 12))
    end = monthrange(int(year), last)[1]
    return f"{year}-{first:02}-01", f"{year}-{last:02}-{end:02}"


def line(text):
    """An emission line of a summary, as far as a roll-up reads it."""
    when, reference, activity, gas, mass, *options = text.split()
    start, end = period(when)
    words = dict(option.partition("=")[::2] for option in options)
    found = dict.fromkeys(OPTIONS.values()) | {OPTIONS[name]: words[name] for name in OPTIONS.keys() & words}
    return {
        **found,
        "period_start": start,
        "period_end": end,
        "gpc_ref": reference,
        "activity": activity,
        "gas": gas,
        "mass_kg": mass,
        "biogenic": "bio" in words,
        "method": "electricity" if activity.startswith("electricity") else "factor",
        "factor_ids": words["f"].split("+") if "f" in words else [],
    }


def summary(name, rows, boundary="organisation", factors=None, incomplete=False, **settings):
    """A summary.json of these rows."""
    known = {"gwp": "ar5-tgo", "electricity": "tgo-scope2", "editions": ["tgo-2022-04"], **settings}
    return {
        "format": "khonkaencarbon-summary/1",
        "settings": {**known, "boundary": boundary},
        "inputs": [{"name": f"{name}.csv", "sha256": sha256(name.encode()).hexdigest(), "resource_id": None}],
        "factors": [{"id": one, "uncertainty_pct": pct} for one, pct in (factors or {}).items()],
        "incomplete": incomplete,
        "fingerprint": sha256(json.dumps([name, rows, known], sort_keys=True).encode()).hexdigest(),
        "lines": [line(row) for row in rows],
    }


def write(city, folder):
    """The files of a city; returns the arguments of ``rollup``."""
    settings = {"datasets": {}, **city.get("settings", {})}
    paths = []
    for name, given in city.get("datasets", {}).items():
        known = dict(given)
        inside = folder / name
        inside.mkdir(parents=True)
        if "file" in known:
            computed(known.pop("file"), known.pop("with", {}), inside)
        else:
            words = {
                one: known.pop(one) for one in ("factors", "incomplete", "gwp", "electricity") if one in known
            }
            document = summary(name, known.pop("rows"), **words)
            (inside / "summary.json").write_text(json.dumps(document), encoding="utf-8")
        settings["datasets"][name] = known
        paths.append(str(inside))
    for number, text in enumerate(city.get("tables", [])):
        path = folder / f"{number}.csv"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    (folder / "city.json").write_text(json.dumps(settings), encoding="utf-8")
    return [*paths, "--settings", str(folder / "city.json"), "--out", str(folder / "out")]


def computed(text, settings, folder):
    """The summary of an activity file."""
    (folder / "activity.csv").write_text(text, encoding="utf-8")
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    arguments = ["compute", str(folder / "activity.csv"), "--settings", str(folder / "settings.json")]
    assert main([*arguments, "--out", str(folder)]) == 0
    for name in ("activity.csv", "settings.json"):
        (folder / name).unlink()


def rolled_up(city, folder, status=None):
    """What comes out: exit status, totals, rows of the tables, findings by code."""
    code = main(["rollup", *write(city, folder)])
    assert status in (None, code)
    out = folder / "out"
    found = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    result = {"status": code, "findings": {}, "listed": found}
    for one in found:
        result["findings"][one["code"]] = result["findings"].get(one["code"], 0) + 1
    if (out / "totals.json").exists():
        result["totals"] = json.loads((out / "totals.json").read_text(encoding="utf-8"))
    for name in ("inventory", "coverage", "timeseries", "organisations", "crosscheck"):
        path = out / f"{name}.csv"
        result[name] = table(path.read_text(encoding="utf-8")) if path.exists() else []
    return result


def table(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def figures(rows):
    """Year and reference -> what an officer looks at: CO2e and residual of all gases, and the rest."""
    found = {}
    for row in rows:
        one = found.setdefault(f"{row['year']} {row['gpc_ref']}", {"co2e": None, "residual": None})
        for short, column in (("co2e", "co2e_kg"), ("residual", "residual_co2e_kg")):
            if row[column]:
                one[short] = Decimal(row[column]) + (one[short] or 0)
        one |= {name: row[name] for name in ("source", "coverage", "notation", "explanation", "dataset_ids")}
        one["quality"], one["uncertainty"] = row["quality"], row["uncertainty_pct"]
    for one in found.values():
        one |= {name: None if one[name] is None else f"{one[name]:f}" for name in ("co2e", "residual")}
    return found


def days_of(text):
    """The days of a period, for oracles."""
    first, last = map(date.fromisoformat, period(text))
    return range(first.toordinal(), last.toordinal() + 1)
