"""IPCC approach 1 inside a summary: what is known of rows becomes known of lines and totals, and no more."""

from decimal import Decimal

import pytest

from ckanext.khonkaencarbon.footprint import uncertainty
from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter
from ckanext.khonkaencarbon.footprint.methods import emission
from ckanext.khonkaencarbon.footprint.methods.method import GasMass
from ckanext.khonkaencarbon.footprint.uncertainty import Share


def row(name, percent=None, value="1"):
    pct = None if percent is None else Decimal(percent)
    return Parameter(name, "e", "m", name, "", Decimal(value), "1", None, None, "world", pct, "a source")


def percent(rows, elasticities=None, quantity="0"):
    mass = GasMass("CH4", False, Decimal(1), tuple(rows), elasticities=elasticities)
    found = uncertainty.combined(Decimal(quantity), emission.effects(mass))
    return None if found is None else plain(found)


def test_one_row_alone_is_a_factor_of_a_product():
    assert percent([row("a", 7)], quantity="5") == "8.6023"


def test_several_rows_are_unknown_until_the_method_says_how_they_act():
    rows = [row("a", 3), row("b", 4)]
    assert percent(rows) is None
    assert percent(rows, uncertainty.of_product(rows), quantity="12") == "13"


def test_terms_of_a_sum_count_by_their_share_and_a_falling_mass_by_its_amount():
    rows = [row("a", 10), row("b", 20), row("recovered", 50)]
    quarter = uncertainty.ratio(Decimal(1), Decimal(4))
    assert percent(rows[:2], (quarter, 1 - quarter)) == "15.2069"
    assert percent(rows, (Decimal(1), Decimal(0), Decimal(-1))) == "50.9902"


def test_what_is_unknown_stays_unknown_unless_it_has_no_effect():
    rows = [row("a", 10), row("b")]
    assert percent(rows, uncertainty.of_product(rows)) is None
    assert percent(rows, (Decimal(1), Decimal(0))) == "10"


def test_elasticities_stand_beside_the_sorted_ids():
    mass = GasMass("CH4", False, Decimal(1), (row("b"), row("a")), elasticities=(Decimal(2), Decimal(1)))
    assert emission.by_id(mass) == (1, 2)


def test_a_row_shared_by_two_lines_adds_linearly_while_their_own_rows_do_not():
    shares = [
        Share(Decimal(100), "x", Decimal(0), [("shared", Decimal(10)), ("x", Decimal(30))]),
        Share(Decimal(100), "y", Decimal(0), [("shared", Decimal(10)), ("y", Decimal(40))]),
    ]
    assert plain(uncertainty.total(shares)) == "26.9258"  # sqrt(10^2 + 15^2 + 20^2)


@pytest.mark.parametrize("whole", ["0", "-3"])
def test_a_share_of_nothing_is_nothing_and_of_a_debt_is_a_share(whole):
    expected = {"0": "0", "-3": "0.5"}
    assert plain(uncertainty.ratio(Decimal("-1.5"), Decimal(whole))) == expected[whole]
