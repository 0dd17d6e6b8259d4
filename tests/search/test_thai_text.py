"""Thai text as it is stored, cut, sorted and turned into addresses, without a server."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.catalogue import geojson
from ckanext.khonkaencarbon.catalogue.addresses import LONGEST, address
from ckanext.khonkaencarbon.catalogue.thai_text import order, shortened, tidied, tidied_lines

THAI = st.text(alphabet=[chr(code) for code in range(0x0E01, 0x0E5B) if code not in range(0x0E3B, 0x0E3F)])
MARKS = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0e33]"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("นํ้าประปา", "น้ำประปา"),
        ("นำ้ประปา", "น้ำประปา"),
        ("เเหล่งน้ำ", "แหล่งน้ำ"),
        ("ข้อมูล\u200bขยะ", "ข้อมูลขยะ"),
        ("ขยะ  มูลฝอย\u00a0ชุมชน ", "ขยะ มูลฝอย ชุมชน"),
        ("ท\u0e48\u0e35ดิน", "ที่ดิน"),  # the tone mark before the vowel
        ("ป\u0e48\u0e38", "ปุ่"),
        ("Cafe\u0301", "Café"),
        ("ๆ ฯลฯ", "ๆ ฯลฯ"),
    ],
)
def test_one_spelling_is_stored(typed: str, stored: str) -> None:
    assert tidied(typed) == stored


def test_lines_and_lists_of_a_description_stay() -> None:
    typed = "ที่มา  ของข้อมูล\r\n\r\n- นํ้า\n    - ไฟฟ้า  \nปี\u200b 2567\n"
    assert tidied_lines(typed) == "ที่มา ของข้อมูล\n\n- น้ำ\n    - ไฟฟ้า  \nปี 2567"


@given(THAI)
def test_a_tidy_text_stays_as_it_is(text: str) -> None:
    assert tidied(tidied(text)) == tidied(text)


@given(st.text(alphabet="กขนมเแโำา่้ิีุู็์ๆ ab", max_size=80), st.integers(5, 60))
def test_nothing_is_cut_inside_a_cluster(text: str, most: int) -> None:
    kept = shortened(text, most)
    assert len(kept) <= most
    if kept != text:
        begun = kept.removesuffix("…")
        rest = text[len(begun) :]
        assert text.startswith(begun)
        assert not begun or (not re.match(MARKS, rest) and begun[-1] not in "เแโใไ")


def test_a_title_is_cut_at_a_blank_if_one_is_near() -> None:
    assert shortened("การใช้ไฟฟ้า โรงพยาบาลขอนแก่น", 14) == "การใช้ไฟฟ้า…"
    assert shortened("ปริมาณขยะมูลฝอยชุมชน", 8) == "ปริมาณข…"
    assert shortened("สั้น", 50) == "สั้น"


def test_names_stand_as_in_a_dictionary() -> None:
    mixed = ["โรงเรียน", "แพทย์", "เกษตร", "ขยะ", "ข้าว", "ไฟฟ้า", "กรม", "Airport", "ก้าว", "กา", "น้ำ", "เทศบาล"]
    assert sorted(mixed, key=order) == [
        *("Airport", "กรม", "กา", "ก้าว", "เกษตร", "ขยะ", "ข้าว", "เทศบาล", "น้ำ", "แพทย์", "ไฟฟ้า", "โรงเรียน")
    ]


@pytest.mark.parametrize(
    ("title", "readable"),
    [
        ("ปริมาณขยะ พ.ศ. 2565", "priman-khaya-2565"),
        ("การใช้ไฟฟ้า ๒๕๖๖", r"kan-chai-fafa\w*-2566"),
        ("Electricity of โรงพยาบาล", r"electricity-of-[a-z-]+"),
        ("Café du Marché", "cafe-du-marche"),
        ("น้ำ", "nam"),
        ("เพศ", "phet"),
        ("ๆๆฯ ???", ""),
        ("การ" * 200, r"[a-z-]{40,80}"),
    ],
)
def test_an_address_can_be_read_aloud(title: str, readable: str) -> None:
    assert re.fullmatch(readable, address(title))


@given(st.text(max_size=120))
def test_an_address_is_lower_case_ascii(title: str) -> None:
    made = address(title)
    assert re.fullmatch("(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", made) and len(made) <= LONGEST


POINT = {"type": "Point", "coordinates": [102.83, 16.43]}


@pytest.mark.parametrize(
    ("geometry", "fault"),
    [
        (POINT, None),
        (geojson.box(102, 16, 103, 17), None),
        ({"type": "MultiPolygon", "coordinates": [geojson.box(1, 2, 3, 4)["coordinates"]]}, None),
        ({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, None),
        ({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]}, None),
        ({**POINT, "coordinates": [16.43, 102.83]}, geojson.SWAPPED),
        ({**POINT, "coordinates": [202, 16]}, geojson.OUTSIDE),
        ({**POINT, "coordinates": ["102", "16"]}, geojson.NOT_POSITIONS),
        ({**POINT, "coordinates": [102]}, geojson.NOT_POSITIONS),
        ({**POINT, "coordinates": []}, geojson.NOT_POSITIONS),
        ({"type": "Polygon", "coordinates": []}, geojson.NOT_POSITIONS),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [5, 6]]]}, geojson.OPEN_RING),
        ({"type": "Circle", "coordinates": [1, 2]}, geojson.NOT_GEOMETRY),
        ({"type": ["Point"]}, geojson.NOT_GEOMETRY),
        ({}, geojson.NOT_GEOMETRY),
        ("{", geojson.NOT_GEOMETRY),
        ([1, 2], geojson.NOT_GEOMETRY),
    ],
)
def test_an_extent_is_judged(geometry: object, fault: str | None) -> None:
    assert geojson.fault(geometry) == fault
