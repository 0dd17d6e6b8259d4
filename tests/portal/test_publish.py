"""Publishing is all or nothing, whoever dies and whoever wakes up late."""

from __future__ import annotations

import csv
import hashlib
import io

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.model import Session, ensure_engine, repo

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.model import Line, Owed, Version
from ckanext.khonkaencarbon.portal import address, publish, queue, run, snapshot, storage

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
APRIL = f"{HEADINGS}เมษายน 2567,ไฟฟ้า,500,kWh\nพฤษภาคม 2567,ไฟฟ้า,1,kWh\nมิถุนายน 2567,ไฟฟ้า,2,kWh\n"


class Killed(BaseException):
    """What a SIGKILL looks like from inside: nothing that tidies up after faults may run."""


def killed(*_, **__):
    raise Killed


def execute(statement):
    with ensure_engine().begin() as connection:
        result = connection.execute(statement)
        return result.freeze()() if result.returns_rows else result


def let_the_lease_run_out(dataset_id):
    execute(sa.update(Owed).where(Owed.dataset_id == dataset_id).values(lease_until=sa.func.now()))


def the_whole_version(steward, dataset_id):
    """The number of the version in force, after checking that files, ledger and metadata are all its."""
    versions = execute(
        sa.select(Version.number, Version.files).where(Version.dataset_id == dataset_id, Version.in_force)
    )
    number, files = versions.one()
    for name, expected in files.items():
        content = storage.path(dataset_id, number, name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == expected["sha256"]
    rows = list(
        csv.DictReader(io.StringIO(storage.path(dataset_id, number, "summary.csv").read_text("utf-8")))
    )
    lines = execute(
        sa.select(Line.line_id).where(Line.dataset_id == dataset_id, Line.version == number)
    ).scalars()
    assert set(lines) == {row["line_id"] for row in rows}
    derived = steward.derived(dataset_id)
    assert {product: one["carbon_version"] for product, one in derived.items()} == dict.fromkeys(
        address.FILES, number
    )
    assert all(
        one["carbon_sha256"] == files[address.FILES[product]]["sha256"] for product, one in derived.items()
    )
    return number


def datastore_versions(steward, dataset_id):
    resource = steward.derived(dataset_id)["summary-csv"]
    return {
        row["version"]
        for row in tk.get_action("datastore_search")({}, {"resource_id": resource["id"]})["records"]
    }


STEPS = [
    ("compute", run, "compute", 1),
    ("stage", storage, "stage", 1),
    ("bundle", publish, "write_bundle", 1),
    ("package", publish.package, "json_bytes", 1),
    ("settle", storage, "settle", 1),
    ("ledger", publish.ledger, "enter", 1),
    ("copy", publish.ledger, "copy_lines", 1),
    ("revise", publish, "_revise", 1),
    ("commit", repo, "commit", 1),
    ("clear stages", storage, "clear_stages", 2),
    ("load", publish.datastore, "load", 2),
    ("datastore copy", publish.datastore.bulk, "copy_lines", 2),
    ("finish", run.history, "finish", 2),
]


@pytest.mark.parametrize(
    "module, name, in_force", [step[1:] for step in STEPS], ids=[step[0] for step in STEPS]
)
def test_a_worker_killed_at_any_step_leaves_a_whole_version(steward, monkeypatch, module, name, in_force):
    dataset_id = steward.published()
    steward.upload(dataset_id, APRIL)
    with monkeypatch.context() as patched:
        patched.setattr(module, name, killed)
        with pytest.raises(Killed):
            jobs.drain()
    Session.remove()
    assert the_whole_version(steward, dataset_id) == in_force
    assert steward.state(dataset_id)["state"] == "running"
    let_the_lease_run_out(dataset_id)
    jobs.drain()
    assert the_whole_version(steward, dataset_id) == 2
    assert steward.state(dataset_id)["state"] == "published"
    assert datastore_versions(steward, dataset_id) == {2}
    assert {one.name for one in (storage.path(dataset_id, 1, "x").parent.parent).iterdir()} == {"1", "2"}


@pytest.mark.parametrize(
    "module, name", [step[1:3] for step in STEPS[1:]], ids=[step[0] for step in STEPS[1:]]
)
def test_a_first_run_killed_at_any_step_is_done_again(steward, monkeypatch, module, name):
    dataset_id = steward.dataset()
    steward.upload(dataset_id)
    with monkeypatch.context() as patched:
        patched.setattr(module, name, killed)
        with pytest.raises(Killed):
            jobs.drain()
    Session.remove()
    let_the_lease_run_out(dataset_id)
    jobs.drain()
    assert the_whole_version(steward, dataset_id) == 1
    assert datastore_versions(steward, dataset_id) == {1}


def test_a_worker_that_wakes_up_late_publishes_nothing(steward):
    dataset_id = steward.published()
    first = steward.act("package_show", id=dataset_id)["resources"][0]["id"]
    late = claimed_after_a_change(steward, dataset_id)
    with ensure_engine().begin() as connection:
        seen = snapshot.snapshot(connection, dataset_id)
    with run.computation(seen) as (footprint, request):
        let_the_lease_run_out(dataset_id)
        steward.replace(first, APRIL)
        jobs.drain()
        assert the_whole_version(steward, dataset_id) == 2
        with pytest.raises(queue.ClaimLostError):
            publish.publish(late, seen, footprint, request)
    run.run(late)
    assert the_whole_version(steward, dataset_id) == 2
    assert datastore_versions(steward, dataset_id) == {2}
    assert steward.state(dataset_id)["state"] == "published"


def claimed_after_a_change(steward, dataset_id):
    steward.upload(dataset_id, f"{HEADINGS}มีนาคม 2567,ไฟฟ้า,7,kWh\n")
    claim = queue.claim()
    assert claim.dataset_id == dataset_id
    return claim


@pytest.mark.parametrize("change", [{"state": "deleted"}, {"state": "draft"}])
def test_a_dataset_that_goes_away_meanwhile_is_not_published(steward, monkeypatch, change):
    dataset_id = steward.dataset()
    steward.upload(dataset_id)
    compute = run.compute

    def compute_slowly(*given, **options):
        footprint = compute(*given, **options)
        steward.act("package_patch", id=dataset_id, **change)
        return footprint

    monkeypatch.setattr(run, "compute", compute_slowly)
    jobs.drain()
    stored = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": dataset_id})
    assert stored["state"] == change["state"]
    assert execute(sa.select(sa.func.count()).where(Version.dataset_id == dataset_id)).scalar() == 0


def test_a_file_replaced_while_it_is_computed_wins(steward, monkeypatch):
    dataset_id = steward.dataset()
    resource_id = steward.upload(dataset_id)
    compute, calls = run.compute, []

    def compute_slowly(*given, **options):
        calls.append(1)
        if len(calls) == 1:
            steward.replace(resource_id, APRIL)
        return compute(*given, **options)

    monkeypatch.setattr(run, "compute", compute_slowly)
    jobs.drain()
    assert (len(calls), the_whole_version(steward, dataset_id)) == (2, 2)
    assert len(steward.act("khonkaencarbon_summary_show", id=dataset_id)["lines"]) == 3


def test_damaged_files_are_put_right(steward):
    dataset_id = steward.published()
    storage.path(dataset_id, 1, "summary.csv").write_bytes(b"damaged")
    storage.path(dataset_id, 1, "summary.json").unlink()
    steward.act("khonkaencarbon_run_create", id=dataset_id)
    jobs.drain()
    assert the_whole_version(steward, dataset_id) == 1


def test_a_stale_form_does_not_lose_the_derived_resources(steward):
    dataset_id = steward.dataset()
    steward.upload(dataset_id)
    form = steward.act("package_show", id=dataset_id)
    jobs.drain()
    steward.act("package_update", **{**form, "title": "แก้ไขจากฟอร์มเก่า"})
    jobs.drain()
    assert the_whole_version(steward, dataset_id) == 1
    assert steward.act("package_show", id=dataset_id)["title"] == "แก้ไขจากฟอร์มเก่า"
