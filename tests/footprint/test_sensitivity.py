"""Elasticities found by computing again: what can be derived by hand comes out, nothing is invented."""

import math
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.cube.parts import Part, Span
from ckanext.khonkaencarbon.footprint.exact import product, quotient, rounded
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter
from ckanext.khonkaencarbon.footprint.factors.selection import Choice, NotComputableError
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Task
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.methods.sensitivity import by_difference
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Cell, CellKey, Source

DAYS = Span(date(2024, 1, 1), date(2024, 12, 31))
(EDITION,) = load_editions(["ipcc-2006"])


def row(name, value, percent=10):
    pct = None if percent is None else Decimal(percent)
    return Parameter(name, "e", "m", name, "", Decimal(value), "1", None, None, "world", pct, "a source")


def task(*rows, parameters=None, quantity="0.001"):
    cell = Cell(CellKey(DAYS.start, DAYS.end, "a", "", "kg", "", "", "", "", ""), Decimal(quantity), 1)
    part = Part(cell, DAYS, cell.quantity)
    return Task(part, Choice(EDITION, (), tuple(rows)), parameters or {}, 2024)


def mass(given, value):
    return [GasMass("CH4", False, rounded(product(given.part.quantity, value)), given.choice.parameters)]


def values(given):
    return [one.value for one in given.choice.parameters]


def of_products(given):
    a, b = values(given)
    return mass(given, a * b)


def of_a_quotient(given):
    a, b = values(given)
    return mass(given, quotient(a, b, 30))


def of_a_rest(given):
    a, share = values(given)
    return mass(given, a * (1 - share))


def of_a_sum(given):
    a, b = values(given)
    return mass(given, a + 3 * b)


@pytest.mark.parametrize(
    ("method", "rows", "expected"),
    [
        (of_products, ("0.4", "0.7"), ("1", "1")),
        (of_a_rest, ("5", "0.2"), ("1", "-0.25")),
        (of_a_rest, ("5", "0"), ("1", "0")),
        (of_a_sum, ("1", "1"), ("0.25", "0.75")),
    ],
)
def test_what_can_be_derived_by_hand(method, rows, expected):
    (found,) = by_difference(method)(task(row("a", rows[0]), row("b", rows[1])))
    assert found.elasticities == tuple(map(Decimal, expected))
    assert found.mass_kg == method(task(row("a", rows[0]), row("b", rows[1])))[0].mass_kg


def test_what_is_not_linear_is_right_to_the_step():
    (found,) = by_difference(of_a_quotient)(task(row("a", "3"), row("b", "7")))
    assert found.elasticities[0] == 1
    assert float(found.elasticities[1]) == pytest.approx(-1, abs=0.0011)


@pytest.mark.parametrize(
    "given",
    [
        task(row("a", "3"), row("b", "7", None)),
        task(row("a", "3"), row("b", "0")),  # of nothing there is no percentage
        task(row("a", "3"), row("b", "7"), parameters={"oxidation": "0.9"}),
    ],
)
def test_what_is_not_known_is_not_stated(given):
    assert by_difference(of_products)(given)[0].elasticities is None


def test_a_word_as_parameter_does_not_hide_what_the_rows_say():
    given = task(row("a", "3"), row("b", "7"), parameters={"technology": "stoker"})
    assert by_difference(of_products)(given)[0].elasticities == (1, 1)


def test_a_method_that_takes_no_changed_row_keeps_its_masses():
    def strict(given):
        if values(given) != [Decimal(3), Decimal(7)]:
            raise NotComputableError
        return mass(given, Decimal(21))

    (found,) = by_difference(strict)(task(row("a", "3"), row("b", "7")))
    assert (found.mass_kg, found.elasticities) == (Decimal("0.021"), None)


def test_waste_by_composition_has_its_components_shares():
    """Fossil carbon of the Thai mixture: paper 0.000604, plastics 0.10425, other 0.003834 of 0.10868844."""
    rows = tuple(replace(one, uncertainty_pct=Decimal(10)) for one in EDITION.parameters)
    burning = task(*(one for one in rows if one.activity == "incineration"), quantity="1000")
    fossil = next(one for one in METHODS["incineration"].masses(burning) if one.gas == "CO2")
    found = {one.id: elasticity for one, elasticity in zip(fossil.rows, fossil.elasticities, strict=True)}
    assert found["IPCC06-MSW-TH-PLASTICS"] == pytest.approx(
        Decimal("0.10425") / Decimal("0.10868844"), abs=1e-6
    )
    assert found["IPCC06-CF-FOOD"] == 0
    assert sum(value for row_id, value in found.items() if "-MSW-TH-" in row_id) == pytest.approx(1, abs=1e-5)
    (oxidation,) = (one.id for one in fossil.rows if getattr(one, "name", "") == "oxidation")
    assert found[oxidation] == 1


LANDFILL = """period,activity,quantity,unit,uncertainty_pct,param_waste_type,param_site_type,param_cover
2000,landfill-in-city,1000,t,10,food,managed_anaerobic,oxidising
2003,landfill-in-city,0,t,10,food,managed_anaerobic,oxidising
"""


def test_decay_is_as_uncertain_as_its_numbers(tmp_path):
    """Waste 10 %, DOC 47, DOCf 20, MCF 10, F 5, k 75, cover and delay 100, each by its effect on the mass."""
    (tmp_path / "landfill.csv").write_text(LANDFILL, encoding="utf-8")
    found = compute([Source("landfill.csv", tmp_path / "landfill.csv")], [None], AccountingSettings())
    known = {line.period_start.year: line.uncertainty_pct for line in found.lines if line.uncertainty_pct}
    assert set(known) == {2001, 2002, 2003}
    k, months = 0.4, 6
    for year, percent in known.items():
        of_k = k * math.exp(-k) / (1 - math.exp(-k)) - k * (year - 2001)
        of_cover, of_delay = -0.1 / 0.9, k * months / 12
        parts = (10, 47, 20, 10, 5, 75 * of_k, 100 * of_cover, 100 * of_delay)
        assert float(percent) == pytest.approx(math.hypot(*parts), rel=1e-3)
