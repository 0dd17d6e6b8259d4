"""What holds for every activity: one row of each in one file, through both engines, in many dresses."""

import random
from decimal import Decimal

import pytest

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.cube.engine import standard
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import summary
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

EDITIONS = ("tgo-2022-04", "tgo-2026-01", "eppo-generation", "ipcc-2019", "ipcc-2006")
ACTIVITIES = load_vocabulary().activities
# Numbers that a method must be told, where the middle of what is allowed makes no sense.
TOLD = {
    "first_year": "2015", "growth_pct": "2", "last_year": "2030", "origin": "fossil", "gas": "CH4",
    "removed_share": "0.2", "burnt_share": "0.3", "fossil_carbon_wet": "0.1", "carbon_wet": "0.4",
    "crop": "rice", "waste_type": "food",
}  # fmt: skip


def engines():
    duck = pytest.importorskip("ckanext.khonkaencarbon.footprint.cube.duck").Duck
    return [standard, duck(1), duck(2), duck(4)]


def parameters(activity):
    """A value for each parameter that the method may ask for."""
    for name, known in activity.parameters.items():
        if known.choices:
            yield name, TOLD.get(name) if TOLD.get(name) in known.choices else known.choices[0]
        elif name in TOLD:
            yield name, TOLD[name]


def row(activity, unit, consumer, quantity, more=()):
    given = {**dict(parameters(activity)), **dict(more)}
    named = {f"param_{name}": value for name, value in given.items()}
    return {
        "period": "2026", "activity": activity.code, "quantity": quantity, "unit": unit, "consumer": consumer,
        "evidence": "ใบแจ้งหนี้", **named,
    }  # fmt: skip


def table(rows):
    names = list(dict.fromkeys(name for one in rows for name in one))
    return "\n".join([",".join(names), *(",".join(one.get(name, "") for name in names) for one in rows), ""])


def footprint(folder, *texts, engine=standard):
    sources = []
    for number, text in enumerate(texts):
        (folder / f"{number}.csv").write_text(text, encoding="utf-8")
        sources.append(Source(f"{number}.csv", folder / f"{number}.csv"))
    return compute(sources, [None], AccountingSettings(editions=EDITIONS), engine=engine)


# Needed numbers without a choice, by method: what a bill or a supplier says.
NEEDED = {
    "fuel-by-volume": [("net_calorific_value", "36")],
    "purchased-heat": [("emission_factor_kg_co2e_per_kwh", "0.2")],
    "crop-residue": [("nitrogen_below", "0.009")],
    "rice": [("cultivation_days", "120")],
    "vehicle-distance": [("km_per_litre", "12")],
    "landfill-history": [("first_year", "2015"), ("growth_pct", "2")],
}


def every_activity(times=1):
    """A row for each activity and unit."""
    for number, activity in enumerate(ACTIVITIES.values(), start=1):
        consumer = next(iter(sorted(activity.gpc, reverse=True)))
        for unit in activity.base_units.values():
            quantity = f"{Decimal(1000 + number) * times:f}"
            yield row(activity, unit, consumer, quantity, NEEDED.get(activity.method, ()))


def test_every_activity_can_be_computed_from_a_file(tmp_path):
    found = footprint(tmp_path, table(list(every_activity())))
    refused = [(one.code, one.value, one.fix.en) for one in found.log.listed if one.severity.value == "error"]
    assert refused == [], refused
    assert {line.key.activity for line in found.lines} == ACTIVITIES.keys()


def test_order_cuts_engines_and_threads_leave_no_trace(tmp_path):
    rows = list(every_activity())
    expected = summary.csv_bytes(footprint(tmp_path, table(rows)))
    shuffled = random.Random(5).sample(rows, len(rows))  # noqa: S311 - the same order every time
    for engine in engines():
        for files in ([rows], [shuffled], [shuffled[::2], shuffled[1::2]], [rows[:7], rows[7:90], rows[90:]]):
            found = footprint(tmp_path, *(table(part) for part in files), engine=engine)
            assert summary.csv_bytes(found) == expected


