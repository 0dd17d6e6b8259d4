"""Is there room for the stack on this machine?"""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from .place import Place
from .shell import disk_full
from .words import StopError

GIGABYTE = 1024**3
FIRST_SET_UP = 3 * GIGABYTE
LATER = GIGABYTE // 4


def check_disk(place: Place) -> None:
    """Refuse to begin what the disk cannot hold."""
    needed = LATER if (place.home / "stamps" / "environment").exists() else FIRST_SET_UP
    for folder in (_existing(place.home), Path("/usr")):
        if shutil.disk_usage(folder).free < needed:
            raise disk_full()


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def port_is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def refuse_busy_port(port: int, address: str) -> None:
    """Say which variable chooses another port for the pages."""
    if port_is_free(port, address):
        return
    raise StopError(
        f"พอร์ต {port} ของ {address} มีโปรแกรมอื่นใช้อยู่: โปรดเลือกพอร์ตอื่น เช่น "
        f"KHONKAENCARBON_PORT={port + 1} deploy/up",
        f"Port {port} of {address} is in use by another program: choose another, for example "
        f"KHONKAENCARBON_PORT={port + 1} deploy/up",
    )
