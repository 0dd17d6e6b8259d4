"""The uncertainty table against ``uncertainties`` (level) and a short script of its own (trend)."""

from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uncertainties import ufloat

from ckanext.khonkaencarbon.footprint.approach_one import Row, analysis

percent = st.decimals("0", "200", places=2)
emissions = st.decimals("-1000", "1e6", places=3)
positive = st.decimals("0.001", "1e6", places=3)


def tables(mass):
    row = st.tuples(mass, mass, percent, percent, st.sampled_from(["", "", "a", "b"]))
    return st.lists(row, min_size=1, max_size=8).map(
        lambda rows: [Row(str(number), "CO2", *row) for number, row in enumerate(rows)]
    )


@settings(max_examples=2000, deadline=None)
@given(tables(positive))
def test_the_level_is_that_of_linear_error_propagation(rows):
    """Rows of a group share the same factor, whatever percentage each states for it."""
    shared = {group: ufloat(0, 1) for group in "ab"}
    whole = 0
    for row in rows:
        factor = 1 + float(row.factor_pct) / 100 * shared.get(row.group, ufloat(0, 1))
        whole += float(row.year) * ufloat(1, float(row.activity_pct) / 100) * factor
    expected = 100 * whole.std_dev / whole.nominal_value
    assert float(analysis(rows).total.combined_pct) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(max_examples=2000, deadline=None)
@given(tables(emissions))
def test_the_trend_is_that_of_table_3_2(rows):
    found, base = analysis(rows).total.trend, sum(Fraction(row.base) for row in rows)
    if not base or any(base + Fraction(row.base) / 100 == 0 for row in rows):
        return
    expected = trend(rows)
    assert float(found.uncertainty_pct) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert float(found.variance) == pytest.approx(expected**2, rel=1e-9, abs=1e-12)


def trend(rows):
    """Columns I to M with the letters of the IPCC's table: C base year, D year, E activity data, F factor."""
    c, d = (
        [Fraction(value) for value in column]
        for column in zip(*((r.base, r.year) for r in rows), strict=True)
    )
    e, f = ([Fraction(r.activity_pct) for r in rows], [Fraction(r.factor_pct) for r in rows])
    sum_c, sum_d = sum(c), sum(d)
    factors, squares = {}, Fraction(0)
    for x, row in enumerate(rows):
        more_c, more_d = c[x] / 100 + sum_c, d[x] / 100 + sum_d
        i = (more_d - more_c) / more_c * 100 - (sum_d - sum_c) / sum_c * 100
        j = d[x] / sum_c
        key = row.group or x
        factors[key] = factors.get(key, 0) + i * f[x]
        squares += 2 * (j * e[x]) ** 2
    return sqrt(sum(value**2 for value in factors.values()) + squares)
