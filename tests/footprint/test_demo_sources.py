"""Every figure of the demo catalogue stands in deploy/demo/sources; what is made up says so."""

from __future__ import annotations

import csv
import importlib.util
import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from ckanext.khonkaencarbon.footprint.compute import Footprint, compute
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping

DEMO = Path(__file__).parents[2] / "deploy" / "demo"
CATALOGUE = yaml.safe_load((DEMO / "catalogue.yaml").read_text(encoding="utf-8"))
CITY = CATALOGUE["datasets"]["khon-kaen-city-footprint"]
DATASETS = {name: one for name, one in CATALOGUE["datasets"].items() if one is not CITY}
FILES = [(name, entry) for name, dataset in DATASETS.items() for entry in dataset["files"]]
PUBLISHED = [entry for _, entry in FILES if "rows" in entry]
INPUTS = [(name, entry) for name, entry in FILES if entry.get("role") == "input"]
WASTE = "khon-kaen-city-municipal-waste.csv"

MONTHS = [
    ["มกราคม", "ม.ค."], ["กุมภาพันธ์", "ก.พ."], ["มีนาคม", "มี.ค."], ["เมษายน", "เม.ย."],
    ["พฤษภาคม", "พ.ค."], ["มิถุนายน", "มิ.ย."], ["กรกฎาคม", "ก.ค."], ["สิงหาคม", "ส.ค."],
    ["กันยายน", "ก.ย."], ["ตุลาคม", "ต.ค."], ["พฤศจิกายน", "พ.ย."], ["ธันวาคม", "ธ.ค."],
]  # fmt: skip
UNITS = {
    "ไร่": "rai", "ตัน": "tonne", "ฟาร์ม": "count", "มิลลิเมตร": "mm", "คน": "person", "เที่ยวบิน": "flight",
    "เมกะวัตต์": "MW", "กิโลวัตต์": "kW", "แผง": "panel", "คัน": "vehicle", "ตัว": "head", "ราย": "farmer",
    "ตารางกิโลเมตร": "km2", "เมตร": "metre", "องศาเซลเซียส": "degree Celsius", "มิลลิเมตร/ปี": "mm/year",
    "ตัน/วัน": "tonne/day", "ลิตร": "litre",
}  # fmt: skip


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def source(name: str) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in table(DEMO / "sources" / name)}


OAE = source("oae_agriculture.csv").values()


def iso_period(row: dict[str, str]) -> str:
    """The row's period as the sources write it: 2019, 2019-10, 2019-10-01/2019-10-31 or nothing."""
    if "วันเริ่มต้น" in row:
        return "/".join(filter(None, (row["วันเริ่มต้น"], row["วันสิ้นสุด"])))
    if "เดือน" not in row:
        return str(int(row["ปี พ.ศ."]) - 543) if row.get("ปี พ.ศ.") else row.get("ปี ค.ศ.", "")
    if row["เดือน"].count("-"):
        return row["เดือน"]
    month, year = row["เดือน"].split()
    number = next(n for n, names in enumerate(MONTHS, 1) if month in names)
    return f"{int(year) - 543}-{number:02}"


def unit(row: dict[str, str], heading: str) -> str:
    word = row["หน่วย"] if "หน่วย" in row else heading[heading.index("(") + 1 : -1]
    return "passenger" if "ผู้โดยสาร" in row.get("รายการ", "") else UNITS[word]


@pytest.mark.parametrize("entry", [e for e in PUBLISHED if e["file"] != WASTE], ids=lambda e: e["file"])
def test_every_row_is_its_source_row(entry):
    origin = source(entry["rows"])
    for row in table(DEMO / "files" / entry["file"]):
        published = origin[row.get("แถวต้นทาง") or row["หลักฐาน"]]
        heading = next(name for name in row if name.startswith("ปริมาณ"))
        found = (row[heading], unit(row, heading), iso_period(row))
        assert found == (published["quantity"], published["unit"], published["period"])
        assert row.get("รายการ (อังกฤษ)", published["item"]) == published["item"]


