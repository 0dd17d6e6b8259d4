"""Which running processes are ours: those with our state folder and a service's name in their environment."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from .place import HOME_VARIABLE, Place

SERVICE_VARIABLE = "KHONKAENCARBON_SERVICE"
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Process:
    """One running process of a service."""

    pid: int
    service: str

    @property
    def resident_bytes(self) -> int:
        """Memory it holds now, shared pages included; 0 when it is gone."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]) * PAGE
        except (OSError, IndexError):
            return 0


def ours(place: Place) -> list[Process]:
    """Every process of this stack, whoever its parent is now.

    A child that wrote over its environment, as PostgreSQL's do, belongs to its parent's service.
    """
    parents: dict[int, int] = {}
    services: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            parents[int(entry.name)] = parent
            services[int(entry.name)] = _service(entry, str(place.home))
    found = {pid: services[pid] or services.get(parent, "") for pid, parent in parents.items()}
    return [Process(pid, service) for pid, service in sorted(found.items()) if service]


def _parent(entry: Path) -> int | None:
    try:
        state, parent, *_ = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if state == "Z" else int(parent)


def _service(entry: Path, home: str) -> str:
    try:
        text = (entry / "environ").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
    variables = dict(part.split("=", 1) for part in text.split("\0") if "=" in part)
    return variables.get(SERVICE_VARIABLE, "") if variables.get(HOME_VARIABLE) == home else ""


def end(place: Place, seconds: float = 15) -> None:
    """Ask every process of this stack to end, then make it."""
    for signals in (_polite, lambda _: signal.SIGKILL):
        for process in ours(place):
            _send(process.pid, signals(process))
        limit = time.monotonic() + seconds
        while ours(place) and time.monotonic() < limit:
            time.sleep(0.2)


def _polite(process: Process) -> signal.Signals:
    # PostgreSQL's fast shutdown; on SIGTERM it would wait for its clients.
    return signal.SIGINT if process.service == "postgres" else signal.SIGTERM


def _send(pid: int, what: signal.Signals) -> None:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return
