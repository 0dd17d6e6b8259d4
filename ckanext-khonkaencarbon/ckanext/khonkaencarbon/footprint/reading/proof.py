"""A big file is read as the UTF-8 that its beginning shows; a process beside it proves that or disproves it.

Decoding and hashing take about as long as the engine's own work, and Python does one thing at a time.
Nothing is reported before the proof is there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path

from ckanext.khonkaencarbon.footprint.reading import inspection
from ckanext.khonkaencarbon.footprint.reading.inspection import Inspected, inspect

BIG = 32 << 20  # bytes; below, a process is not worth its start


class UnprovenError(Exception):
    """The file is not in UTF-8 after all: nothing was reported yet, and it has to be opened again."""


class Proof:
    """The inspection of a file, under way."""

    def __init__(self, path: Path, delimiter: str) -> None:
        self._path = path.resolve()
        self._delimiter = delimiter
        command = [sys.executable, "-I", inspection.__file__, str(self._path), delimiter]
        try:
            self._child: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - our own file, no shell
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                cwd=tempfile.gettempdir(),
            )  # fmt: skip
        except OSError:  # no process to be had
            self._child = None

    @cached_property
    def outcome(self) -> Inspected:
        """Waited for; where the process ends without one, this process does its work."""
        said = self._child.communicate()[0] if self._child else b""
        if self._child and self._child.returncode == 0:
            return Inspected(*json.loads(said))
        return inspect(self._path, self._delimiter)

    def drop(self) -> None:
        """End the process if it is still at work."""
        if self._child and self._child.returncode is None:
            self._child.kill()
            self._child.communicate()
