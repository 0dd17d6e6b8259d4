"""The inventories of tests/cases/inventory: what a city hands in, and what its inventory says."""

import runpy
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

CITY = runpy.run_path(str(Path(__file__).with_name("inventory_city.py")))
CASES = [
    case
    for file in sorted((Path(__file__).parents[1] / "cases/inventory").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_inventory(case, tmp_path):
    found = CITY["rolled_up"](case, tmp_path)
    check(case["expect"], found)


def check(expected, found):
    assert (found["status"], found["findings"]) == (expected.get("status", 0), expected.get("findings", {}))
    if found["status"] == 2:
        assert "totals" not in found and not found["inventory"]
        return
    assert part_of(expected.get("totals", {}), found["totals"])
    shown = CITY["figures"](found["inventory"])
    assert part_of(expected.get("figures", {}), shown)
    states = {f"{row['year']} {row['gpc_ref']}": row["status"] for row in found["coverage"]}
    assert part_of(expected.get("coverage", {}), states)
    for name in ("inventory", "organisations", "timeseries", "crosscheck"):
        for wanted in expected.get(name, []):
            assert any(part_of(wanted, row, quiet=True) for row in found[name]), (wanted, found[name])
    check_sums(found)


def check_sums(found):
    """In every inventory the city is the sum of its visible parts."""
    for year, totals in found["totals"].items():
        for name, one in totals["frameworks"].items():
            for group in ("by_sector", "by_subsector", "by_gpc_ref", "by_activity", "by_place"):
                assert total(one[group]) == Decimal(totals[name]), (year, name, group)
            shown = total(one["by_organisation"]) + Decimal(one["residual_co2e_kg"])
            assert shown == Decimal(totals[name]), (year, name)
        assert totals["by_scope"].get("1", "0") == totals["territorial"]
    parts, rows = {}, {}
    for target, table in ((parts, found["organisations"]), (rows, found["inventory"])):
        for row in table:
            place = row["year"], row["gpc_ref"]
            target[place] = target.get(place, 0) + Decimal(row["co2e_kg"] or 0)
    assert {place: value for place, value in parts.items() if value} == {
        place: value for place, value in rows.items() if value
    }


def total(group):
    return sum(map(Decimal, group.values()), Decimal(0))


def part_of(expected, found, quiet=False):
    """Whether everything that is named is there; says what is not."""
    for name, value in expected.items():
        name = str(name)
        if name not in found:
            assert quiet, (name, found)
            return False
        if isinstance(value, dict):
            if not part_of(value, found[name], quiet):
                return False
        elif found[name] != value:
            assert quiet, (name, value, found[name])
            return False
    return True


def test_there_are_enough_inventories_with_names_of_their_own():
    assert len(CASES) >= 30 and len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    "planted",
    [
        {"totals": {"2024": {"basic": "1"}}},
        {"figures": {"2024 I.1.2": {"co2e": "1"}}},
        {"coverage": {"2024 I.1.2": "missing"}},
        {"findings": {"inventory-conflict": 1}},
        {"organisations": [{"organisation": "nobody"}]},
    ],
)
def test_a_case_can_fail(planted, tmp_path):
    city = {"datasets": {"a": {"rows": ["2024 I.1.2 electricity-grid CO2e 500"]}}}
    with pytest.raises(AssertionError):
        test_inventory({**city, "expect": planted}, tmp_path)
