"""Somebody who reads while versions change sees one version at a time, whole."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.portal import address

HEADINGS = "เดือน,รายการ,ปริมาณ,หน่วย\n"
REPUBLICATIONS = 100
READERS = 5
REQUESTS_A_SECOND = 50
REQUESTS_A_ROUND = 1 + len(address.FILES)


@pytest.fixture(scope="module")
def served(portal: None) -> Iterator[str]:
    """The address of a web server of its own over the databases of these tests."""
    deploy = Path(__file__).parents[2] / "deploy"
    listening = socket.create_server(("127.0.0.1", 0))
    listening.set_inheritable(True)
    handle = listening.fileno()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--chdir", deploy, "--bind", f"fd://{handle}"),
            *("--workers", "2", "--threads", "4", "--timeout", "120", "--log-level", "warning"),
            "wsgi:application",
        ],
        env=os.environ | {"CKAN_INI": os.environ["KHONKAENCARBON_TEST_INI"]},
        pass_fds=[handle],
    )
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.terminate()
        server.wait(60)
        listening.close()


class Reader:
    """Follows the addresses in one answer of package_show, again and again, at a steady pace."""

    def __init__(self, site: str, dataset_id: str) -> None:
        self.site, self.dataset_id = site, dataset_id
        self.versions: set[int] = set()
        self.requests = 0
        self.faults: list[str] = []

    def read_until(self, end: threading.Event) -> None:
        pace = READERS * REQUESTS_A_ROUND / REQUESTS_A_SECOND
        while not end.is_set():
            due = time.monotonic() + pace
            try:
                self._round()
            except Exception as fault:
                self.faults.append(repr(fault))
            end.wait(max(0.0, due - time.monotonic()))

    def _round(self) -> None:
        answer = json.loads(self._get(f"/api/action/package_show?id={self.dataset_id}"))
        derived = [one for one in answer["result"]["resources"] if one["carbon_role"] == "derived"]
        seen = {one["carbon_version"] for one in derived}
        if {one["carbon_product"] for one in derived} != address.FILES.keys() or len(seen) != 1:
            self.faults.append(
                f"not one whole set: {[(one['carbon_product'], one['carbon_version']) for one in derived]}"
            )
        for one in derived:
            content = self._get(urlsplit(one["url"]).path)
            if hashlib.sha256(content).hexdigest() != one["carbon_sha256"]:
                self.faults.append(f"{one['url']} differs from its checksum")
        self.versions |= seen

    def _get(self, path: str) -> bytes:
        self.requests += 1
        with urllib.request.urlopen(self.site + path, timeout=60) as answer:  # noqa: S310
            return answer.read()


def test_a_reader_during_a_hundred_republications_never_sees_two_versions_or_a_missing_file(steward, served):
    dataset_id = steward.dataset()
    resource_id = steward.upload(dataset_id)
    jobs.drain()
    readers = [Reader(served, dataset_id) for _ in range(READERS)]
    end = threading.Event()
    threads = [threading.Thread(target=one.read_until, args=[end]) for one in readers]
    readers[0]._round()  # the server has started
    began = time.monotonic()
    try:
        for thread in threads:
            thread.start()
        for number in range(REPUBLICATIONS):
            steward.replace(resource_id, f"{HEADINGS}มกราคม 2567,ไฟฟ้า,{number + 1},kWh\n")
            jobs.drain()
    finally:
        end.set()
        for thread in threads:
            thread.join()
    requests, seconds = sum(one.requests for one in readers), time.monotonic() - began
    print(f"{requests} requests in {seconds:.0f} s during {REPUBLICATIONS} republications")
    assert [fault for one in readers for fault in one.faults] == []
    assert steward.state(dataset_id)["version"] == REPUBLICATIONS + 1
    assert len(set.union(*(one.versions for one in readers))) > REPUBLICATIONS / 2
