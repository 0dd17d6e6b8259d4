# ruff: noqa: E501 - tables of cells
"""Days counted twice and quantities unlike their neighbours: what a steward is asked to look at, and what not."""

import random
from decimal import Decimal

import pytest

from ckanext.khonkaencarbon.footprint import review
from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.cube.engine import standard
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping

HEAD = "period,activity,quantity,unit,organisation,facility,quality,note\n"
SPANS = "period_start,period_end,activity,quantity,unit\n"
CODES = {"period-overlap", "quantity-outlier", "quantity-slip", "series-without-places", "months-missing"}


def month(number, quantity=None, activity="electricity-grid", unit="kWh", rest="ก,ตึก 1,,"):
    return f"2024-{number:02},{activity},{100 + number if quantity is None else quantity},{unit},{rest}\n"


def months(*numbers, **given):
    return "".join(month(number, **given) for number in numbers or range(1, 13))


def looked_at(folder, *texts, engine=standard, mapping=None):
    """Code, input, record, line and value of every warning about a series, and whether a person is asked."""
    sources = []
    for number, text in enumerate(texts):
        (folder / f"{number}.csv").write_text(text, encoding="utf-8")
        sources.append(Source(f"{number}.csv", folder / f"{number}.csv"))
    found = compute(sources, [mapping], AccountingSettings(), engine=engine)
    assert found.counts.refused == 0 and found.counts.used == found.counts.read
    log = found.log
    assert log.needs_decision == ("period-overlap" in log.by_code or "duplicate-row" in log.by_code)
    return [(f.code, f.record, f.line, f.value) for f in log.listed if f.code in CODES]


@pytest.fixture
def warned(tmp_path):
    return lambda *texts, **given: looked_at(tmp_path, *texts, **given)


YEAR, MAY = "2024-01-01/2024-12-31", "2024-05-01/2024-05-31"
COUNTED_TWICE = {
    "the year beside its months": (
        HEAD + months() + "2024,electricity-grid,1278,kWh,ก,ตึก 1,,\n",
        [("period-overlap", 13, 14, YEAR)],
    ),
    "the year before its months, under another spelling of the name": (
        HEAD + "ปี 2567,ไฟฟ้า,1278,หน่วย,ABC,,,\n" + months(1, 2, rest="abc,,,"),
        [("period-overlap", 2, 3, "2024-01-01/2024-01-31")],
    ),
    "a month twice with other figures": (
        HEAD + months() + month(5, 222),
        [("period-overlap", 13, 14, MAY)],
    ),
    "a month twice, measured and estimated": (
        HEAD + months(1, 2, 3, 4, 5, 6, rest="ก,ตึก 1,H,") + month(3, 99, rest="ก,ตึก 1,L,"),
        [("period-overlap", 7, 8, "2024-03-01/2024-03-31")],
    ),
    "a quarter beside a month": (
        SPANS + "2024-01-01,2024-03-31,ไฟฟ้า,30,kWh\n2024-02-01,2024-02-29,ไฟฟ้า,10,kWh\n",
        [("period-overlap", 2, 3, "2024-02-01/2024-02-29")],
    ),
    "bills that share twenty days": (
        SPANS + "2024-01-20,2024-02-20,ไฟฟ้า,30,kWh\n2024-02-01,2024-03-05,ไฟฟ้า,10,kWh\n",
        [("period-overlap", 2, 3, "2024-02-01/2024-03-05")],
    ),
    "a day beside the bill it lies in": (
        SPANS + "2024-01-20,2024-02-20,ไฟฟ้า,30,kWh\n2024-02-03,2024-02-03,ไฟฟ้า,10,kWh\n",
        [("period-overlap", 2, 3, "2024-02-03/2024-02-03")],
    ),
}
COUNTED_ONCE = {
    "months": HEAD + months(),
    "months of two buildings": HEAD + months() + months(rest="ก,ตึก 2,,"),
    "months of two activities": HEAD + months() + months(activity="diesel-road", unit="l"),
    "LPG by litre and by kilogram": HEAD + months(activity="lpg-stationary", unit="l")
    + months(activity="lpg-stationary", unit="kg"),
    "three meters without names, every month": HEAD + months() + months(quantity=7) + months(quantity=9),
    "days": HEAD + "".join(f"2024-05-{day:02},electricity-grid,{day},kWh,ก,,,\n" for day in range(1, 31)),
    "some months with two purchases on different days": HEAD + "".join(
        f"{day}/{number}/2567,diesel-road,{day},ลิตร,ก,,,\n"
        for number in range(1, 9)
        for day in ([4] if number != 5 else [2, 20])
    ),
    "two purchases on one day": HEAD + "".join(
        f"2024-{number:02}-03,diesel-road,{40 + extra},l,ก,,,\n"
        for number in range(1, 13)
        for extra in ((0,) if number != 5 else (0, 7))
    ),
    "a quarter with a month of two figures": HEAD + months(1, 2, 3) + month(3, 99),
    "a meter read on one day for two bills": SPANS + "2024-01-20,2024-02-20,ไฟฟ้า,30,kWh\n"
    "2024-02-20,2024-03-20,ไฟฟ้า,10,kWh\n",
    "a few days of a month, then a bill that begins after them": SPANS + "2024-01-05,2024-01-25,ไฟฟ้า,30,kWh\n"
    "2024-01-26,2024-02-25,ไฟฟ้า,10,kWh\n",
    "years of two seasons told apart by a parameter": "period,activity,quantity,unit,param_waste_type\n"
    "2024,waste-incineration-exported,10,t,plastics\n2024,waste-incineration-exported,5,t,food\n",
    "the year of one place beside the months of another": HEAD + months()
    + "2024,electricity-grid,1278,kWh,ก,ตึก 2,,\n",
}  # fmt: skip


