"""Uncertainty by IPCC approach 1 against ``uncertainties``, which propagates errors by derivatives."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uncertainties import ufloat

from ckanext.khonkaencarbon.footprint.uncertainty import Share, combined, effects, ratio, total

percent = st.decimals("0.1", "60", places=2)
masses = st.decimals("0.001", "1e6", places=3)
sums = st.lists(st.tuples(masses, percent, st.integers(0, 3), st.sampled_from("abc")), min_size=1, max_size=8)


@settings(max_examples=2000, deadline=None)
@given(sums, st.lists(percent, min_size=3, max_size=3))
def test_a_sum_of_products_with_shared_factors(rows, factor_percents):
    factors = {name: ufloat(1, float(pct) / 100) for name, pct in zip("abc", factor_percents, strict=True)}
    data = {}
    shares, whole = [], 0
    for mass, pct, datum, factor in rows:
        pct, known = data.setdefault(datum, (pct, ufloat(1, float(pct) / 100)))
        percent_of_factor = factor_percents["abc".index(factor)]
        shares.append(Share(mass, datum, pct, [(factor, percent_of_factor)]))
        whole += float(mass) * (known + factors[factor] - 1)
    expected = 100 * whole.std_dev / whole.nominal_value
    assert float(total(shares)) == pytest.approx(expected, abs=6e-5)


@settings(max_examples=2000, deadline=None)
@given(
    st.lists(st.tuples(masses, percent, percent), min_size=1, max_size=5),
    st.tuples(masses, percent),
    percent,
)
def test_a_mixture_times_a_factor_by_elasticities(components, factor, quantity_percent):
    """quantity x factor x sum(share x carbon), as waste by composition is."""
    values, percents, shares = [], [], []
    whole = sum(share * Decimal("0.5") for share, _, _ in components)
    for share, share_percent, carbon_percent in components:
        values.append((uncertain(share, share_percent), uncertain(Decimal("0.5"), carbon_percent)))
        percents += [share_percent, carbon_percent]
        shares += [ratio(share * Decimal("0.5"), whole)] * 2
    amount = uncertain(Decimal(10), quantity_percent) * uncertain(*factor)
    amount *= sum(share * carbon for share, carbon in values)
    found = combined(quantity_percent, effects([*percents, factor[1]], [*shares, Decimal(1)]))
    assert float(found) == pytest.approx(100 * amount.std_dev / amount.nominal_value, abs=6e-5)


def uncertain(value, percent_of_it):
    return ufloat(float(value), float(value * percent_of_it / 100))


def test_a_total_without_mass_has_no_percentage():
    assert total([Share(Decimal(0), 1, Decimal(5), [("a", Decimal(5))])]) is None
