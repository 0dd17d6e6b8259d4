"""Wastewater against the equations of bonsai_ipcc 0.5.3 (2019 Refinement), none of the numbers a default."""

import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

many = settings(max_examples=2000, deadline=None)
decimals = runpy.run_path(str(Path(__file__).with_name("drawing.py")))["decimals"]
fraction = decimals(0.01, 0.99, 4)
factor = decimals(1, 2, 3)
grams = decimals(5, 120, 2)
amount = decimals(1000, 5000000, 2)
people = st.integers(10_000, 5_000_000)
N2O_PER_NITROGEN = 44 / 28
WATERS = [
    ("domestic", "b0_bod", "ef_ch4_discharge", "ch4_emissions_discharge"),
    ("industrial", "b0_cod", "ef_ch4_ind", "ch4_emissions_system_ind"),
]


def exact(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-8)


@many
@given(people, grams, factor, fraction, fraction, fraction)
def test_methane_of_people(bonsai, masses, persons, bod, industrial, b0, mcf, sludge):
    """Equations 6.1, 6.2 and 6.3."""
    water = bonsai("waste.wastewater")
    numbers = {"bod_g_per_person_day": bod, "industrial_bod": industrial, "b0_bod": b0, "mcf": mcf}
    found = masses("wastewater-domestic-in-city", persons, "person", sludge_share=sludge, **numbers)
    organics = water.tow_system(persons * float(bod) * 0.001 * 365, 1, 1, float(industrial))
    factor_of = water.ef_ch4_treat(float(b0), float(mcf))
    expected = water.ch4_emissions_treatment(organics, organics * float(sludge), factor_of, 0)
    assert found == {("CH4", True, 2021): exact(expected)}


@many
@given(st.sampled_from(WATERS), amount, fraction, fraction, fraction, fraction)
def test_methane_of_organic_matter_less_what_is_recovered(
    bonsai, masses, kind_of_water, organics, b0, mcf, sludge, recovered
):
    """Equations 6.1 with 6.2, and 6.4 with 6.5."""
    kind, capacity, factor_of, equation = kind_of_water
    water = bonsai("waste.wastewater")
    given_numbers = {capacity: b0, "mcf": mcf, "sludge_share": sludge}
    found = masses(f"wastewater-{kind}-exported", organics, edition="ipcc-2019", **given_numbers)
    taken = masses("wastewater-methane-recovered-exported", recovered)
    per_kilogram = getattr(water, factor_of)(float(b0), float(mcf))
    removed = float(organics) * float(sludge)
    expected = getattr(water, equation)(float(organics), removed, per_kilogram, float(recovered))
    assert found["CH4", True, 2021] + taken["CH4", True, 2021] == exact(expected)


@many
@given(people, grams, fraction, fraction, factor, factor, factor, fraction, fraction, fraction)
def test_nitrous_oxide_of_people(
    bonsai,
    masses,
    persons,
    supply,
    consumed,
    in_protein,
    household,
    nonconsumed,
    codischarge,
    removed,
    plant,
    effluent,
):
    """Equations 6.7 to 6.10; bonsai_ipcc leaves 44/28 out of 6.7, though its factor is per N."""
    water = bonsai("waste.wastewater")
    found = masses(
        "wastewater-nitrogen-in-city",
        persons,
        "person",
        edition="ipcc-2019",
        treatment="aerobic-secondary",
        protein_g_per_person_day=supply,
        protein_consumed=consumed,
        nitrogen_in_protein=in_protein,
        household_nitrogen=household,
        nonconsumed=nonconsumed,
        codischarge=codischarge,
        nitrogen_removed=removed,
        plant_factor=plant,
        effluent_factor=effluent,
    )
    protein = water.protein(float(supply) * 0.001 * 365, float(consumed))
    nitrogen = water.tn_domestic(
        persons, protein, *map(float, (in_protein, household, nonconsumed, codischarge))
    )
    left = water.n_effluent_dom_system(nitrogen, 1, float(removed))
    expected = water.n2o_plants(1, 1, float(plant), nitrogen)
    expected += water.n2o_effluent(left, float(effluent)) * N2O_PER_NITROGEN
    assert found == {("N2O", False, 2021): exact(expected)}


@many
@given(amount, fraction, fraction, fraction)
def test_nitrous_oxide_of_nitrogen(bonsai, masses, nitrogen, removed, plant, effluent):
    water = bonsai("waste.wastewater")
    found = masses(
        "wastewater-nitrogen-imported",
        nitrogen,
        edition="ipcc-2019",
        treatment="aerobic-tertiary",
        nitrogen_removed=removed,
        plant_factor=plant,
        effluent_factor=effluent,
    )
    left = water.n_effluent_ind(float(nitrogen), 1, float(removed))
    expected = water.n2o_plants_ind(1, float(plant), float(nitrogen))
    expected += water.n2o_effluent_ind(left, float(effluent)) * N2O_PER_NITROGEN
    assert found == {("N2O", False, 2021): exact(expected)}
