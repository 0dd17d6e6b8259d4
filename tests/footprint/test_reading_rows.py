"""One row each: the right record, or a finding with its place, its value and a remedy."""

from decimal import Decimal

import pytest

HEAD = "period,activity,consumer,quantity,unit,quality,uncertainty_pct,param_oxidation,note\n"

REFUSED_ROWS = {
    "unknown activity": ("2024,ไฟฟา,,1,kWh", "unknown-activity", "activity", "ไฟฟา"),
    "diesel without a consumer": ("2024,ดีเซล,,1,ลิตร", "ambiguous-activity", "activity", "ดีเซล"),
    "diesel in agriculture": ("2024,ดีเซล,เกษตรกรรม,1,ลิตร", "ambiguous-activity", "activity", "ดีเซล"),
    "fuel": ("2024,น้ำมัน,transport,1,ลิตร", "ambiguous-activity", "activity", "น้ำมัน"),
    "stationary in transport": (
        "2024,lpg-stationary,ขนส่ง,1,kg",
        "consumer-not-allowed",
        "consumer",
        "transport",
    ),
    "unknown consumer": ("2024,ไฟฟ้า,ดาวอังคาร,1,kWh", "unknown-consumer", "consumer", "ดาวอังคาร"),
    "unknown unit": ("2024,ไฟฟ้า,,1,kWq", "unknown-unit", "unit", "kWq"),
    "wrong dimension": ("2024,ไฟฟ้า,,1,ลิตร", "unit-dimension", "unit", "ลิตร"),
    "cylinders": ("2024,ก๊าซหุงต้ม,,1,ถัง", "unit-without-size", "unit", "ถัง"),
    "negative": ("2024,ไฟฟ้า,,-5,kWh", "negative-quantity", "quantity", "-5"),
    "letter O": ('2024,ไฟฟ้า,,"1,2O0",kWh', "type-error", "quantity", "1,2O0"),
    "nan": ("2024,ไฟฟ้า,,nan,kWh", "type-error", "quantity", "nan"),
    "1e309": ("2024,ไฟฟ้า,,1e309,kWh", "type-error", "quantity", "1e309"),
    "ten decimals": ("2024,ไฟฟ้า,,0.1234567890,kWh", "number-decimals", "quantity", "0.1234567890"),
    "too large": ("2024,ไฟฟ้า,,1000000000,GWh", "number-too-large", "quantity", "1000000000"),
    "no figure": ("2024,ไฟฟ้า,,ไม่มีข้อมูล,kWh", "missing-value", "quantity", "ไม่มีข้อมูล"),
    "dash": ("2024,ไฟฟ้า,,-,kWh", "missing-value", "quantity", "-"),
    "no unit": ("2024,ไฟฟ้า,,1,", "missing-value", "unit", ""),
    "two-digit year": ("65,ไฟฟ้า,,1,kWh", "period-two-digit-year", "period", "65"),
    "no such day": ("31/04/2567,ไฟฟ้า,,1,kWh", "period-impossible", "period", "31/04/2567"),
    "month first": ("12/31/2024,ไฟฟ้า,,1,kWh", "period-month-first", "period", "12/31/2024"),
    "serial": ("45292,ไฟฟ้า,,1,kWh", "period-serial", "period", "45292"),
    "month without year": ("มกราคม,ไฟฟ้า,,1,kWh", "period-year-missing", "period", "มกราคม"),
    "cut short": ("2024,ไฟฟ้า,,1", "missing-cell", "unit", ""),
    "a cell too many": ("2024,ไฟฟ้า,,1,kWh,H,,,,x", "extra-cell", None, "x"),
    "unclosed quote": ('2024,ไฟฟ้า,,1,"kWh', "quote-error", None, None),
    "text after a quote": ('2024,"ไฟ"ฟ้า,,1,kWh', "quote-error", None, None),
    "cell over 32 kB": (f"2024,ไฟฟ้า,,1,kWh,,,,{'x' * 32_769}", "cell-too-long", None, None),
    "quality": ("2024,ไฟฟ้า,,1,kWh,A", "quality-error", "quality", "A"),
    "uncertainty": ("2024,ไฟฟ้า,,1,kWh,H,5.12345", "uncertainty-error", "uncertainty_pct", "5.12345"),
    "parameter": ("2024,waste-incineration-exported,,1,t,,,1.5", "parameter-error", "param_oxidation", "1.5"),
}


@pytest.mark.parametrize("case", REFUSED_ROWS)
def test_a_refused_row_is_named_by_place_and_value_and_the_next_is_read(read, case):
    row, code, column, value = REFUSED_ROWS[case]
    outcome = read(f"{HEAD}{row}\n2024,ไฟฟ้า,,7,kWh\n")
    found = outcome.one
    assert (found.code, found.record, found.line) == (code, 1, 2)
    assert (found.column, found.value) == (column, value)
    texts = (found.expected.th, found.expected.en, found.fix.th, found.fix.en)
    assert all(texts) and not any("{" in text or "  " in text for text in texts)
    assert [record.quantity for record in outcome.records] == [7]
    assert (outcome.table.counts.read, outcome.table.counts.refused) == (2, 1)


