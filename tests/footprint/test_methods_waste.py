"""Landfills and wastewater beyond the cases of tests/cases: limits, horizons, bases and what is asked for."""

import runpy
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.factors.selection import NotComputableError, Selector
from ckanext.khonkaencarbon.footprint.methods.emission import Emitter
from ckanext.khonkaencarbon.footprint.methods.method import (
    BasisError,
    MissingRowError,
    ParameterError,
    ParameterMissingError,
)
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Cell, CellKey
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

REFERENCE = runpy.run_path(str(Path(__file__).with_name("reference_totals.py")))
LANDFILL, COMMITMENT = "landfill-in-city", "landfill-commitment-in-city"
HALF, PER_CARBON = Fraction(1, 2), Fraction(16, 12)
# Degradable carbon of the Thai mixture by kind, and how fast it decays in the tropics.
MIXTURE = [(Fraction("0.0729"), Fraction("0.4")), (Fraction("0.0584"), Fraction("0.07"))]
B2 = [(carbon * HALF * Fraction("0.8") * HALF * PER_CARBON, rate) for carbon, rate in MIXTURE]


def lines(
    activity, quantity, *, unit="kg", period=(2020, 2020), last_year=0, editions=("ipcc-2006",), **given
):
    start, end = period
    start = start if isinstance(start, date) else date(start, 1, 1)
    end = end if isinstance(end, date) else date(end, 12, 31)
    parameters = tuple(sorted((name, str(value)) for name, value in given.items()))
    key = CellKey(start, end, activity, "", unit, "", "", "", "", "", parameters)
    return emitter(editions, max(last_year, end.year)).emission(Cell(key, Decimal(quantity), 1)).lines


def emitter(editions, last_year):
    settings = AccountingSettings(editions=editions)
    return Emitter(settings, Selector(load_editions(editions)), load_vocabulary(), last_year)


def by_year(*arguments, **words):
    return {line.period_start.year: line.mass_kg for line in lines(*arguments, **words)}


def test_b2_fifty_years_of_constant_deposits_agree_with_fractions():
    found = {}
    for year in range(2000, 2051):
        for emitted, mass in by_year(LANDFILL, 10**7, period=(year, year), last_year=2050, mcf="0.8").items():
            found[emitted] = found.get(emitted, 0) + mass
    expected = REFERENCE["landfill_methane"](dict.fromkeys(range(2000, 2051), 10**7), 2050, B2)
    assert {year: int(mass * 10**9) for year, mass in found.items() if mass} == expected
    assert round(found[2050], 3) == Decimal("345430.594")


def test_b1_b3_all_years_of_decay_add_up_to_the_commitment():
    decay = sum(by_year(LANDFILL, 10**6, last_year=2200, mcf="0.8").values())
    (commitment,) = by_year(COMMITMENT, 10**6, mcf="0.8").values()
    assert commitment == Decimal("35013.333333333")
    assert abs(decay - commitment) < Decimal("0.2")  # paper halves in ten years: 180 of them leave 0.0003 %
    food = sum(by_year(LANDFILL, 10**6, last_year=2200, waste_type="food", mcf="1", oxidation="0.1").values())
    assert abs(food - 45000) < Decimal("1e-6")  # rounding of 180 lines


def test_without_delay_the_whole_deposit_decays_as_well():
    prompt = by_year(LANDFILL, 10**6, last_year=2200, waste_type="food", mcf="1", delay_months="0")
    assert abs(sum(prompt.values()) - 50000) < Decimal("1e-6") and prompt[2020] > 0


def test_the_horizon_is_the_last_year_of_the_run_unless_it_is_given():
    assert list(by_year(LANDFILL, 1, mcf="1")) == [2020]
    assert list(by_year(LANDFILL, 1, mcf="1", last_year=2022)) == [2020, 2021, 2022]
    cell = CellKey(date(2020, 1, 1), date(2020, 12, 31), LANDFILL, "", "kg", *[""] * 5)
    for last, years in (("2023", 4), ("2020", 1)):
        own = cell._replace(parameters=(("last_year", last), ("mcf", "1")))
        assert len(emitter(("ipcc-2006",), 2022).emission(Cell(own, Decimal(1), 1)).lines) == years
    with pytest.raises(ParameterError):
        own = cell._replace(parameters=(("last_year", "2019"), ("mcf", "1")))
        emitter(("ipcc-2006",), 2022).emission(Cell(own, Decimal(1), 1))


def test_history_is_the_sum_of_its_deposits():
    back = by_year(
        "landfill-history-in-city", 10**6, last_year=2022, mcf="0.8", first_year=2010, growth_pct=0
    )
    apart = {}
    for year in range(2010, 2020):
        for emitted, mass in by_year(LANDFILL, 10**6, period=(year, year), last_year=2022, mcf="0.8").items():
            apart[emitted] = apart.get(emitted, 0) + mass
    assert list(back) == [2020, 2021, 2022]
    assert all(abs(back[year] - apart[year]) < Decimal("1e-7") for year in back)


def test_bulk_waste_decays_at_one_rate_and_makes_as_much_in_the_end():
    mixed, bulk = (
        by_year(COMMITMENT, 10**6, mcf="1", waste_type=kind)[2020] for kind in ("mixed", "bulk_msw")
    )
    assert mixed == bulk == Decimal("43766.666666667")
    second_year = by_year(LANDFILL, 10**6, mcf="1", waste_type="bulk_msw", last_year=2021)[2021]
    lost = 1 - REFERENCE["e_to_the_minus"](Fraction("0.17"))
    assert int(second_year * 10**9) == round(
        10**6 * Fraction("0.1313") * HALF * HALF * PER_CARBON * lost * 10**9
    )