def test_every_source_row_is_published_once():
    rows = [row for entry in PUBLISHED for row in table(DEMO / "files" / entry["file"])]
    shown = [row.get("แถวต้นทาง") or row["หลักฐาน"] for row in rows]
    carried = [row["id"] for path in (DEMO / "sources").glob("*.csv") for row in table(path)]
    assert sorted(shown) == sorted(carried)


def test_every_source_row_says_where_it_comes_from():
    for path in (DEMO / "sources").glob("*.csv"):
        for row in table(path):
            assert row["source_url"].startswith("http"), row["id"]
            assert row["terms"] and row["period_as_published"], row["id"]
            assert row["publisher"] in CATALOGUE["organisations"]


def test_a_year_of_waste_is_the_daily_figure_times_365():
    (row,) = table(DEMO / "files" / WASTE)
    daily = source("city_waste.csv")[row["หลักฐาน"]]
    assert daily["unit"] == "tonne/day" and row["หน่วย"] == "ตัน"
    assert Decimal(row["ปริมาณขยะ"].replace(",", "")) == Decimal(daily["quantity"]) * 365


def amounts(item: str) -> dict[str, Decimal]:
    province = (row for row in OAE if row["place"] == "Khon Kaen province")
    return {row["period"]: Decimal(row["quantity"]) for row in province if row["item"] == item}


@pytest.mark.parametrize(
    ("total", "rounding", "parts"),
    [
        ("major (wet season) rice, planted area", 0,
         [f"major rice, planted area, {side} irrigated zone" for side in ("inside", "outside")]),
        ("second (dry season) rice, planted area", 0,
         [f"second rice, planted area, {side} irrigated zone" for side in ("inside", "outside")]),
        ("agricultural land, total", 2,
         ["paddy land", "field crop land", "fruit and perennial land", "vegetable and flower land",
          "other agricultural land"]),
    ],
)  # fmt: skip
def test_parts_add_up_to_the_province(total, rounding, parts):
    whole, pieces = amounts(total), [amounts(part) for part in parts]
    years = set(whole).intersection(*pieces)
    assert len(years) >= 14
    # Rounded to whole rai in the workbook, part by part.
    assert all(abs(whole[year] - sum(piece[year] for piece in pieces)) <= rounding for year in years)


def test_sums_that_the_publishers_print():
    land = {row["item"]: int(row["quantity"]) for row in source("ldd_landuse.csv").values()}
    forest = ("dense deciduous forest (F201)", "recovering deciduous forest (F200)")
    assert land["deciduous forest (F2), total"] == sum(land[kind] for kind in forest)
    people = {key: int(row["quantity"]) for key, row in source("nso_population.csv").items()}
    for year in (2018, 2019, 2020):
        city = f"fact-population-{year}"
        assert people[city] == people[f"{city}-male"] + people[f"{city}-female"]


def test_an_assumption_is_labelled_wherever_it_is_used():
    assumed = {name: dataset for name, dataset in DATASETS.items() if "assumption" in dataset}
    assert set(assumed) == {name for name, _ in INPUTS if not DATASETS[name].get("generated")}
    for name, dataset in assumed.items():
        assert dataset["assumption"]["th"] and dataset["assumption"]["en"]
        assert "สมมติ" in dataset["title"]["th"] and "assumed" in dataset["title"]["en"]
        for entry in (entry for owner, entry in INPUTS if owner == name):
            for row in table(DEMO / "files" / entry["file"]):
                assert "สมมติฐาน:" in row["หมายเหตุ"] and "Assumption:" in row["หมายเหตุ"]


