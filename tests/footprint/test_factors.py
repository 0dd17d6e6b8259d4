"""Editions, their selection by date, and case A1: TGO's printed totals come out of the gas rows."""

from datetime import date
from decimal import Decimal

import pytest

from ckanext.khonkaencarbon.footprint.factors.edition import EditionError, edition_ids, load_edition
from ckanext.khonkaencarbon.footprint.factors.gwp import GWP_SETS, gwp, known_gases
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.factors.rows import FACTOR_COLUMNS
from ckanext.khonkaencarbon.footprint.factors.selection import NoFactorError, Selector, TieError
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
    return sum((row.value * gwp(row.gas, row.biogenic, gwp_set) for row in rows), Decimal(0))


@pytest.mark.parametrize("total", TGO.published_totals, ids=lambda total: f"{total.activity}-{total.unit}")
def test_a1_gas_rows_reproduce_the_printed_total(total):
    assert abs(computed_total(total.activity, total.unit, total.gwp) - total.co2e) <= TOLERANCE


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


def test_every_activity_has_a_factor_in_each_of_its_units():
    selector = Selector(load_editions(AccountingSettings().editions))
    for activity in load_vocabulary().activities.values():
        for unit in activity.base_units.values():
            assert selector.select(
                cell(activity.code, date(2024, 5, 1), date(2024, 5, 31), unit), METHODS[activity.method].table
            )


def test_every_gas_has_a_potential_in_every_set():
    for gwp_set in GWP_SETS:
        for gas in known_gases():
            assert gwp(gas, False, gwp_set) > 0
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
    ((_, first),) = Selector([own, TGO]).select(may, "factor")
    ((_, second),) = Selector([TGO, own]).select(may, "factor")
    assert [row.id for row in first.factors] == ["X-1"]
    assert {row.gas for row in second.factors} == {"CO2", "CH4", "N2O"}


def test_a_cell_is_split_where_another_factor_begins(tmp_path):
    rows = [
        ROW.replace("2024-01-01,", "2024-01-01,2024-05-10"),
        ROW.replace("X-1", "X-2").replace("01-01", "05-11"),
    ]
    own = load_edition(folder(tmp_path / "own", rows))
    split = Selector([own]).select(cell("diesel-road", date(2024, 5, 1), date(2024, 5, 31)), "factor")
    assert [(part.span.days, choice.factors[0].id) for part, choice in split] == [(10, "X-1"), (21, "X-2")]


def test_days_without_a_factor_refuse_the_whole_cell():
    with pytest.raises(NoFactorError) as caught:
        Selector([TGO]).select(
            cell("electricity-grid", date(2022, 1, 1), date(2022, 12, 31), "kWh"), "factor"
        )
    assert caught.value.span.end == date(2022, 3, 31)


def test_two_rows_for_one_gas_are_a_tie_and_a_nearer_region_is_not(tmp_path):
    may = cell("diesel-road", date(2024, 5, 1), date(2024, 5, 31))
    tied = load_edition(folder(tmp_path / "tied", [ROW, ROW.replace("X-1", "X-2")]))
    with pytest.raises(TieError) as caught:
        Selector([tied]).select(may, "factor")
    assert caught.value.ids == ("X-1", "X-2")
    nearer = load_edition(
        folder(tmp_path / "near", [ROW, ROW.replace("X-1", "X-2").replace(",TH,", ",world,")])
    )
    ((_, choice),) = Selector([nearer]).select(may, "factor")
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


@pytest.mark.parametrize("names", [("eppo-generation",), ("no/such/folder",), ("tgo-2022-04",) * 2])
def test_editions_that_do_not_exist_or_repeat_are_refused_with_a_finding(names):
    with pytest.raises(FileRefused) as caught:
        load_editions(names)
    assert caught.value.finding.code in ("edition-unknown", "edition-invalid")
    assert caught.value.finding.fix.th


def cell(activity: str, start: date, end: date, unit: str = "litre") -> Cell:
    return Cell(CellKey(start, end, activity, "", unit, "", "", "", "", ""), Decimal(31), 1)


def folder(path, rows: list[str]) -> str:
    path.mkdir()
    (path / "edition.yaml").write_text(DESCRIPTION, encoding="utf-8")
    (path / "factors.csv").write_text("\n".join([",".join(FACTOR_COLUMNS), *rows, ""]), encoding="utf-8")
    return str(path)
