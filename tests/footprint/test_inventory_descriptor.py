"""The data package of a version of the inventory: every row leads to the dataset versions it came from."""

import csv
import hashlib
import io
import json
import runpy
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin

import pytest

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory import descriptor
from ckanext.khonkaencarbon.footprint.inventory.request import (
    INVENTORY_VERSION,
    VERSION_FILES,
    computed,
    fingerprint_of,
)
from ckanext.khonkaencarbon.footprint.output.descriptor import About, address_of

VERSION = runpy.run_path(str(Path(__file__).with_name("inventory_version.py")))
ABOUT = About(
    "c17y", "บัญชีเมือง", "เทศบาลนครขอนแก่น", "cc-by", "CC BY", "https://creativecommons.org/licenses/by/4.0/"
)
CITY = {
    "datasets": {
        "pea": {
            "reporting_boundary": "city",
            "version": "3",
            "rows": ["2024 I.2.2 electricity-grid CO2e 900"],
        },
        "kku": {
            "organisation": "kku",
            "version": "12",
            "rows": ["2024 I.2.2 electricity-grid CO2e 200", "2024 I.2.1 lpg-stationary CO2 7"],
        },
    },
    "settings": {"years": [2024], "base_year": 2024},
    "tables": [
        "gpc_ref,years,key,explanation\nII.3.1,2024,NO,\"no\nport\"\n",
        "year,gpc_ref,co2e_kg\n2024,V.1,70\n",
        "year,indicator,value\n2024,population,100\n",
    ],
}  # fmt: skip


@pytest.fixture
def version(tmp_path):
    request = VERSION["request_of"](CITY, tmp_path)
    return request, computed(request, FindingLog())


def content(version, about=ABOUT):
    request, files = version
    described = {
        name: {"sha256": hashlib.sha256(one).hexdigest(), "size": len(one)} for name, one in files.items()
    }
    return descriptor.json_bytes(request, about, described, fingerprint_of(request), files["inventory.csv"])


def graph(version, about=ABOUT):
    nodes = json.loads(content(version, about))["provenance"]["@graph"]
    found = {node["@id"]: node for node in nodes}
    assert len(found) == len(nodes)
    return found


def members(nodes, reference):
    """What a reference leads to, collections opened."""
    node = nodes[reference["@id"]]
    if node["@type"] != "prov:Collection":
        return {reference["@id"]}
    return {one["@id"] for one in node["prov:hadMember"]}


def origins(version):
    """Reference -> what its row is derived from, by row as RFC 7111 counts."""
    nodes = graph(version)
    rows = list(csv.DictReader(io.StringIO(version[1]["inventory.csv"].decode(), newline="")))
    found = {
        row["gpc_ref"]: members(nodes, nodes[f"inventory.csv#row={number}"]["prov:wasDerivedFrom"])
        for number, row in enumerate(rows, 2)
    }
    assert f"inventory.csv#row={len(rows) + 2}" not in nodes and "inventory.csv#row=1" not in nodes
    return found


PEA, KKU = "../../../pea/footprint/3/summary.json", "../../../kku/footprint/12/summary.json"


def test_every_row_leads_to_what_it_was_made_of(version):
    found, nodes = origins(version), graph(version)
    tables = {node["dcterms:title"]: name for name, node in nodes.items() if name.startswith("#table")}
    assert found["I.2.2"] == {PEA, KKU}
    assert found["I.2.1"] == {KKU}
    assert found["V.1"] == {tables["1.csv"]}
    assert found["II.3.1"] == {tables["0.csv"], tables["1.csv"], "#settings"}
    assert len(tables) == 3


def test_a_dataset_version_is_named_by_the_address_and_the_checksum_of_its_summary(version):
    request, _ = version
    node = graph(version)[KKU]
    sha256 = hashlib.sha256(request.summaries["kku"].read_bytes()).hexdigest()
    assert (node["schema:sha256"], node["prov:alternateOf"]) == (sha256, {"@id": address_of(sha256)})
    address = urljoin("https://data.example/dataset/c17y/footprint/1/datapackage.json", KKU)
    assert address == "https://data.example/dataset/kku/footprint/12/summary.json"


def test_files_are_derived_from_all_of_it_at_one_instant(version):
    nodes = graph(version)
    everything = members(nodes, {"@id": "#sources"})
    assert everything == {PEA, KKU, "#table-1", "#table-2", "#table-3", "#settings"}
    for name in version[1]:
        node = nodes[name]
        assert node["prov:wasDerivedFrom"][0] == {"@id": "#sources"}
        assert node["prov:generatedAtTime"]["@value"] == VERSION["AS_OF"].format(1)
        assert node["prov:wasAttributedTo"] == {"@id": "#publisher"}
    assert nodes["#software"]["schema:softwareVersion"] == f"inventory {INVENTORY_VERSION}"
    assert nodes["#settings"]["prov:value"]["@value"]["base_year"] == 2024
    assert nodes["#computation"]["dcterms:identifier"] == fingerprint_of(version[0])


def test_every_reference_leads_somewhere(version):
    nodes = graph(version)
    assert set(referred(list(nodes.values()))) <= nodes.keys()


def referred(value):
    """Ids that stand for something else in the graph; names of bytes by their checksum lead outside."""
    if isinstance(value, list):
        for one in value:
            yield from referred(one)
    elif isinstance(value, dict) and value.keys() == {"@id"}:
        yield from () if value["@id"].startswith("ni:") else [value["@id"]]
    elif isinstance(value, dict):
        yield from (found for one in value.values() for found in referred(one))


def test_files_are_named_with_checksum_size_and_schema(version):
    document = json.loads(content(version))
    assert [one["path"] for one in document["resources"]] == [
        name for name in VERSION_FILES if name in version[1]
    ]
    for one in document["resources"]:
        file = version[1][one["path"]]
        assert (one["bytes"], one["hash"]) == (len(file), f"sha256:{hashlib.sha256(file).hexdigest()}")
        if one["format"] == "csv":
            heading = file.decode().partition("\n")[0].split(",")
            assert [field["name"] for field in one["schema"]["fields"]] == heading
    assert (document["name"], document["version"]) == ("inventory-c17y", "1")


def test_what_is_not_known_is_left_out(version):
    document = json.loads(content(version, About("c17y", "", "")))
    assert not {"title", "licenses", "contributors"} & document.keys()
    assert "#publisher" not in graph(version, About("c17y", "", ""))


def test_equal_input_gives_equal_bytes(version):
    request, files = version
    turned = replace(
        request,
        settings=dict(reversed(request.settings.items())),
        summaries=dict(reversed(request.summaries.items())),
        tables=list(reversed(request.tables)),
    )
    assert content((turned, files)) == content(version)


def test_an_address_is_quoted():
    assert descriptor.summary_address("a/b #1", "2") == "../../../a%2Fb%20%231/footprint/2/summary.json"


def test_a_full_inventory_of_ten_years_stays_small(version):
    """54 references, ten years, five gases, each of two datasets."""
    request, files = version
    heading, *_ = files["inventory.csv"].decode().partition("\n")
    rows = [f"{year},I.2.2,2,CO2,1,1,computed,,,full,,kku;pea,12;3,,,false" for year in range(2015, 2025)]
    many = "\n".join([heading, *(row for row in rows for _ in range(54 * 5)), ""]).encode()
    assert len(content((request, {**files, "inventory.csv": many}))) < 1 << 20
