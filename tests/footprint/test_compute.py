"""The whole path: one result for one set of data, however it is cut, ordered and surrounded."""

import os
import random
import runpy
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.factors.rows import FACTOR_COLUMNS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import summary

REFERENCE = runpy.run_path(str(Path(__file__).with_name("reference_totals.py")))
HEADINGS = "period,activity,quantity,unit,organisation\n"
MONTHS = ["2024-05", "2025-12", "2026-01"]
ORGANISATIONS = ["โรงเรียน ก", '"โรงพยาบาล, ข"', ""]
CARRIERS = [
    ("electricity-grid", "kWh"),
    ("diesel-road", "litre"),
    ("gasoline-road", "litre"),
    ("lpg-stationary", "kg"),
    ("lpg-road", "litre"),
    ("waste-incineration-exported", "kg"),
]


def generated(seed: int, count: int = 400) -> list[str]:
    """Rows over the change of the electricity edition, with up to nine decimals."""
    rng = random.Random(seed)  # noqa: S311 - repeatable rows, no secrets
    return [generated_row(rng, *rng.choice(CARRIERS)) for _ in range(count)]


def generated_row(rng: random.Random, activity: str, unit: str) -> str:
    quantity = Decimal(rng.randrange(10**11)).scaleb(-rng.randrange(10))
    return f"{rng.choice(MONTHS)},{activity},{quantity:f},{unit},{rng.choice(ORGANISATIONS)}\n"


def footprint(folder, *files: list[str], settings=AccountingSettings()):  # noqa: B008
    sources = []
    for number, rows in enumerate(files):
        path = folder / f"{number}.csv"
        path.write_text(HEADINGS + "".join(rows), encoding="utf-8")
        sources.append(Source(path.name, path))
    return compute(sources, [None], settings)


@pytest.mark.parametrize("seed", range(5))
def test_an_independent_way_to_the_total_agrees_to_the_last_digit(tmp_path, seed):
    result = footprint(tmp_path, generated(seed))
    co2e = sum(line.co2e_kg for line in result.lines if line.co2e_kg is not None)
    assert Decimal(co2e).scaleb(10) == REFERENCE["total_co2e"](tmp_path / "0.csv")


def test_the_reference_notices_a_planted_row(tmp_path):
    result = footprint(tmp_path, generated(1))
    with (tmp_path / "0.csv").open("a", encoding="utf-8") as file:
        file.write("2024-05,diesel-road,0.000001,litre,\n")
    co2e = sum(line.co2e_kg for line in result.lines if line.co2e_kg is not None)
    assert Decimal(co2e).scaleb(10) != REFERENCE["total_co2e"](tmp_path / "0.csv")


def test_row_order_and_files_leave_no_trace(tmp_path):
    rows = generated(2)
    shuffled = sorted(rows, key=lambda row: row[::-1])
    whole = summary.csv_bytes(footprint(tmp_path, rows))
    assert summary.csv_bytes(footprint(tmp_path, shuffled)) == whole
    assert summary.csv_bytes(footprint(tmp_path, shuffled[:100], shuffled[100:])) == whole


def test_the_order_of_files_leaves_no_trace(tmp_path):
    result = footprint(tmp_path, generated(3), generated(4))
    sources = [Source(one.name, tmp_path / one.name) for one in result.inputs]
    for order in (sources, sources[::-1]):
        again = compute(order, [None], AccountingSettings())
        assert summary.json_bytes(again) == summary.json_bytes(result)


SURROUNDINGS = [
    {"PYTHONHASHSEED": "0", "TZ": "Asia/Bangkok", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "UTC", "LANG": "th_TH.UTF-8"},
    {"PYTHONHASHSEED": "3", "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8"},
]


def test_hash_seed_time_zone_and_locale_leave_no_trace(tmp_path):
    expected = summary.json_bytes(footprint(tmp_path, generated(5)))
    start = "import sys; from ckanext.khonkaencarbon.footprint.command import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "compute", str(tmp_path / "0.csv")]
    for surroundings in SURROUNDINGS:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))},
            **surroundings,
        }
        run = subprocess.run(
            [*command, "--json", "--out", str(tmp_path / "out")], env=environment, capture_output=True
        )
        assert (run.returncode, run.stdout) == (0, expected), run.stderr.decode()


def test_another_set_of_potentials_changes_co2e_only(tmp_path):
    first = footprint(tmp_path, generated(6))
    second = footprint(tmp_path, generated(6), settings=AccountingSettings(gwp="ar6"))
    unweighted = [
        [line._replace(gwp=None, co2e_kg=None) for line in result.lines] for result in (first, second)
    ]
    assert unweighted[0] == unweighted[1]
    assert first.fingerprint != second.fingerprint


