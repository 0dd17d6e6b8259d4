"""Electricity, distance and refrigerants against fractions, rounded once per line."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.factors.selection import NotComputableError, Selector
from ckanext.khonkaencarbon.footprint.methods.emission import Emitter
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Cell, CellKey
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

YEAR = date(2022, 1, 1), date(2022, 12, 31)
GENERATION = AccountingSettings(
    editions=("eppo-generation", "ipcc-2006"),
    electricity="generation-plus-losses",
    parameters={"electricity-grid": {"loss_share": "0.06"}},
)
IPCC = AccountingSettings(editions=("ipcc-2006",))
QUANTITIES = st.decimals(0, 10**9, places=9)
SHARES = st.decimals(0, Decimal("0.999999999"), places=9)
ECONOMIES = st.decimals(Decimal("0.000000001"), 1000, places=9)


def masses(chosen, activity, unit, quantity, parameters=(), consumer="", period=YEAR):
    emitter = Emitter(chosen, Selector(load_editions(chosen.editions)), load_vocabulary(), 2022)
    key = CellKey(*period, activity, consumer, unit, "", "", "", "", "", tuple(sorted(parameters)))
    return {(line.gpc_ref, line.gas): line.mass_kg for line in emitter.emission(Cell(key, quantity, 1)).lines}


def rounded(exact: Fraction) -> Decimal:
    """Half even at nine decimals; round() of a Fraction is half even."""
    return Decimal(round(exact * 10**9)).scaleb(-9)


@given(QUANTITIES, SHARES)
@settings(max_examples=100, deadline=None)
def test_network_losses(quantity, share):
    found = masses(GENERATION, "electricity-grid", "kWh", quantity, [("loss_share", format(share, "f"))])
    delivered = Fraction(quantity) * Fraction("0.412")
    assert found == {
        ("I.6.2", "CO2"): rounded(delivered),
        ("I.6.3", "CO2"): rounded(delivered * Fraction(share) / (1 - Fraction(share))),
    }


@given(QUANTITIES, ECONOMIES, st.sampled_from(["litre_per_100km", "km_per_litre"]))
@settings(max_examples=100, deadline=None)
def test_distance(kilometres, economy, name):
    params = [("fuel", "diesel-road"), (name, format(economy, "f"))]
    found = masses(IPCC, "vehicle-distance", "km", kilometres, params)
    per_km = Fraction(economy) / 100 if name == "litre_per_100km" else 1 / Fraction(economy)
    megajoules = Fraction(kilometres) * per_km * Fraction("36.42")
    for gas, kg_per_tj in (("CO2", "74100"), ("CH4", "3.9"), ("N2O", "3.9")):
        assert found["II.1.1", gas] == rounded(megajoules * Fraction(kg_per_tj) / 10**6)


@given(QUANTITIES, SHARES)
@settings(max_examples=100, deadline=None)
def test_a_charge_of_a_blend(charge, rate):
    params = [("refrigerant", "R-407C"), ("leak_rate", format(rate, "f"))]
    found = masses(IPCC, "refrigerant-stock", "kg", charge, params)
    shares = {"HFC-32": "0.23", "HFC-125": "0.25", "HFC-134a": "0.52"}
    leaked = Fraction(charge) * Fraction(rate)
    assert found == {("IV.2", gas): rounded(leaked * Fraction(share)) for gas, share in shares.items()}


@pytest.mark.parametrize(
    ("consumer", "methane"),
    [("energy-industry", "1"), ("industry", "10"), ("commercial", "10"), ("institutional", "10"),
     ("residential", "300"), ("agriculture", "300")],
)  # fmt: skip
def test_coal_by_category(consumer, methane):
    """Coal has four values of methane: IPCC 2006 vol. 2 tables 2.2 to 2.5."""
    found = masses(IPCC, "lignite", "MJ", Decimal(10**6), consumer=consumer)
    assert {gas: mass for (_, gas), mass in found.items()} == {
        "CO2": Decimal(101000),
        "CH4": Decimal(methane),
        "N2O": Decimal("1.5"),
    }


@pytest.mark.parametrize(
    "period",
    [
        (date(2022, 1, 1), date(2022, 1, 31)),
        (date(2022, 1, 1), date(2022, 12, 30)),
        (date(2020, 2, 29), date(2021, 2, 27)),
        (date(2021, 1, 1), date(2022, 12, 31)),
    ],
)
def test_a_charge_is_of_twelve_months(period):
    params = [("refrigerant", "R-32"), ("leak_rate", "0.1")]
    with pytest.raises(NotComputableError):
        masses(IPCC, "refrigerant-stock", "kg", Decimal(1), params, period=period)
    assert masses(
        IPCC, "refrigerant-stock", "kg", Decimal(1), params, period=(date(2023, 10, 1), date(2024, 9, 30))
    )
