"""The published schemas read by ``jsonschema``: they are schemas, and real output is valid under them."""

import hashlib
import json
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.compute import compute, footprint_of_cells
from ckanext.khonkaencarbon.footprint.difference import note
from ckanext.khonkaencarbon.footprint.difference.decomposition import decompose
from ckanext.khonkaencarbon.footprint.difference.version import Version
from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory import descriptor as inventory
from ckanext.khonkaencarbon.footprint.inventory.bundle import write_inventory_bundle
from ckanext.khonkaencarbon.footprint.inventory.request import (
    CityTable,
    InventoryRequest,
    computed,
    fingerprint_of,
    history_entry,
)
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import cells, descriptor, findings, package, summary

FOLDER = files("ckanext.khonkaencarbon.schemas")
SCHEMAS = {
    entry.name: json.loads(entry.read_text("utf-8"))
    for entry in FOLDER.iterdir()
    if entry.name.endswith(".schema.json")
}
REGISTRY = Registry().with_resources(
    (name, Resource.from_contents(content)) for name, content in SCHEMAS.items()
)
TABLE = """period,activity,quantity,unit,consumer,organisation,quality,param_waste_type,x
2024-01,electricity-grid,1000.50,kWh,commercial,ห้าง,H,,
2024-02,diesel-road,0.123456789,litre,,,,,
2024,waste-incineration-exported,12.5,t,,เทศบาล,L,food,
2024-03,น้ำมัน,5,ลิตร,,,,,
"""


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """Real output by the name of its schema."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "a.csv").write_text(TABLE, encoding="utf-8")
    (folder / "b.csv").write_text("period,activity,quantity,unit\n2024,lpg-road,5,l\n", encoding="utf-8")
    inputs, bundle = [str(folder / "a.csv"), str(folder / "b.csv")], folder / "bundle.zip"
    assert main(["compute", *inputs, "--out", str(folder), "--bundle", str(bundle)]) == 1
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    found = {
        "summary.schema.json": summary,
        "findings.schema.json": json.loads((folder / "findings.json").read_text("utf-8")),
        "settings.schema.json": summary["settings"],
        "mapping.schema.json": summary["mapping"][0],
    }
    with zipfile.ZipFile(bundle) as archive:
        found["bundle.schema.json"] = json.loads(archive.read("manifest.json"))
    return found | of_a_city(folder) | beside_a_version([Source(Path(one).name, Path(one)) for one in inputs])


def of_a_city(folder):
    """What the roll-up reads as settings and writes as totals."""
    settings = {
        "format": "khonkaencarbon-city-settings/1",
        "years": [2024],
        "organisations": {"ห้าง": {"type": "business"}},
        "datasets": {"energy": {"source": "a.csv", "reporting_boundary": "organisation"}},
    }
    (folder / "city.json").write_text(json.dumps(settings), encoding="utf-8")
    out = folder / "city"
    options = ["--settings", str(folder / "city.json"), "--out", str(out)]
    assert main(["rollup", str(folder / "summary.json"), *options]) in (0, 1)
    totals = json.loads((out / "totals.json").read_text("utf-8"))
    assert totals["2024"]["basic"] != "0"
    found = {"city-settings.schema.json": settings, "totals.schema.json": totals}
    return found | version_of_the_inventory(folder, settings)


def version_of_the_inventory(folder, settings):
    """A second version of the city's inventory with an earlier one in its history."""
    tables = [CityTable("typed.csv", b"year,gpc_ref,co2e_kg\n2024,V.1,70\n")]
    summaries = {"energy": folder / "summary.json"}
    first = InventoryRequest(settings, summaries, tables, [], 1, "2026-11-26T08:00:00+00:00")
    history = [history_entry(first, computed(first, FindingLog()))]
    request = replace(first, tables=[], history=history, number=2, as_of="2026-11-27T08:00:00+00:00")
    written = computed(request, FindingLog())
    with (folder / "inventory.zip").open("w+b") as file:
        write_inventory_bundle(file, request, written)
    with zipfile.ZipFile(folder / "inventory.zip") as archive:
        manifest, kept = (json.loads(archive.read(name)) for name in ("manifest.json", "history.json"))
    about = descriptor.About("c17y", "บัญชี", "เทศบาล")
    fingerprint = fingerprint_of(request)
    package_of = inventory.json_bytes(
        request, about, described(written), fingerprint, written["inventory.csv"]
    )
    return {
        "inventory-bundle.schema.json": manifest,
        "inventory-history.schema.json": kept,
        "inventory-datapackage.schema.json": json.loads(package_of),
    }


