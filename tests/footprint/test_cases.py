"""The cases of tests/cases: what an officer sends, and what comes of it."""

import json
from pathlib import Path

import pytest
import yaml

from ckanext.khonkaencarbon.footprint.command import main

CASES = [
    case
    for file in sorted((Path(__file__).parents[1] / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case, tmp_path):
    expected = case["expect"]
    status = main(["compute", *arguments(case, tmp_path), "--out", str(tmp_path / "out")])
    assert status == expected.pop("status"), findings(tmp_path)
    if status == 2:
        assert {one["code"] for one in findings(tmp_path)} == set(expected["findings"])
        assert not (tmp_path / "out/summary.json").exists()
        return
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    summary["notation"] = {ref: entry["key"] for ref, entry in summary["notation"].items()}
    assert named(expected, summary) == expected


def test_a_case_can_fail(tmp_path):
    wrong = {**CASES[0], "expect": {"status": 0, "totals": {"co2e_kg": "2740.6"}}}
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