def test_a_double_quantity_is_a_double_mass(tmp_path):
    """To what rounding a mass once at nine decimals can do."""
    one, two = (footprint(tmp_path, table(list(every_activity(times)))).lines for times in (1, 2))
    assert len(one) == len(two)
    for single, double in zip(one, two, strict=True):
        assert (single.line_id, single.gas) == (double.line_id, double.gas)
        assert abs(double.mass_kg - 2 * single.mass_kg) <= Decimal("1.5e-9"), single
        assert double.quantity == 2 * single.quantity


UNITS = [("MWh", "kWh", 1000), ("GWh", "kWh", 10**6), ("ล้านหน่วย", "หน่วย", 10**6), ("ตัน", "kg", 1000),
         ("พันลิตร", "l", 1000), ("GJ", "MJ", 1000), ("ไร่", "ha", Decimal("0.16"))]  # fmt: skip
OF_DIMENSION = {"kWh": "electricity-grid", "หน่วย": "electricity-grid", "kg": "lpg-road", "l": "diesel-road",
                "MJ": "natural-gas", "ha": "rice"}  # fmt: skip


@pytest.mark.parametrize(("large", "small", "size"), UNITS)
def test_a_large_unit_is_so_many_small_ones(tmp_path, large, small, size):
    activity = ACTIVITIES[OF_DIMENSION[small]]
    consumer = "industry" if "industry" in activity.gpc else "transport"
    needed = NEEDED.get(activity.method, ())
    rows = [(large, "12.5"), (small, f"{Decimal('12.5') * size:f}")]
    one, other = (
        summary.csv_bytes(footprint(tmp_path, table([row(activity, unit, consumer, quantity, needed)])))
        for unit, quantity in rows
    )
    assert one == other


def test_an_added_total_row_changes_nothing(tmp_path):
    rows = list(every_activity())
    expected = summary.csv_bytes(footprint(tmp_path, table(rows)))
    for word in ("รวม", "ยอดรวมทั้งสิ้น", "Total", "Grand total 2567"):
        for engine in engines()[:2]:
            total = {**rows[0], "period": word, "quantity": "99999"}
            found = footprint(tmp_path, table([*rows, total]), engine=engine)
            assert summary.csv_bytes(found) == expected and found.counts.read == len(rows)


def test_totals_are_the_sum_of_lines_to_the_last_digit(tmp_path):
    found = footprint(tmp_path, table(list(every_activity())))
    totals = summary.document(found)["totals"]
    counted = [line for line in found.lines if line.co2e_kg is not None]
    whole = sum((line.co2e_kg for line in counted if line.gpc_ref != "VI.1"), Decimal(0))
    other = sum((line.co2e_kg for line in counted if line.gpc_ref == "VI.1"), Decimal(0))
    biogenic = sum((line.mass_kg for line in found.lines if line.gas == "CO2" and line.biogenic), Decimal(0))
    assert Decimal(totals["co2e_kg"]) == whole > Decimal(totals["other_scope3_co2e_kg"]) == other > 0
    assert Decimal(totals["biogenic_co2_kg"]) == biogenic > 0
    for group in ("by_year", "by_gpc_ref", "by_scope", "by_activity", "by_organisation"):
        assert sum(map(Decimal, totals[group].values())) == whole, group
    for line in found.lines:
        assert line.co2e_kg is None or line.co2e_kg == line.mass_kg * line.gwp


def test_without_an_edition_that_knows_an_activity_it_is_refused_and_never_zero(tmp_path):
    rows = table(list(every_activity()))
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    settings = AccountingSettings(editions=("eppo-generation",), electricity="tgo-scope2")
    found = compute([Source("rows.csv", tmp_path / "rows.csv")], [None], settings)
    assert {line.method for line in found.lines} == {"reported", "purchased-heat", "on-site"}
    assert {one.code for one in found.log.listed if one.severity.value == "error"} <= {
        "factor-missing",
        "parameter-without-factor",
        "parameter-missing",
    }
    assert found.counts.refused == sum(found.refused.by_code.values()) > 100


def test_every_reference_can_be_filled_from_a_file(tmp_path):
    activity = ACTIVITIES["reported-gas"]
    rows = [
        row(activity, "kg", "", "10", [("reference", reference), ("gas", "N2O")])
        for reference in gpc.references()
    ]
    found = footprint(tmp_path, table(rows))
    assert {line.gpc_ref for line in found.lines} == set(gpc.references()) and len(rows) >= 53
