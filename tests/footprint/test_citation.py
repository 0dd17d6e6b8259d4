"""The suggested citation, as a person would paste it."""

from dataclasses import replace
from datetime import date

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.citation import Cited, citation

CITED = Cited(
    publisher=Text("เทศบาลนครขอนแก่น", "Khon Kaen City Municipality"),
    title=Text("การใช้ไฟฟ้าของโรงเรียน", "Electricity of schools"),
    version=3,
    published=date(2026, 11, 27),
    address="https://data.example/dataset/1/footprint/3",
    sha256="ab" * 32,
)


def test_the_citation_in_thai_has_the_thai_year():
    assert citation(CITED).th == (
        "เทศบาลนครขอนแก่น. (2569). การใช้ไฟฟ้าของโรงเรียน รุ่นที่ 3 [ชุดข้อมูล]. เผยแพร่เมื่อ 27 พฤศจิกายน 2569. "
        f"https://data.example/dataset/1/footprint/3 (SHA-256 {'ab' * 6})"
    )


def test_the_citation_in_english():
    assert citation(CITED).en == (
        "Khon Kaen City Municipality. (2026). Electricity of schools, version 3 [Data set]. "
        f"Published 27 November 2026. https://data.example/dataset/1/footprint/3 (SHA-256 {'ab' * 6})"
    )


def test_names_that_end_with_a_stop_or_hold_a_line_break_stay_one_sentence():
    cited = replace(CITED, publisher=Text("อบก.", "Mall Co., Ltd."), title=Text("ก\nข", "a\r\n b"))
    assert citation(cited).th.startswith("อบก. (2569). ก ข รุ่นที่ 3")
    assert citation(cited).en.startswith("Mall Co., Ltd. (2026). a b, version 3")
