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
    """Every process of this stack, whoever its parent is now."""
    found = (_read(entry, str(place.home)) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return sorted((process for process in found if process), key=lambda process: process.pid)


def _read(entry: Path, home: str) -> Process | None:
    try:
        variables = dict(
            part.split("=", 1)
            for part in (entry / "environ").read_bytes().decode("utf-8", "replace").split("\0")
            if "=" in part
        )
        dead = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return None
    if dead or variables.get(HOME_VARIABLE) != home or SERVICE_VARIABLE not in variables:
        return None
    return Process(int(entry.name), variables[SERVICE_VARIABLE])


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
