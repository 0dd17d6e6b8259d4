"""Becomes PostgreSQL: postgres_server.py PROGRAM DATA SOCKETS [OPTION...].

After a crash the number in a lock file may belong to another process of the same user, and PostgreSQL would
refuse to start for ever. A lock file is removed when the process it names does not work in this data folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def is_stale(lock: Path, data: Path) -> bool:
    """Whether the lock names no server of this data folder."""
    try:
        pid = int(lock.read_text("ascii").split()[0])
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) != data.resolve()
    except (OSError, ValueError, IndexError):
        return True


def main() -> None:
    """Clear the way, then become the server."""
    program, data, sockets, *options = sys.argv[1:]
    for lock in (*Path(data).glob("postmaster.pid"), *Path(sockets).glob(".s.PGSQL.*.lock")):
        if is_stale(lock, Path(data)):
            lock.unlink()
    os.execv(program, [program, "-D", data, "-k", sockets, *options])  # noqa: S606


if __name__ == "__main__":
    main()
