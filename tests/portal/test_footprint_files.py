"""Derived files over HTTP: addresses, visibility, caching."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from ckan.tests import factories

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.portal import storage

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"


def token(user):
    return {"Authorization": factories.APIToken(user=user["name"])["token"]}


@pytest.mark.parametrize("name", storage.NAMES)
def test_anybody_downloads_the_files_of_a_public_dataset(steward, app, name):
    dataset_id = steward.published()
    answer = app.get(f"/dataset/{dataset_id}/footprint/1/{name}")
    assert answer.status_code == 200
    assert answer.data == storage.path(dataset_id, 1, name).read_bytes()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "immutable" in answer.headers["Cache-Control"] and "public" in answer.headers["Cache-Control"]
    again = app.get(
        f"/dataset/{dataset_id}/footprint/1/{name}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_the_address_of_the_resource_is_that_of_the_file(steward, app):
    dataset_id = steward.published()
    for resource in steward.derived(dataset_id).values():
        path = urlsplit(resource["url"]).path
        assert resource["carbon_sha256"] in app.get(path).headers["ETag"]
        via_core = app.get(
            f"/dataset/{dataset_id}/resource/{resource['id']}/download", follow_redirects=False
        )
        assert via_core.location == resource["url"]
        assert app.get(f"/activity-data/{dataset_id}/resource/{resource['id']}").status_code == 200


def test_latest_leads_to_the_version_in_force(steward, app):
    dataset_id = steward.published()
    steward.upload(dataset_id, f"{HEADINGS}มีนาคม 2567,ไฟฟ้า,500,kWh\n")
    jobs.drain()
    answer = app.get(f"/dataset/{dataset_id}/footprint/latest/summary.csv", follow_redirects=False)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/dataset/{dataset_id}/footprint/2/summary.csv")
    assert "public" not in answer.headers["Cache-Control"]
    assert app.get(f"/dataset/{dataset_id}/footprint/1/summary.csv").status_code == 200


@pytest.mark.parametrize(
    "rest", ["2/summary.csv", "0/summary.csv", "1/other.csv", "x/summary.csv", "1/..%2fsummary.csv"]
)
def test_what_was_never_published_is_not_found(steward, app, rest):
    assert app.get(f"/dataset/{steward.published()}/footprint/{rest}").status_code == 404


def test_an_unknown_dataset_is_not_found(app, steward):
    assert app.get("/dataset/no-such-dataset/footprint/1/summary.csv").status_code == 404


def test_a_private_dataset_hides_its_files(steward, app):
    dataset_id = steward.published()
    address = f"/dataset/{dataset_id}/footprint/1/summary.csv"
    steward.act("package_patch", id=dataset_id, private=True)
    assert app.get(address).status_code == 404
    assert app.get(address, headers=token(factories.UserWithToken())).status_code == 404
    answer = app.get(address, headers=token(steward.user))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"] and "public" not in answer.headers["Cache-Control"]


def test_a_deleted_dataset_has_no_files(steward, app):
    dataset_id = steward.published()
    steward.act("package_delete", id=dataset_id)
    assert app.get(f"/dataset/{dataset_id}/footprint/1/summary.csv").status_code == 404


@pytest.mark.parametrize("action", ["run_show", "run_list", "summary_show", "version_list"])
def test_reading_is_anonymous_and_works_by_get(steward, app, action):
    dataset_id = steward.published()
    assert app.get(f"/api/action/khonkaencarbon_{action}?id={dataset_id}").json["success"]


def test_asking_for_a_run_needs_an_editor(steward, app):
    dataset_id = steward.published()
    address = "/api/action/khonkaencarbon_run_create"
    assert app.post(address, json={"id": dataset_id}).status_code == 403
    assert app.post(address, json={"id": dataset_id}, headers=token(factories.User())).status_code == 403
    assert (
        app.post(address, json={"id": dataset_id}, headers=token(steward.user)).json["result"]["state"]
        == "owed"
    )


def test_the_table_can_be_dumped(steward, app):
    resource = steward.derived(steward.published())["summary-csv"]
    dump = app.get(f"/datastore/dump/{resource['id']}").body.splitlines()
    assert dump[0].split(",")[:3] == ["_id", "version", "line_id"]
    assert len(dump) == 3
