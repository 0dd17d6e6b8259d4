"""Editions, their selection by date, and case A1: TGO's printed totals come out of the gas rows."""

import json
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.factors.edition import EditionError, edition_ids, load_edition
from ckanext.khonkaencarbon.footprint.factors.gwp import GWP_SETS, gwp, known_gases, memo_gases, memo_gwp
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.factors.rows import CONSUMERS, FACTOR_COLUMNS
from ckanext.khonkaencarbon.footprint.factors.selection import (
    ConsumerError,
    NoFactorError,
    Selector,
    Subject,
    TieError,
)
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Cell, CellKey
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

DESCRIPTION = """
id: khonkaen-test
title: {th: ทดสอบ, en: Test}
publisher: Test
date: "2024"
region: TH
source: tests
co2e_gwp: ar5
"""
ROW = "X-1,diesel-road,litre,CO2,false,3,2024-01-01,,TH,,tests,high"
TGO = load_edition("tgo-2022-04")
# The tolerance of A1: the printed totals have four decimals.
TOLERANCE = Decimal("0.00006")


def computed_total(activity: str, unit: str, gwp_set: str) -> Decimal:
    rows = [row for row in TGO.factors if (row.activity, row.unit) == (activity, unit)]
    return sum((row.value * (gwp(row.gas, row.biogenic, gwp_set) or 0) for row in rows), Decimal(0))


def test_a1_all_36_printed_totals_of_the_list_are_checked():
    assert len(TGO.published_totals) == 36


@pytest.mark.parametrize("total", TGO.published_totals, ids=lambda total: f"{total.activity}-{total.unit}")
def test_a1_gas_rows_reproduce_the_printed_total(total):
    assert abs(computed_total(total.activity, total.unit, total.gwp) - total.co2e) <= TOLERANCE


def test_a1_the_printed_totals_come_out_of_a_file(tmp_path):
    """A thousand units of each of the 36, through the command; the tolerance is a thousand times theirs."""
    rows = [f"2024,{total.activity},1000,{total.unit},industry" for total in TGO.published_totals]
    (tmp_path / "fuels.csv").write_text("\n".join(["period,activity,quantity,unit,consumer", *rows, ""]))
    assert main(["compute", str(tmp_path / "fuels.csv"), "--out", str(tmp_path)]) == 0
    found = defaultdict(Decimal)
    for line in json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["lines"]:
        found[line["activity"], line["unit"]] += Decimal(line["co2e_kg"] or 0)
    assert len(found) == 36
    for total in TGO.published_totals:
        assert abs(found[total.activity, total.unit] - 1000 * total.co2e) <= 1000 * TOLERANCE, total


def test_a3_a_planted_warming_potential_is_noticed():
    """Methane at 28 on fossil diesel gives 2.7076 and not the printed 2.7078."""
    wrong = computed_total("diesel-stationary", "litre", "ar5")
    assert round(wrong, 4) == Decimal("2.7076")
    assert abs(wrong - Decimal("2.7078")) > TOLERANCE


def test_every_factor_is_of_an_activity_and_a_base_unit_that_exist():
    activities = load_vocabulary().activities
    for edition in map(load_edition, edition_ids()):
        for row in edition.factors:
            assert row.unit in activities[row.activity].base_units.values()
        for row in edition.parameters:
            assert row.activity in activities or row.activity in METHODS


def chosen(editions, one):
    """The parts and choices of a cell of the method "factor"."""
    key = one.key
    return Selector(editions).select(one, Subject(key.activity, "factor", key.unit, key.consumer))


FUELS = [
    (activity.code, unit, consumer)
    for activity in load_vocabulary().activities.values()
    if activity.method == "factor"
    for unit in activity.base_units.values()
    for consumer in activity.gpc
]


