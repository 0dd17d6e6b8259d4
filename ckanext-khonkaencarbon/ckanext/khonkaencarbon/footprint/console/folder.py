"""A folder of results, written so that a reader never meets half a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_folder(folder: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files into a folder, which is made if need be; None removes one of an earlier run.

    All contents are on disk before the first name changes. Raises OSError where that is not possible.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    try:
        for name, content in files.items():
            if content is not None:
                written[name] = _beside(folder, name, content)
        for name, content in files.items():
            if content is None:
                (folder / name).unlink(missing_ok=True)
            else:
                written.pop(name).replace(folder / name)
    finally:
        for left in written.values():
            left.unlink(missing_ok=True)


def _beside(folder: Path, name: str, content: bytes) -> Path:
    handle, path = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(path).chmod(0o644)
    return Path(path)
