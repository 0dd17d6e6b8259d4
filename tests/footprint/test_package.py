"""The data package descriptor: its form, what it names, and that it is the same twice."""

import hashlib
import json
from dataclasses import replace

import pytest

from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import descriptor, findings, package, summary
from ckanext.khonkaencarbon.footprint.output.columns import COLUMNS

ROWS = "period,activity,quantity,unit\n2024-01,electricity-grid,100,kWh\n2024-01,diesel-road,10,l\n"
ABOUT = descriptor.About(
    "5e1f", "ไฟฟ้า", "เทศบาลนครขอนแก่น", "cc-by", "CC BY", "https://creativecommons.org/licenses/by/4.0/"
)


@pytest.fixture
def footprint(tmp_path):
    path = tmp_path / "activity.csv"
    path.write_text(ROWS, encoding="utf-8")
    return compute([Source("activity.csv", path, "of-the-portal")], [None], AccountingSettings())


def written(footprint):
    return {
        "summary.csv": summary.csv_bytes(footprint),
        "summary.json": summary.json_bytes(footprint),
        "findings.json": findings.json_bytes(footprint.log),
    }


def described(footprint):
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in written(footprint).items()
    }


def content(footprint, about=ABOUT):
    return package.json_bytes(footprint, about, described(footprint))


def graph(footprint, about=ABOUT):
    nodes = json.loads(content(footprint, about))["provenance"]["@graph"]
    found = {node["@id"]: node for node in nodes}
    assert len(found) == len(nodes)
    return found


def test_every_file_is_named_with_its_checksum_and_size(footprint):
    document = json.loads(content(footprint))
    for resource in document["resources"]:
        file = written(footprint)[resource["path"]]
        assert resource["hash"] == f"sha256:{hashlib.sha256(file).hexdigest()}"
        assert resource["bytes"] == len(file)
    assert [one["path"] for one in document["resources"]] == list(written(footprint))


def test_the_table_schema_is_that_of_the_columns(footprint):
    schema = json.loads(content(footprint))["resources"][0]["schema"]
    assert [field["name"] for field in schema["fields"]] == list(COLUMNS)
    assert schema["primaryKey"] == ["line_id"]


def test_licence_publisher_and_sources_are_named(footprint):
    document = json.loads(content(footprint))
    assert document["licenses"] == [{"name": "cc-by", "path": ABOUT.licence_url, "title": "CC BY"}]
    assert document["contributors"] == [{"title": "เทศบาลนครขอนแก่น", "roles": ["publisher"]}]
    assert document["sources"][0]["hash"] == f"sha256:{hashlib.sha256(ROWS.encode()).hexdigest()}"


def test_what_is_not_known_is_left_out(footprint):
    document = json.loads(content(footprint, descriptor.About("5e1f", "", "")))
    assert not {"title", "licenses", "contributors"} & document.keys()
    assert "#publisher" not in graph(footprint, descriptor.About("5e1f", "", ""))


def test_the_computation_used_inputs_mapping_settings_and_editions(footprint):
    nodes = graph(footprint)
    used = [one["@id"] for one in nodes["#computation"]["prov:used"]]
    editions = [f"#edition-{one.id}" for one in footprint.editions]
    assert used == ["#input-1", "#mapping-1", "#settings", *editions]
    assert nodes["#input-1"]["schema:sha256"] == footprint.inputs[0].sha256
    assert nodes["#settings"]["prov:value"]["@value"]["gwp"] == "ar5-tgo"
    assert nodes["#edition-tgo-2022-04"]["schema:sha256"] == footprint.editions[0].sha256


def test_every_file_was_generated_by_it_and_derived_from_the_inputs(footprint):
    nodes = graph(footprint)
    for name in written(footprint):
        assert nodes[name]["prov:wasGeneratedBy"] == {"@id": "#computation"}
        assert nodes[name]["prov:wasDerivedFrom"] == [{"@id": "#input-1"}]
        assert nodes[name]["prov:wasAttributedTo"] == {"@id": "#publisher"}


def test_agents_have_versions_and_every_reference_leads_somewhere(footprint):
    nodes = graph(footprint)
    software = [node for node in nodes.values() if node["@type"] == "prov:SoftwareAgent"]
    assert len(software) == 1 + len(footprint.methods)
    assert all(node["schema:softwareVersion"] for node in software)
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


def test_bytes_are_named_as_rfc_6920_does():
    digest = hashlib.sha256(b"Hello World!").hexdigest()
    assert descriptor.address_of(digest) == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"


def test_equal_inputs_give_equal_bytes_whatever_the_portal_calls_them(footprint):
    (one,) = footprint.inputs
    elsewhere = replace(footprint, inputs=(replace(one, resource_id="of-another-portal"),))
    same = package.json_bytes(elsewhere, ABOUT, described(footprint))
    assert same == content(footprint)
    assert b"of-the-portal" not in same
