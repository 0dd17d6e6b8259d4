"""The form's suggestion: headings, the roles they play, and what is still missing."""

from ckanext.khonkaencarbon.footprint.reading.mapping import ROLES, ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.suggestion import suggest


def test_a_complete_table_is_suggested_completely(vocabulary):
    found = suggest("เดือน,ปี,รายการ,ปริมาณ,หน่วย,สี\nม.ค.,2567,ไฟฟ้า,1,kWh,".encode(), vocabulary)
    assert found.headings == ["เดือน", "ปี", "รายการ", "ปริมาณ", "หน่วย", "สี"]
    assert (found.missing, found.problem) == ([], None) and set(found.roles) == set(ROLES)
    assert (found.roles["period"], found.roles["quantity"], found.roles["note"]) == (
        "เดือน + ปี",
        "ปริมาณ",
        None,
    )
    assert found.as_mapping().as_json()["roles"]["period"] == {"columns": ["เดือน", "ปี"]}


def test_what_is_missing_is_named(vocabulary):
    found = suggest("เดือน,หน่วยไฟฟ้า\n".encode(), vocabulary)
    assert (found.headings, found.missing) == (["เดือน", "หน่วยไฟฟ้า"], ["activity", "quantity", "unit"])
    assert (found.roles["period"], found.problem.code) == ("เดือน", "missing-role")


def test_a_stored_mapping_is_shown_again(vocabulary):
    stored = ColumnMapping.from_json({"roles": {"unit": {"constant": "kWh"}, "quantity": {"column": "b"}}})
    found = suggest(b"date,activity,b\n", vocabulary, stored)
    assert (found.missing, found.problem, found.roles["quantity"]) == ([], None, "b")
    assert found.as_mapping().as_json()["roles"]["unit"] == {"constant": "kWh"}


def test_two_headings_for_one_role_are_a_problem_with_all_headings_shown(vocabulary):
    found = suggest(b"date,activity,quantity,amount,unit\n", vocabulary)
    assert (found.problem.code, len(found.headings)) == ("duplicate-role", 5)


def test_a_head_may_end_anywhere(vocabulary):
    data = "เดือน,รายการ,ปริมาณ,หน่วย\nม.ค. 2567,ไฟฟ้า,1,หน่วย\n".encode()
    heading = len("เดือน,รายการ,ปริมาณ,หน่วย\n".encode())
    assert {suggest(data[:end], vocabulary).problem for end in range(heading, len(data))} == {None}


def test_bad_content_is_a_problem_and_never_an_exception(vocabulary):
    heads = [b"", b"%PDF-1.4", b"\xff\xfe\x00", b"a\xff\xfe", b"\n\n", b'"', b"\x00" * 50]
    assert all(suggest(head, vocabulary).problem is not None for head in heads)