@pytest.mark.parametrize("text, expected", COUNTED_TWICE.values(), ids=COUNTED_TWICE)
def test_days_that_count_twice_are_named_with_both_rows(warned, text, expected):
    assert warned(text) == expected


@pytest.mark.parametrize("text", COUNTED_ONCE.values(), ids=COUNTED_ONCE)
def test_what_counts_once_is_not_remarked_on(warned, text):
    assert warned(text) == []


def test_equal_rows_are_said_once_as_duplicates(tmp_path):
    assert looked_at(tmp_path, HEAD + months() + month(5)) == []


def test_the_other_row_may_be_in_another_file_or_in_a_month_column(tmp_path):
    wide = ColumnMapping.from_json(
        {
            "format": "khonkaencarbon-mapping/1",
            "roles": {"activity": {"constant": "electricity-grid"}, "unit": {"constant": "kWh"}},
            "wide": {"columns": {"ม.ค.": "2024-01", "ก.พ.": "2024-02"}, "value": "quantity"},
        }
    )
    assert looked_at(tmp_path, "ม.ค.,ก.พ.\n1,2\n3,2.5\n", mapping=wide) == []  # as likely two meters
    first = HEAD + months()
    second = HEAD + "2024,electricity-grid,1278,kWh,ก,ตึก 1,,\n"
    for files in ((first, second), (second, first)):
        ((code, record, line, _),) = looked_at(tmp_path, *files)
        assert code == "period-overlap" and (record, line) in ((1, 2), (1, 2))


OUTLIERS = {
    "eleven times the rest": ({3: 1300}, [("quantity-outlier", 3, 4, "1300")]),
    "ten times is not yet over ten": ({3: 1050}, []),
    "kilowatt-hours among megawatt-hours": ({3: 103000}, [("quantity-slip", 3, 4, "103000")]),
    "megawatt-hours among kilowatt-hours": ({7: "0.107"}, [("quantity-slip", 7, 8, "0.107")]),
    "a month without use": ({4: 0, 5: 0, 10: 0}, []),
    "the school holidays": ({4: 12, 5: 9, 10: 30}, []),
    "a year of leaps": ({1: 1, 3: 2000, 5: 3, 6: 1500, 8: 1, 9: 1800, 11: 4, 12: 1700}, []),
}


@pytest.mark.parametrize("changed, expected", OUTLIERS.values(), ids=OUTLIERS)
def test_quantities_unlike_the_others_of_their_series(warned, changed, expected):
    assert warned(HEAD + "".join(month(n, changed.get(n)) for n in range(1, 13))) == expected


