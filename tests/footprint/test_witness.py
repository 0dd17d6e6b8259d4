"""The rows behind a cell, as a person counts them: record below the heading, line of the file."""

import json
from pathlib import Path

import pytest

from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.cube import witness
from ckanext.khonkaencarbon.footprint.cube.witness import LISTED, Witness, places
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import cells, findings, summary
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping

TABLE = """\
period,activity,quantity,unit,organisation

2024-01,electricity-grid,1,kWh,School
2024-01,electricity-grid,x,kWh,School
2024-01,electricity-grid,2,kWh,SCHOOL
รวม,,3,,
2024-02,electricity-grid,4,kWh,School
"""
WIDE = "activity,unit,Jan,Feb\nelectricity-grid,kWh,1,2\nelectricity-grid,kWh,3,\n"


def seen(tmp_path: Path, *texts: str, mapping: str | None = None):
    sources = []
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.csv"
        path.write_text(text, encoding="utf-8")
        sources.append(Source(path.name, path))
    watching = Witness()
    given = [ColumnMapping.from_json(mapping) if mapping else None]
    made = compute(sources, given, AccountingSettings(), engine=watching)
    plain = compute(sources, given, AccountingSettings())
    for form in (
        summary.json_bytes,
        lambda one: cells.json_bytes(one.cube),
        lambda one: findings.json_bytes(one.log),
    ):
        assert form(made) == form(plain)  # whoever watches leaves no trace
    document = json.loads(watching.json_bytes(made.cube))
    return made.cube, [places(document, number) for number in range(len(made.cube.cells))]


def test_rows_are_numbered_as_people_count_them(tmp_path):
    cube, found = seen(tmp_path, TABLE)
    assert [[(row.record, row.line) for row in rows] for rows in found] == [[(1, 3), (3, 5)], [(5, 7)]]
    assert [len(rows) for rows in found] == [cell.rows for cell in cube.cells]


def test_files_are_told_apart(tmp_path):
    cube, found = seen(tmp_path, TABLE, TABLE.replace("SCHOOL", "school").replace(",4,", ",5,"))
    assert {row.input for rows in found for row in rows} == {one.sha256 for one in cube.inputs}
    assert [len(rows) for rows in found] == [4, 2]


def test_month_columns_lead_to_their_row(tmp_path):
    mapping = json.dumps(
        {
            "format": "khonkaencarbon-mapping/1",
            "wide": {"columns": {"Jan": "2024-01", "Feb": "2024-02"}, "value": "quantity"},
        }
    )
    _, found = seen(tmp_path, WIDE, mapping=mapping)
    assert [[(row.record, row.line) for row in rows] for rows in found] == [[(1, 2), (2, 3)], [(1, 2)]]


def test_of_many_rows_the_first_are_listed(tmp_path):
    rows = "".join(f"2024-01,electricity-grid,{number},kWh\n" for number in range(1, 70))
    cube, found = seen(tmp_path, "period,activity,quantity,unit\n" + rows)
    assert cube.cells[0].rows == 69
    assert [row.record for row in found[0]] == list(range(1, LISTED + 1))


def test_of_a_big_file_none_are(tmp_path, monkeypatch):
    monkeypatch.setattr(witness, "BIG", 10)
    _, found = seen(tmp_path, TABLE)
    assert found == [[], []]


@pytest.mark.parametrize(
    "document", [{}, {"inputs": [], "cells": [[[0, 1, 2]]]}, {"inputs": ["a"], "cells": [[[0]]]}]
)
def test_what_is_no_such_document_is_refused(document):
    with pytest.raises((LookupError, TypeError, ValueError)):
        places(document, 0)
