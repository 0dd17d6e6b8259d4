"""Periods: every day from 1957 to 2100 in every spelling, against Python's own calendar."""

import sys
import unicodedata
from calendar import isleap
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.reading.periods import PeriodReader

LONG = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]
SHORT = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
YEARS = range(1957, 2101)
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@pytest.fixture(scope="module")
def reader():
    from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

    words = load_vocabulary()
    return lambda era="auto": PeriodReader(era, words.month_words, words.missing_words)


def spellings_of_day(day):
    for year in (day.year, day.year + 543):
        yield f"{year}-{day.month:02}-{day.day:02}"
        yield f"{day.day}/{day.month}/{year}"
        yield f"{day.day:02}-{day.month:02}-{year}"
        yield f"{day.day} {SHORT[day.month - 1]} {year}"
        yield f"{day.day} {LONG[day.month - 1]} {year}".translate(THAI)
        yield f"{year}/{day.month}/{day.day}"
        yield f"{day.day}.{day.month:02}.{year}"
        yield f"{day.day}{SHORT[day.month - 1].replace('.', '')}{year}"
        yield f"{year}-{day.month:02}-{day.day:02}T23:59:59"
        yield f"วันที่ {day.day} เดือน{LONG[day.month - 1]} พ.ศ. {day.year + 543}"
        yield f"{day.day}-{ENGLISH[day.month - 1][:3]}-{year}"
        yield f" {day.day} {ENGLISH[day.month - 1].upper()}  {year}\u00a0"


def test_every_day_in_every_spelling(reader):
    read = reader().read
    day = date(YEARS[0], 1, 1)
    while day.year in YEARS:
        assert {read(text) for text in spellings_of_day(day)} == {(day, day)}, day
        day += timedelta(days=1)


def test_every_month_in_every_spelling(reader):
    read, pair = reader().read, reader().read_pair
    for year in YEARS:
        for month in range(1, 13):
            start = date(year, month, 1)
            end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            long, short, bare = LONG[month - 1], SHORT[month - 1], SHORT[month - 1].replace(".", "")
            be = year + 543
            texts = [
                f"{year}-{month:02}",
                f"{be}-{month:02}",
                f"{month:02}/{be}",
                f"{long} {be}",
                f"{short}{be}",
            ]
            texts += [
                f"{bare} {be}",
                f"เดือน{long} {be}",
                f"{long} พ.ศ. {be}",
                f"{short} {year}",
                f"{long}-{be}",
            ]
            assert {read(text) for text in texts} == {(start, end)}
            assert {pair(word, str(be)) for word in (long, short, str(month))} == {(start, end)}


def test_every_year_and_fiscal_year(reader):
    read = reader().read
    for year in YEARS:
        be = year + 543
        texts = [
            str(year),
            str(be),
            f"ปี {be}",
            f"พ.ศ. {be}",
            f"ปี พ.ศ. {be}",
            f"ค.ศ. {year}",
            str(be).translate(THAI),
        ]
        assert {read(text) for text in texts} == {(date(year, 1, 1), date(year, 12, 31))}
        fiscal = {
            read(text) for text in (f"ปีงบประมาณ {be}", f"ปีงบประมาณ{be}", f"FY{be}", f"ปีงบประมาณ พ.ศ. {be}")
        }
        assert fiscal == {(date(year - 1, 10, 1), date(year, 9, 30))}
        assert read(str(be), fiscal=True) in fiscal


def test_leap_days_exist_in_the_years_that_have_them(reader):
    for year in YEARS:
        leap = reader().read(f"29/02/{year + 543}")
        assert leap == ((date(year, 2, 29),) * 2 if isleap(year) else "period-impossible")