def described(written):
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in written.items()
    }


def beside_a_version(sources):
    """What the portal keeps and publishes beside a summary."""
    footprint = compute(sources, [None], AccountingSettings())
    changed = footprint_of_cells(footprint.cube, footprint.editions, AccountingSettings(gwp="ar6"))
    licence = "https://creativecommons.org/licenses/by/4.0/"
    about = descriptor.About("5e1f", "ไฟฟ้า", "เทศบาล", "cc-by", "CC BY", licence)
    written = {
        "summary.csv": summary.csv_bytes(footprint),
        "summary.json": summary.json_bytes(footprint),
        "findings.json": findings.json_bytes(footprint.log),
    }
    return {
        "cells.schema.json": json.loads(cells.json_bytes(footprint.cube)),
        "difference.schema.json": note.document(decompose(Version.of(footprint), Version.of(changed))),
        "datapackage.schema.json": json.loads(package.json_bytes(footprint, about, described(written))),
    }


@pytest.fixture
def uncertainty(tmp_path, capsys):
    headings = (
        "category,gas,base_year_emissions,year_emissions,activity_uncertainty_pct,factor_uncertainty_pct"
    )
    (tmp_path / "t.csv").write_text(f"{headings},correlated_group\na,CO2,1,-2.5,5,7,x\n", encoding="utf-8")
    assert main(["uncertainty", str(tmp_path / "t.csv"), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def errors(name, document):
    return [
        error.message
        for error in Draft202012Validator(SCHEMAS[name], registry=REGISTRY).iter_errors(document)
    ]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_one(name):
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", sorted(SCHEMAS.keys() - {"uncertainty.schema.json"}))
def test_real_output_is_valid(documents, name):
    assert errors(name, documents[name]) == []


def test_the_uncertainty_table_is_valid(uncertainty):
    assert errors("uncertainty.schema.json", uncertainty) == []
    assert errors("uncertainty.schema.json", {**uncertainty, "total": {}}) != []


def test_a_wrong_line_is_seen(documents):
    summary = documents["summary.schema.json"]
    for wrong in ({"gwp": 1}, {"mass_kg": "1.0"}, {"scope": 4}, {"parameters": None}, {"rows": 0}):
        lines = [{**summary["lines"][0], **wrong}, *summary["lines"][1:]]
        assert errors("summary.schema.json", {**summary, "lines": lines}) != []


@pytest.mark.parametrize(
    ("name", "key", "wrong"),
    [
        ("inventory-bundle.schema.json", "number", 0),
        ("inventory-bundle.schema.json", "fingerprint", "x"),
        ("inventory-datapackage.schema.json", "resources", []),
        ("inventory-datapackage.schema.json", "sources", [{"title": "energy", "path": "/etc"}]),
    ],
)
def test_a_wrong_version_of_the_inventory_is_seen(documents, name, key, wrong):
    assert errors(name, {**documents[name], key: wrong}) != []


def test_a_wrong_entry_of_a_history_is_seen(documents):
    name = "inventory-history.schema.json"
    for wrong in ({"number": 0}, {"totals": {"2024": {"basic": "1.0"}}}, {"made_of": {"datasets": {"a": 1}}}):
        assert errors(name, [{**documents[name][0], **wrong}]) != []
