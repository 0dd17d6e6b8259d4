"""The mapping: strict about itself, complete when resolved, and stronger than the headings."""

import json
from importlib.resources import files

import pytest

from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.reading.mapping import DELIMITERS, ERAS, ROLES, ColumnMapping

EXAMPLE = {
    "format": "khonkaencarbon-mapping/1",
    "encoding": None,
    "delimiter": None,
    "sheet": None,
    "header_row": 1,
    "era": "auto",
    "roles": {
        "period": {"column": "เดือน"},
        "activity": {"constant": "electricity-grid"},
        "quantity": {"column": "หน่วยไฟฟ้า"},
        "unit": {"constant": "kWh"},
    },
    "wide": None,
    "total_words": ["รวม"],
}

REFUSED = {
    "not JSON": "{",
    "not an object": "[]",
    "deeply nested": "[" * 100_000,
    "another format": {"format": "khonkaencarbon-mapping/2"},
    "a misspelt entry": {"header-row": 1},
    "a misspelt role": {"roles": {"quantities": {"column": "a"}}},
    "column and constant": {"roles": {"unit": {"column": "a", "constant": "b"}}},
    "two columns for the unit": {"roles": {"unit": {"columns": ["a", "b"]}}},
    "a number as constant": {"roles": {"unit": {"constant": 5}}},
    "period given twice": {"roles": {"period": {"column": "a"}, "period_start": {"column": "b"}}},
    "row 0": {"header_row": 0},
    "row true": {"header_row": True},
    "an era": {"era": "thai"},
    "a delimiter": {"delimiter": "x"},
    "total words as text": {"total_words": "รวม"},
    "a wide table of nothing": {"wide": {"columns": {}, "value": "quantity"}},
    "a wide table of units": {"wide": {"columns": {"ม.ค. 2567": "2024-01"}, "value": "unit"}},
    "a wide table with a period besides": {
        "wide": {"columns": {"ม.ค. 2567": "2024-01"}},
        "roles": {"period": {"column": "เดือน"}},
    },
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_mapping_with_a_fault_is_refused_with_the_reason(case):
    with pytest.raises(FileRefused) as refused:
        ColumnMapping.from_json(REFUSED[case])
    found = refused.value.finding
    assert found.code == "mapping-invalid" and len(found.fix.en) > len("Correct the column mapping: ")


@pytest.mark.parametrize("given", [EXAMPLE, json.dumps(EXAMPLE)])
def test_the_published_example_comes_back_as_it_was_given(given):
    assert json.dumps(ColumnMapping.from_json(given).as_json()) == json.dumps(EXAMPLE)


def test_the_json_schema_names_what_the_reader_knows():
    schema = json.loads((files("ckanext.khonkaencarbon.schemas") / "mapping.schema.json").read_text("utf-8"))
    entries = schema["properties"]
    assert list(entries) == list(EXAMPLE)
    assert entries["era"]["enum"] == list(ERAS) and entries["delimiter"]["enum"] == [*DELIMITERS, None]
    assert all(
        f"|{role}|" in entries["roles"]["propertyNames"]["pattern"].replace("(", "|") for role in ROLES
    )


def test_the_table_schema_lists_the_roles_in_order():
    path = files("ckanext.khonkaencarbon.schemas") / "activity-table.tableschema.json"
    assert [one["name"] for one in json.loads(path.read_text("utf-8"))["fields"]] == list(ROLES)


def test_only_month_and_kilowatt_hours_are_enough(read):
    outcome = read("เดือน,หน่วยไฟฟ้า\nม.ค. 2567,100\nรวม,100\n", EXAMPLE)
    assert [(record.key.activity, record.key.unit) for record in outcome.records] == [
        ("electricity-grid", "kWh")
    ]


def test_the_resolved_mapping_is_complete_and_reads_the_same_file_alike(read):
    content = "ปี;เดือน;รายการ;ปริมาณ (MWh);หน่วยงาน\n2567;1;ไฟฟ้า;1;เทศบาล\n"
    first = read(content, encoding="cp874")
    resolved = first.table.mapping.as_json()
    assert (resolved["encoding"], resolved["delimiter"]) == ("cp874", ";")
    assert resolved["roles"] == {
        "period": {"columns": ["เดือน", "ปี"]},
        "activity": {"column": "รายการ"},
        "quantity": {"column": "ปริมาณ (MWh)"},
        "unit": {"constant": "MWh"},
        "organisation": {"column": "หน่วยงาน"},
    }
    again = read(content, resolved, encoding="cp874")
    assert (again.records, again.table.mapping) == (first.records, first.table.mapping)


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ({"unit": {"column": "หน่วยนับ"}}, "mapping-column-missing"),
        ({"note": {"column": "x"}}, "duplicate-label"),
        ({"param_colour": {"constant": "1"}}, "mapping-invalid"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(read, roles, code):
    outcome = read("period,activity,quantity,unit,x,x\n2024,ไฟฟ้า,1,kWh,,\n", {"roles": roles})
    assert outcome.refusal.code == code and outcome.log.by_code == {code: 1}


def test_the_mapping_is_stronger_than_the_headings(read):
    content = "period,activity,quantity,ปริมาณ,unit,note\n2024,ไฟฟ้า,1,2,kWh,a\n2024,ไฟฟ้า,1,2,kWh,b\n"
    outcome = read(content, {"roles": {"quantity": {"column": "ปริมาณ"}, "note": None}})
    assert [record.quantity for record in outcome.records] == [2, 2]
    assert outcome.codes == ["extra-label", "extra-label", "duplicate-row"]  # the note is left out on purpose


def test_headings_may_stand_in_a_later_row(read):
    content = "รายงานการใช้ไฟฟ้า\n\nperiod,activity,quantity,unit\n2024,ไฟฟ้า,1,kWh\nx,ไฟฟ้า,1,kWh\n"
    outcome = read(content, {"header_row": 3})
    assert (len(outcome.records), outcome.one.record, outcome.one.line) == (1, 2, 5)
    assert read(content).refusal.code == "missing-role"
    assert read(content, {"header_row": 9}).refusal.code == "blank-header"


def test_names_may_be_constants(read):
    roles = {"organisation": {"constant": " เทศบาลนคร  ขอนแก่น "}, "consumer": {"constant": "สถาบัน"}}
    (record,) = read("period,activity,quantity,unit\n2024,ไฟฟ้า,1,kWh\n", {"roles": roles}).records
    assert (record.key.organisation, record.key.consumer) == ("เทศบาลนคร ขอนแก่น", "institutional")


def test_the_era_settles_two_digit_years(read):
    content = "period,activity,quantity,unit\n1/2/65,ไฟฟ้า,1,kWh\n"
    (record,) = read(content, {"era": "be"}).records
    assert str(record.key.period_start) == "2022-02-01"
    assert read(content).codes == ["period-two-digit-year"]
