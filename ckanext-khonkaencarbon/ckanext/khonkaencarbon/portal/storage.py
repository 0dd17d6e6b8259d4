"""Files of published versions: ``<storage>/derived/<dataset>/<version>/``, written once and never changed.

They are written and synced beside their place first; one rename puts the folder there.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of

NAMES = ("summary.csv", "summary.json", "findings.json", "datapackage.json", "bundle.zip")
# Beside them, not for download: the sums of the input rows, to be multiplied with other factors,
CELLS = "cells.json"
ROWS = "rows.json"  # and where the rows of each cell stand
FORGOTTEN = 86400  # seconds after which what a killed worker left in the workshop is cleared away


def described(folder: Path, names: Iterable[str]) -> dict[str, dict[str, str | int]]:
    """Checksum and size of files in a folder."""
    found = {name: digest_of(folder / name) for name in names}
    return {name: {"sha256": sha256, "size": size} for name, (sha256, size) in found.items()}


def path(dataset_id: str, number: int, name: str) -> Path:
    """Where a file of a version lies."""
    return _folder(dataset_id) / str(number) / name


def is_whole(dataset_id: str, number: int, files: Mapping[str, Mapping[str, str | int]]) -> bool:
    """Whether all files of a version are there with the bytes they were published with."""
    for name, expected in files.items():
        try:
            sha256, _ = digest_of(path(dataset_id, number, name))
        except OSError:
            return False
        if sha256 != expected["sha256"]:
            return False
    return True


def stage(dataset_id: str, fence: int | str, contents: Mapping[str, bytes]) -> Path:
    """Write the files of a version to come, safe from a power cut; returns their folder."""
    folder = _folder(dataset_id) / f".{fence}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in contents.items():
        add(folder, name, lambda file, content=content: file.write(content))
    _sync(folder)
    return folder


def add(staged: Path, name: str, write: Callable[[IO[bytes]], object]) -> None:
    """Have one more staged file written, safe from a power cut; it may be larger than the memory."""
    with (staged / name).open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    _sync(staged)


def settle(staged: Path, number: int) -> None:
    """Put staged files in the place of a version; only who holds the claim may.

    What is there already was left by a run that broke off before anybody could see it, or is damaged.
    """
    place = staged.parent / str(number)
    if place.exists():
        shutil.rmtree(place)
    staged.rename(place)
    _sync(place.parent)


def replace(damaged: Path, content: bytes) -> None:
    """Give a damaged file of a version the bytes it was published with; readers see the one or the other."""
    damaged.parent.mkdir(parents=True, exist_ok=True)
    add(damaged.parent, f"{damaged.name}.new", lambda file: file.write(content))
    damaged.with_name(f"{damaged.name}.new").replace(damaged)
    _sync(damaged.parent)


def discard(staged: Path) -> None:
    """Delete staged files that did not become a version."""
    shutil.rmtree(staged, ignore_errors=True)


def withdraw(dataset_id: str, number: int) -> None:
    """Delete the files of a version."""
    shutil.rmtree(_folder(dataset_id) / str(number), ignore_errors=True)


def remove(dataset_id: str) -> None:
    """Delete all files of a dataset."""
    shutil.rmtree(_folder(dataset_id), ignore_errors=True)


def clear_stages(dataset_id: str) -> None:
    """Delete what broken-off runs of a dataset have left; only who holds the claim may."""
    for folder in _folder(dataset_id).glob(".*"):
        shutil.rmtree(folder, ignore_errors=True)


def workshop() -> Path:
    """Folder for the private copies of inputs."""
    folder = settings.storage_path() / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def tidy_workshop() -> None:
    """Delete what killed workers have left there."""
    for folder in workshop().iterdir():
        if folder.stat().st_mtime < time.time() - FORGOTTEN:
            shutil.rmtree(folder, ignore_errors=True)


def _folder(dataset_id: str) -> Path:
    return settings.storage_path() / "derived" / dataset_id


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
