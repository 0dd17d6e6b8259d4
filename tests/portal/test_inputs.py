"""Input files are read from whichever storage the portal is set up with."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from ckan.common import config
from ckan.lib import files, uploader

from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.portal import inputs
from ckanext.khonkaencarbon.portal.snapshot import Input

TEXT = "เดือน,รายการ,ปริมาณ,หน่วย\nมกราคม 2567,ไฟฟ้า,1,kWh\n"


def only_input(steward, dataset_id, resource_id):
    stored = steward.act("resource_show", id=resource_id)
    return Input(resource_id, stored["url"].rsplit("/", 1)[-1], "upload", "", None, "")


def read(one):
    with inputs.sources((one,)) as (source,):
        return source.name, source.path.read_text("utf-8")


@pytest.fixture()
def memory_storage(monkeypatch, reset_storages):
    monkeypatch.setitem(config, "ckan.files.storage.inputs.type", "ckan:memory")
    monkeypatch.setitem(config, "ckan.files.default_storages.resource", "inputs")
    reset_storages()
    yield
    monkeypatch.undo()
    reset_storages()


def test_from_the_storage_folder(steward):
    dataset_id = steward.dataset()
    one = only_input(steward, dataset_id, steward.upload(dataset_id, TEXT))
    with inputs.sources((one,)) as (source,):
        steward.replace(one.id, "another file")
        assert (source.name, source.path.read_text("utf-8")) == ("activity.csv", TEXT)
    assert not source.path.exists()


def test_from_a_file_keeper_storage(steward, memory_storage):
    assert isinstance(uploader.get_resource_uploader({}), uploader.FKResourceUpload)
    dataset_id = steward.published(TEXT)
    assert steward.state(dataset_id)["state"] == "published"
    resource_id = steward.act("package_show", id=dataset_id)["resources"][0]["id"]
    assert read(only_input(steward, dataset_id, resource_id)) == ("activity.csv", TEXT)
    files.get_storage("inputs").remove(files.FileData(uploader.FKResourceUpload({}).get_path(resource_id)))
    with pytest.raises(FileRefused):
        read(only_input(steward, dataset_id, resource_id))


class Elsewhere(BaseHTTPRequestHandler):
    """A storage of another plugin, reached by address."""

    def do_GET(self):
        self.send_response(200 if self.path == "/there" else 404)
        self.end_headers()
        self.wfile.write(TEXT.encode())

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("path, found", [("/there", True), ("/gone", False)])
def test_from_a_storage_of_another_plugin(steward, monkeypatch, path, found):
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}{path}"
    foreign = type("Foreign", (), {"get_path": lambda self, id: address})()
    monkeypatch.setattr(uploader, "get_resource_uploader", lambda resource: foreign)
    one = Input("some-id", "a.csv", "upload", "", None, "")
    if found:
        assert read(one) == ("a.csv", TEXT)
    else:
        with pytest.raises(FileRefused):
            read(one)
    server.shutdown()


def test_a_file_that_is_gone_is_a_finding(steward):
    with (
        pytest.raises(FileRefused) as refused,
        inputs.sources((Input("gone-id-gone", "a.csv", "upload", "", None, ""),)),
    ):
        pass
    assert refused.value.finding.code == "source-unreadable"
