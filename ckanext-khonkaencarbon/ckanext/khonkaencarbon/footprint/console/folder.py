"""A folder of results, written so that a reader never meets half a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import IO


def write_folder(folder: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files into a folder, which is made if need be; None removes one of an earlier run.

    All contents are on disk before the first name changes. Raises OSError where that is not possible.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    try:
        for name, content in files.items():
            if content is not None:
                written[name] = _beside(folder, name, partial(_put, content))
        for name, content in files.items():
            if content is None:
                (folder / name).unlink(missing_ok=True)
            else:
                written.pop(name).replace(folder / name)
    finally:
        for left in written.values():
            left.unlink(missing_ok=True)


def _put(content: bytes, file: IO[bytes]) -> None:
    file.write(content)


def write_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write one file with ``write``; its name appears when all is on disk. Raises what ``write`` raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _beside(path.parent, path.name, write).replace(path)


def _beside(folder: Path, name: str, write: Callable[[IO[bytes]], object]) -> Path:
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:40]}.", dir=folder)
    path = Path(temporary)
    try:
        with os.fdopen(handle, "w+b") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        path.chmod(0o644)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
