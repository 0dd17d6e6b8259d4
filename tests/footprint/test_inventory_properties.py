"""What holds for every inventory, whatever the datasets; and that an independent script finds the same."""

import random
import runpy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.inventory.choices import Choice, Choices
from ckanext.khonkaencarbon.footprint.inventory.ledger import summed
from ckanext.khonkaencarbon.footprint.inventory.model import CityInputs, Dataset, Key, LedgerRow
from ckanext.khonkaencarbon.footprint.inventory.output import inventory_csv, organisations_csv, totals_json
from ckanext.khonkaencarbon.footprint.inventory.rollup import roll_up
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings

HERE = Path(__file__)
CITY = runpy.run_path(str(HERE.with_name("inventory_city.py")))
REFERENCE = runpy.run_path(str(HERE.with_name("reference_inventory.py")))
KEY = Key(2023, "I.2.1", "lpg-stationary")
NAMES = ("a", "b", "c", "d", "e")
FIRST, LAST = date(2023, 1, 1).toordinal(), date(2023, 12, 31).toordinal()
PERIODS = [
    CITY["days_of"](text)
    for text in ("2023", "2023-H1", "2023-H2", "2023-Q2", "2023-03", "2023-04", "2023-06-15/2023-08-20")
]

datasets_ = st.fixed_dictionaries(
    {
        name: st.tuples(
            st.sampled_from(["city", "city", "organisation", "organisation", "facility"]),
            st.sampled_from(["", "hall", "depot"]),
        )
        for name in NAMES
    }
)
rows_ = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["", "kku", "mall"]),
        st.sampled_from(PERIODS),
        st.integers(0, 10**6),
        st.sampled_from(["I.2.1", "I.2.1", "II.1.1"]),
    ),
    max_size=12,
)
picks_ = st.sets(st.sampled_from(NAMES), max_size=2)
disjoint_ = st.lists(st.sets(st.sampled_from(NAMES), min_size=2, max_size=3), max_size=2)


def row_of(name, organisation, days, mass, reference="I.2.1"):
    first, last = date.fromordinal(days[0]), date.fromordinal(days[-1])
    key = KEY._replace(gpc_ref=reference)
    return LedgerRow(
        name, key, first, last, organisation, "", "CO2", False, "", None, (), None, Decimal(mass)
    )  # fmt: skip


def city(drawn, kinds, picks, disjoint):
    """Rows of the ledger, datasets and settings."""
    rows = [row_of(*one) for one in drawn]
    members = {name: Dataset(name, "1", *kinds[name]) for name in NAMES}
    choices = [Choice(pick=one) for one in sorted(picks)]
    choices += [Choice(disjoint=frozenset(one)) for one in disjoint]
    return rows, members, CitySettings(years=(2023,), choices=Choices(tuple(choices)))


@given(rows_, datasets_, picks_, disjoint_)
@settings(max_examples=200, deadline=None)
def test_an_independent_script_counts_the_same(drawn, kinds, picks, disjoint):
    drawn = [one for one in drawn if one[-1] == "I.2.1"]
    rows, members, chosen = city(drawn, kinds, picks, disjoint)
    found = roll_up(rows, members, chosen, CityInputs()).totals()["2023"]
    plain = [(name, organisation, days[0], days[-1], mass) for name, organisation, days, mass, _ in drawn]
    counted, residual, declared, covers = REFERENCE["reference"](
        plain, kinds, picks, disjoint, range(FIRST, LAST + 1)
    )
    slack = Fraction(len(rows) + 1, 10**9)  # a split is rounded at 9 decimals
    assert abs(Fraction(found["basic"]) - counted) <= slack
    assert abs(Fraction(found["residual_co2e_kg"]) - (residual or 0)) <= slack
    named = {name: mass for name, mass in declared.items() if not isinstance(name, tuple)}
    for name, mass in named.items():
        assert abs(Fraction(found["by_organisation"].get(name, "0")) - mass) <= slack
    assert found["coverage"]["computed"] == (covers and residual is not None)


