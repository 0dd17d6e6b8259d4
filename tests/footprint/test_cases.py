"""The cases of tests/cases: what an officer sends, and what comes of it."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS

CASES = [
    case
    for file in sorted((Path(__file__).parents[1] / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


COMPUTED = [case for case in CASES if case.get("command", "compute") == "compute"]
UNCERTAIN = [case for case in CASES if case.get("command") == "uncertainty"]
TOLERANCE = Decimal("0.00006")  # of "printed": factors with four decimals


@pytest.mark.parametrize("case", UNCERTAIN, ids=lambda case: case["name"])
def test_uncertainty_case(case, tmp_path, capsysbinary):
    expected = case["expect"]
    assert main(["uncertainty", *arguments(case, tmp_path)]) == expected["status"]
    *_, total = csv.DictReader(capsysbinary.readouterr().out.decode().splitlines())
    assert named(expected["total"], total) == expected["total"]


@pytest.mark.parametrize("case", COMPUTED, ids=lambda case: case["name"])
def test_case(case, tmp_path):
    expected = dict(case["expect"])
    status = main(["compute", *arguments(case, tmp_path), "--out", str(tmp_path / "out")])
    assert status == expected.pop("status"), findings(tmp_path)
    if status == 2:
        assert {one["code"] for one in findings(tmp_path)} == set(expected["findings"])
        assert not (tmp_path / "out/summary.json").exists()
        return
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    summary["notation"] = {ref: entry["key"] for ref, entry in summary["notation"].items()}
    for what, printed in expected.pop("printed", {}).items():
        assert abs(per_unit(summary, *what.split()) - Decimal(printed)) <= TOLERANCE, what
    if expected:
        assert named(expected, summary) == expected


def per_unit(summary, activity, unit) -> Decimal:
    """Kilograms of CO2e per unit of an activity, over all its gases."""
    lines = [line for line in summary["lines"] if (line["activity"], line["unit"]) == (activity, unit)]
    return sum(Decimal(line["co2e_kg"] or 0) for line in lines) / Decimal(lines[0]["quantity"])


# Methods that have no number of their own to change: they multiply, carry on or set to zero.
PLAIN = {"factor", "on-site", "enteric-fermentation", "manure-methane"}


def test_every_method_has_a_case_with_other_inputs_than_its_defaults(tmp_path):
    """In the line of such a case a parameter is given, by its row or by the settings."""
    seen = set()
    for number, case in enumerate(COMPUTED):
        folder = tmp_path / str(number)
        folder.mkdir()
        if case["expect"]["status"] == 2 or not ("param_" in str(case) or "parameters" in str(case)):
            continue
        main(["compute", *arguments(case, folder), "--out", str(folder / "out")])
        summary = json.loads((folder / "out/summary.json").read_text(encoding="utf-8"))
        seen |= {line["method"] for line in summary["lines"]}
    assert METHODS.keys() - seen <= PLAIN


def test_a_case_can_fail(tmp_path):
    wrong = {**CASES[0], "expect": {"status": 0, "totals": {"co2e_kg": "2740.6"}}}
    with pytest.raises(AssertionError):
        test_case(wrong, tmp_path)
    wrong["expect"] = {"status": 0, "printed": {"diesel-road litre": "2.7407"}}
    with pytest.raises(AssertionError):
        test_case(wrong, tmp_path)


def arguments(case, folder) -> list[str]:
    """Files, mappings and settings of a case as arguments of the command."""
    found = []
    for number, file in enumerate(case["files"]):
        (folder / f"{number}.csv").write_text(file["text"], encoding=file.get("encoding", "utf-8"))
        found.append(str(folder / f"{number}.csv"))
    for option, value in (("mapping", case["files"][0].get("mapping")), ("settings", case.get("settings"))):
        if value:
            (folder / f"{option}.json").write_text(json.dumps(value), encoding="utf-8")
            found += [f"--{option}", str(folder / f"{option}.json")]
    return found


def findings(folder):
    return json.loads((folder / "out/findings.json").read_text(encoding="utf-8"))


def named(expected, found):
    """The part of ``found`` that ``expected`` names; lists and groups of totals are compared whole."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if expected and not set(expected) <= set(found):
            return found
        return {key: named(value, found[key]) for key, value in expected.items()} if expected else found
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [named(one, other) if one else {} for one, other in zip(expected, found, strict=True)]
    return found
