"""Input files on this machine's disk: one private copy each, so that an upload meanwhile changes nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from ckan.lib import files, uploader

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Source
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.portal import storage
from ckanext.khonkaencarbon.portal.snapshot import Input

TIMEOUT = 30  # seconds without a byte from a foreign storage


@contextmanager
def sources(inputs: tuple[Input, ...]) -> Iterator[list[Source]]:
    """The files of these inputs, in order, for as long as the block runs.

    Raises:
        FileRefused: an input is a link, or its file is not in the storage.
    """
    with tempfile.TemporaryDirectory(dir=storage.workshop()) as folder:
        yield [_source(one, Path(folder) / one.id) for one in inputs]


def mapping_of(text: str) -> ColumnMapping | None:
    """The mapping that is stored on an input; None where the headings decide.

    Raises:
        FileRefused: it cannot be used.
    """
    return ColumnMapping.from_json(text) if text else None


def _source(one: Input, path: Path) -> Source:
    if not one.is_upload:
        raise FileRefused(finding("input-is-link", input=one.name or one.url))
    try:
        _fetch(one, path)
    except (files.exc.MissingFileError, FileNotFoundError) as missing:
        raise FileRefused(finding("source-unreadable", input=one.name)) from missing
    return Source(name=one.name, path=path, resource_id=one.id)


def _fetch(one: Input, path: Path) -> None:
    """Bring an upload to a path, from whichever storage this portal is set up with."""
    upload = uploader.get_resource_uploader({"id": one.id, "url": one.url, "url_type": one.url_type})
    if isinstance(upload, uploader.ResourceUpload):
        _link_or_copy(upload.get_path(one.id), path)
    elif isinstance(upload, uploader.FKResourceUpload):
        _stream(upload, one, path)
    else:
        _download(upload, one, path)


def _link_or_copy(stored: str, path: Path) -> None:
    """A second name for the stored file: CKAN replaces files by renaming, so this one keeps its bytes."""
    try:
        os.link(stored, path)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(stored, path)


def _stream(upload: uploader.FKResourceUpload, one: Input, path: Path) -> None:
    stored: Any = upload.storage
    with path.open("wb") as target:
        target.writelines(stored.stream(files.FileData(upload.get_path(one.id))))


def _download(upload: Any, one: Input, path: Path) -> None:
    """A storage of another plugin is asked for an address of the file."""
    with requests.get(upload.get_path(one.id), stream=True, timeout=TIMEOUT) as answer:
        if answer.status_code == requests.codes.not_found:
            raise FileNotFoundError(one.id)
        answer.raise_for_status()
        with path.open("wb") as target:
            target.writelines(answer.iter_content(1 << 20))