def test_plastics_make_no_methane_and_still_have_a_line():
    (line,) = lines(LANDFILL, 1000, waste_type="plastics", site_type="uncategorised")
    assert (line.mass_kg, line.method, line.rows) == (0, "landfill-decay", 1)


@pytest.mark.parametrize(
    ("activity", "given", "error"),
    [
        (LANDFILL, {}, ParameterMissingError),
        (LANDFILL, {"mcf": "1", "delay_months": "7"}, ParameterError),
        (LANDFILL, {"mcf": "1.5"}, ParameterError),
        (LANDFILL, {"mcf": "1", "k": "fast"}, ParameterError),
        (LANDFILL, {"mcf": "1", "waste_type": "rubber_leather"}, MissingRowError),
        (LANDFILL, {"site_type": "managed_semi_aerobic_poor"}, MissingRowError),  # of 2019 only
        (
            LANDFILL,
            {"mcf": "1", "mass_basis": "dry", "doc_basis": "dry"},
            BasisError,
        ),  # shares are of wet waste
        (COMMITMENT, {"mcf": "1", "waste_type": "wood", "doc_basis": "dry"}, BasisError),
        ("landfill-history-exported", {"mcf": "1", "first_year": "2010"}, ParameterMissingError),
        ("landfill-history-exported", {"mcf": "1", "first_year": "2020", "growth_pct": "2"}, ParameterError),
        ("open-burning-in-city", {"waste_type": "hay"}, ParameterError),
        ("wastewater-domestic-in-city", {}, ParameterMissingError),
        ("wastewater-nitrogen-in-city", {"treatment": "nitrification-denitrification"}, ParameterError),
        ("wastewater-nitrogen-in-city", {"treatment": "septic"}, MissingRowError),  # of 2019 only
    ],
)
def test_what_cannot_be_computed_is_refused(activity, given, error):
    with pytest.raises(error):
        lines(activity, 1000, **given)
    assert issubclass(error, NotComputableError)


def test_a_number_that_is_given_needs_no_choice():
    (line,) = lines("wastewater-domestic-in-city", 1000, mcf="0.25")
    assert plain(line.mass_kg) == "150" and line.factor_ids == ("IPCC-B0-BOD",)


def test_people_over_a_fiscal_year_are_counted_once():
    """Days of October to December in 2023, the rest in 2024: a stock is not divided by them."""
    found = by_year(
        "wastewater-domestic-in-city",
        100000,
        unit="person",
        period=(date(2023, 10, 1), date(2024, 9, 30)),
        treatment="septic",
    )
    assert abs(found[2023] - Decimal(438000) * 92 / 365) < Decimal("1e-3")
    assert abs(found[2024] - Decimal(438000) * 274 / 366) < Decimal("1e-3")


def test_methane_taken_out_lowers_the_total_by_what_it_would_have_been():
    (line,) = lines("landfill-methane-recovered-exported", 30000, cover="oxidising")
    assert (plain(line.mass_kg), line.gpc_ref, line.biogenic) == ("-27000", "III.1.2", True)
    assert (plain(line.co2e_kg), plain(line.quantity)) == ("-756000", "30000")


OURS = {
    name
    for name in METHODS
    if name.startswith(("landfill", "wastewater", "manure", "enteric", "soil"))
} | {"composting", "digestion", "incineration", "open-burning", "rice", "urea"}  # fmt: skip


@pytest.mark.parametrize(
    "activity",
    [one for one in load_vocabulary().activities.values() if one.method in OURS],
    ids=lambda one: one.code,
)
def test_every_parameter_of_an_activity_is_declared_by_its_method(activity):
    declared = {name for names in METHODS[activity.method].defaults for name in names.split(", ")}
    assert set(activity.parameters) <= declared


PLANTS_OF_2006 = {"untreated", "nitrification-denitrification"}
CHOICES = [
    ("landfill-in-city", "site_type", "mcf", set()),
    ("landfill-in-city", "cover", "oxidation", set()),
    ("waste-incineration-in-city", "technology", "n2o", set()),
    ("waste-incineration-in-city", "waste_type", "carbon", {"mixed"}),
    ("wastewater-domestic-in-city", "treatment", "mcf", set()),
    ("wastewater-nitrogen-in-city", "treatment", "nitrogen_removed", PLANTS_OF_2006),
    ("manure-nitrogen", "animal", "nitrogen_rate", set()),
    ("manure-nitrogen", "manure_system", "direct_factor", set()),
    ("rice", "water_regime", "water_factor", set()),
    ("rice", "preseason", "preseason_factor", set()),
]  # fmt: skip


@pytest.mark.parametrize(("activity", "parameter", "row", "without"), CHOICES)
def test_every_choice_is_a_row_of_an_edition_and_every_row_a_choice(activity, parameter, row, without):
    declared = load_vocabulary().activities[activity]
    known = {
        one.category
        for edition in load_editions(("ipcc-2006", "ipcc-2019"))
        for one in edition.parameters
        if (one.activity, one.name) == (METHODS[declared.method].table, row)
    }
    assert set(declared.parameters[parameter].choices) - without == known - {"open-burning"}


def test_digits_do_not_hang_on_the_decimal_context_of_the_caller():
    rates = {"mcf": "0.8", "k": "0.123456789", "delay_months": "1"}
    expected = by_year(LANDFILL, 10**9, waste_type="bulk_msw", last_year=2040, **rates)
    with localcontext() as context:
        context.prec = 5
        assert by_year(LANDFILL, 10**9, waste_type="bulk_msw", last_year=2040, **rates) == expected
