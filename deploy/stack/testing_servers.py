"""What the layers of tests need, made when the first of them asks."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from . import (
    environment,
    portal,
    postgres,
    processes,
    settings,
    setup,
    shell,
    source,
    supervisor,
)
from .place import Place
from .steps import Step, digest, run
from .words import StopError, Text

PORTAL_DATABASES = ("portal_test", "portal_datastore_test")
STATE = ("postgres", "redis", "solr/home", "storage")


CORE, ORACLE = (
    "core",
    "oracle",
)  # environments without CKAN: the small one, and one with independent implementations
_NAMES = {
    CORE: Text("แพ็กเกจ Python ไม่มี CKAN", "Python packages without CKAN"),
    ORACLE: Text("แพ็กเกจ Python สำหรับเทียบผล", "Python packages to compare results with"),
}


def need_environment(place: Place, name: str) -> Path:
    """The folder of an environment without CKAN, with the package in it."""
    venv, lock = place.home / f"venv-{name}", place.source / f"deploy/requirements-{name}.lock"

    def make(place: Place) -> None:
        environment.fill(place, venv, lock)
        environment.put_package(place, venv)

    def inputs(place: Place) -> str:
        return digest([lock], source.package(place))

    run(place, Step(f"environment-{name}", _NAMES[name], make, inputs))
    return venv


def need_servers(place: Place) -> None:
    """PostgreSQL, Redis and Solr with nothing of an earlier test in them."""
    if processes.ours(place):
        return
    for name in STATE:
        shutil.rmtree(place.home / name, ignore_errors=True)
    for key in ("solr-core", "tables", "admin"):
        (place.home / "stamps" / key).unlink(missing_ok=True)
    setup.install(place)
    run(place, setup.SERVERS)


def need_test_portal(place: Place) -> Path:
    """A configuration with databases, Solr core and folders of its own for tests inside the process."""
    need_servers(place)
    ini = place.home / "portal-test.ini"
    storage = place.home / "storage" / "portal"
    portal.write(
        place,
        ini,
        PORTAL_DATABASES,
        redis_database=1,
        core="portal",
        storage=storage,
        more="testing = true\n",
    )
    postgres.make_databases(place, *PORTAL_DATABASES)
    portal.migrate(place, ini)
    return ini


@cache
def need_running_portal(place: Place) -> dict[str, str]:
    """A portal as deploy/up starts it, empty; what the tests must know of it."""
    need_servers(place)
    run(place, setup.TABLES, setup.APPLICATIONS)
    password = secrets.token_urlsafe(12)
    if portal.first_admin(place, password) is None:
        raise StopError("พอร์ทัลทดสอบมีผู้ดูแลระบบอยู่แล้ว", "The test portal already has an administrator.")
    return {
        "KHONKAENCARBON_TEST_URL": settings.load(place).address,
        "KHONKAENCARBON_TEST_ADMIN": portal.ADMIN,
        "KHONKAENCARBON_TEST_PASSWORD": password,
        "KHONKAENCARBON_TEST_INI": str(place.ini),
        "KHONKAENCARBON_TEST_SUPERVISOR": str(supervisor.socket_of(place)),
    }


def stream(
    place: Place,
    command: Sequence[str | Path],
    variables: Mapping[str, str] | None = None,
    *,
    cwd: Path | None = None,
) -> int:
    """Run a test tool in the copy of the checkout; nothing that it started outlives it."""
    marked = {
        processes.SERVICE_VARIABLE: "tests",
        "PATH": f"{place.venv}/bin:{shell.SYSTEM_PATH}",
        **(variables or {}),
    }
    program = subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd or place.source,
        env=shell.environment(place, **marked),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return program.wait()
    finally:
        _end_group(program.pid)


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
