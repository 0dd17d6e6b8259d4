"""Becomes PostgreSQL: postgres_server.py PROGRAM DATA [OPTION...].

After a crash the number in postmaster.pid may belong to another process of the same user, and PostgreSQL
would refuse to start for ever. The file is removed when that process does not work in this data folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def is_stale(pid_file: Path) -> bool:
    """Whether the file names no server of its own folder."""
    try:
        pid = int(pid_file.read_text("ascii").split()[0])
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) != pid_file.parent.resolve()
    except (OSError, ValueError, IndexError):
        return True


def main() -> None:
    """Clear the way, then become the server."""
    program, data, *options = sys.argv[1:]
    pid_file = Path(data) / "postmaster.pid"
    if pid_file.exists() and is_stale(pid_file):
        pid_file.unlink()
    os.execv(program, [program, "-D", data, *options])  # noqa: S606


if __name__ == "__main__":
    main()
