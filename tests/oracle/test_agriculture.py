"""Manure, residues and soils against the equations of bonsai_ipcc 0.5.3, rice against floats.

On random numbers. bonsai_ipcc has no rice and no N2O of leaching from soils: the latter is its manure
equation of the same form.
"""

import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

many = settings(max_examples=2000, deadline=None)
decimals = runpy.run_path(str(Path(__file__).with_name("drawing.py")))["decimals"]
fraction = decimals(0.01, 0.99, 4)
amount = decimals(1000, 5000000, 2)
heads = st.integers(1000, 5_000_000)
nitrogen_rate, body_mass = decimals(0.1, 2, 3), decimals(1, 700, 1)
INPUTS = ["nitrogen-synthetic", "nitrogen-organic", "nitrogen-crop-residue"]
tonnes_per_hectare = decimals(0.1, 12, 2)


def exact(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-8)


@many
@given(heads, nitrogen_rate, body_mass, fraction, fraction, fraction, fraction, fraction)
def test_nitrous_oxide_of_manure(
    bonsai, masses, animals, rate, weight, direct, volatilised, redeposited, leached, downstream
):
    """Equations 10.25 to 10.30."""
    manure = bonsai("agriculture.livestock_manure")
    found = masses(
        "manure-nitrogen",
        animals,
        "head",
        animal="swine",
        manure_system="pit",
        animal_mass=weight,
        nitrogen_rate=rate,
        direct_factor=direct,
        volatilised_share=volatilised,
        volatilisation_factor=redeposited,
        leached_share=leached,
        leaching_factor=downstream,
    )
    excreted = manure.nex_tier1_(float(rate), float(weight))
    expected = manure.n2o_direct_mm(animals, excreted, 1, float(direct))
    gone = manure.n_volatilization(animals, excreted, 1, float(volatilised))
    washed = manure.n_leaching(animals, excreted, 1, float(leached))
    expected += manure.n2o_g(gone, float(redeposited)) + manure.n2o_l(washed, float(downstream))
    assert found == {("N2O", False, 2021): exact(expected)}


@many
@given(amount, *[fraction] * 2, decimals(0.1, 5, 3), decimals(0.01, 2, 3), *[fraction] * 6)
def test_nitrous_oxide_of_residues(
    bonsai, masses, harvest, dry, combustion, ratio, roots, above, below, removed, burnt, renewed, direct
):
    """Equations 11.6 and 11.7; what is removed and burnt is scaled to at most all of it."""
    soils = bonsai("agriculture.soils")
    removed, burnt = removed / 2, burnt / 2
    found = masses(
        "crop-residue",
        harvest,
        edition="ipcc-2019",
        crop="other",
        pathway="direct",
        dry_matter=dry,
        residue_ratio=ratio,
        nitrogen_above=above,
        root_ratio=roots,
        nitrogen_below=below,
        removed_share=removed,
        burnt_share=burnt,
        combustion=combustion,
        renewed_share=renewed,
        direct_factor=direct,
    )
    numbers = map(float, (above, removed, burnt, renewed, combustion, roots, below))
    n_ag, gone, fire, new, burning, root_ratio, n_bg = numbers
    dry_harvest = soils.crop(float(harvest), float(dry))
    nitrogen = soils.f_cr(dry_harvest, float(ratio), 1, n_ag, gone, fire, new, burning, root_ratio, n_bg)
    assert found == {("N2O", False, 2021): exact(nitrogen * float(direct) * 44 / 28)}


@many
@given(st.sampled_from(INPUTS), amount, fraction, fraction, fraction, fraction, fraction)
def test_nitrous_oxide_of_soils(
    bonsai, masses, activity, nitrogen, direct, volatilised, redeposited, leached, downstream
):
    """Equations 11.1, 11.9 and 11.10."""
    soils, manure = bonsai("agriculture.soils"), bonsai("agriculture.livestock_manure")
    found = masses(
        activity,
        nitrogen,
        edition="ipcc-2019",
        direct_factor=direct,
        volatilised_share=volatilised,
        volatilisation_factor=redeposited,
        leached_share=leached,
        leaching_factor=downstream,
    )
    inputs = [0.0] * 4
    inputs[INPUTS.index(activity)] = float(nitrogen)
    expected = soils.n2o_n_inputs(*inputs, float(direct)) * 44 / 28
    if activity != "nitrogen-crop-residue":
        expected += manure.n2o_g(float(nitrogen) * float(volatilised), float(redeposited))
    expected += manure.n2o_l(float(nitrogen) * float(leached), float(downstream))
    assert found == {("N2O", False, 2021): exact(expected)}


@many
@given(
    decimals(1, 100000, 2), st.integers(60, 200), fraction, fraction, fraction, tonnes_per_hectare,
    tonnes_per_hectare,
)  # fmt: skip
def test_methane_of_rice(masses, hectares, days, baseline, water, preseason, straw, manure):
    """Equations 5.1, 5.2 and 5.3 with the conversion factors of table 5.14 of 2006."""
    found = masses(
        "rice",
        hectares,
        "ha",
        cultivation_days=days,
        baseline=baseline,
        water_factor=water,
        preseason_factor=preseason,
        straw_long=straw,
        farmyard_manure=manure,
    )
    per_day = float(baseline) * float(water) * float(preseason)
    expected = float(hectares) * days * per_day * (1 + float(straw) * 0.29 + float(manure) * 0.14) ** 0.59
    assert found == {("CH4", True, 2021): exact(expected)}
