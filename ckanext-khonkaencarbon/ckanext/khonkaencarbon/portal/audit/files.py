"""The files of versions: all there, with their bytes, and none besides."""

from __future__ import annotations

import shutil
import time
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of
from ckanext.khonkaencarbon.portal import ledger, queue, storage
from ckanext.khonkaencarbon.portal.audit.violation import Look, Mend, Violation, owing, violation
from ckanext.khonkaencarbon.portal.city.versions.sources import CITY_VERSIONS
from ckanext.khonkaencarbon.portal.queue import OWED

VERSIONS = ledger.VERSIONS
BUNDLE, OUTPUTS = "bundle.zip", "outputs/"


def orphans(look: Look) -> Iterator[Violation]:
    """Every folder of files is that of a version, or somebody is at work in it."""
    with queue.engine().begin() as connection:
        each = (sa.select(table.c.dataset_id, table.c.number) for table in (VERSIONS, CITY_VERSIONS))
        known = set(map(tuple, connection.execute(sa.union_all(*each))))
    for folder in _folders():
        look.seen["folders"] += 1
        owner = folder.parent.name, int(folder.name) if folder.name.isdecimal() else -1
        if owner not in known and _is_left(folder, look.grace):
            name = f"{folder.parent.name}/{folder.name}"
            yield violation("files-orphan", folder.parent.name, _removing(folder, look.grace), folder=name)


def _folders() -> Iterator[Path]:
    root = settings.storage_path() / "derived"
    datasets = sorted(root.iterdir()) if root.is_dir() else []
    for dataset in datasets:
        yield from sorted(dataset.iterdir()) if dataset.is_dir() else ()


def _is_left(folder: Path, grace: float) -> bool:
    """Whether a folder is old enough, nobody works on its dataset, and no version has it by now."""
    dataset_id = folder.parent.name
    held = sa.select(OWED.c.fence).where(OWED.c.dataset_id == dataset_id, OWED.c.lease_until.is_not(None))
    number = int(folder.name) if folder.name.isdecimal() else -1
    versions = (
        sa.select(table.c.number).where(table.c.dataset_id == dataset_id, table.c.number == number)
        for table in (VERSIONS, CITY_VERSIONS)
    )
    with queue.engine().begin() as connection:
        if connection.execute(sa.union_all(held, *versions)).first() is not None:
            return False
    try:
        return time.time() - folder.stat().st_mtime >= grace
    except FileNotFoundError:
        return False


def _removing(folder: Path, grace: float) -> Mend:
    def mend() -> bool:
        if _is_left(folder, grace):
            shutil.rmtree(folder)
        return True

    return mend


def sizes(look: Look) -> Iterator[Violation]:
    """The files of the versions in force are there, as long as published; opens none of them."""
    for row in _versions(VERSIONS.c.in_force):
        for name, told in row.files.items():
            if _size(row, name) != told["size"]:
                yield _damaged(row, name)


def checksums(look: Look) -> Iterator[Violation]:
    """The files of every version that was not withdrawn have the bytes they were published with."""
    for row in _versions(VERSIONS.c.withdrawn_at.is_(None)):
        for name, told in row.files.items():
            look.seen["files"] += 1
            try:
                found, size = digest_of(storage.path(row.dataset_id, row.number, name))
            except OSError:
                found, size = "", 0
            look.seen["bytes"] += size
            if found != told["sha256"]:
                yield _damaged(row, name)


def _versions(which: Any) -> list[sa.engine.Row[Any]]:
    """Those of datasets of which this is true, and those of the city that were not withdrawn."""
    names = "dataset_id", "number", "files"
    of_datasets = sa.select(*(VERSIONS.c[name] for name in names), VERSIONS.c.in_force).where(which)
    of_city = sa.select(*(CITY_VERSIONS.c[name] for name in names), sa.false().label("in_force"))
    both = sa.union_all(of_datasets, of_city.where(CITY_VERSIONS.c.withdrawn_at.is_(None)))
    with queue.engine().begin() as connection:
        return list(connection.execute(both.order_by("dataset_id", "number")))


def _size(row: Any, name: str) -> int:
    try:
        return storage.path(row.dataset_id, row.number, name).stat().st_size
    except OSError:
        return -1


def _damaged(row: Any, name: str) -> Violation:
    """From the bundle of the same version; of the version in force a run makes what cannot be had so."""

    def mend() -> bool:
        path = storage.path(row.dataset_id, row.number, name)
        content = _from_bundle(path.with_name(BUNDLE), name, row.files)
        if content is not None:
            storage.replace(path, content)
            return True
        return row.in_force and owing(row.dataset_id)()

    return violation("file-damaged", row.dataset_id, mend, version=row.number, file=name)


def _from_bundle(bundle: Path, name: str, files: Mapping[str, Mapping[str, Any]]) -> bytes | None:
    try:
        with zipfile.ZipFile(bundle) as archive:
            content = archive.read(OUTPUTS + name)
    except (OSError, KeyError, zipfile.BadZipFile, zipfile.LargeZipFile):
        return None
    return content if sha256(content).hexdigest() == files[name]["sha256"] else None
