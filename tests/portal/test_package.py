"""What a version comes with beside its summary: the data package, the bundle, pages that explain it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
from ckan.common import config
from ckan.tests import factories
from rdflib import Graph

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.footprint import command
from ckanext.khonkaencarbon.portal import address, storage

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
MARCH = f"{HEADINGS}มีนาคม 2567,ไฟฟ้า,500,kWh\n"
PHONE = "เดือน,รายการ,ปริมาณ,หน่วย,หมายเหตุ\nมีนาคม 2567,ไฟฟ้า,500,kWh,โทร 081-234-5678\n"
QUERY = """
    PREFIX prov: <http://www.w3.org/ns/prov#>
    SELECT ?file WHERE { ?file prov:wasGeneratedBy ?run ; prov:wasDerivedFrom ?input . ?run prov:used ?input }
"""


@pytest.fixture()
def no_bundles(steward):
    before = config[settings.LARGEST_BUNDLE]
    config[settings.LARGEST_BUNDLE] = 10
    yield steward
    config[settings.LARGEST_BUNDLE] = before


def descriptor(dataset_id, number=1):
    return json.loads(storage.path(dataset_id, number, "datapackage.json").read_bytes())


def test_every_address_of_one_answer_gives_the_bytes_that_it_names(steward, app):
    for resource in steward.derived(steward.published()).values():
        answer = app.get(urlsplit(resource["url"]).path)
        assert hashlib.sha256(answer.data).hexdigest() == resource["carbon_sha256"]
        assert (len(answer.data), f"sha256:{resource['carbon_sha256']}") == (
            resource["size"],
            resource["hash"],
        )


def test_the_bundle_verifies_without_a_portal_and_a_changed_one_does_not(steward, tmp_path, capsys):
    dataset_id = steward.published()
    bundle = storage.path(dataset_id, 1, "bundle.zip")
    assert command.main(["verify", str(bundle)]) == 0
    forged = tmp_path / "forged.zip"
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"900.5", b"900.6"))
    assert command.main(["verify", str(forged)]) != 0


def test_the_package_names_the_files_beside_it(steward):
    dataset_id = steward.published(license_id="cc-by")
    document = descriptor(dataset_id)
    for resource in document["resources"]:
        content = storage.path(dataset_id, 1, resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert document["licenses"][0]["name"] == "cc-by"
    assert document["contributors"][0]["title"] == steward.organisation["title"]


def test_its_provenance_is_linked_data_about_the_permanent_addresses(steward):
    dataset_id = steward.published()
    base = address.of(dataset_id, 1, "datapackage.json")
    graph = Graph().parse(
        data=json.dumps(descriptor(dataset_id)["provenance"]), format="json-ld", publicID=base
    )
    named = {str(row.file) for row in graph.query(QUERY)}
    files = ("summary.csv", "summary.json", "findings.json")
    assert named == {address.of(dataset_id, 1, name) for name in files}


def test_a_new_title_alone_makes_no_version(steward):
    dataset_id = steward.published()
    steward.act("package_patch", id=dataset_id, title="ชื่อใหม่")
    steward.act("khonkaencarbon_run_create", id=dataset_id)
    jobs.drain()
    assert [one["number"] for one in steward.act("khonkaencarbon_version_list", id=dataset_id)] == [1]


def test_too_large_for_a_bundle_is_said_in_both_languages(no_bundles, app):
    dataset_id = no_bundles.published()
    (version,) = no_bundles.act("khonkaencarbon_version_list", id=dataset_id)
    assert list(no_bundles.derived(dataset_id)) == ["summary-csv", "summary-json", "package"]
    assert "bundle.zip" not in version["downloads"]
    assert app.get(f"/dataset/{dataset_id}/footprint/1/bundle.zip").status_code == 404
    for language, text in version["bundle_missing"].items():
        assert text in app.get(f"/{language}/dataset/{dataset_id}/footprint").body


def test_a_bundle_comes_back_under_its_old_resource(no_bundles):
    steward = no_bundles
    config[settings.LARGEST_BUNDLE] = 1000
    dataset_id = steward.published()
    first = steward.derived(dataset_id)["bundle"]["id"]
    for largest, there in ((10, False), (1000, True)):
        config[settings.LARGEST_BUNDLE] = largest
        steward.upload(dataset_id, MARCH)
        jobs.drain()
        assert ("bundle" in steward.derived(dataset_id)) is there
    assert steward.derived(dataset_id)["bundle"]["id"] == first


def test_what_seems_to_name_people_is_in_no_bundle(steward):
    dataset_id = steward.published(PHONE)
    assert steward.state(dataset_id)["findings_by_code"]["personal-phone"] == 1
    assert "bundle" not in steward.derived(dataset_id)
    (version,) = steward.act("khonkaencarbon_version_list", id=dataset_id)
    assert "ข้อมูลส่วนบุคคล" in version["bundle_missing"]["th"]


def test_derived_resources_are_described_in_the_language_of_the_page(steward, app):
    dataset_id = steward.published()
    for resource in steward.derived(dataset_id).values():
        for language, text in resource["description_translated"].items():
            page = app.get(f"/{language}/activity-data/{dataset_id}/resource/{resource['id']}").body
            assert text[:60] in page


def test_versions_say_when_why_and_where(steward):
    dataset_id = steward.published()
    steward.upload(dataset_id, MARCH)
    jobs.drain()
    second, first = steward.act("khonkaencarbon_version_list", id=dataset_id)
    assert (first["number"], first["in_force"]) == (1, False)
    assert (second["number"], second["in_force"]) == (2, True)
    assert "first time" in first["cause"]["en"]
    assert second["cause"]["en"] == "An input file was added."
    assert list(second["downloads"]) == list(storage.NAMES)
    assert second["published_at"] > first["published_at"]


def test_the_page_of_versions_leads_to_every_download_and_line(steward, app):
    dataset_id = steward.published()
    lines = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"]
    for language in ("th", "en"):
        page = app.get(f"/{language}/dataset/{dataset_id}/footprint").body
        for name in storage.NAMES:
            assert address.of(dataset_id, 1, name) in page
        for line in lines:
            assert f"/dataset/{dataset_id}/footprint/1/line/{line['line_id']}" in page
    assert f"/dataset/{dataset_id}/footprint" in app.get(f"/activity-data/{dataset_id}").body


def test_a_line_has_a_page_with_its_whole_sum(steward, app):
    dataset_id = steward.published()
    line = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"][0]
    traced = steward.act("khonkaencarbon_trace", id=dataset_id, line_id=line["line_id"], version=1)
    for language in ("th", "en"):
        page = app.get(f"/{language}/dataset/{dataset_id}/footprint/1/line/{line['line_id']}").body
        for said in (traced["equation"], line["co2e_kg"], traced["inputs"][0]["sha256"]):
            assert said in page
        assert traced["factors"][0]["id"] in page


def test_latest_leads_a_line_to_the_version_in_force(steward, app):
    dataset_id = steward.published()
    line = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"][0]["line_id"]
    answer = app.get(f"/dataset/{dataset_id}/footprint/latest/line/{line}", follow_redirects=False)
    assert answer.location.endswith(f"/dataset/{dataset_id}/footprint/1/line/{line}")


@pytest.mark.parametrize(
    "rest", ["/1/line/0000", "/9/line/{line}", "/x/line/{line}", "/99999999999/line/{line}"]
)
def test_a_line_that_was_never_published_is_not_found(steward, app, rest):
    dataset_id = steward.published()
    line = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"][0]["line_id"]
    assert app.get(f"/dataset/{dataset_id}/footprint{rest.format(line=line)}").status_code == 404


@pytest.mark.parametrize("product", address.FILES)
def test_nobody_else_writes_any_of_them(steward, product):
    dataset_id = steward.published()
    before = steward.derived(dataset_id)
    sysadmin = {"user": factories.Sysadmin()["name"]}
    for context in ({"user": steward.user["name"]}, sysadmin):
        for action, more in (("resource_patch", {"name": "own"}), ("resource_delete", {})):
            with pytest.raises(tk.NotAuthorized):
                tk.get_action(action)(dict(context), {"id": before[product]["id"], **more})
    assert steward.derived(dataset_id) == before


def test_a_private_dataset_hides_its_pages_and_bundle(steward, app):
    dataset_id = steward.published()
    line = steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"][0]["line_id"]
    steward.act("package_patch", id=dataset_id, private=True)
    for rest in ("", f"/1/line/{line}", "/1/bundle.zip", "/1/datapackage.json"):
        assert app.get(f"/dataset/{dataset_id}/footprint{rest}").status_code == 404
