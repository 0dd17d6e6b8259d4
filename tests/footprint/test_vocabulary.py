"""The published tables of words: closed, without contradictions, and complete."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from ckanext.khonkaencarbon.footprint.findings import finding_kinds
from ckanext.khonkaencarbon.footprint.reading.mapping import ROLES
from ckanext.khonkaencarbon.footprint.vocabulary import AmbiguousWord, nearest

CONFIG = Path(__file__).parents[2] / "config"
CODES = {
    "electricity-grid", "diesel-road", "diesel-stationary", "gasoline-road", "gasoline-road-catalyst",
    "gasoline-road-low-mileage", "gasoline-stationary", "lpg-stationary", "lpg-road",
    "waste-incineration-exported",
}  # fmt: skip
BUILDINGS = {
    "residential": "I.1", "commercial": "I.2", "institutional": "I.2", "industry": "I.3",
    "energy-industry": "I.4", "agriculture": "I.5", "": "I.6",
}  # fmt: skip


def test_the_activities_of_the_first_round_exist(vocabulary):
    assert set(vocabulary.activities) >= CODES
    negative = {code for code, one in vocabulary.activities.items() if one.allows_negative}
    assert negative == {"reported-gas"}


def test_references_follow_the_consumer(vocabulary):
    gpc = {code: activity.gpc for code, activity in vocabulary.activities.items()}
    assert gpc["electricity-grid"] == {
        **{who: f"{ref}.2" for who, ref in BUILDINGS.items()},
        "transport": "II.1.2",
    }
    for code in CODES:
        if code.endswith("-stationary"):
            assert gpc[code] == {who: f"{ref}.1" for who, ref in BUILDINGS.items()}
        if "-road" in code:
            assert set(gpc[code].values()) == {"II.1.1"} and len(gpc[code]) == 8
    assert set(gpc["waste-incineration-exported"].values()) == {"III.3.2"}


def test_base_units_keep_litres_and_kilograms_of_gas_apart(vocabulary):
    base = {code: dict(activity.base_units) for code, activity in vocabulary.activities.items()}
    assert base["lpg-road"] == base["lpg-stationary"] == {"volume": "litre", "mass": "kg"}
    assert base["electricity-grid"] == {"energy": "kWh"} and base["diesel-road"] == {"volume": "litre"}
    assert all(vocabulary.units[unit].to_base == 1 for units in base.values() for unit in units.values())


@pytest.mark.parametrize(
    ("word", "unit", "size"),
    [
        ("หน่วย", "kWh", 1), ("ยูนิต", "kWh", 1), ("กิโลวัตต์-ชั่วโมง", "kWh", 1), ("mwh", "MWh", 1000),
        ("ล้านหน่วย", "GWh", 10**6), ("ล.", "litre", 1), ("l", "litre", 1), ("พันลิตร", "kilolitre", 1000),
        ("ลบ.ม.", "m3", 1), ("ล้านลิตร", "megalitre", 10**6), ("กก.", "kg", 1), ("t", "tonne", 1000),
        ("กรัม", "gram", Decimal("0.001")), ("gj", "GJ", 1000),
        ("ล้านบีทียู", "MMBtu", Decimal("1055.05585262")),
        ("ไร่", "rai", Decimal("0.16")), ("งาน", "ngan", Decimal("0.04")),
        ("ตร.ว.", "square-wa", Decimal("0.0004")),
        ("ตัว", "head", 1), ("คน", "person", 1), ("กม.", "km", 1), ("scf", "scf", 1),
    ],
)  # fmt: skip
def test_units_are_exact(vocabulary, word, unit, size):
    found = vocabulary.unit_words[word]
    assert (found.name, found.to_base) == (unit, size)


def test_words_decided_by_the_consumer_lead_to_activities_that_allow_it(vocabulary):
    ambiguous = [word for word in vocabulary.activity_words.values() if isinstance(word, AmbiguousWord)]
    assert ambiguous
    for word in ambiguous:
        assert not word.by_consumer.keys() & {"agriculture", ""}
        assert all(consumer in vocabulary.activities[code].gpc for consumer, code in word.by_consumer.items())
    assert vocabulary.activity_words["น้ำมัน"].by_consumer == {}


def test_every_unit_names_a_dimension_of_the_table_and_a_base_unit_is_one_of_itself(vocabulary):
    base = yaml.safe_load((CONFIG / "units.yaml").read_text(encoding="utf-8"))["base_units"]
    for unit in vocabulary.units.values():
        assert {unit.dimension, *unit.also} <= base.keys()
    for dimension, name in base.items():
        assert (vocabulary.units[name].dimension, vocabulary.units[name].to_base) == (dimension, 1)
    for activity in vocabulary.activities.values():
        assert activity.base_units.items() <= base.items(), activity.code


def test_choices_differ_by_more_than_blanks_and_hyphens(vocabulary):
    for activity in vocabulary.activities.values():
        for parameter in activity.parameters.values():
            assert [parameter.choice(one.lower()) for one in parameter.choices] == list(parameter.choices)


def test_activities_belong_to_sectors(vocabulary):
    sectors = {code: activity.sector for code, activity in vocabulary.activities.items()}
    assert (sectors["diesel-road"], sectors["refrigerant-r32"], sectors["reported-gas"]) == ("II", "IV", "VI")


def test_a_kilowatt_hour_is_electricity_and_heat_and_a_megajoule_is_no_electricity(vocabulary):
    kilowatt_hour, megajoule = vocabulary.units["kWh"], vocabulary.units["MJ"]
    assert kilowatt_hour.measuring(["energy"]).to_base == 1
    assert kilowatt_hour.measuring(["mass", "heat"]).to_base == Decimal("3.6")
    assert megajoule.measuring(["energy"]) is None


def test_default_consumers_and_lent_factors_lead_somewhere(vocabulary):
    for activity in vocabulary.activities.values():
        assert activity.default_consumer in (*activity.gpc, "")
        assert activity.factors_of in (*vocabulary.activities, "")
        assert not activity.fixed.keys() & activity.parameters.keys()
    assert vocabulary.activities["charcoal"].default_consumer == "residential"
    assert not vocabulary.activities["lpg-stationary"].default_consumer


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("ถ่าน", set()), ("ถ่านหิน", set()), ("น้ำมันเตา", set()), ("น้ำมันเครื่องบิน", set()),
        ("แกลบ", {"rice-husk"}),
        ("ก๊าซธรรมชาติ", {"natural-gas", "cng-road"}), ("lpg", {"lpg-stationary", "lpg-road"}),
    ],
)  # fmt: skip
def test_words_of_several_meanings(vocabulary, word, codes):
    assert set(vocabulary.activity_words[word].by_consumer.values()) == codes


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("ngv", "cng-road"), ("แก๊สโซฮอล์ 95", "gasohol-e10-road"), ("ไฮดีเซล b7", "diesel-b7-road"),
        ("ฟืน", "fuel-wood"), ("ถ่านหุงต้ม", "charcoal"), ("ชานอ้อย", "bagasse"),
        ("กะลาปาล์ม", "palm-kernel-shell"),
        ("น้ำยาแอร์ r410a", "refrigerant-r410a"), ("น้ำมันรถไฟ", "diesel-rail"), ("ก๊าซหุงต้ม", "lpg-stationary"),
    ],
)  # fmt: skip
def test_plain_words(vocabulary, word, code):
    assert vocabulary.activity_words[word].code == code


def test_words_without_size_are_no_units(vocabulary):
    assert "ถัง" in vocabulary.units_without_size
    assert not vocabulary.units_without_size & vocabulary.unit_words.keys()


def test_every_role_has_a_name_and_headings_lead_to_roles(vocabulary):
    assert list(vocabulary.role_labels) == list(ROLES)
    assert set(vocabulary.heading_roles.values()) == {*ROLES, "month", "year"}
    thai = "เดือน ปี วันที่ รายการ กิจกรรม ปริมาณ จำนวน หน่วย หน่วยงาน สถานที่ หมายเหตุ"
    assert set(thai.split()) <= vocabulary.heading_roles.keys()


def test_suggestions_are_near_and_few(vocabulary):
    known = {word: unit.label for word, unit in vocabulary.unit_words.items()}
    assert nearest("ลิต", known).th.split(", ")[0] == "ลิตร" and nearest("zzzz", known).th == "–"


def test_every_finding_has_both_languages_and_a_remedy():
    for code, kind in finding_kinds().items():
        assert code == code.lower() and " " not in code
        for text in (kind.expected, kind.fix):
            words = [re.sub(r"{\w+}", "", said) for said in (text.th, text.en)]
            assert text.th and text.en and (words[0] != words[1] or not re.search(r"\w", words[0])), code
        assert not (kind.needs_decision and kind.severity == "error")
