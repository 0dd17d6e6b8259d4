"""Waste against the equations of bonsai_ipcc 0.5.3 on random numbers, none of them a default.

Pure arithmetic agrees to 1e-12; decay, where both sides take powers of e, to 1e-9. ``TINY`` is what rounding
masses at nine decimals can do.
"""

import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TINY = 1e-8
CO2_PER_GG, KG_PER_GG = 1e6, 1e6
many = settings(max_examples=2000, deadline=None)
decimals = runpy.run_path(str(Path(__file__).with_name("drawing.py")))["decimals"]
fraction = decimals(0.01, 0.99, 4)
rate = decimals(0.005, 1.2, 4)
tonnes = decimals(1000, 5_000_000, 2)
KINDS = ("food", "paper", "plastics")


def exact(expected, tolerance=1e-12):
    return pytest.approx(expected, rel=tolerance, abs=TINY)


@many
@given(
    st.lists(tonnes, min_size=1, max_size=5),
    *[fraction] * 4,
    rate,
    *[fraction] * 2,
    st.integers(0, 20),
)
def test_first_order_decay(bonsai, masses, deposits, doc, docf, mcf, share, k, oxidation, recovered, beyond):
    """Yearly deposits, methane taken out and oxidised: equations 3.1, 3.2, 3.4, 3.5 and 3.6, year by year."""
    swd = bonsai("waste.swd")
    numbers = {
        "doc": doc,
        "docf": docf,
        "mcf": mcf,
        "methane_fraction": share,
        "k": k,
        "oxidation": oxidation,
    }
    last_year = 2000 + len(deposits) + beyond
    found = {}
    for age, deposit in enumerate(deposits):
        lines = masses(
            "landfill-in-city", deposit, year=2000 + age, last_year=last_year, waste_type="food", **numbers
        )
        for (_, _, year), mass in lines.items():
            found[year] = found.get(year, 0) + mass
    left = 0.0
    for year in range(2000, last_year + 1):
        generated = swd.ch4_generated(swd.ddoc_m_decomp_t(left, float(k)), float(share))
        deposit = float(deposits[year - 2000]) if year - 2000 < len(deposits) else 0.0
        left = swd.ddoc_ma_t(
            swd.ddoc_from_wd_data(deposit, float(doc), float(docf), float(mcf)), left, float(k)
        )
        taken = masses(
            "landfill-methane-recovered", generated * float(recovered), year=year, oxidation=oxidation
        )
        emitted = found[year] + sum(taken.values())
        assert emitted == exact(swd.ch4_emissions(generated, float(oxidation), float(recovered)), 1e-9)


@many
@given(tonnes, fraction, fraction, fraction, fraction, fraction, fraction)
def test_methane_commitment(bonsai, masses, waste, doc, docf, mcf, share, oxidation, recovered):
    swd = bonsai("waste.swd")
    numbers = {"doc": doc, "docf": docf, "mcf": mcf, "methane_fraction": share, "oxidation": oxidation}
    found = masses(
        "landfill-commitment-exported", waste, waste_type="paper", recovered_share=recovered, **numbers
    )
    potential = swd.ddoc_from_wd_data(float(waste), float(doc), float(docf), float(mcf))
    expected = swd.ch4_emissions(
        swd.ch4_generated(potential, float(share)), float(oxidation), float(recovered)
    )
    assert found == {("CH4", True, 2021): exact(expected)}


ways = st.sampled_from(
    [("waste-incineration-in-city", "batch-stoker"), ("open-burning-exported", "open-burning")]
)
compositions = st.fixed_dictionaries({kind: st.tuples(*[fraction] * 4) for kind in KINDS})


@many
@given(ways, tonnes, compositions, fraction, fraction, fraction)
def test_incineration_and_open_burning(bonsai, masses, way, waste, composition, oxidation, methane, nitrous):
    """Equations 5.2, 5.4 and 5.5 with a random mixture; open burning counts N2O by dry mass."""
    activity, technology = way
    incineration, open_air = bonsai("waste.incineration"), technology == "open-burning"
    rows = {("ch4", technology): methane, ("n2o_dry" if open_air else "n2o", technology): nitrous}
    for kind, values in composition.items():
        names = ("share", "dry_matter", "carbon", "fossil_fraction")
        rows |= {(name, kind): value for name, value in zip(names, values, strict=True)}
    found = masses(activity, waste, rows=rows, technology=technology, oxidation=oxidation)
    gigagrams, of = float(waste) / KG_PER_GG, float(oxidation)
    carbon_dioxide, dry = {False: 0.0, True: 0.0}, 0.0
    for share, dm, cf, fcf in (map(float, values) for values in composition.values()):
        dry += share * dm
        for biogenic, fraction_of in ((False, fcf), (True, 1 - fcf)):
            carbon_dioxide[biogenic] += incineration.co2_emissions(gigagrams * share, dm, cf, fraction_of, of)
    burnt = gigagrams * dry if open_air else gigagrams
    assert found == {
        **{("CO2", biogenic, 2021): exact(mass * CO2_PER_GG) for biogenic, mass in carbon_dioxide.items()},
        ("CH4", True, 2021): exact(incineration.ch4_emissions(gigagrams, float(methane)) * KG_PER_GG),
        ("N2O", False, 2021): exact(incineration.n2o_emissions(burnt, float(nitrous)) * KG_PER_GG),
    }


@many
@given(st.sampled_from(["composting", "digestion"]), tonnes, fraction, fraction)
def test_biological_treatment(bonsai, masses, treatment, waste, methane, nitrous):
    """Equations 4.1 and 4.2. bonsai_ipcc takes a hundredth of g/kg for a thousandth: hence the tenth."""
    biological = bonsai("waste.biological")
    rows = {("ch4", f"{treatment} dry"): methane, ("n2o", f"{treatment} dry"): nitrous}
    found = masses(f"{treatment}-in-city", waste, rows=rows, mass_basis="dry")
    assert found == {
        ("CH4", True, 2021): exact(biological.ch4_emissions(float(waste), float(methane), 0) / 10),
        ("N2O", False, 2021): exact(biological.n2o_emissions(float(waste), float(nitrous)) / 10),
    }


@many
@given(tonnes, *[fraction] * 4)
def test_industrial_waste(bonsai, masses, waste, dry, carbon, fossil, oxidation):
    """Equations 5.1 and 5.4; theirs starts from dry matter, ours from what one wet kilogram holds."""
    burning = bonsai("waste.incineration")
    found = masses(
        "industrial-waste-incineration-in-city",
        waste,
        carbon_wet=dry * carbon,
        fossil_carbon_wet=dry * carbon * fossil,
        oxidation=oxidation,
        technology="batch-stoker",
    )
    dioxide = burning.co2_emissions(*map(float, (waste, dry, carbon, fossil, oxidation)))
    both = burning.co2_emissions(*map(float, (waste, dry, carbon, 1, oxidation)))
    assert found == {
        ("CO2", False, 2021): exact(dioxide),
        ("CO2", True, 2021): exact(both - dioxide, 1e-9),
        ("CH4", True, 2021): exact(burning.ch4_emissions(float(waste), 60)),
        ("N2O", False, 2021): exact(burning.n2o_emissions(float(waste), 100)),
    }