@given(rows_, datasets_, picks_, disjoint_, st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_does_not_matter(drawn, kinds, picks, disjoint, chance):
    rows, members, chosen = city(drawn, kinds, picks, disjoint)
    mixed = list(rows)
    chance.shuffle(mixed)
    assert published(summed(rows), members, chosen) == published(summed(mixed), members, chosen)


@given(rows_, datasets_, disjoint_, st.randoms())
@settings(max_examples=100, deadline=None)
def test_a_dataset_in_two_that_are_declared_disjoint_changes_no_figure(drawn, kinds, disjoint, chance):
    rows, members, whole = city(drawn, kinds, set(), disjoint)
    members["a2"] = replace(members["a"], id="a2")
    halves = [
        row._replace(dataset="a2")
        if row.dataset == "a" and row.organisation and chance.random() < 0.5
        else row
        for row in rows
    ]
    both = [one | {"a2"} if "a" in one else one for one in disjoint] + [{"a", "a2"}]
    split = replace(whole, choices=Choices(tuple(Choice(disjoint=frozenset(one)) for one in both)))
    first, second = (
        roll_up(summed(found), members, chosen, CityInputs()).totals()
        for found, chosen in ((rows, whole), (halves, split))
    )
    for name in ("basic", "by_organisation", "residual_co2e_kg", "coverage"):
        assert first["2023"][name] == second["2023"][name]


@given(rows_, datasets_, picks_, disjoint_, st.sampled_from(NAMES))
@settings(max_examples=60, deadline=None)
def test_one_changed_dataset_touches_its_own_keys_alone(drawn, kinds, picks, disjoint, gone):
    rows, members, chosen = city(drawn, kinds, picks, disjoint)
    before = roll_up(rows, members, chosen, CityInputs())
    after = roll_up([row for row in rows if row.dataset != gone], members, chosen, CityInputs())
    touched = {row.key for row in rows if row.dataset == gone}
    for key in before.answers.keys() - touched:
        assert before.answers[key] == after.answers[key]
        place = key.year, key.gpc_ref
        if place not in {(one.year, one.gpc_ref) for one in touched}:
            assert before.entries[place] == after.entries[place]


@given(rows_, datasets_, picks_, disjoint_)
@settings(max_examples=100, deadline=None)
def test_the_city_is_the_sum_of_its_visible_parts(drawn, kinds, picks, disjoint):
    rows, members, chosen = city(drawn, kinds, picks, disjoint)
    found = roll_up(rows, members, chosen, CityInputs())
    totals = found.totals()["2023"]
    parts = sum(map(Decimal, totals["by_organisation"].values()), Decimal(totals["residual_co2e_kg"]))
    assert parts == Decimal(totals["basic"]) == sum(map(Decimal, totals["by_gpc_ref"].values()))
    shown = [
        sum(Decimal(row["co2e_kg"]) for row in CITY["table"](text.decode()) if row["co2e_kg"])
        for text in (inventory_csv(found), organisations_csv(found))
    ]
    assert shown[0] == shown[1] == Decimal(totals["basic"])


def published(rows, members, chosen):
    found = roll_up(rows, members, chosen, CityInputs())
    return inventory_csv(found), totals_json(found.totals()), organisations_csv(found)


def test_the_reference_script_can_disagree():
    rows, members, chosen = city(
        [("a", "", PERIODS[0], 5, "I.2.1")], dict.fromkeys(NAMES, ("city", "")), (), ()
    )
    found = roll_up(rows, members, chosen, CityInputs()).totals()["2023"]["basic"]
    counted = REFERENCE["reference"]([("a", "", FIRST, LAST, 6)], {"a": ("city", "")}, (), (), ())[0]
    assert Fraction(found) == 5 != counted


OVERLAP = {
    "datasets": {
        "pea": {"reporting_boundary": "city", "rows": ["2024-H1 I.2.2 electricity-grid CO2e 500"]},
        "survey": {"reporting_boundary": "city", "rows": ["2024 I.2.2 electricity-grid CO2e 900"]},
        "mall": {"organisation": "central", "rows": ["2024 I.2.2 electricity-grid CO2e 60 q=M"]},
    },
    "tables": ["year,gpc_ref,co2e_kg\n2024,I.1.1,7\n", "gpc_ref,years,key,explanation\nI.3.1,2024,NO,none\n"],
}
FILES = (
    "inventory.csv",
    "totals.json",
    "coverage.csv",
    "timeseries.csv",
    "organisations.csv",
    "findings.json",
)


def test_the_order_of_files_does_not_matter(tmp_path):
    *paths, _, settings_file, _, out = CITY["write"](OVERLAP, tmp_path)
    seen = set()
    for seed in range(5):
        random.Random(seed).shuffle(paths)  # noqa: S311 - a seed for a test
        assert CITY["main"](["rollup", *paths, "--settings", settings_file, "--out", out]) == 1
        seen.add(tuple((Path(out) / name).read_bytes() for name in FILES))
    assert len(seen) == 1


@pytest.mark.parametrize("reason", [{"inventory_decision": "declined"}, {"include_in_inventory": False}])
def test_a_dataset_that_does_not_count_is_as_one_that_never_was(reason, tmp_path):
    names = FILES[:-1]
    with_it = {**OVERLAP, "datasets": {**OVERLAP["datasets"]}}
    with_it["datasets"]["survey"] = {**OVERLAP["datasets"]["survey"], **reason}
    without = {**OVERLAP, "datasets": {k: v for k, v in OVERLAP["datasets"].items() if k != "survey"}}
    seen = set()
    for number, one in enumerate((with_it, without)):
        (tmp_path / str(number)).mkdir()
        CITY["rolled_up"](one, tmp_path / str(number), 0)
        seen.add(tuple((tmp_path / str(number) / "out" / name).read_bytes() for name in names))
    assert len(seen) == 1


def test_a_bundle_and_a_folder_give_what_the_summary_gives(tmp_path):
    activity = tmp_path / "a.csv"
    activity.write_text("period,activity,quantity,unit\n2024-01,diesel-road,1000,l\n", encoding="utf-8")
    folder = tmp_path / "result"
    arguments = ["compute", str(activity), "--out", str(folder), "--bundle", str(tmp_path / "b.zip")]
    assert CITY["main"](arguments) == 0
    (tmp_path / "s.json").write_text("{}", encoding="utf-8")
    seen = set()
    for path in (folder, folder / "summary.json", tmp_path / "b.zip"):
        out = tmp_path / "out"
        assert (
            CITY["main"](["rollup", str(path), "--settings", str(tmp_path / "s.json"), "--out", str(out)])
            == 0
        )
        seen.add(tuple((out / name).read_bytes() for name in FILES))
    assert len(seen) == 1


def test_ten_years_of_months_are_split_without_losing_a_gram():
    day = timedelta(days=1)
    row = row_of("a", "kku", range(FIRST, LAST + 1), 10)
    half = row_of("c", "", range(FIRST, FIRST + 97), 3)
    members = {"a": Dataset("a", "1", "organisation"), "c": Dataset("c", "1", "city")}
    found = roll_up([row, half], members, CitySettings(), CityInputs()).answers[KEY]
    inside, added = found.inside[0], found.added[0]
    assert inside.mass_kg + added.mass_kg == 10 and inside.mass_kg == Decimal("2.657534247")
    assert date.fromordinal(added.days[0][0]) - day == date.fromordinal(inside.days[0][1])
