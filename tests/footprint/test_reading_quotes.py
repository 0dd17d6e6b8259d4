"""Quotation marks: what the standard library reads is read alike; what it swallows costs one row here."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.reading.rows import Lines, Rows

cells = st.text(st.sampled_from("ab,;\" 'กไ\t0"), max_size=8)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8)


def split(text, delimiter=",", width=0):
    rows = Rows(Lines(io.StringIO(text, newline=None)), delimiter)
    rows.width = width
    return list(rows)


@given(tables, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_well_formed_text_reads_as_in_the_standard_library(table, delimiter, end):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    assert [row.cells for row in split(text.getvalue(), delimiter)] == table


@given(st.text('ab,"\n', max_size=60))
@example('"a\nb","c\n')
def test_any_text_is_read_to_its_end_with_rising_line_numbers(text):
    rows = split(text, width=3)
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines)) and all(row.fault == "quote-error" or row.cells for row in rows)
    assert set(range(1, text.count("\n") + 1 + (text[-1:] not in ("\n", "")))) >= set(lines)


def test_a_line_break_inside_quotation_marks_is_part_of_the_cell():
    rows = split('a,"one\ntwo",c\nd,e,f\n', width=3)
    assert [(row.line, row.cells) for row in rows] == [(1, ["a", "one\ntwo", "c"]), (3, ["d", "e", "f"])]


@pytest.mark.parametrize("faulty", range(20))
@pytest.mark.parametrize("column", range(4))
def test_an_unclosed_quotation_mark_costs_its_own_row_only(faulty, column):
    table = [[f"r{row}c{number}" for number in range(4)] for row in range(20)]
    table[faulty][column] = f'"{table[faulty][column]}'
    rows = split("\n".join(map(",".join, table)) + "\n", width=4)
    assert [row.line for row in rows if row.fault] == [faulty + 1]
    assert [row.cells for row in rows if not row.fault] == [
        row for at, row in enumerate(table) if at != faulty
    ]


def test_two_stray_marks_do_not_swallow_the_rows_between_them():
    rows = split('a,"b,c\n1,2,3\n4,5,6"\n7,8,9\n', width=3)
    assert [(row.line, row.fault) for row in rows] == [(1, "quote-error"), (2, None), (3, None), (4, None)]


def test_a_mark_inside_a_cell_is_text():
    assert split('15" pipe,a"b"c\n')[0].cells == ['15" pipe', 'a"b"c']


def test_a_long_quoted_cell_is_one_refused_row():
    rows = split('a,"' + "x\n" * 20_000 + '",c\nd,e,f\n', width=3)
    assert [(row.line, row.fault) for row in rows] == [(1, "cell-too-long"), (20_002, None)]