@pytest.mark.parametrize(
    ("text", "code"),
    {
        "65": "period-two-digit-year", "ม.ค. 65": "period-two-digit-year", "1/2/65": "period-two-digit-year",
        "12/31/2024": "period-month-first", "1/13/2567": "period-month-first",
        "January 15, 2024": "period-month-first",
        "31/4/2567": "period-impossible", "2024-13": "period-impossible", "0/1/2567": "period-impossible",
        "45292": "period-serial", "45292.5": "period-serial", "มกราคม": "period-year-missing",
        "ค.ศ. 2567": "period-era", "พ.ศ. 2024": "period-era", "": "missing-value", "ไม่มีข้อมูล": "missing-value",
        "2300": "period-error", "202401": "period-error", "2567-": "period-error",
        "1 5 ม.ค. 2567": "period-error", "2567 2568": "period-error", "-2567": "period-error",
        "สุข": "period-error", "ม.ค.-มี.ค. 2567": "period-error",
    }.items(),
)  # fmt: skip
def test_what_is_doubtful_is_refused_with_a_code(reader, text, code):
    assert reader().read(text) == code


def test_two_digit_years_follow_the_declared_era(reader):
    january = (date(2022, 1, 1), date(2022, 1, 31))
    assert reader("be").read("ม.ค. 65") == reader("ce").read("ม.ค. 22") == january
    assert reader("auto").read("ม.ค. พ.ศ. 65") == january
    assert reader("be").read("2022") == reader("ce").read("2565") == "period-era"


def test_fiscal_months_before_october_are_in_the_year_itself(reader):
    pair = reader().read_pair
    assert pair("ตุลาคม", "2567", fiscal=True).start == date(2023, 10, 1)
    assert pair("กันยายน", "2567", fiscal=True).start == date(2024, 9, 1)
    assert pair("10", "2567", fiscal=True) == reader().read("ตุลาคม ปีงบประมาณ 2567")


def test_a_record_counts_in_its_month_or_keeps_its_own_days(reader):
    read = reader().read
    assert read("15/1/2567").for_cell() == read("2024-01")
    assert read("2567").for_cell() == read("2567")
    assert read("ปีงบประมาณ 2567").for_cell() == read("ปีงบประมาณ 2567")


def test_only_three_scripts_of_digits_are_read(reader):
    digits = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Nd"]
    read = reader().read
    for form in ("{}024", "1 ม.ค. {}567", "2024-01-0{}", "ปีงบประมาณ 256{}", "{}/1/2567"):
        understood = {digit for digit in digits if not isinstance(read(form.format(digit)), str)}
        values = {unicodedata.digit(digit) for digit in understood}
        three = {chr(zero + value) for zero in (0x30, 0x0E50, 0xFF10) for value in values}
        assert understood == three and understood, form


def independent(text):
    """A second reading of d/m/y and y-m-d, with Python's calendar and none of the reader's expressions."""
    for mark, order in (("/", (2, 1, 0)), ("-", (0, 1, 2))):
        parts = text.split(mark)
        if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
            year, month, day = (parts[at] for at in order)
            if len(year) == 4 and len(month) <= 2 and len(day) <= 2:
                gregorian = int(year) - 543 if 2400 <= int(year) <= 2700 else int(year)
                try:
                    found = date(gregorian, int(month), int(day))
                except ValueError:
                    return None
                return found if 1857 <= gregorian <= 2199 else None
    return None


@settings(max_examples=2000, deadline=None)
@given(
    st.one_of(
        st.from_regex(r"[0-9]{1,2}/[0-9]{1,2}/[12][0-9]{3}", fullmatch=True),
        st.from_regex(r"[12][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}", fullmatch=True),
    )
)
def test_dates_agree_with_an_independent_reading(reader, text):
    read, wanted = reader().read(text), independent(text)
    assert read == ((wanted, wanted) if wanted else read) and isinstance(read, str) == (wanted is None)


@settings(max_examples=2000, deadline=None)
@given(st.text(st.sampled_from("0123456789๐๗/.- ,มคกพยตเษาีปวงบFYjan:T\u200b\u00a0"), max_size=30))
def test_any_text_is_a_period_or_a_code(reader, text):
    read = reader().read(text)
    assert isinstance(read, str) or read.start <= read.end