def test_every_fuel_has_factors_in_each_unit_for_every_consumer_category():
    selector = Selector(load_editions(AccountingSettings().editions))
    unserved = []
    for code, unit, consumer in FUELS:
        one = cell(code, date(2026, 5, 1), date(2026, 5, 31), unit, consumer)
        activity = load_vocabulary().activities[code]
        subject = Subject(activity.factors_of or code, "factor", unit, consumer)
        try:
            assert selector.select(one, subject)
        except ConsumerError:
            unserved.append(consumer)
    # Whoever does not say who uses it is asked, where the answer matters.
    assert set(unserved) == {""}


def test_every_consumer_of_a_row_exists():
    consumers = load_vocabulary().consumers.keys()
    for edition in map(load_edition, edition_ids()):
        assert all(consumers >= set(row.consumers) for row in edition.factors)


STATED = re.compile(r"(?:(?:value|energy content) ([\d.]+) (?:MJ|TJ)/\S+ .*?)?(?<![\d.])([\d.]+) kg/TJ")


def test_a_row_derived_from_energy_is_the_product_that_its_source_states():
    """Heat content x kg/TJ, to the last digit; blends have two heat contents and are checked as cases."""
    checked = 0
    for row in load_edition("ipcc-2006").factors:
        stated = STATED.search(row.source)
        if stated and " % " not in row.source:
            assert row.value == Decimal(stated[1] or 1) * Decimal(stated[2]) / 10**6, row.id
            checked += 1
    assert checked > 400


def test_every_gas_has_a_potential_in_every_set():
    for gwp_set in GWP_SETS:
        for gas in known_gases() - memo_gases():
            assert gwp(gas, False, gwp_set) > 0
        for gas in memo_gases():
            assert gwp(gas, False, gwp_set) is None and memo_gwp(gas, gwp_set) > 0
    assert gwp("CO2", True, "ar6") is None
    assert [gwp("CH4", biogenic, "ar6") for biogenic in (False, True)] == [Decimal("29.8"), Decimal(27)]


