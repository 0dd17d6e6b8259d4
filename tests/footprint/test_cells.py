"""Stored cells: what is read back gives the same footprint to the last byte, and no file is opened for it."""

import builtins
import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ckanext.khonkaencarbon.footprint.compute import compute, footprint_of_cells
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import findings, summary
from ckanext.khonkaencarbon.footprint.output.cells import CellsError, from_json, json_bytes

# Quantities with many digits, names in Thai, a parameter of a row, a period over New Year, rows refused
# when they are read and when they are multiplied, and rows equal in every role.
TABLE = """\
period_start,period_end,activity,quantity,unit,consumer,organisation,quality,param_waste_type,uncertainty_pct
2024-01-01,2024-01-31,electricity-grid,"1,000.500000001",kWh,commercial,"ห้าง ""ก"", 1",H,,
2024-01-01,2024-01-31,electricity-grid,"1,000.500000001",kWh,commercial,"ห้าง ""ก"", 1",H,,
2025-12-01,2026-01-31,electricity-grid,100.10,kWh,,,,,5
2024-01-01,2024-12-31,waste-incineration-exported,12.5,t,,เทศบาล,L,food,
2024-03-01,2024-03-31,น้ำมัน,5,ลิตร,,,,,
2010-03-01,2010-03-31,electricity-grid,7,kWh,,,,,
2024-03-01,2024-03-31,lpg-road,๕,ลิตร,,,,,
"""
SETTINGS = AccountingSettings()


@pytest.fixture
def footprint(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(TABLE, encoding="utf-8")
    return compute([Source("a.csv", path, "resource-1")], [None], SETTINGS)


def published(footprint):
    return summary.csv_bytes(footprint), summary.json_bytes(footprint), findings.json_bytes(footprint.log)


def test_cells_that_were_stored_give_every_published_byte_again(footprint):
    stored = json_bytes(footprint.cube)
    again = footprint_of_cells(from_json(stored), footprint.editions, footprint.settings)
    assert again.lines == footprint.lines
    assert published(again) == published(footprint)
    assert again.log.needs_decision == footprint.log.needs_decision
    assert json_bytes(again.cube) == stored == json_bytes(from_json(stored))


def test_multiplying_leaves_the_cube_as_it_was(footprint):
    stored = json_bytes(footprint.cube)
    for gwp in ("ar4", "ar6"):
        footprint_of_cells(footprint.cube, footprint.editions, replace(SETTINGS, gwp=gwp))
    assert json_bytes(footprint.cube) == stored
    assert footprint.counts.refused > footprint.cube.counts.refused == 1


def test_another_edition_multiplies_stored_cells_as_it_would_multiply_the_files(tmp_path, footprint):
    settings = AccountingSettings(gwp="ar6", editions=("ipcc-2006", "tgo-2026-01"))
    cube = from_json(json_bytes(footprint.cube))
    source = Source("a.csv", tmp_path / "a.csv", "resource-1")
    expected = published(compute([source], [None], settings))
    assert published(footprint_of_cells(cube, load_editions(settings.editions), settings)) == expected


def test_no_file_is_opened_to_multiply_stored_cells(tmp_path, footprint, monkeypatch):
    stored, opened = json_bytes(footprint.cube), []
    (tmp_path / "a.csv").unlink()

    def counted(original):
        def opening(*arguments, **named):
            opened.append(arguments[0])
            return original(*arguments, **named)

        return opening

    monkeypatch.setattr(builtins, "open", counted(builtins.open))
    monkeypatch.setattr(Path, "open", counted(Path.open))
    footprint_of_cells(from_json(stored), load_editions(SETTINGS.editions), SETTINGS)
    assert opened == []


def test_a_refused_file_has_no_cells(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    nothing = compute([Source("a.csv", path)], [None], SETTINGS).cube
    assert not nothing.cells and from_json(json_bytes(nothing)).cells == ()


@pytest.mark.parametrize(
    ("name", "change"),
    {
        "another format": lambda cells: cells.update(format="khonkaencarbon-cells/2"),
        "cells out of order": lambda cells: cells["cells"].reverse(),
        "a cell twice": lambda cells: cells["cells"].append(cells["cells"][-1]),
        "an activity that is not known any more": lambda cells: cells["cells"][0].update(activity="coal-gas"),
        "a quantity that has been a float": lambda cells: cells["cells"][0].update(quantity=100.1),
        "a quantity with an exponent": lambda cells: cells["cells"][0].update(quantity="1E+2"),
        "a quantity that is none": lambda cells: cells["cells"][0].update(quantity="NaN"),
        "a date that does not exist": lambda cells: cells["cells"][0].update(period_start="2024-02-30"),
        "no counts": lambda cells: cells.pop("counts"),
        "an unknown mapping": lambda cells: cells["mapping"][0].update(format="x"),
    }.items(),
)
def test_what_is_not_as_it_was_written_is_refused(footprint, name, change):
    given = json.loads(json_bytes(footprint.cube))
    change(given)
    with pytest.raises(CellsError):
        from_json(json.dumps(given))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff"])
def test_what_is_no_such_document_is_refused(content):
    with pytest.raises(CellsError):
        from_json(content)


def test_cells_of_another_reader_say_so(footprint):
    given = json.loads(json_bytes(footprint.cube))
    assert from_json(json.dumps(given)).is_current
    given["versions"]["reader"] = "0"
    assert not from_json(json.dumps(given)).is_current


CASES = [
    pytest.param(case["files"], id=case["name"])
    for file in sorted((Path(__file__).parents[1] / "cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    if not any(one.get("mapping") for one in case["files"])
]


@pytest.mark.parametrize("files", CASES)
def test_the_cells_of_the_cases_of_officers_come_back_whole(tmp_path, files):
    for number, file in enumerate(files):
        (tmp_path / f"{number}.csv").write_text(file["text"], encoding="utf-8")
    sources = [Source(path.name, path) for path in sorted(tmp_path.iterdir())]
    footprint = compute(sources, [None], SETTINGS)
    again = footprint_of_cells(from_json(json_bytes(footprint.cube)), footprint.editions, footprint.settings)
    assert again.lines == footprint.lines