def script(name: str):
    spec = importlib.util.spec_from_file_location(f"demo_{name}", DEMO / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_about_the_data_says_what_the_catalogue_says():
    document = script("document")
    assert document.PAGE.read_text(encoding="utf-8") == document.page()


def test_the_generator_writes_the_committed_files(tmp_path):
    script("generate").write(tmp_path)
    generated = {entry["file"] for name, entry in FILES if DATASETS[name].get("generated")}
    assert {path.name for path in tmp_path.iterdir()} == generated
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (DEMO / "files" / path.name).read_bytes(), path.name


def test_what_is_generated_says_so_and_is_not_offered():
    for name, dataset in DATASETS.items():
        organisation = CATALOGUE["organisations"][dataset["organisation"]]
        if not dataset.get("generated"):
            assert all("rows" in entry for entry in dataset["files"]), name
            assert not organisation.get("generated"), name
            continue
        assert "inventory" not in dataset and organisation["generated"]
        for place in (dataset["title"], dataset["notes"], organisation["title"], organisation["description"]):
            assert "สร้างขึ้น" in place["th"] and "generated" in place["en"].lower()


def test_district_and_province_are_never_offered_to_the_city():
    offered = {name: dataset["boundary"] for name, dataset in DATASETS.items() if dataset.get("inventory")}
    assert offered == {
        "khon-kaen-university-vehicle-fuel": "organisation",
        "khon-kaen-city-municipal-waste": "city",
    }


def test_the_city_of_the_demo_states_assumptions_as_such_and_figures_with_their_source():
    notation, denominators = (table(DEMO / "files" / entry["file"]) for entry in CITY["files"])
    assert CITY["assumption"]["th"] and CITY["assumption"]["en"]
    assert all("สมมติฐาน" in row["explanation"] and "assumption" in row["explanation"] for row in notation)
    people = source("nso_population.csv")
    for row in denominators:
        origin = people[row["แหล่งข้อมูล"]]
        assert (row["ค่า"], str(int(row["ปี"]) - 543)) == (origin["quantity"], origin["period"])
        assert origin["place"] == "Khon Kaen City Municipality" and origin["item"] == "registered population"


def test_everything_has_both_languages():
    def pairs(node):
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if isinstance(node, dict) and ("th" in node or "en" in node):
            yield node
        for child in children:
            yield from pairs(child)

    for words in pairs(CATALOGUE):
        assert words["th"].strip() and words["en"].strip()
        assert re.search("[ก-๙]", words["th"]) or words["th"].startswith("CC BY"), words


def computed(name: str) -> Footprint:
    """The footprint of a demo dataset, with its mapping and boundary."""
    (entry,) = (entry for owner, entry in INPUTS if owner == name)
    mapping = ColumnMapping.from_json(entry["mapping"]) if "mapping" in entry else None
    settings = AccountingSettings(boundary=DATASETS[name]["boundary"])
    return compute([Source(entry["file"], DEMO / "files" / entry["file"])], [mapping], settings)


def mass(footprint: Footprint, gas: str) -> Decimal:
    return sum((x.mass_kg for x in footprint.lines if x.gas == gas and not x.biogenic), Decimal(0))


@pytest.mark.parametrize(
    ("name", "used", "refused"),
    [
        ("khon-kaen-university-vehicle-fuel", 36, 0),
        ("khon-kaen-city-municipal-waste", 1, 0),
        ("training-electricity", 90, 0),
        ("training-school-electricity", 48, 0),
        ("training-fuel", 48, 0),
        ("training-mistakes", 2, 7),
        ("rice-mueang-khon-kaen-district", 10, 0),
        ("rice-khon-kaen-province", 80, 0),
        ("rice-fertiliser-khon-kaen-province", 55, 0),
        ("training-workbook", 36, 0),
        ("training-month-columns", 48, 0),
        ("training-refrigerants", 16, 0),
        ("training-landfill", 16, 0),
        ("training-wastewater", 9, 0),
    ],
)
def test_every_activity_file_is_read_with_its_mapping(name, used, refused):
    footprint = computed(name)
    assert footprint.usable and footprint.incomplete is (refused > 0)
    assert (footprint.counts.used, footprint.counts.refused) == (used, refused)
    assert refused or not footprint.log.needs_decision


def test_the_universitys_fuel_is_litres_times_the_road_diesel_factor():
    litres = sum(Decimal(row["quantity"]) for row in source("kku_fuel.csv").values())
    footprint = computed("khon-kaen-university-vehicle-fuel")
    assert {line.gpc_ref for line in footprint.lines} == {"II.1.1"}
    assert mass(footprint, "CO2") == litres * Decimal("2.698722")  # case A2


def test_the_citys_waste_is_the_known_order_of_magnitude():
    footprint = computed("khon-kaen-city-municipal-waste")
    assert {line.gpc_ref for line in footprint.lines} == {"III.3.2"}
    tonnes = mass(footprint, "CO2") / 1000
    assert abs(tonnes - Decimal("30546.9")) < Decimal("0.05")  # case C5


def test_the_electricity_factor_changes_with_the_year_2026():
    used = {"2568": Decimal(0), "2569": Decimal(0)}
    for row in table(DEMO / "files" / "training-electricity.csv"):
        used[row["เดือน"][-4:]] += Decimal(row["หน่วยไฟฟ้า"].replace(",", ""))
    expected = used["2568"] * Decimal("0.4999") + used["2569"] * Decimal("0.4750")
    assert mass(computed("training-electricity"), "CO2e") == expected


def amount(row: dict[str, str]) -> Decimal:
    return Decimal(source("oae_agriculture.csv")[row["แถวต้นทาง"]]["quantity"])


@pytest.mark.parametrize("name", ["rice-mueang-khon-kaen-district", "rice-khon-kaen-province"])
def test_rice_is_area_times_days_times_the_factors_of_the_ipcc(name):
    # 0.16 ha a rai, 113 days, 1.30 kg/ha/day, irrigated 0.78 or rain-fed 0.27, unknown season before 1.22
    per_rai = {
        water: Decimal("0.16") * 113 * Decimal("1.30") * Decimal(factor) * Decimal("1.22")
        for water, factor in (("irrigated", "0.78"), ("rainfed", "0.27"))
    }
    expected = sum(
        (amount(row) * per_rai[row["การจัดการน้ำ"]] for row in table(DEMO / "files" / f"{name}.csv")),
        Decimal(0),
    )
    footprint = computed(name)
    assert {line.gpc_ref for line in footprint.lines} == {"V.3"}
    assert sum(line.mass_kg for line in footprint.lines) == expected


def test_fertiliser_is_mass_times_its_nitrogen_times_the_factors_of_the_ipcc():
    rows = table(DEMO / "files" / "rice-fertiliser-khon-kaen-province.csv")
    nitrogen = sum((amount(row) for row in rows), Decimal(0)) * 1000 * Decimal("0.16")
    # direct on flooded fields 0.003, volatilised 0.1 x 0.01, leached 0.3 x 0.0075; 44/28
    expected = nitrogen * Decimal("0.00625") * 44 / 28
    assert abs(mass(computed("rice-fertiliser-khon-kaen-province"), "N2O") - expected) < Decimal("0.000001")


def test_what_is_not_computed_says_why():
    plain = {name for name, dataset in DATASETS.items() if "not-computed" in dataset}
    assert {"khon-kaen-airport-traffic", "chum-phae-hospital-solar", "broilers-khon-kaen-province"} <= plain
    assert all(DATASETS[name]["type"] == "dataset" for name in plain)


def test_no_figures_of_neighbours_stand_under_khon_kaen():
    text = "".join(path.read_text(encoding="utf-8") for path in DEMO.rglob("*.csv"))
    for name in ("Maha Sarakham", "มหาสารคาม", "Surin", "สุรินทร์", "Mukdahan", "มุกดาหาร", "Thanyaburi", "ธัญบุรี"):
        assert name not in text
