"""Encodings: the ladder finds the one that was used, or refuses; it never replaces a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.reading.encoding import find_encoding

HEAD = "เดือน,รายการ,ปริมาณ,หน่วย,หมายเหตุ\n"
WORDS = ["ไฟฟ้า", "ขอนแก่น", "โรงพยาบาล", "ที่", "น้ำมัน", "ปี", "ผู้ใช้", "เทศบาลนคร", "abc", "123"]
rows = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=5, max_size=5).map(",".join), min_size=3, max_size=60
)


def found(data, declared=None):
    return find_encoding(lambda: iter([data[:7], data[7:]] if len(data) > 1 << 20 else [data]), declared)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
        ("utf-16", "utf-16-le"), ("cp874", "cp874"), ("tis-620", "cp874"), ("iso-8859-11", "cp874"),
    ],
)  # fmt: skip
def test_thai_tables_come_back_as_they_were_written(written, read):
    @given(rows)
    def round_trip(lines):
        text = HEAD + "\n".join(lines)
        data = text.encode(written)
        assert found(data).encoding == read
        assert data.decode(read).removeprefix("\ufeff") == text

    round_trip()


def test_a_changed_byte_is_refused_or_changes_nothing_else():
    text = HEAD + "ม.ค. 2567,ไฟฟ้า,100,หน่วย,รวมขอนแก่น\n" * 3
    data = text.encode()
    for offset in range(len(data)):
        broken = data[:offset] + b"\xff" + data[offset + 1 :]
        with pytest.raises(FileRefused) as refused:
            found(broken)
        assert refused.value.finding.code == "encoding-error"


def test_a_faulty_utf8_file_is_not_read_as_cp874():
    with pytest.raises(FileRefused):
        found("รวม,มารวย\n".encode() * 5 + b"\xa1")


def test_the_refusal_names_the_byte_and_its_line():
    with pytest.raises(FileRefused) as refused:
        found("ไฟฟ้า,ขอนแก่น\n".encode() + b"a\xff")
    assert "Byte 40" in refused.value.finding.fix.en and refused.value.finding.line == 2


def test_latin_text_that_passes_for_cp874_needs_a_decision(read):
    outcome = read("period,activity,quantity,unit,place\n2024,electricity,1,kWh,Café\n", encoding="latin-1")
    assert (outcome.one.code, outcome.one.needs_decision) == ("encoding-doubtful", True)


@pytest.mark.parametrize(
    ("declared", "place"), [("cp1252", "Café"), ("TIS-620", "Caf้"), ("windows-874", "Caf้")]
)
def test_the_mapping_overrides_the_ladder(read, declared, place):
    content = "period,activity,quantity,unit,place\n2024,electricity,1,kWh,Café\n"
    outcome = read(content, {"encoding": declared}, encoding="latin-1")
    assert outcome.codes == [] and outcome.records[0].key.place == place


@pytest.mark.parametrize(("declared", "code"), [("utf-8", "encoding-error"), ("ebcdic", "mapping-invalid")])
def test_a_declared_encoding_is_obeyed_or_refused(read, declared, code):
    assert read(HEAD + "ไฟฟ้า", {"encoding": declared}, encoding="cp874").refusal.code == code


def test_a_character_cut_off_at_the_end_of_a_head_is_no_fault():
    data = HEAD.encode()[:-7]
    assert find_encoding(lambda: iter([data]), None, whole=False).encoding == "utf-8"
