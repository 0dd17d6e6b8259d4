"""What this stack was told and chose: address, ports, secrets. Remembered in the state folder."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from . import processes
from .machine import port_is_free, refuse_busy_port
from .place import Place
from .words import StopError

# Private servers look for a free port from here upwards, below the range of outgoing connections.
FIRST_PRIVATE_PORTS = {"postgres": 15432, "redis": 16379, "solr": 18983}
FIRST_TEST_PORT = 15500


@dataclass(frozen=True)
class Settings:
    """Where the servers listen."""

    listen: str
    port: int
    postgres: int
    redis: int
    solr: int
    solr_url: str

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the portal."""
        host = "127.0.0.1" if self.listen in ("0.0.0.0", "::") else self.listen  # noqa: S104
        return f"http://{host}:{self.port}"


def load(place: Place) -> Settings:
    """What was chosen by the last set-up."""
    return Settings(**json.loads((place.home / "settings.json").read_text("utf-8")))


def choose(place: Place) -> Settings:
    """What holds from now on: the variables, else what was remembered, else the defaults; only free ports."""
    path = place.home / "settings.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    running = {process.service for process in processes.ours(place)}
    settings = Settings(
        listen=_variable(place, "KHONKAENCARBON_LISTEN") or known.get("listen", "127.0.0.1"),
        port=_web_port(place, known.get("port", 5000)),
        solr_url=_variable(place, "KHONKAENCARBON_SOLR_URL") or known.get("solr_url", ""),
        **{
            name: _private(name, known.get(name, first), running)
            for name, first in FIRST_PRIVATE_PORTS.items()
        },
    )
    if "web" not in running or known.get("port") != settings.port:
        refuse_busy_port(settings.port, settings.listen)
    _write(path, json.dumps(asdict(settings), indent=2))
    return settings


def _variable(place: Place, name: str) -> str:
    return "" if place.testing else os.environ.get(name, "")


def _web_port(place: Place, known: int) -> int:
    if place.testing:
        return next(port for port in range(FIRST_TEST_PORT, 2**15) if port_is_free(port))
    told = os.environ.get("KHONKAENCARBON_PORT") or str(known)
    if told.isascii() and told.isdigit() and 0 < int(told) < 2**16:
        return int(told)
    raise StopError(
        f"KHONKAENCARBON_PORT={told} ไม่ใช่หมายเลขพอร์ต: โปรดใช้เลข 1 ถึง 65535",
        f"KHONKAENCARBON_PORT={told} is not a port: use a number from 1 to 65535.",
    )


def _private(name: str, wanted: int, running: set[str]) -> int:
    if name in running:
        return wanted
    return next(port for port in range(wanted, 2**15) if port_is_free(port))


def secret(place: Place) -> dict[str, str]:
    """Generated once, readable by the owner only."""
    path = place.home / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    names = ("session", "csrf", "token", "database", "datastore_reader", "redis")
    missing = {name: secrets.token_urlsafe(32) for name in names if name not in known}
    if missing:
        _write(path, json.dumps(known | missing, indent=2))
    return known | missing


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole, closed to others."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(f"{text}\n", "utf-8")
    fresh.replace(path)