def test_read_is_used_and_refused_and_totals_are_sums_of_lines(tmp_path):
    result = footprint(
        tmp_path, [*generated(7), "2024-01,น้ำมัน,1,ลิตร,\n", "2021-01,electricity-grid,1,kWh,\n"]
    )
    document = summary.document(result)
    counts, totals = document["counts"], document["totals"]
    assert counts["read"] == counts["used"] + counts["refused"] == 402
    assert result.refused.by_code == {"ambiguous-activity": 1, "factor-missing": 1}
    for name in ("by_year", "by_gpc_ref", "by_scope", "by_activity", "by_organisation"):
        assert sum(map(Decimal, totals[name].values())) == Decimal(totals["co2e_kg"])


def test_a_cell_s_rows_are_refused_whole_with_their_quantity(tmp_path):
    rows = [
        "2021-01,electricity-grid,1.5,kWh,\n",
        "2021-01,electricity-grid,2,kWh,\n",
        "2024-01,lpg-road,1,kg,\n",
    ]
    result = footprint(tmp_path, rows)
    assert result.incomplete
    assert (result.counts.used, result.refused.by_code) == (1, {"factor-missing": 2})
    assert result.refused.quantity == {("electricity-grid", "kWh"): Decimal("3.5")}


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (AccountingSettings(editions=("ipcc-1996",)), "edition-unknown"),
        (AccountingSettings(editions=()), "settings-refused"),
        (AccountingSettings(gwp="ar7"), "settings-refused"),
        (AccountingSettings(electricity="generation-plus-losses"), "settings-refused"),
    ],
)
def test_settings_that_cannot_be_are_a_finding_and_no_footprint(tmp_path, settings, code):
    result = footprint(tmp_path, generated(8, 3), settings=settings)
    assert not result.usable
    assert result.log.by_code == {code: 1}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([f"{name},diesel-road,litre,CO2,false,3,,,TH,,tests,high" for name in ("A", "B")], "factor-tie"),
        (["A,waste-incineration-exported,kg,CO2,false,3,,,TH,,tests,high"], "parameter-without-factor"),
    ],
)
def test_an_edition_that_does_not_decide_refuses_the_cell(tmp_path, rows, code):
    about = (
        "id: own\ntitle: {th: ก, en: A}\npublisher: A\ndate: '2024'\nregion: TH\nsource: A\nco2e_gwp: ar5\n"
    )
    (tmp_path / "edition.yaml").write_text(about, encoding="utf-8")
    (tmp_path / "factors.csv").write_text("\n".join([",".join(FACTOR_COLUMNS), *rows, ""]), encoding="utf-8")
    settings = AccountingSettings(editions=(str(tmp_path), "tgo-2022-04"))
    activity, unit = rows[0].split(",")[1:3]
    result = footprint(tmp_path, [f"2024-01,{activity},1,{unit},\n"], settings=settings)
    assert (result.usable, result.refused.by_code) == (False, {code: 1})
    assert result.settings.editions == ("own", "tgo-2022-04")


def test_an_identity_number_stops_the_run_until_somebody_has_looked(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "period,activity,quantity,unit,note\n2024-01,ไฟฟ้า,1,kWh,1101700207030\n", encoding="utf-8"
    )
    source = Source("a.csv", path)
    stopped = compute([source], [None], AccountingSettings())
    assert (stopped.usable, stopped.personal_data) == (False, True)
    assert compute([source], [None], AccountingSettings(), personal_data_cleared=True).usable


def test_a_deposit_over_two_years_has_one_line_for_each_year_of_decay(tmp_path):
    file = tmp_path / "landfill.csv"
    head = "period,activity,quantity,unit,param_mcf,param_last_year\n"
    file.write_text(f"{head}ปีงบประมาณ 2567,landfill-in-city,366,t,1,2030\n", encoding="utf-8")
    over_two_years = compute([Source(file.name, file)], [None], AccountingSettings()).lines
    split = f"{head}2023,landfill-in-city,92,t,1,2030\n2024,landfill-in-city,274,t,1,2030\n"
    file.write_text(split, encoding="utf-8")
    apart = compute([Source(file.name, file)], [None], AccountingSettings()).lines
    assert len({line.line_id for line in over_two_years}) == len(over_two_years) == 8
    assert [line.quantity for line in over_two_years][:2] == [92000, 366000]
    for year in range(2023, 2031):
        of_year = [
            sum(line.mass_kg for line in lines if line.period_start.year == year)
            for lines in (over_two_years, apart)
        ]
        assert of_year[0] == of_year[1]
