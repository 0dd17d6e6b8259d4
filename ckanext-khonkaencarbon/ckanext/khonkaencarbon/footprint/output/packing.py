"""Writing a bundle: a zip whose order, dates and rights are fixed, so that equal members give equal bytes."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from ckanext.khonkaencarbon.footprint.digest import compact
from ckanext.khonkaencarbon.footprint.reading.inspection import file_chunks

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
_RIGHTS = 0o100644 << 16
_UNIX = 3
_LEVEL = 6
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')


class InputChangedError(Exception):
    """An input is not what the result was computed from."""


class Member(NamedTuple):
    """A member to be: its path, its size, and its bytes piece by piece."""

    path: str
    size: int
    chunks: Iterator[bytes]

    @classmethod
    def of(cls, path: str, content: bytes) -> Member:
        """A small one."""
        return cls(path, len(content), iter([content]))


def pack(target: IO[bytes], members: Iterable[Member]) -> None:
    """Write members in this order into a file that can be written and sought."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for one in members:
            info = zipfile.ZipInfo(one.path, _DATE)
            info.create_system, info.external_attr = _UNIX, _RIGHTS
            info.compress_type, info.file_size = zipfile.ZIP_DEFLATED, one.size
            with archive.open(info, "w") as file:
                for chunk in one.chunks:
                    file.write(chunk)


def unchanged(path: Path, sha256: str, name: str) -> Iterator[bytes]:
    """The bytes of a file; InputChangedError with the name after the last where the checksum differs."""
    digest = hashlib.sha256()
    for chunk in file_chunks(path):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != sha256:
        raise InputChangedError(name)


def safe_name(name: str, otherwise: str) -> str:
    """A file name that every system can hold and that people recognise."""
    return _NOT_IN_NAMES.sub("_", name)[:80].rstrip(" .") or otherwise


def checksum(path: str, size: int, sha256: str) -> dict[str, object]:
    """What a manifest says of a member."""
    return {"path": path, "bytes": size, "sha256": sha256}


def checksum_of(path: str, content: bytes) -> dict[str, object]:
    """The same of a small one."""
    return checksum(path, len(content), hashlib.sha256(content).hexdigest())


def json_bytes(document: object) -> bytes:
    """Two-space indent, letters as they are, final newline."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def sorted_json(document: object) -> bytes:
    """The same with sorted keys: its bytes do not depend on their order."""
    return json_bytes(json.loads(compact(document)))
