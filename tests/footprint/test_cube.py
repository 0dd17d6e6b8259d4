"""Sums are exact, and a split cell loses nothing."""

from datetime import date
from decimal import Decimal, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.cube.parts import parts, spans
from ckanext.khonkaencarbon.footprint.cube.sums import cells
from ckanext.khonkaencarbon.footprint.exact import plain, product, quotient
from ckanext.khonkaencarbon.footprint.model import Cell, CellKey, Record

JANUARY = CellKey(date(2024, 1, 1), date(2024, 1, 31), "diesel-road", "", "litre", "", "", "", "", "")
QUANTITIES = st.lists(st.decimals("0", "999999999999999", places=9), min_size=1, max_size=30)


@given(QUANTITIES, st.randoms())
def test_a_sum_is_exact_in_any_order_of_rows(quantities, random):
    shuffled = random.sample(quantities, len(quantities))
    (cell,) = cells(Record(JANUARY, quantity) for quantity in shuffled)
    nanos = sum(int(quantity.scaleb(9)) for quantity in quantities)
    assert (int(cell.quantity.scaleb(9)), cell.rows) == (nanos, len(quantities))


def test_what_differs_in_any_part_of_the_key_is_another_cell():
    keys = [
        JANUARY,
        JANUARY._replace(consumer="transport"),
        JANUARY._replace(uncertainty_pct="5"),
        JANUARY._replace(parameters=(("waste_type", "food"),)),
    ]
    assert [cell.key for cell in cells(Record(key, Decimal(1)) for key in reversed(keys))] == sorted(keys)


def test_names_that_differ_by_case_alone_are_one_name_in_every_month():
    february = JANUARY._replace(period_start=date(2024, 2, 1), period_end=date(2024, 2, 29))
    written = [JANUARY._replace(organisation="KKU"), JANUARY._replace(organisation="kku")]
    written.append(february._replace(organisation="Kku"))
    found = cells(Record(key, Decimal(1)) for key in reversed(written))
    assert [(cell.key.organisation, cell.quantity, cell.rows) for cell in found] == [
        ("KKU", 2, 2),
        ("KKU", 1, 1),
    ]


@given(st.decimals("0", "999999999999999", places=9), st.dates(date(2020, 1, 1), date(2026, 1, 1)))
def test_parts_add_up_to_their_cell(quantity, end):
    cell = Cell(JANUARY, quantity, 1)
    split = parts(cell, spans(date(2019, 11, 5), end, [date(2020, 4, 1)]))
    assert sum((part.quantity for part in split), Decimal(0)) == quantity


def test_new_year_and_a_factor_s_first_day_cut_a_period():
    found = spans(
        date(2025, 12, 30), date(2026, 1, 3), [date(2026, 1, 2), date(2025, 12, 30), date(2027, 1, 1)]
    )
    assert [(span.start, span.end) for span in found] == [
        (date(2025, 12, 30), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 2), date(2026, 1, 3)),
    ]


def test_every_part_but_the_last_is_rounded_half_even_and_the_last_takes_the_rest():
    thirds = spans(date(2024, 12, 31), date(2025, 1, 2), [])
    split = parts(Cell(JANUARY, Decimal("0.0000000015"), 1), thirds)
    assert [plain(part.quantity) for part in split] == ["0", "0.0000000015"]
    assert quotient(Decimal("0.000000003"), Decimal(2)) == Decimal("0.000000002")


def test_an_inexact_product_is_an_error_and_never_a_rounding():
    with pytest.raises(Inexact):
        product(*[Decimal("1.000000000000000001")] * 20)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+3", "1000"),
        ("-0.000", "0"),
        ("1.500", "1.5"),
        ("1E-9", "0.000000001"),
        ("100", "100"),
        ("0E+5", "0"),
    ],
)
def test_published_numbers_have_no_exponent_trailing_zero_or_minus_zero(value, text):
    assert plain(Decimal(value)) == text
