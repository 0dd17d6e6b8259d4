"""Files of published versions: ``<storage>/derived/<dataset>/<version>/``, written once and never changed.

They are written and synced beside their place first; one rename puts the folder there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from ckanext.khonkaencarbon import settings

NAMES = ("summary.csv", "summary.json", "findings.json")
FORGOTTEN = 86400  # seconds after which what a killed worker left in the workshop is cleared away


def described(contents: Mapping[str, bytes]) -> dict[str, dict[str, str | int]]:
    """Checksum and size of each file."""
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in contents.items()
    }


def path(dataset_id: str, number: int, name: str) -> Path:
    """Where a file of a version lies."""
    return _folder(dataset_id) / str(number) / name


def is_whole(dataset_id: str, number: int, files: Mapping[str, Mapping[str, str | int]]) -> bool:
    """Whether all files of a version are there with the bytes they were published with."""
    for name, expected in files.items():
        try:
            content = path(dataset_id, number, name).read_bytes()
        except OSError:
            return False
        if hashlib.sha256(content).hexdigest() != expected["sha256"]:
            return False
    return True


def stage(dataset_id: str, fence: int, contents: Mapping[str, bytes]) -> Path:
    """Write the files of a version to come, safe from a power cut; returns their folder."""
    folder = _folder(dataset_id) / f".{fence}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in contents.items():
        with (folder / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _sync(folder)
    return folder


def settle(staged: Path, number: int) -> None:
    """Put staged files in the place of a version; only who holds the claim may.

    What is there already was left by a run that broke off before anybody could see it, or is damaged.
    """
    place = staged.parent / str(number)
    if place.exists():
        shutil.rmtree(place)
    staged.rename(place)
    _sync(place.parent)


def discard(staged: Path) -> None:
    """Delete staged files that did not become a version."""
    shutil.rmtree(staged, ignore_errors=True)


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
