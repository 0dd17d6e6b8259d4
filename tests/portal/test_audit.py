"""The audit: each invariant is broken by hand once, named by the audit, and mended where that is no guess."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import ckan.plugins.toolkit as tk
import pysolr
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection
from ckan.lib.uploader import get_resource_uploader
from ckan.model import ensure_engine
from ckanext.datastore.backend.postgres import get_write_engine
from click.testing import CliRunner

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.cli import khonkaencarbon
from ckanext.khonkaencarbon.model import InputTable, Line, Owed, Run, Version
from ckanext.khonkaencarbon.portal import audit as auditor
from ckanext.khonkaencarbon.portal import datastore, input_loading, storage, triggers
from ckanext.khonkaencarbon.portal.faults import _sentences
from ckanext.khonkaencarbon.portal.identity import system_context

GONE = "0f0f0f0f-0000-4000-8000-000000000000"


@pytest.fixture(scope="module", autouse=True)
def fresh(portal):
    """Nothing of other tests is there: the audit looks at everything."""
    model.repo.rebuild_db()
    search.clear_all()
    for table in (Owed, Run, Version, Line, InputTable):
        execute(sa.delete(table))
    datastore.drop([*datastore.tables_of_ours(), *input_loading.tables_of_ours()])
    shutil.rmtree(settings.storage_path(), ignore_errors=True)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(auditor, "PAUSE", 0)


def execute(statement, engine=ensure_engine):
    with engine().begin() as connection:
        result = connection.execute(statement)
        return result.all() if result.returns_rows else result.rowcount


def in_datastore(statement):
    return execute(sa.text(statement), get_write_engine)


def found(**options):
    """(code, dataset) of what an audit finds."""
    return [(one.fault.code, one.dataset_id) for one in auditor.audit(grace=0, **options).violations]


def command(*words):
    answer = CliRunner().invoke(khonkaencarbon, ["audit", *words])
    return answer.exit_code, answer.output


def table(dataset_id, model_, **values):
    these = sa.update(model_).where(model_.dataset_id == dataset_id)
    execute(these.values(**values))


def csv_of(steward, dataset_id):
    return steward.derived(dataset_id)["summary-csv"]["id"]


def path_of_input(dataset_id):
    stored = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": dataset_id})
    one = next(one for one in stored["resources"] if one["carbon_role"] == "input")
    return Path(get_resource_uploader(one).get_path(one["id"]))


def lost_signal(steward, dataset_id):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(triggers, "owe_where_needed", lambda *_: 1 / 0)
        steward.upload(dataset_id)


def deleted_unnoticed(steward, dataset_id):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(triggers, "owe_where_needed", lambda *_: 1 / 0)
        steward.act("package_delete", id=dataset_id)


def purged_unnoticed(steward, dataset_id):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(triggers, "owe_purged", lambda *_: 1 / 0)
        tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": dataset_id})


def derived_lost(steward, dataset_id):
    tk.get_action("resource_delete")(system_context(), {"id": csv_of(steward, dataset_id)})
    execute(sa.delete(Owed))


def run_left_open(steward, dataset_id):
    began = sa.func.now()
    execute(sa.insert(Run).values(dataset_id=dataset_id, fence=0, state="running", started_at=began))


def lines_without_version(steward, dataset_id):
    columns = [sa.literal(7) if column.name == "version" else column for column in Line.__table__.c]
    copied = sa.select(*columns).where(Line.dataset_id == dataset_id)
    execute(sa.insert(Line).from_select(Line.__table__.c, copied))


def folder_without_version(steward, dataset_id):
    storage.stage(dataset_id, 4711, {"summary.csv": b"half"})


def folder_of_nobody(steward, dataset_id):
    storage.stage(GONE, 4711, {"summary.csv": b"half"})


def file_cut_short(steward, dataset_id):
    path = storage.path(dataset_id, 1, "summary.json")
    path.write_bytes(path.read_bytes()[:-1])


def one_bit_flipped(steward, dataset_id):
    path = storage.path(dataset_id, 1, "summary.csv")
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)


def bundle_lost(steward, dataset_id):
    storage.path(dataset_id, 1, "bundle.zip").unlink()


def ledger_changed(steward, dataset_id):
    table(dataset_id, Line, co2e_kg=1)


def ledger_lost(steward, dataset_id):
    execute(sa.delete(Line).where(Line.dataset_id == dataset_id))


def datastore_changed(steward, dataset_id):
    in_datastore(f'UPDATE "{csv_of(steward, dataset_id)}" SET co2e_kg = 1')  # noqa: S608


def datastore_doubled(steward, dataset_id):
    name = csv_of(steward, dataset_id)
    columns = ", ".join(f'"{field["id"]}"' for field in datastore.FIELDS)
    in_datastore(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM "{name}"')  # noqa: S608


def datastore_of_another_version(steward, dataset_id):
    in_datastore(f'UPDATE "{csv_of(steward, dataset_id)}" SET version = 9')  # noqa: S608


def datastore_lost(steward, dataset_id):
    in_datastore(f'DROP TABLE "{csv_of(steward, dataset_id)}"')


def table_of_nobody(steward, dataset_id):
    in_datastore(f'CREATE TABLE "{GONE}" (LIKE "{csv_of(steward, dataset_id)}")')


def out_of_the_index(steward, dataset_id):
    search.clear(dataset_id)


def old_index(steward, dataset_id):
    moment = sa.text("metadata_modified - interval '1 day'")
    execute(sa.update(model.Package).where(model.Package.id == dataset_id).values(metadata_modified=moment))


def made_private_behind_the_index(steward, dataset_id):
    execute(sa.update(model.Package).where(model.Package.id == dataset_id).values(private=True))


def purged_behind_the_index(steward, dataset_id):
    """The document of a dataset that is gone comes back into the index."""
    document = make_connection().search("*:*", fq=f'id:"{dataset_id}"').docs[0]
    fields = {name: document[name] for name in ("site_id", "entity_type", "dataset_type", "name", "title")}
    gone = {**fields, "id": GONE, "index_id": GONE, "permission_labels": ["public"]}
    make_connection().add([{**gone, "metadata_modified": "2026-01-01T00:00:00Z"}], commit=True)


def published_of_other_figures(steward, dataset_id):
    """Version, files, ledger and DataStore agree with each other, and none is what the input gives."""
    path = storage.path(dataset_id, 1, "summary.csv")
    storage.replace(path, path.read_bytes().replace(b"499.9", b"488.8"))
    known = storage.described(path.parent, storage.NAMES)
    files = execute(sa.select(Version.files).where(Version.dataset_id == dataset_id))[0].files
    table(dataset_id, Version, files={**files, "summary.csv": known["summary.csv"]})


# what is broken, the check that sees it, and its code
BROKEN = [
    (lost_signal, "endings", "forgotten"),
    (deleted_unnoticed, "endings", "deleted-counts"),
    (derived_lost, "endings", "set-differs"),
    (purged_unnoticed, "purged", "purged-left"),
    (run_left_open, "runs", "run-left-open"),
    (lines_without_version, "lines", "lines-orphan"),
    (folder_without_version, "folders", "files-orphan"),
    (folder_of_nobody, "folders", "files-orphan"),
    (file_cut_short, "sizes", "file-damaged"),
    (file_cut_short, "checksums", "file-damaged"),
    (one_bit_flipped, "checksums", "file-damaged"),
    (bundle_lost, "checksums", "file-damaged"),
    (ledger_changed, "sets", "ledger-differs"),
    (ledger_lost, "sets", "ledger-differs"),
    (datastore_changed, "sets", "datastore-differs"),
    (datastore_doubled, "sets", "datastore-differs"),
    (datastore_of_another_version, "sets", "datastore-differs"),
    (datastore_lost, "sets", "datastore-differs"),
    (table_of_nobody, "tables", "table-orphan"),
    (out_of_the_index, "index", "search-differs"),
    (old_index, "index", "search-differs"),
    (made_private_behind_the_index, "index", "search-shows-hidden"),
    (purged_behind_the_index, "index", "search-shows-hidden"),
    (published_of_other_figures, "recomputed", "recomputed-differs"),
]


@pytest.mark.parametrize(("breaks", "check", "code"), BROKEN, ids=lambda one: getattr(one, "__name__", one))
def test_what_is_broken_is_named_and_mended(steward, monkeypatch, breaks, check, code):
    dataset_id = steward.published()
    checks = {**auditor.QUICK, **auditor.THOROUGH}
    monkeypatch.setattr(auditor, "THOROUGH", {check: checks[check]})
    assert found() == []
    breaks(steward, dataset_id)
    ((named, of),) = found()
    assert (named, of in (dataset_id, GONE, "")) == (code, True)
    assert (command("--grace", "0")[0], command("--grace", "0", "--repair")[0]) == (1, 0)
    jobs.drain()
    assert found() == []


def test_a_portal_at_rest_is_found_sound_and_everything_was_looked_at(steward):
    steward.published()
    jobs.drain()
    code, said = command("--json")
    told = json.loads(said)
    assert (code, told["ok"], told["violations"]) == (0, True, [])
    looked = ("datasets", "runs", "versions", "lines", "folders", "tables", "indexed", "files", "sets")
    assert min(told["counts"][name] for name in (*looked, "recomputed", "published")) > 0
    assert "All is well" in command()[1]


def test_an_input_that_was_changed_on_the_disk_is_named_and_not_guessed_at(steward):
    dataset_id = steward.published()
    path = path_of_input(dataset_id)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"1000", b"1001"))
    assert found(repair=True) == [("input-damaged", dataset_id)]
    assert command("--repair")[0] == 1
    jobs.drain()
    assert steward.state(dataset_id)["version"] == 1
    path.write_bytes(content)
    assert found() == []


def test_no_figures_are_made_of_an_input_whose_bytes_rotted(steward):
    dataset_id = steward.published()
    path = path_of_input(dataset_id)
    content = path.read_bytes()
    rotted = content.replace(b"1000", b"1001")
    path.write_bytes(rotted)
    steward.act("khonkaencarbon_run_create", id=dataset_id)
    jobs.drain()
    state = steward.state(dataset_id)
    assert (state["state"], state["version"]) == ("refused", 1)
    assert [one["code"] for one in state["findings"]] == ["input-damaged"]
    assert "โปรดอัปโหลดต้นฉบับอีกครั้ง" in state["findings"][0]["fix"]["th"]
    assert "Upload the original again" in state["findings"][0]["fix"]["en"]
    assert [code for code, _ in found()] == ["input-damaged"]
    resource_id = path.parent.parent.name + path.parent.name + path.name
    for uploaded, expected in ((content, ("published", 1)), (rotted, ("published", 2))):
        steward.replace(resource_id, uploaded)  # from a person it is a correction, whatever is in it
        jobs.drain()
        state = steward.state(dataset_id)
        assert (state["state"], state["version"]) == expected
    assert found() == []


def test_rotted_bytes_that_cannot_even_be_read_are_told_as_what_they_are(steward):
    dataset_id = steward.published()
    path = path_of_input(dataset_id)
    content = path.read_bytes()
    path.write_bytes(b"\xff\xfe\xfd")
    steward.act("khonkaencarbon_run_create", id=dataset_id)
    jobs.drain()
    assert [one["code"] for one in steward.state(dataset_id)["findings"]] == ["input-damaged"]
    path.write_bytes(content)


def test_a_version_that_is_out_of_date_is_held_against_its_bundle(steward):
    dataset_id = steward.dataset()
    resource_id = steward.upload(dataset_id)
    jobs.drain()
    steward.replace(resource_id, "เดือน\n")
    jobs.drain()
    assert steward.state(dataset_id)["stale"]
    assert found() == []
    path = storage.path(dataset_id, 1, "bundle.zip")
    kept, changed = path.read_bytes(), path.with_name("bundle.new")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"1000", b"1001") if name.startswith("inputs/") else content)
    changed.replace(path)
    assert ("recomputed-differs", dataset_id) in found()
    path.write_bytes(kept)
    assert found() == []


def test_a_private_dataset_that_a_plugin_opens_is_named(steward, monkeypatch):
    dataset_id = steward.published(private=True)
    assert found() == []
    monkeypatch.setattr("ckanext.khonkaencarbon.portal.audit.places.tk.check_access", lambda *_: True)
    named = [one for one in found() if one[0] == "hidden-readable"]
    assert dataset_id in {one[1] for one in named}


def test_a_fresh_folder_is_left_alone(steward):
    dataset_id = steward.published()
    storage.stage(dataset_id, 4711, {"summary.csv": b"somebody is writing"})
    assert auditor.audit(quick=True, repair=True).violations == []
    storage.clear_stages(dataset_id)


def test_a_server_that_is_away_is_no_all_clear(monkeypatch):
    closed = pysolr.Solr("http://127.0.0.1:1/solr/none", timeout=1)
    monkeypatch.setattr("ckanext.khonkaencarbon.portal.audit.places.make_connection", lambda: closed)
    assert found() == [("look-failed", "")]
    assert command("--repair")[0] == 1


def test_what_is_gone_at_the_second_look_was_a_change_under_way(monkeypatch):
    answers = iter([[auditor.violation("forgotten", "passing", None)], []])
    monkeypatch.setattr(auditor, "QUICK", {"endings": lambda _: next(answers)})
    assert found(quick=True) == []


def test_every_sentence_of_the_audit_is_there_in_both_languages():
    for code, entry in _sentences("audit").items():
        texts = [entry[part][language] for part in ("what", "fix") for language in ("th", "en")]
        assert all(texts), code
