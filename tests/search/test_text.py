"""Repair of text, years and words, without a server."""

from __future__ import annotations

import pytest

from ckanext.khonkaencarbon.catalogue import documents, queries, suggestions, years
from ckanext.khonkaencarbon.catalogue.known_words import vocabulary
from ckanext.khonkaencarbon.catalogue.text import repaired, sound


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("นํ้าเสีย", "น้ำเสีย"),
        ("นำ้เสีย", "น้ำเสีย"),
        ("เเก๊ส", "แก๊ส"),
        ("CO₂", "CO2"),
        ("๒๕๖๕", "2565"),
        ("ขยะปี2565", "ขยะปี 2565"),
        ("อากาศPM2.5", "อากาศ PM2.5"),
        ("ขยะ\u200bติดเชื้อ", "ขยะติดเชื้อ"),
        ("ขยะ\u00a0มูลฝอย", "ขยะ มูลฝอย"),
        ("2560–2565", "2560-2565"),
        ("่้๊", ""),
    ],
)
def test_what_looks_alike_becomes_the_same_text(typed: str, meant: str) -> None:
    assert repaired(typed) == meant


@pytest.mark.parametrize("other", ["ฟุตพริ้นต์", "ฟุตพรินท์", "ฟุตพรินต์"])
def test_spellings_of_a_loan_word_sound_alike(other: str) -> None:
    assert sound(other) == sound("ฟุตพริ้นท์")


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("พ.ศ. 2565", {2022}),
        ("ค.ศ. 2022", {2022}),
        ("ปี 2560-2562", {2017, 2018, 2019}),
        ("2560 ถึง พ.ศ. 2562", {2017, 2018, 2019}),
        ("ปีงบประมาณ 2565-67", {2022, 2023, 2024}),
        ("ปีงบ 66", {2023}),
        ("2,565 ตัน และ 12565 ราย", set()),
        ("PM2.5 1024 จุด", set()),
        ("2593-2565", {2050, 2022}),
    ],
)
def test_years_of_either_era(text: str, covered: set[int]) -> None:
    assert years.covered(text) == covered


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ขยะอ.บ้านไผ่", ["ขยะ", "อ.", "บ้านไผ่"]),
        ("ปริมาณขยะโรงพยาบาล", ["ปริมาณ", "ขยะ", "โรงพยาบาล"]),
        ("อบต.บ้านเป็ด", ["อบต.", "บ้านเป็ด"]),
        ("รพ.สต. บ้านไผ่", ["รพ.สต.", "บ้านไผ่"]),
        ("Solid wastes of Khon Kaen", ["Solid wastes", "of", "Khon Kaen"]),
        ("พยาบาล", ["พยาบาล"]),
    ],
)
def test_text_is_cut_at_known_words_and_place_prefixes(text: str, parts: list[str]) -> None:
    assert [piece.text for piece in vocabulary().cut(text)] == parts


def test_short_words_are_not_cut_out_of_longer_ones() -> None:
    assert [piece.text for piece in vocabulary().cut("พยาบาล ปลายทาง ตาราง")] == [
        "พยาบาล",
        "ปลายทาง",
        "ตาราง",
    ]


def test_words_whose_parts_mean_something_else_are_sealed() -> None:
    assert "อากาศ" not in vocabulary().bare("ท่าอากาศยานขอนแก่น")
    assert vocabulary().bare("รถขนน้ำมันดีเซล").count("น้ำ") == 0


def test_a_dataset_is_found_by_its_translations_tags_and_the_years_between() -> None:
    fields = documents.search_fields(
        {
            "title": "ขยะ อ.บ้านไผ่",
            "title_translated": {"th": "ขยะ อ.บ้านไผ่", "en": "Waste of Ban Phai"},
            "tags": ["สิ่งแวดล้อม"],
            "first_year_of_data": "2563",
            "last_year_of_data": "2565",
        }
    )
    assert "Waste of Ban Phai" in fields["kk_text"] and "สิ่งแวดล้อม" in fields["kk_text"]
    assert fields["kk_years"] == ["2020", "2021", "2022"]
    assert fields["kk_places"] == ["บ้านไผ่"]


def test_the_citys_own_name_and_generic_words_are_never_required() -> None:
    query = queries.rewritten("ข้อมูลขยะ ขอนแก่น")
    assert query is not None
    assert query.parts == ["ขยะ"]


def test_a_year_in_either_era_asks_for_the_same() -> None:
    asked = {
        str(queries.rewritten(f"ขยะ {year}")).split("kk_years")[1][:5] for year in ("2565", "2022", "๒๕๖๕")
    }
    assert asked == {":2022"}


@pytest.mark.parametrize("typed", ["", "   ", "่้๊๋", '"', "***", "{!}", "😀"])
def test_a_query_without_a_letter_asks_nothing(typed: str) -> None:
    assert queries.rewritten(typed) is None


@pytest.mark.parametrize("typed", ['ขยะ" OR *:*', "{!func}id", '_query_:"x"', 'a\\"b', "kk_text:x AND y"])
def test_no_sign_of_syntax_is_left_outside_quotes(typed: str) -> None:
    query = queries.rewritten(typed)
    assert query is not None
    outside = "".join(query.strict.split('"')[::2])
    assert "{" not in outside and "\\" not in query.strict and "_query_" not in outside


@pytest.mark.parametrize(
    ("typed", "meant"), [("โรงพบาบาล", "โรงพยาบาล"), ("electrcity", "electricity"), ("ขยะ", None)]
)
def test_a_slip_is_answered_with_the_word_that_was_meant(typed: str, meant: str | None) -> None:
    assert suggestions.corrected(typed) == meant


def test_known_words_complete_what_is_being_typed() -> None:
    assert "โรงพยาบาล" in suggestions.completions("โรงพ", 5)
    assert suggestions.completions("ค่าไฟ โรงเ", 3)[0].startswith("ค่าไฟ โรงเ")


def test_the_list_of_synonyms_stays_a_list_that_people_can_read() -> None:
    from ckanext.khonkaencarbon.catalogue.places import read

    words = read("synonyms.yaml")
    assert 150 <= len(words["groups"]) <= 250
    assert all(
        len(group) == len(set(map(str, group))) > 1 for group in (*words["groups"], *words["glossary"])
    )
    known = vocabulary().kinds
    assert all(len(vocabulary().meanings(key)) < 160 for key in known)
