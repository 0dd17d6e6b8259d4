"""What a workbook's archive says about itself, checked before anything in it is inflated.

A 1.7 kB workbook can ask for 549 GB, and a zip file can lie about every size: these limits come first, those
of the child process in ``sheet_child`` second.
"""

from __future__ import annotations

import struct
import zipfile
from itertools import pairwise
from pathlib import Path

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Text

ENTRY_LIMIT = 1_000
SIZE_LIMIT = 512 << 20  # bytes, inflated
_DIRECTORY_LIMIT = 1 << 20  # bytes
_RATIO_LIMIT = 100  # inflated : packed, for archives above _SMALL
_SMALL = 8 << 20  # bytes, inflated
_END = struct.Struct("<4s4H2LH")
_WORKBOOK = "xl/workbook.xml"

_MACROS = Text("แมโคร", "macros")
_LINKS = Text("ลิงก์ไปยังแฟ้มอื่น", "links to other workbooks")
_EMBEDDED = Text("แฟ้มที่ฝังไว้", "embedded files")
_EXTRAS = (("xl/vbaProject", _MACROS), ("xl/externalLinks/", _LINKS), ("xl/embeddings/", _EMBEDDED))


def is_zip(head: bytes) -> bool:
    """Whether the first bytes are those of a zip archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def workbook_extras(path: Path) -> list[Text] | None:
    """What a workbook holds besides its sheets and what is ignored; None for another kind of archive.

    Raises:
        FileRefused: the archive is damaged, encrypted, or built to take memory.
    """
    _check_end(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, UnicodeDecodeError, NotImplementedError) as error:
        raise _damaged() from error
    names = [entry.filename for entry in entries]
    if _WORKBOOK not in names:
        return None
    _check_entries(entries)
    return [kind for prefix, kind in _EXTRAS if any(name.startswith(prefix) for name in names)]


def _check_end(path: Path) -> None:
    """The end record names how many entries there are, before any of them takes memory."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _END.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise _damaged()
    entries, size = _END.unpack_from(tail, at)[4:6]
    if entries > ENTRY_LIMIT or size > _DIRECTORY_LIMIT:
        raise _bomb(f"{entries} entries")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused(finding("workbook-password"))
    if len({entry.filename for entry in entries}) < len(entries):
        raise _bomb("duplicate names")
    if any(_leaves_the_archive(entry.filename) for entry in entries):
        raise _bomb("file names")
    places = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    if any(start + size > following for (start, size), (following, _) in pairwise(places)):
        raise _bomb("overlapping entries")
    inflated, packed = (
        sum(sizes) for sizes in zip(*((e.file_size, e.compress_size) for e in entries), strict=True)
    )
    if inflated > SIZE_LIMIT or (inflated > _SMALL and inflated > _RATIO_LIMIT * packed):
        raise _bomb(f"{inflated >> 20} MB")


def _leaves_the_archive(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name or "\\" in name


def _damaged() -> FileRefused:
    return FileRefused(finding("workbook-damaged"))


def _bomb(problem: str) -> FileRefused:
    return FileRefused(finding("workbook-archive", value=problem, limit=SIZE_LIMIT >> 20))