def test_three_figures_are_too_few_to_tell(warned):
    assert warned(HEAD + months(1, 2) + month(3, 5000)) == []


def test_a_month_of_many_purchases_is_no_outlier_and_a_wrong_one_among_them_is(warned):
    once = "".join(f"2024-{n:02}-03,diesel-road,40,l,ก,,,\n" for n in range(1, 7))
    often = "".join(f"2024-07-{day:02},diesel-road,{40 + day},l,ก,,,\n" for day in range(1, 29))
    assert warned(HEAD + once + often) == []
    wrong = often.replace("2024-07-09,diesel-road,49", "2024-07-09,diesel-road,49000")
    assert warned(HEAD + once + wrong)[0][:3] == ("quantity-slip", 15, 16)


def test_a19_a_slip_of_a_thousand_in_one_row_is_found(warned):
    """One row of a year in another unit, up or down, at 100 places; and nothing in the years themselves."""
    draw, missed = random.Random(19), 0  # noqa: S311 - the same years every time
    for _ in range(100):
        level = Decimal(draw.randrange(50, 500_000))
        year = {n: level * draw.randrange(60, 180) / 100 for n in range(1, 13)}
        assert warned(HEAD + "".join(month(n, q) for n, q in year.items())) == []
        at = draw.randrange(1, 13)
        year[at] = year[at] * 1000 if draw.random() < 0.5 else year[at] / 1000
        found = warned(HEAD + "".join(month(n, f"{q:f}") for n, q in year.items()))
        missed += [(code, record) for code, record, *_ in found] != [("quantity-slip", at)]
    assert missed <= 1


@pytest.mark.parametrize("text", [text for text, _ in COUNTED_TWICE.values()], ids=COUNTED_TWICE)
def test_the_engines_say_the_same(warned, text):
    duck = pytest.importorskip("ckanext.khonkaencarbon.footprint.cube.duck").Duck(threads=2)
    assert warned(text, engine=duck) == warned(text)


def test_in_a_long_file_what_is_sure_is_said_without_a_place(warned, monkeypatch):
    monkeypatch.setattr(review, "LIMIT", 12)
    twice = HEAD + months() + month(5, 222)
    assert warned(twice) == [("series-without-places", None, None, None)]
    year = HEAD + months() + "2024,electricity-grid,1278,kWh,ก,ตึก 1,,\n"
    assert warned(year) == [
        ("period-overlap", None, None, YEAR),
        ("series-without-places", None, None, None),
    ]
    assert warned(HEAD + months(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12)) == [
        ("series-without-places", None, None, None)
    ]


def test_files_are_read_again_only_where_something_looks_wrong(monkeypatch, tmp_path):
    def never():
        raise AssertionError

    for text in COUNTED_ONCE["months"], COUNTED_ONCE["days"]:
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        found = compute([Source("t", tmp_path / "table.csv")], [None], AccountingSettings())
        review.review(found.cube.cells, found.log, never)


GAPS = {
    "one month of a year": (
        (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12),
        [("months-missing", None, None, "2024-05")],
    ),
    "a year up to September": (range(1, 10), []),
    "purchases now and then": ((1, 2, 5, 8, 11, 12), []),
    "five months": ((1, 2, 3, 5, 6), []),
}


@pytest.mark.parametrize(("numbers", "expected"), GAPS.values(), ids=GAPS)
def test_missing_months_are_remarked_on_and_never_filled_in(warned, numbers, expected):
    assert warned(HEAD + months(*numbers)) == expected


def test_many_series_with_gaps_are_one_remark(tmp_path):
    text = HEAD + "".join(months(1, 2, 3, 4, 5, 6, 8, rest=f"หน่วยงาน {n},,,") for n in range(30))
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    found = compute([Source("t", tmp_path / "table.csv")], [None], AccountingSettings()).log
    assert found.by_code == {"months-missing": 1} and not found.needs_decision
    assert "30 monthly series" in found.listed[0].fix.en and "2024-07" in found.listed[0].fix.en
