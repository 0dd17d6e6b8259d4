"""The portal says what is wrong with it, and how to put it right."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.exceptions import CkanConfigurationException
from ckan.lib import app_globals, jobs
from ckan.tests.helpers import CKANTestApp
from click.testing import CliRunner
from rq import Worker
from sqlalchemy.exc import OperationalError

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.cli.health import health as command
from ckanext.khonkaencarbon.portal import health, migrations, selfcheck
from ckanext.khonkaencarbon.portal.faults import _sentences, fault
from ckanext.khonkaencarbon.views import health as page

ADDRESS = "/khonkaencarbon/health"
GOOD = dict.fromkeys(selfcheck.SECRETS, "x7Qm-Zr4_kV9pLw2TnB8")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test looks anew, with good secrets."""
    monkeypatch.setattr(page, "_last", None)
    for name, value in {**GOOD, "__file__": ""}.items():
        monkeypatch.setitem(config, name, value)


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A job worker that has said it is here."""
    worker = Worker([jobs.get_queue()], connection=health._redis())
    worker.register_birth()
    yield worker
    worker.register_death()


def codes(part: health.Part) -> list[str]:
    return [found.code for found in part.faults]


def test_all_is_well(app: CKANTestApp, worker: Worker) -> None:
    answer = app.get(ADDRESS)
    told = json.loads(answer.body)
    assert {name: part["faults"] for name, part in told["parts"].items() if not part["ok"]} == {}
    assert (answer.status_code, told["ok"], set(told["parts"])) == (200, True, set(health.LOOKS))
    assert answer.headers["Cache-Control"].startswith("no-store")


def test_nothing_secret_is_told(app: CKANTestApp) -> None:
    body = app.get(ADDRESS).body
    addresses = [config[key] for key in ("sqlalchemy.url", "ckan.redis.url", "solr_url", "ckan.storage_path")]
    assert not [
        word for word in (*addresses, *GOOD.values(), "postgres", "127.0.0.1", "2.12") if word in body
    ]


def nowhere() -> str:
    """A loopback port that refuses connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def mute() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield f"127.0.0.1:{server.getsockname()[1]}"


SERVICES = {
    "database": ("sqlalchemy.url", "postgresql://u:p@{}/d", "database-away"),
    "redis": ("ckan.redis.url", "redis://{}/0", "redis-away"),
    "search": ("solr_url", "http://{}/solr/ckan", "search-away"),
    "datastore": ("ckan.datastore.write_url", "postgresql://u:p@{}/d", "datastore-away"),
    "worker": ("ckan.redis.url", "redis://{}/0", "redis-away"),
}


@pytest.mark.parametrize("part", SERVICES)
@pytest.mark.parametrize("dead", ["refusing", "mute"])
def test_a_dead_service_is_named_in_time(
    monkeypatch: pytest.MonkeyPatch, mute: str, part: str, dead: str
) -> None:
    option, address, code = SERVICES[part]
    monkeypatch.setitem(config, option, address.format(mute if dead == "mute" else nowhere()))
    started = time.monotonic()
    assert codes(health._look(part, *health.LOOKS[part])) == [code]
    assert time.monotonic() - started < health.PATIENCE + 1.5