def test_the_hash_of_an_edition_is_that_of_its_content(tmp_path):
    first, second = folder(tmp_path / "a", [ROW]), folder(tmp_path / "b", [ROW])
    changed = folder(tmp_path / "c", [ROW.replace(",3,", ",4,")])
    hashes = [load_edition(path).sha256 for path in (first, second, changed)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_first_edition_that_has_the_activity_wins_for_all_gases(tmp_path):
    own = load_edition(folder(tmp_path / "own", [ROW]))
    may = cell("diesel-road", date(2024, 5, 1), date(2024, 5, 31))
    ((_, first),) = chosen([own, TGO], may)
    ((_, second),) = chosen([TGO, own], may)
    assert [row.id for row in first.factors] == ["X-1"]
    assert {row.gas for row in second.factors} == {"CO2", "CH4", "N2O"}


FOR_HOMES = ROW.replace("X-1", "X-2").replace(",3,", ",4,") + ",residential;agriculture"


def test_a_row_for_named_consumers_beats_a_row_for_all(tmp_path):
    own = load_edition(folder(tmp_path / "own", [ROW + ",", FOR_HOMES], consumers=True))
    may = date(2024, 5, 1), date(2024, 5, 31)
    for consumer, expected in (("residential", "X-2"), ("industry", "X-1"), ("", "X-1")):
        ((_, choice),) = chosen([own], cell("diesel-road", *may, consumer=consumer))
        assert [row.id for row in choice.factors] == [expected]


def test_two_rows_for_one_consumer_are_a_tie(tmp_path):
    rows = [FOR_HOMES, FOR_HOMES.replace("X-2", "X-3").replace("residential;", "")]
    own = load_edition(folder(tmp_path / "own", rows, consumers=True))
    may = cell("diesel-road", date(2024, 5, 1), date(2024, 5, 31), consumer="agriculture")
    with pytest.raises(TieError):
        chosen([own], may)


def test_an_edition_that_has_nothing_for_a_consumer_leaves_him_to_the_next_or_asks(tmp_path):
    own = load_edition(folder(tmp_path / "own", [FOR_HOMES], consumers=True))
    may = cell("diesel-road", date(2024, 5, 1), date(2024, 5, 31), consumer="industry")
    ((_, choice),) = chosen([own, TGO], may)
    assert choice.edition is TGO
    with pytest.raises(ConsumerError) as caught:
        chosen([own], may)
    assert caught.value.consumers == ("agriculture", "residential")


def test_a_cell_is_split_where_another_factor_begins(tmp_path):
    rows = [
        ROW.replace("2024-01-01,", "2024-01-01,2024-05-10"),
        ROW.replace("X-1", "X-2").replace("01-01", "05-11"),
    ]
    own = load_edition(folder(tmp_path / "own", rows))
    split = chosen([own], cell("diesel-road", date(2024, 5, 1), date(2024, 5, 31)))
    assert [(part.span.days, choice.factors[0].id) for part, choice in split] == [(10, "X-1"), (21, "X-2")]


def test_days_without_a_factor_refuse_the_whole_cell():
    with pytest.raises(NoFactorError) as caught:
        chosen([TGO], cell("electricity-grid", date(2022, 1, 1), date(2022, 12, 31), "kWh"))
    assert caught.value.span.end == date(2022, 3, 31)


def test_two_rows_for_one_gas_are_a_tie_and_a_nearer_region_is_not(tmp_path):
    may = cell("diesel-road", date(2024, 5, 1), date(2024, 5, 31))
    tied = load_edition(folder(tmp_path / "tied", [ROW, ROW.replace("X-1", "X-2")]))
    with pytest.raises(TieError) as caught:
        chosen([tied], may)
    assert caught.value.ids == ("X-1", "X-2")
    nearer = load_edition(
        folder(tmp_path / "near", [ROW, ROW.replace("X-1", "X-2").replace(",TH,", ",world,")])
    )
    ((_, choice),) = chosen([nearer], may)
    assert [row.id for row in choice.factors] == ["X-1"]


@pytest.mark.parametrize(
    "bad",
    [
        ROW.replace(",3,", ",3e0,"),
        ROW.replace(",3,", ",nan,"),
        ROW.replace(",3,", ",๓,"),
        ROW.replace("CO2", "CO3"),
        ROW.replace("false", "no"),
        ROW.replace("2024-01-01", "2567-13-01"),
        ROW.replace("2024-01-01,", "2024-01-01,2023-01-01"),
        ROW.replace(",tests,", ",,"),
        ROW.replace("high", "low"),
        ROW + ",more",
        ROW.replace(",high", ""),
        ROW + "\n" + ROW,
        "",
    ],
)
def test_an_edition_with_a_bad_row_is_refused(tmp_path, bad):
    with pytest.raises(EditionError):
        load_edition(folder(tmp_path / "bad", [bad]))


@pytest.mark.parametrize("names", [("eppo-consumption",), ("no/such/folder",), ("tgo-2022-04",) * 2])
def test_editions_that_do_not_exist_or_repeat_are_refused_with_a_finding(names):
    with pytest.raises(FileRefused) as caught:
        load_editions(names)
    assert caught.value.finding.code in ("edition-unknown", "edition-invalid")
    assert caught.value.finding.fix.th


def cell(activity: str, start: date, end: date, unit: str = "litre", consumer: str = "") -> Cell:
    return Cell(CellKey(start, end, activity, consumer, unit, "", "", "", "", ""), Decimal(31), 1)


def folder(path, rows: list[str], consumers: bool = False) -> str:
    columns = [*FACTOR_COLUMNS, *([CONSUMERS] if consumers else [])]
    path.mkdir()
    (path / "edition.yaml").write_text(DESCRIPTION, encoding="utf-8")
    (path / "factors.csv").write_text("\n".join([",".join(columns), *rows, ""]), encoding="utf-8")
    return str(path)
