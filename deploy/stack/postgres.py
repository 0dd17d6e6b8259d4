"""Our own PostgreSQL cluster: never another one on this machine."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from . import settings, shell
from .place import Place
from .words import StopError

OLDEST = 15
OWNER = "ckan"
READER = "datastore_reader"


def _data(place: Place) -> Path:
    return place.home / "postgres"


def _programs(place: Place) -> Path:
    """The programs that made the cluster, or the newest installed."""
    made_by = _data(place) / "PG_VERSION"
    if made_by.exists():
        return Path(f"/usr/lib/postgresql/{made_by.read_text('ascii').strip()}/bin")
    versions = [
        int(path.name)
        for path in Path("/usr/lib/postgresql").glob("[0-9]*")
        if (path / "bin/postgres").exists()
    ]
    if max(versions, default=0) < OLDEST:
        raise StopError(
            f"ต้องใช้ PostgreSQL รุ่น {OLDEST} ขึ้นไป: โปรดติดตั้งแพ็กเกจ postgresql แล้วสั่งใหม่",
            f"PostgreSQL {OLDEST} or newer is needed: install the package postgresql, then run this again.",
        )
    return Path(f"/usr/lib/postgresql/{max(versions)}/bin")


def _superuser() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def make_cluster(place: Place) -> bool:
    """Create the cluster, once; it appears whole or not at all, and is never deleted by a set-up."""
    if (_data(place) / "PG_VERSION").exists():
        return False
    fresh = place.home / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shell.run(
        place,
        [
            *(_programs(place) / "initdb", "--pgdata", fresh, "--username", _superuser()),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"),
            *("--auth-local", "peer", "--auth-host", "scram-sha-256"),
        ],
    )
    fresh.rename(_data(place))
    return True


def command(place: Place) -> list[str]:
    """How the process manager starts it."""
    options = {
        "port": settings.load(place).postgres,
        "listen_addresses": "127.0.0.1",
        "max_connections": 100,
        "fsync": "off" if place.testing else "on",
        "log_line_prefix": "%m [%p] ",
    }
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    server = place.source / "deploy/stack/postgres_server.py"
    return [
        "/usr/bin/python3",
        str(server),
        str(_programs(place) / "postgres"),
        str(_data(place)),
        str(place.run),
        *words,
    ]


def answers(place: Place) -> bool:
    """Whether connections are taken."""
    asked = subprocess.run(
        [
            _programs(place) / "pg_isready",
            "-q",
            "-d",
            "postgres",
            "-U",
            _superuser(),
            "-h",
            place.run,
            "-p",
            str(settings.load(place).postgres),
        ],
        check=False,
    )
    return asked.returncode == 0


def sql(place: Place, statements: str, database: str = "postgres") -> str:
    """Run SQL as the cluster's superuser through the private socket; passwords never reach a command line."""
    return shell.run(
        place,
        [
            *(_programs(place) / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
            *("-U", _superuser(), "-h", place.run, "-p", str(settings.load(place).postgres), "-d", database),
        ],
        given=statements,
    )


def url(place: Place, database: str, role: str = OWNER) -> str:
    """Address of a database for SQLAlchemy."""
    password = settings.secret(place)["database" if role == OWNER else "datastore_reader"]
    return f"postgresql://{role}:{password}@127.0.0.1:{settings.load(place).postgres}/{database}"


def make_databases(place: Place, *names: str, superuser: bool = False) -> None:
    """Create what is missing of the two roles and these databases, and set the passwords."""
    secret = settings.secret(place)
    rights = "SUPERUSER" if superuser else "NOSUPERUSER"
    for role, password in ((OWNER, secret["database"]), (READER, secret["datastore_reader"])):
        there = sql(place, f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'").strip()  # noqa: S608
        verb = "ALTER" if there else "CREATE"
        sql(
            place,
            f"{verb} ROLE {role} LOGIN {rights if role == OWNER else 'NOSUPERUSER'} PASSWORD '{password}'",
        )
    for name in names:
        if not sql(place, f"SELECT 1 FROM pg_database WHERE datname = '{name}'").strip():  # noqa: S608
            sql(place, f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'")
