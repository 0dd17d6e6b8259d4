"""The six services under the process manager: what they are, starting, healing, stopping."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass

from . import health, postgres, processes, redis, settings, shell, solr, supervisor
from .place import Place
from .words import StopError

SERVERS = ("postgres", "redis", "solr")
APPLICATIONS = ("web", "worker", "sweeper")
WEB_WORKERS = 2
WEB_THREADS = 4
SWEEP_SECONDS = 10
MANAGER = """\
[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisord]
logfile={log}/supervisor.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={run}/supervisor.pid
childlogdir={log}
directory={home}
umask=077
silent=true
"""
PROGRAM = """
[program:{name}]
command={command}
environment={variable}="{name}"
priority={rank}
autostart={autostart}
autorestart=true
startsecs=1
startretries=100000
stopsignal={stop_signal}
stopwaitsecs={stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={log}/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
"""
# at most this long until a server answers
PATIENCE = 60


@dataclass(frozen=True)
class Service:
    """One program of the process manager."""

    name: str
    command: list[str]
    stop_signal: str = "TERM"
    stop_seconds: int = 20


def all_of(place: Place) -> list[Service]:
    """The services of this stack; no Solr of our own when an existing one was named."""
    ckan = [str(place.venv / "bin/ckan"), "-c", str(place.ini)]
    found = [
        Service("postgres", postgres.command(place), "INT", 60),
        Service("redis", redis.command(place)),
        Service("solr", solr.command(place)),
        Service("web", _web(place)),
        Service("worker", [*ckan, "jobs", "worker"]),
        Service("sweeper", [*ckan, "khonkaencarbon", "sweep", "--every", str(SWEEP_SECONDS)]),
    ]
    return [service for service in found if service.name != "solr" or not settings.load(place).solr_url]


def _web(place: Place) -> list[str]:
    chosen = settings.load(place)
    host = f"[{chosen.listen}]" if ":" in chosen.listen else chosen.listen
    return [
        *(
            str(place.venv / "bin/gunicorn"),
            "--chdir",
            str(place.source / "deploy"),
            "--bind",
            f"{host}:{chosen.port}",
        ),
        *(
            "--workers",
            str(WEB_WORKERS),
            "--threads",
            str(WEB_THREADS),
            "--timeout",
            "120",
            "--graceful-timeout",
            "10",
        ),
        *("--worker-tmp-dir", "/dev/shm", "--no-control-socket", "wsgi:application"),  # noqa: S108
    ]


def configuration(place: Place) -> str:
    """The process manager's configuration."""
    head = MANAGER.format(socket=supervisor.socket_of(place), log=place.log, run=place.run, home=place.home)
    return head + "".join(_program(place, rank, service) for rank, service in enumerate(all_of(place), 1))


def _program(place: Place, rank: int, service: Service) -> str:
    return PROGRAM.format(
        name=service.name,
        command=shlex.join(service.command).replace("%", "%%"),
        rank=rank,
        variable=processes.SERVICE_VARIABLE,
        # pages and workers wait until the tables are there
        autostart=str(service.name in SERVERS).lower(),
        stop_signal=service.stop_signal,
        stop_seconds=service.stop_seconds,
        log=place.log,
    )


def start_servers(place: Place) -> bool:
    """Have PostgreSQL, Redis and Solr running as configured now; False when they were."""
    path, wanted = place.home / "supervisord.conf", configuration(place)
    changed = not path.exists() or path.read_text("utf-8") != wanted
    if not changed and _all_running(place, SERVERS) and _answering(place):
        return False
    if changed or supervisor.programs(place) is None:
        stop(place)
        path.touch(mode=0o600)
        path.write_text(wanted, "utf-8")
        shell.run(place, [place.venv / "bin/python", "-m", "supervisor.supervisord", "-c", path])
        _wait(lambda: supervisor.programs(place) is not None, "supervisor", place)
    for name in _named(place, SERVERS):
        supervisor.start(place, name)
    _wait(lambda: _all_running(place, SERVERS) and _answering(place), "PostgreSQL, Redis, Solr", place)
    return True


def start_applications(place: Place) -> bool:
    """Have pages, worker and sweeper running; False when all was well."""
    if _all_running(place, APPLICATIONS) and health.answers(place):
        return False
    if not health.part_is_well(place, "worker"):
        # it runs, but a Redis that lost its data does not know it
        supervisor.stop(place, "worker")
    for name in _named(place, APPLICATIONS):
        supervisor.start(place, name)
    try:
        _wait(
            lambda: health.answers(place) and _all_running(place, APPLICATIONS), "web, worker, sweeper", place
        )
    except StopError as slow:
        raise health.refusal(place) or slow from None
    return True


def stop(place: Place) -> bool:
    """Stop everything of this stack, also what lost its process manager; False when nothing ran."""
    running = supervisor.programs(place) is not None
    if running:
        supervisor.shut_down(place)
        limit = time.monotonic() + 90
        while supervisor.programs(place) is not None and time.monotonic() < limit:
            time.sleep(0.2)
    left = bool(processes.ours(place))
    if left:
        processes.end(place)
    return running or left


def _named(place: Place, names: tuple[str, ...]) -> list[str]:
    known = {service.name for service in all_of(place)}
    return [name for name in names if name in known]


def _all_running(place: Place, names: tuple[str, ...]) -> bool:
    known = supervisor.programs(place) or {}
    return all(known.get(name, {}).get("statename") == "RUNNING" for name in _named(place, names))


def _answering(place: Place) -> bool:
    return postgres.answers(place) and redis.answers(place) and solr.answers(place)


def _wait(done: Callable[[], bool], what: str, place: Place) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if done():
            return
        time.sleep(0.3)
    raise StopError(
        f"{what} ไม่ตอบภายใน {PATIENCE} วินาที: ดูบันทึกด้วย deploy/logs ({place.log}) แล้วสั่งใหม่",
        f"{what} did not answer in {PATIENCE} seconds: see deploy/logs ({place.log}), then run this again.",
    )
