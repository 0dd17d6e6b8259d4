"""Our own Redis: loopback only, with a password."""

from __future__ import annotations

import socket
from pathlib import Path

from . import settings
from .place import Place

# The distribution's server and checker are one program that looks at the name it is called by. The package
# redis-server adds only a link and a system service on port 6379, so we use a link of our own.
PROGRAM = Path("/usr/bin/redis-check-rdb")


def make(place: Place) -> None:
    """Write its configuration."""
    folder = place.home / "redis"
    folder.mkdir(exist_ok=True)
    link = folder / "redis-server"
    link.unlink(missing_ok=True)
    link.symlink_to(PROGRAM)
    conf = folder / "redis.conf"
    conf.touch(mode=0o600)
    conf.write_text(
        "bind 127.0.0.1\n"
        f"port {settings.load(place).redis}\n"
        f"requirepass {settings.secret(place)['redis']}\n"
        f'dir "{folder}"\n'
        # a killed server comes back with its queue and its list of workers
        "appendonly yes\n"
        # processes.py finds our processes by their environment, which a title would overwrite
        "set-proc-title no\n",
        "utf-8",
    )


def command(place: Place) -> list[str]:
    """How the process manager starts it."""
    folder = place.home / "redis"
    return [str(folder / "redis-server"), str(folder / "redis.conf")]


def url(place: Place, database: int = 0) -> str:
    """Address for CKAN."""
    return f"redis://:{settings.secret(place)['redis']}@127.0.0.1:{settings.load(place).redis}/{database}"


def answers(place: Place) -> bool:
    """Whether it takes our password and says PONG."""
    try:
        with socket.create_connection(("127.0.0.1", settings.load(place).redis), timeout=5) as line:
            line.sendall(f"AUTH {settings.secret(place)['redis']}\r\nPING\r\n".encode())
            answer = line.makefile("rb")
            return [answer.readline(), answer.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
    except OSError:
        return False
