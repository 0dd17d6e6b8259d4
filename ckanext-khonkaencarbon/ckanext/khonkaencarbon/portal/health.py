"""How the portal is, part by part: for the health page, for operators and for whoever watches over it.

Each look is short and changes nothing but one small file that it removes again. No answer here may hold a
secret, an address or a version: the page is open to everybody.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
import requests
import rq
import sqlalchemy as sa
from ckan.lib import jobs
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.portal import migrations, selfcheck
from ckanext.khonkaencarbon.portal.faults import Fault, fault

log = logging.getLogger(__name__)

PATIENCE = 2  # seconds that each service has to answer
LATE = 600  # seconds a due dataset may wait before the queue counts as ill
HEARTBEAT = 480  # seconds after which rq itself forgets a worker that is silent
QUEUE = """
SELECT count(*) FILTER (WHERE quarantined_at IS NULL),
       extract(epoch FROM max(now() - greatest(owed_since, not_before)) FILTER (
           WHERE quarantined_at IS NULL AND not_before <= now() AND coalesce(lease_until, now()) <= now())),
       count(*) FILTER (WHERE quarantined_at IS NOT NULL)
  FROM khonkaencarbon_owed
"""
BOX = ("minx", "maxx", "miny", "maxy")


@dataclass
class Part:
    """One part of the portal: its faults, and figures worth knowing."""

    faults: list[Fault] = field(default_factory=list)
    figures: dict[str, int | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The form of the health page."""
        return {"ok": not self.faults, "faults": [f.as_json() for f in self.faults], **self.figures}


def report() -> dict[str, Part]:
    """Look at every part."""
    return {name: _look(name, *look) for name, look in LOOKS.items()}


def healthy(parts: dict[str, Part]) -> bool:
    """Whether no part has a fault."""
    return not any(part.faults for part in parts.values())


def _look(name: str, look: Callable[[], Part], away: str) -> Part:
    try:
        return look()
    except Exception as reason:  # any failure of a look is the part's fault, and told as such
        log.warning("health: %s: %s", name, type(reason).__name__)
        return Part([fault(away)])


def _connect(option: str) -> sa.engine.Engine:
    patience = {"connect_timeout": PATIENCE, "options": f"-c statement_timeout={PATIENCE * 1000}"}
    return sa.create_engine(tk.config[option], poolclass=sa.pool.NullPool, connect_args=patience)


def _ask(option: str, sql: str) -> Any:
    with _connect(option).connect() as connection:
        return connection.execute(sa.text(sql)).first()


def database() -> Part:
    """CKAN's database answers."""
    _ask("sqlalchemy.url", "SELECT 1")
    return Part()


def tables() -> Part:
    """Every migration of CKAN and of the plugins is applied."""
    with _connect("sqlalchemy.url").connect() as connection:
        return Part([fault("migration-missing", name=name) for name in migrations.behind(connection)])


def _redis() -> Redis:
    return Redis.from_url(
        tk.config["ckan.redis.url"],
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


def redis() -> Part:
    """Redis answers."""
    _redis().ping()
    return Part()


def search() -> Part:
    """Solr answers, finds words inside Thai text and knows areas."""
    text = _schema("fieldtypes/text").get("fieldType", {})
    analyzers = [text.get(name, text.get("analyzer", {})) for name in ("indexAnalyzer", "queryAnalyzer")]
    thai = all("ICU" in a.get("tokenizer", {}).get("class", "") for a in analyzers)
    boxes = {name: _schema(f"fields/{name}").get("field", {}).get("type", "") for name in BOX}
    lacking = [fault("search-not-spatial", name=name) for name, kind in boxes.items() if "float" not in kind]
    return Part(lacking if thai else [fault("search-not-thai"), *lacking])


def _schema(what: str) -> dict[str, Any]:
    user, password = tk.config.get("solr_user"), tk.config.get("solr_password")
    answer = requests.get(
        f"{tk.config['solr_url'].rstrip('/')}/schema/{what}",
        auth=(user, password) if user else None,
        timeout=PATIENCE,
    )
    if answer.status_code >= requests.codes.internal_server_error:
        answer.raise_for_status()
    document: dict[str, Any] = answer.json()
    return document


def datastore() -> Part:
    """The DataStore's owner may write with all it needs, its reader only read."""
    writer = _ask(
        "ckan.datastore.write_url",
        "SELECT has_schema_privilege('public', 'CREATE')"
        " AND to_regproc('populate_full_text_trigger') IS NOT NULL",
    )
    reader = _ask("ckan.datastore.read_url", "SELECT NOT has_schema_privilege('public', 'CREATE')")
    return Part([] if writer[0] and reader[0] else [fault("datastore-permissions")])


def storage() -> Part:
    """A file can be written to where derived files go."""
    folder = settings.storage_path()
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".health-{uuid4().hex}"
    try:
        with probe.open("xb") as file:
            file.write(b"khonkaencarbon")
            file.flush()
            os.fsync(file.fileno())
    finally:
        probe.unlink(missing_ok=True)
    return Part()


def queue() -> Part:
    """What is owed is done in time."""
    if _ask("sqlalchemy.url", "SELECT to_regclass('khonkaencarbon_owed')")[0] is None:
        return Part([fault("queue-missing")])
    owed, oldest, set_aside = _ask("sqlalchemy.url", QUEUE)
    seconds = None if oldest is None else int(oldest)
    late = [fault("queue-late", seconds=seconds)] if seconds is not None and seconds > LATE else []
    return Part(late, {"owed": owed, "oldest_owed_seconds": seconds, "quarantined": set_aside})


def worker() -> Part:
    """A job worker of this portal's default queue is alive."""
    queue_name = jobs.add_queue_name_prefix(jobs.DEFAULT_QUEUE_NAME)
    alive = [w for w in rq.Worker.all(connection=_redis()) if queue_name in w.queue_names() and _alive(w)]
    return Part([] if alive else [fault("worker-missing")], {"workers": len(alive)})


def _alive(worker: rq.Worker) -> bool:
    beat = worker.last_heartbeat
    if beat is None or (datetime.now(timezone.utc) - beat).total_seconds() > HEARTBEAT:
        return False
    if worker.hostname != socket.gethostname() or not worker.pid:
        return True
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def configuration() -> Part:
    """Settings are safe and complete."""
    return Part(selfcheck.faults())


# part: how it is looked at, and what it means when that fails
LOOKS: dict[str, tuple[Callable[[], Part], str]] = {
    "database": (database, "database-away"),
    "tables": (tables, "database-away"),
    "redis": (redis, "redis-away"),
    "search": (search, "search-away"),
    "datastore": (datastore, "datastore-away"),
    "storage": (storage, "storage-unwritable"),
    "queue": (queue, "database-away"),
    "worker": (worker, "redis-away"),
    "configuration": (configuration, "configuration-unread"),
}


def lines(parts: dict[str, Part]) -> Iterator[str]:
    """The report in words, Thai first."""
    for name, part in parts.items():
        figures = "".join(f" {key}={value}" for key, value in part.figures.items())
        yield f"{'✗' if part.faults else '✓'} {name}{figures}"
        yield from (f"    {found}" for found in part.faults)