def test_the_page_answers_503_with_the_remedy(app: CKANTestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(config, "ckan.redis.url", f"redis://{nowhere()}/0")
    answer = app.get(ADDRESS)
    told = json.loads(answer.body)["parts"]["redis"]["faults"][0]
    assert answer.status_code == 503
    assert told["what"]["th"].startswith("เชื่อมต่อ Redis ไม่ได้")
    assert told["fix"]["en"] == "Start Redis and check ckan.redis.url"


def test_one_look_serves_a_crowd(app: CKANTestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(health, "report", lambda: looks.append(1) or {})
    assert [app.get(ADDRESS).status_code for _ in range(5)] == [200] * 5
    assert len(looks) == 1


def schema(text: str, box: str) -> Callable[[str], dict[str, Any]]:
    analyzer = {"tokenizer": {"class": text}}
    kinds = {"fieldtypes/text": {"fieldType": {"indexAnalyzer": analyzer, "queryAnalyzer": analyzer}}}
    return lambda what: kinds.get(what, {"field": {"type": box}})


SCHEMAS = {
    "ours": ("solr.ICUTokenizerFactory", "pfloat", set()),
    "CKAN's own": ("solr.WhitespaceTokenizerFactory", "pfloat", {"search-not-thai"}),
    "no boxes": ("solr.ICUTokenizerFactory", "", {"search-not-spatial"}),
}


@pytest.mark.parametrize(("text", "box", "expected"), SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_foreign_schema_is_noticed(
    monkeypatch: pytest.MonkeyPatch, text: str, box: str, expected: set[str]
) -> None:
    monkeypatch.setattr(health, "_schema", schema(text, box))
    assert set(codes(health.search())) == expected


def test_storage_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setitem(config, settings.STORAGE_PATH, str(tmp_path / "file"))
    assert codes(health._look("storage", *health.LOOKS["storage"])) == ["storage-unwritable"]
    monkeypatch.setitem(config, settings.STORAGE_PATH, str(tmp_path / "new"))
    assert codes(health.storage()) == []
    assert list((tmp_path / "new").iterdir()) == []


def test_a_missing_migration_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "_heads", lambda: {"ckan": "0", "made_up": "1"})
    assert [found.what.en for found in health.tables().faults] == [
        "The tables of ckan are not at the newest revision",
        "The tables of made_up are not at the newest revision",
    ]


def test_a_killed_worker_is_not_alive(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    assert health._alive(worker)
    monkeypatch.setattr(os, "kill", lambda pid, sign: (_ for _ in ()).throw(ProcessLookupError))
    assert codes(health.worker()) == ["worker-missing"]


OWED = """
INSERT INTO khonkaencarbon_owed
       (dataset_id, organisation_id, owed_since, not_before, changes, attempts, lease_until, quarantined_at)
SELECT 'test', '', now() - interval '1 hour', now() - interval '1 hour', 1, 0, CAST(:lease AS timestamptz),
       CASE WHEN :set_aside THEN now() END
"""
QUEUES: dict[str, tuple[dict[str, Any], list[str], tuple[int, int]]] = {
    "late": ({"lease": None, "set_aside": False}, ["queue-late"], (1, 0)),
    "being done": ({"lease": "infinity", "set_aside": False}, [], (1, 0)),
    "set aside": ({"lease": None, "set_aside": True}, [], (0, 1)),
}


@pytest.mark.parametrize(("row", "expected", "counted"), QUEUES.values(), ids=QUEUES.keys())
def test_a_queue_that_nobody_works_off(
    row: dict[str, Any], expected: list[str], counted: tuple[int, int]
) -> None:
    before = health.queue().figures
    model.Session.execute(sa.text(OWED), row)
    model.Session.commit()
    part = health.queue()
    model.Session.execute(sa.text("DELETE FROM khonkaencarbon_owed WHERE dataset_id = 'test'"))
    model.Session.commit()
    grown = tuple((part.figures[key] or 0) - (before[key] or 0) for key in ("owed", "quarantined"))
    assert (codes(part), grown) == (expected, counted)


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """CKAN finds no database when a request begins."""

    def refused() -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(app_globals.app_globals, "_check_uptodate", refused, raising=False)
    monkeypatch.setitem(config, "sqlalchemy.url", f"postgresql://u:p@{nowhere()}/d")


def test_without_a_database_pages_say_so_and_health_still_answers(app: CKANTestApp, outage: None) -> None:
    page = app.get("/dataset/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "ระบบไม่พร้อมใช้งานชั่วคราว" in page.body
    assert "Temporarily unavailable" in page.body
    assert "connection refused" not in page.body
    told = json.loads(app.get(ADDRESS).body)["parts"]
    assert [told[name]["ok"] for name in ("database", "tables", "queue", "redis")] == [
        False,
        False,
        False,
        True,
    ]


SETTINGS: dict[str, tuple[str, Any]] = {
    "sqlsearch-on": ("ckan.datastore.sqlsearch.enabled", True),
    "site-url-missing": ("ckan.site_url", ""),
    "debug-on": ("debug", True),
    "secret-weak": ("SECRET_KEY", "CHANGE_ME" * 5),
    "plugin-order": ("ckan.plugins", "datastore khonkaencarbon"),
}


@pytest.mark.parametrize("code", SETTINGS)
def test_each_unsafe_setting_is_named(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    assert selfcheck.faults() == []
    monkeypatch.setitem(config, *SETTINGS[code])
    assert [found.code for found in selfcheck.faults()] == [code]


def test_a_missing_plugin_and_an_open_file_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ini = tmp_path / "ckan.ini"
    ini.write_text("[app:main]")
    ini.chmod(0o644)
    monkeypatch.setitem(config, "__file__", str(ini))
    monkeypatch.setattr(selfcheck, "PLUGINS", ("harvest",))
    assert [found.code for found in selfcheck.faults()] == ["plugin-missing", "config-readable"]


def test_the_portal_does_not_start_with_sql_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(config, selfcheck.SQLSEARCH, True)
    with pytest.raises(CkanConfigurationException, match=r"ckan\.datastore\.sqlsearch\.enabled = false"):
        selfcheck.at_start()


def test_the_command_tells_the_same(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    well = CliRunner().invoke(command, ["--json"])
    assert (well.exit_code, json.loads(well.output)["ok"]) == (0, True)
    monkeypatch.setitem(config, "debug", True)
    ill = CliRunner().invoke(command)
    assert ill.exit_code == 1
    assert "✗ configuration\n    เปิดโหมดดีบัก" in ill.output


def test_every_sentence_is_in_both_languages() -> None:
    for code in _sentences():
        told = fault(code, name="n", seconds=1, length=2).as_json()
        assert all(told[part][language].strip() for part in ("what", "fix") for language in ("th", "en"))
