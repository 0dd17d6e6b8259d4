"""Gas masses of the methods: cases A2, C3, C5 and E2, parameters, uncertainty."""

from datetime import date
from decimal import Decimal

import pytest

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.factors.selection import NotComputableError, Selector
from ckanext.khonkaencarbon.footprint.methods.emission import Emitter
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Cell, CellKey
from ckanext.khonkaencarbon.footprint.uncertainty import Share, combined, total
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

WASTE = "waste-incineration-exported"


def lines(activity, quantity, unit, settings=AccountingSettings(), start=date(2024, 1, 1), **key):  # noqa: B008
    cell_key = CellKey(start, start.replace(day=31), activity, "", unit, "", "", "", "", "")._replace(**key)
    selector = Selector(load_editions(settings.editions))
    emitter = Emitter(settings, selector, load_vocabulary(), last_year=start.year)
    return emitter.emission(Cell(cell_key, Decimal(quantity), 1)).lines


def masses(*arguments, **words):
    return {(line.gas, line.biogenic): plain(line.mass_kg) for line in lines(*arguments, **words)}


@pytest.mark.parametrize(
    ("gwp_set", "co2e"),
    [("ar5-tgo", "2740.62321"), ("ar5", "2740.339134"), ("ar4", "2744.600274"), ("ar6", "2741.7311064")],
)
def test_a2_the_warming_potentials_change_co2e_and_never_a_mass(gwp_set, co2e):
    found = lines("diesel-road", 1000, "litre", AccountingSettings(gwp=gwp_set))
    assert {line.gas: plain(line.mass_kg) for line in found} == {
        "CO2": "2698.722",
        "CH4": "0.142038",
        "N2O": "0.142038",
    }
    assert plain(sum(line.co2e_kg for line in found)) == co2e


def test_c3_thai_mixture_and_plastics_alone():
    assert masses(WASTE, 1000, "kg") == {
        ("CO2", False): "398.52428",
        ("CO2", True): "490.27572",
        ("CH4", True): "0.0002",
        ("N2O", False): "0.05",
    }
    plastics = masses(WASTE, 1_000_000, "kg", parameters=(("waste_type", "plastics"),))
    assert plastics["CO2", False] == "2750000"
    assert plastics["CO2", True] == "0"


@pytest.mark.parametrize(("tonnes_a_day", "kilograms"), [(210, "30546886.062"), (450, "65457612.99")])
def test_c5_the_city_s_waste(tonnes_a_day, kilograms):
    assert masses(WASTE, tonnes_a_day * 365 * 1000, "kg")["CO2", False] == kilograms


def test_biogenic_co2_has_no_potential_and_methane_of_waste_is_not_fossil():
    found = {(line.gas, line.biogenic): line for line in lines(WASTE, 1000, "kg")}
    assert (found["CO2", True].gwp, found["CO2", True].co2e_kg) == (None, None)
    assert found["CH4", True].gwp == 28


def test_a_row_s_parameter_beats_the_settings_which_beat_the_default():
    settings = AccountingSettings(parameters={WASTE: {"oxidation": "0.5", "technology": "batch-stoker"}})
    assert masses(WASTE, 1000, "kg", settings)["CO2", False] == "199.26214"
    assert masses(WASTE, 1000, "kg", settings)["CH4", True] == "0.06"
    row = (("oxidation", "0"),)
    assert masses(WASTE, 1000, "kg", settings, parameters=row)["CO2", False] == "0"


@pytest.mark.parametrize("name", ["waste_type", "technology", "oxidation"])
def test_a_parameter_that_the_edition_does_not_know_is_refused(name):
    with pytest.raises(NotComputableError):
        masses(WASTE, 1000, "kg", parameters=((name, "1.5"),))


def test_e2_tgo_electricity_is_one_line_of_co2e_in_scope_2():
    (line,) = lines("electricity-grid", 1_000_000, "kWh", start=date(2026, 1, 1), consumer="commercial")
    assert (line.gas, plain(line.mass_kg), line.gwp, line.co2e_kg) == ("CO2e", "475000", 1, line.mass_kg)
    assert (line.gpc_ref, line.scope, line.factor_ids) == ("I.2.2", 2, ("TH-ELEC-TGO-S2-2026",))


def test_masses_are_linear_in_the_quantity():
    one, thousand = masses("lpg-road", 1, "kg"), masses("lpg-road", 1000, "kg")
    assert thousand["CO2", False] == plain(Decimal(one["CO2", False]) * 1000)


def test_every_method_of_the_vocabulary_exists_and_is_described():
    for activity in load_vocabulary().activities.values():
        method = METHODS[activity.method]
        assert all((method.version, method.title.th, method.equation, method.source, method.inputs.th))


@pytest.mark.parametrize(
    ("key", "percent"),
    [
        ({"quality": "H"}, "8.6023"),
        ({"uncertainty_pct": "5", "quality": "L"}, "8.6023"),
        ({}, None),
    ],
)
def test_h1_uncertainty_of_a_product(key, percent):
    carbon_dioxide = next(line for line in lines("diesel-road", 1, "litre", **key) if line.gas == "CO2")
    assert carbon_dioxide.uncertainty_pct == (percent and Decimal(percent))


def test_h2_h3_uncertainty_of_a_sum():
    def share(kilograms, percent, factor, factor_percent=0):
        return Share(Decimal(kilograms), kilograms, Decimal(percent), [(factor, Decimal(factor_percent))])

    independent = [share(100, 10, "a"), share(200, 20, "b"), share(50, 30, "c")]
    correlated = [share(100, 0, "one", 10), share(200, 0, "one", 10)]
    apart = [share(100, 0, "one", 10), share(200, 0, "two", 10)]
    assert [plain(total(shares)) for shares in (independent, correlated, apart)] == [
        "12.5357",
        "10",
        "7.4536",
    ]
    assert combined(Decimal(5), None) is None
