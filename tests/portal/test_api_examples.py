"""The examples of docs/api.md, as they stand there, against a portal that answers over HTTP."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.common import config
from ckan.tests import factories
from werkzeug.serving import make_server

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.logic.action import run, summary

DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
PROGRAMS = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
    "r": ["Rscript", "-e"],
}
# language and number among its examples: what has to be in the output
TELLS = {
    ("sh", 1): '"stale_because": null',
    ("sh", 2): "It was computed for the first time",
    ("sh", 3): "304",
    ("sh", 4): '"rows_behind"',
    ("sh", 5): '"success": true',
    ("python", 1): "up to date",
    ("python", 2): "bundle.zip",
    ("r", 1): "I.6.2",
    ("r", 2): "rows of version 2",
}
EXAMPLES = [
    pytest.param(language, code, TELLS.get((language, number)), id=f"{language} {number}")
    for language in PROGRAMS
    for number, code in enumerate((code for name, code in BLOCKS if name == language), 1)
]


@pytest.fixture(scope="module")
def port(app: Any) -> Iterator[int]:
    """Where the portal of this layer listens."""
    server = make_server("127.0.0.1", 0, app.flask_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()


@pytest.fixture()
def address(port: int) -> Iterator[str]:
    """Its address, in force for one test: CKAN's plugin for pytest puts the configuration back after each."""
    before, config["ckan.site_url"] = config["ckan.site_url"], f"http://127.0.0.1:{port}"
    yield config["ckan.site_url"]
    config["ckan.site_url"] = before


@pytest.mark.parametrize("language, code, told", EXAMPLES)
def test_the_example_does_what_it_says(
    steward: Any, address: str, tmp_path: Path, language: str, code: str, told: str | None
) -> None:
    program = PROGRAMS[language]
    if shutil.which(program[0]) is None:
        pytest.skip("R (Debian's r-base-core and r-cran-jsonlite) is not installed on this machine")
    dataset_id = steward.published()
    steward.upload(dataset_id, "เดือน,รายการ,ปริมาณ,หน่วย\nมีนาคม 2567,ไฟฟ้า,500,kWh\n")
    jobs.drain()
    known = {
        "PORTAL": address,
        "DATASET": steward.act("package_show", id=dataset_id)["name"],
        "TOKEN": factories.APIToken(user=steward.user["name"])["token"],
    }
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [*program, code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**clean, "LANG": "C.UTF-8", **known},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert told is not None and told in done.stdout


PAGE_PROGRAMS = {"curl": PROGRAMS["sh"], "python": PROGRAMS["python"], "r": PROGRAMS["r"]}


@pytest.mark.parametrize("language", PAGE_PROGRAMS)
def test_the_example_on_the_page_of_a_file_prints_its_rows(
    steward: Any, app: Any, address: str, tmp_path: Path, language: str
) -> None:
    dataset_id = steward.published()
    table = steward.derived(dataset_id)["summary-csv"]["id"]
    page = BeautifulSoup(app.get(f"/activity-data/{dataset_id}/resource/{table}").body, "html.parser")
    code = page.find(id=f"kk-code-{language}").get_text()
    assert address in code
    assert "I.6.2" in printed(PAGE_PROGRAMS[language], code, tmp_path)


def test_the_examples_on_the_page_of_the_api_answer(
    steward: Any, app: Any, address: str, tmp_path: Path
) -> None:
    dataset_id = steward.published()
    page = BeautifulSoup(app.get("/khonkaencarbon/guides/api").body, "html.parser")
    codes = [one.get_text().replace("DATASET", dataset_id) for one in page.select("pre.kk-code")]
    assert len(codes) == 4
    for code in codes:
        assert json.loads(printed(PROGRAMS["sh"], code, tmp_path))["success"] is True


def printed(program: list[str], code: str, folder: Path) -> str:
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed on this machine")
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [*program, code],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**clean, "LANG": "C.UTF-8"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_action_that_others_may_call_is_described() -> None:
    ours = {*run.__all__, *summary.__all__}
    assert ours <= set(re.findall(r"^\| `(khonkaencarbon_\w+)`", DOCUMENT, re.MULTILINE))


def test_there_are_examples_in_every_language() -> None:
    assert {name for name, _ in BLOCKS} == set(PROGRAMS)
    assert len(EXAMPLES) == len(TELLS)


def test_a_question_that_cannot_be_answered_is_told_so(address: str, tmp_path: Path) -> None:
    command = ["curl", "-sS", f"{address}/api/action/khonkaencarbon_run_show?id=no-such-dataset"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert json.loads(done.stdout)["success"] is False