USED_ROWS = {
    "Thai digits": ("๒๕๖๗,ไฟฟ้า,,๑๒,kWh", "electricity-grid", "", "12", "kWh"),
    "thousands": ('2567,ไฟฟ้า,,"1,234.50",หน่วย', "electricity-grid", "", "1234.5", "kWh"),
    "megawatt-hours": (
        "2567,Electricity,commercial,1.5,MWh",
        "electricity-grid",
        "commercial",
        "1500",
        "kWh",
    ),
    "million units": ("2567,ไฟฟ้า,ครัวเรือน,0.000001,ล้านหน่วย", "electricity-grid", "residential", "1", "kWh"),
    "diesel in transport": ("2567,ดีเซล,ขนส่ง,3,ล.", "diesel-road", "transport", "3", "litre"),
    "diesel in industry": ("2567,diesel,industry,3,พันลิตร", "diesel-stationary", "industry", "3000", "litre"),
    "petrol in transport": ("2567,เบนซิน,transport,3,L", "gasoline-road", "transport", "3", "litre"),
    "road diesel by name": ("2567,น้ำมันดีเซลรถยนต์,,3,ลิตร", "diesel-road", "", "3", "litre"),
    "cooking gas by weight": ("2567,ก๊าซหุงต้ม,,48,กก.", "lpg-stationary", "", "48", "kg"),
    "cooking gas by volume": ("2567,ก๊าซหุงต้ม,,48,ลิตร", "lpg-stationary", "", "48", "litre"),
    "cubic metres of fuel": ("2567,diesel-road,,2,ลบ.ม.", "diesel-road", "", "2000", "litre"),
    "waste": ("2567,ขยะที่ส่งไปเผานอกเขต,,2,ตัน", "waste-incineration-exported", "", "2000", "kg"),
    "two spellings of sara am": (
        "2567,น\u0e49\u0e4d\u0e32มันดีเซลรถยนต์,,3,ลิตร",
        "diesel-road",
        "",
        "3",
        "litre",
    ),
    "zero": ("2567,ไฟฟ้า,,0.00,kWh", "electricity-grid", "", "0", "kWh"),
}


@pytest.mark.parametrize("case", USED_ROWS)
def test_a_good_row_becomes_a_record_in_the_base_unit(read, case):
    row, activity, consumer, quantity, unit = USED_ROWS[case]
    outcome = read(HEAD + row + "\n")
    assert outcome.codes == []
    (record,) = outcome.records
    assert (record.key.activity, record.key.consumer, record.key.unit) == (activity, consumer, unit)
    assert record.quantity == Decimal(quantity) and str(record.key.period_start) == "2024-01-01"


def test_parameters_and_uncertainty_get_one_spelling(read):
    rows = (
        "2024,waste-incineration-exported,,1,t,สูง,5.00,0.50\n2024,waste-incineration-exported,,2,t,h,5,.5\n"
    )
    outcome = read(HEAD + rows.replace(",.5\n", ",0.5\n"))
    first, second = (record.key for record in outcome.records)
    assert first == second
    assert (first.quality, first.uncertainty_pct, first.parameters) == ("H", "5", (("oxidation", "0.5"),))


def test_a_parameter_the_activity_does_not_take_is_a_warning(read):
    outcome = read(HEAD + "2024,ไฟฟ้า,,1,kWh,,,0.9\n")
    assert (outcome.one.code, outcome.one.severity.value) == ("parameter-ignored", "warning")
    assert outcome.records[0].key.parameters == ()


def test_every_fault_of_a_row_is_a_finding_but_the_row_counts_once(read):
    outcome = read(HEAD + "x,y,,z,w\n")
    assert outcome.codes == ["period-error", "unknown-activity", "unknown-unit", "type-error"]
    assert outcome.table.refused.by_code == {"period-error": 1}


def test_equal_rows_both_count_and_the_warning_names_both(read):
    rows = 'ม.ค. 2567,ไฟฟ้า,,"1,000",หน่วย\n2024-02,ไฟฟ้า,,1000,kWh\n2567-01,ELECTRICITY,,1000.0,kWh\n'
    outcome = read(HEAD + rows)
    assert (len(outcome.records), outcome.one.code, outcome.one.needs_decision) == (3, "duplicate-row", True)
    assert "record 1" in outcome.one.fix.en and "record 3" in outcome.one.fix.en and outcome.one.record == 3


@pytest.mark.parametrize(
    "second", ["2024,ไฟฟ้า,,1,kWh,,,,สอง", "2024,ไฟฟ้า,,0.001,MWh,,,,หนึ่ง", "2024-01,ไฟฟ้า,,1,kWh,,,,หนึ่ง"]
)
def test_rows_that_differ_in_any_mapped_role_are_no_duplicates(read, second):
    outcome = read(f"{HEAD}2024,ไฟฟ้า,,1,kWh,,,,หนึ่ง\n{second}\n")
    assert (len(outcome.records), outcome.codes) == (2, [])


def test_text_that_looks_like_a_formula_stays_as_it_is(read):
    outcome = read("period,activity,quantity,unit,organisation\n2024,ไฟฟ้า,1,kWh,=1+1\n")
    assert outcome.records[0].key.organisation == "=1+1"
