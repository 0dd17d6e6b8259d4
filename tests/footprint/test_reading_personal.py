"""Personal data: identity numbers stop the run, phones and mails ask, and none of it is repeated anywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.reading.personal import kind_of_personal_data, masked, suspicious

HEAD = "period,activity,quantity,unit,note\n"


def identity_number(twelve):
    weighted = sum(int(digit) * weight for digit, weight in zip(twelve, range(13, 1, -1), strict=True))
    return f"{twelve}{(11 - weighted % 11) % 10}"


@given(
    st.text("0123456789", min_size=12, max_size=12), st.sampled_from(["plain", "dashes", "blanks", "Thai"])
)
def test_every_number_with_a_valid_check_digit_is_found(twelve, form):
    number = identity_number(twelve)
    parts = (number[0], number[1:5], number[5:10], number[10:12], number[12])
    thai = number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    text = {"plain": number, "dashes": "-".join(parts), "blanks": " ".join(parts), "Thai": thai}[form]
    cell = f"ผู้แจ้ง {text} ค่ะ"
    assert suspicious(cell) and kind_of_personal_data(cell) == "personal-id"
    assert number[:5] not in masked(cell) and thai[:5] not in masked(cell)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(1, 9))
def test_a_wrong_check_digit_is_no_identity_number(twelve, shift):
    number = identity_number(twelve)
    assert kind_of_personal_data(f"{twelve}{(int(number[-1]) + shift) % 10}") != "personal-id"


@pytest.mark.parametrize(
    ("cell", "code"),
    {
        "081-234-5678": "personal-phone", "0812345678": "personal-phone", "043 202 222": "personal-phone",
        "+66812345678": "personal-phone", "somchai@example.org": "personal-mail", "1234567890": None,
        "2024-01-15": None, "15/01/2567": None, "1234567.891234567": None, "100000000000": None,
        "มิเตอร์ 55012345": None,
    }.items(),
)  # fmt: skip
def test_phones_and_mails_are_told_from_meters_and_dates(cell, code):
    assert kind_of_personal_data(cell) == code


def test_an_identity_number_stops_the_run_and_is_never_repeated(read):
    number = identity_number("110170023070")
    rows = f"2024,electricity,1,kWh,\n{number},{number},{number},{number},{number}\n"
    outcome = read(HEAD + rows)
    assert outcome.refusal.code == "personal-id"
    assert (outcome.refusal.record, outcome.refusal.line, outcome.refusal.column) == (2, 3, "period")
    assert outcome.log.by_code["personal-id"] == 5
    assert number not in str(outcome.log.listed) and number not in str(outcome.refusal)


def test_an_identity_number_is_found_in_columns_without_a_role_and_in_refused_rows(read):
    number = identity_number("350990012345")
    outcome = read(
        f'period,activity,quantity,unit,สี\n2024,electricity,1,kWh,{number}\n2024,"{number},1,kWh\n'
    )
    assert [(found.record, found.column) for found in outcome.log.listed if found.code == "personal-id"] == [
        (1, "สี"),
        (2, "activity"),
    ]


@pytest.mark.parametrize(("cell", "code"), [("0812345678", "personal-phone"), ("a@b.co", "personal-mail")])
def test_phones_and_mails_need_a_decision_but_count(read, cell, code):
    outcome = read(f"{HEAD}2024,electricity,1,kWh,{cell}\n")
    assert (outcome.one.code, outcome.one.needs_decision, len(outcome.records)) == (code, True, 1)
    assert cell not in json.dumps([outcome.one.fix.as_json(), outcome.one.value])


def test_a_person_may_clear_a_file(read):
    outcome = read(f"{HEAD}2024,electricity,1,kWh,{identity_number('110170023070')}\n", cleared=True)
    assert (outcome.codes, len(outcome.records)) == (["personal-data-cleared"], 1)
