"""From the upload of a small file to its published footprint: python tests/bench/upload.py [-n UPLOADS].

Asks the portal that ``deploy/up`` started, which should be idle. Each upload replaces the file of one dataset
with other quantities; the answer is checked. The dataset is purged in the end.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import time
import urllib.request
import uuid
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

ROWS = 100
GRID_KG_PER_KWH = Decimal("0.4999")  # TGO, April 2022
DEPLOY = Path(__file__).parents[2] / "deploy"
TICK = os.sysconf("SC_CLK_TCK")
STEPS = {
    "request": "the upload's request",
    "waiting": "debounce and the worker's start",
    "computing": "reading, computing, writing the files",
    "switching": "switch of the version, DataStore table",
    "whole": "from the upload's start to published",
    "processor": "processor of the job's process",
    "empty": "the same of an empty job of CKAN",
}


class Portal:
    """The running portal as an administrator of its own."""

    def __init__(self) -> None:
        status = json.loads(_output("status", "--json"))
        self.url, self.worker = status["address"], status["parts"]["worker"]["pid"]
        name = f"bench-{uuid.uuid4().hex[:8]}"
        _output("ckan", "user", "add", name, f"email={name}@example.org", f"password={uuid.uuid4()}")
        _output("ckan", "sysadmin", "add", name)
        self._token = _output("ckan", "user", "token", "add", name, "bench").split()[-1]

    def action(self, name: str, /, **data: Any) -> Any:
        """Result of an action."""
        return self._post(name, json.dumps(data).encode(), "application/json")

    def upload(self, text: str, **fields: str) -> Any:
        """Upload an activity file: a new input, or new bytes for one."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="'
        parts = [f'{head}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
        parts.append(f'{head}upload"; filename="activity.csv"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n')
        body = "".join([*parts, f"--{boundary}--\r\n"]).encode()
        verb = "resource_patch" if "id" in fields else "resource_create"
        return self._post(verb, body, f"multipart/form-data; boundary={boundary}")

    def processor(self) -> float:
        """Seconds of processor the worker and its finished jobs have taken."""
        words = Path(f"/proc/{self.worker}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, words[11:15])) / TICK

    def _post(self, name: str, body: bytes, kind: str) -> Any:
        headers = {"Authorization": self._token, "Content-Type": kind}
        request = urllib.request.Request(f"{self.url}/api/action/{name}", body, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)["result"]


def table(first: int) -> tuple[str, Decimal]:
    """A file of a hundred rows that begins with another quantity each time, and its emission in kg CO2e."""
    amounts = range(first, first + ROWS)
    rows = (
        f"2024-{number % 12 + 1:02},electricity-grid,{amount},kWh\n" for number, amount in enumerate(amounts)
    )
    return "period,activity,quantity,unit\n" + "".join(rows), sum(amounts) * GRID_KG_PER_KWH


def measured(portal: Portal, dataset: str, resource: str | None, first: int) -> tuple[str, dict[str, float]]:
    """Upload once and wait for the version; its input's id and the seconds of each step."""
    text, expected = table(first)
    fields = (
        {"id": resource} if resource else {"package_id": dataset, "carbon_role": "input", "name": "input"}
    )
    busy, began = portal.processor(), time.time()
    resource = portal.upload(text, **fields)["id"]
    sent = time.time()
    while portal.action("khonkaencarbon_run_show", id=dataset)["version"] != first:
        time.sleep(0.1)
    run = portal.action("khonkaencarbon_run_list", id=dataset, limit=1)[0]
    while run["state"] == "running":
        run = portal.action("khonkaencarbon_run_list", id=dataset, limit=1)[0]
    total = Decimal(portal.action("khonkaencarbon_summary_show", id=dataset)["totals"]["co2e_kg"])
    if total != expected:
        raise SystemExit(f"wrong answer: {total} instead of {expected}")
    version = portal.action("khonkaencarbon_version_list", id=dataset)[0]
    started, published, finished = (
        datetime.fromisoformat(moment).timestamp()
        for moment in (run["started_at"], version["published_at"], run["finished_at"])
    )
    while (spent := portal.processor() - busy) == 0:  # counted when the job's process has ended
        time.sleep(0.1)
    return resource, {
        "request": sent - began,
        "waiting": started - sent,
        "computing": published - started,
        "switching": finished - published,
        "whole": finished - began,
        "processor": spent,
    }


def empty_job(portal: Portal) -> float:
    """Processor of a job that does nothing: CKAN loads its environment anew in each."""
    busy = portal.processor()
    _output("ckan", "jobs", "test")
    while (spent := portal.processor() - busy) == 0:
        time.sleep(0.1)
    return spent


def main() -> None:
    """Measure, and print the median and the 95th percentile of each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=30, help="uploads")
    uploads = parser.parse_args().n
    portal = Portal()
    name = f"bench-{uuid.uuid4().hex[:8]}"
    owner = portal.action("organization_create", name=name, title="Bench")["id"]
    fields = {"name": name, "title": "เกณฑ์วัด", "owner_org": owner, "type": "activity-data"}
    dataset = portal.action("package_create", reporting_boundary="organisation", **fields)["id"]
    try:
        resource, found = None, []
        for first in range(1, uploads + 2):
            resource, steps = measured(portal, dataset, resource, first)
            found.append({**steps, "empty": empty_job(portal)})
    finally:
        portal.action("dataset_purge", id=dataset)
        portal.action("organization_purge", id=owner)
    found = found[1:]  # the first one fills caches
    for step, words in STEPS.items():
        seconds = sorted(one[step] for one in found)
        late = seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))]
        print(f"{words:40} median {statistics.median(seconds):6.3f} s   p95 {late:6.3f} s")


def _output(command: str, *words: str) -> str:
    return subprocess.run([DEPLOY / command, *words], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
