"""Opening a bundle that anybody may have made: nothing is trusted before it is checked."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.manifest import (
    EDITION_FILE,
    FORMAT,
    INPUT_FILE,
    MANIFEST,
    MAPPING_FILE,
    OUTPUTS,
    SETTINGS,
    Manifest,
    parsed,
)

MEMBER_LIMIT = 2_000
SIZE_LIMIT = 8 << 30
MANIFEST_LIMIT = 4 << 20
RATIO_LIMIT = 400  # of all members together, asked above _RATIO_FREE; a zip bomb has 1,000 and more
_RATIO_FREE = 64 << 20
_SPARE = 64 << 20
_BLOCK = 1 << 20
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class Extracted(NamedTuple):
    """A bundle on disk. ``damaged`` maps a member to its checksum where that is not the manifest's."""

    manifest: Manifest
    files: Mapping[str, Path]
    damaged: Mapping[str, str]

    def content(self, member: str) -> bytes:
        """All bytes of a member."""
        return self.files[member].read_bytes()


def extract(path: Path, folder: Path) -> Extracted:
    """Check a bundle and write its members into a folder, under names of ours.

    Raises:
        FileRefused: no zip, not a bundle, or made to do harm: paths, links, encryption, repeated or unknown
            members, sizes and ratios beyond the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive)
            manifest = _manifest(archive, members)
            _check_space(members, folder)
            return _extracted(archive, manifest, members, folder)
    except OSError as error:
        raise FileRefused(finding("source-unreadable", input=path.name)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise refused("ไม่ใช่ไฟล์ zip หรือไฟล์เสียหาย", "it is no zip, or it is damaged") from error


def refused(th: str, en: str, member: str | None = None) -> FileRefused:
    """The refusal of a bundle, with the reason in both languages."""
    return FileRefused(finding("bundle-refused", value=member, problem=Text(th, en)))


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    listed = archive.infolist()
    if len(listed) > MEMBER_LIMIT:
        raise refused(f"มีไฟล์ข้างในเกิน {MEMBER_LIMIT}", f"it has more than {MEMBER_LIMIT} members")
    members: dict[str, zipfile.ZipInfo] = {}
    for one in listed:
        _check_member(one)
        if one.filename in members:
            raise refused("มีไฟล์ชื่อซ้ำกัน", "a member occurs twice", one.filename)
        members[one.filename] = one
    _check_sizes(members)
    return members


def _check_member(one: zipfile.ZipInfo) -> None:
    mode = one.external_attr >> 16
    if one.flag_bits & _ENCRYPTED or one.compress_type not in _COMPRESSIONS:
        raise refused(
            "มีไฟล์ที่เข้ารหัสหรือบีบอัดแบบอื่น", "a member is encrypted or packed in another way", one.filename
        )
    if one.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
        raise refused("มีโฟลเดอร์หรือลิงก์", "a member is a folder or a link", one.filename)
    if one.orig_filename != one.filename or not _is_known(one.filename):
        raise refused("มีไฟล์ที่ไม่ใช่ของชุดตรวจสอบ", "a member does not belong into a bundle", one.filename)


def _is_known(name: str) -> bool:
    fixed = {MANIFEST, SETTINGS, *(f"outputs/{output}" for output in OUTPUTS)}
    return name in fixed or any(known.fullmatch(name) for known in (EDITION_FILE, INPUT_FILE, MAPPING_FILE))


def _check_sizes(members: Mapping[str, zipfile.ZipInfo]) -> None:
    size = sum(one.file_size for one in members.values())
    packed = sum(one.compress_size for one in members.values())
    if size > SIZE_LIMIT:
        raise refused(
            f"ใหญ่เกิน {SIZE_LIMIT >> 30} GiB เมื่อแตกออก", f"unpacked it exceeds {SIZE_LIMIT >> 30} GiB"
        )
    if size > _RATIO_FREE and size > packed * RATIO_LIMIT:
        raise refused("บีบอัดแน่นผิดปกติ", f"it is packed more than {RATIO_LIMIT} times smaller than its content")


def _check_space(members: Mapping[str, zipfile.ZipInfo], folder: Path) -> None:
    if shutil.disk_usage(folder).free < sum(one.file_size for one in members.values()) + _SPARE:
        raise refused("พื้นที่ดิสก์ชั่วคราวไม่พอ", "there is not enough room on the disk for temporary files")


def _extracted(
    archive: zipfile.ZipFile, manifest: Manifest, members: Mapping[str, zipfile.ZipInfo], folder: Path
) -> Extracted:
    files: dict[str, Path] = {}
    damaged: dict[str, str] = {}
    for number, (name, expected) in enumerate(manifest.files.items(), 1):
        edition = EDITION_FILE.fullmatch(name)
        target = folder / str(number)
        if edition:
            target = folder / "editions" / edition["id"] / edition["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
        digest = _write(archive, members[name], target)
        files[name] = target
        if (members[name].file_size, digest) != expected:
            damaged[name] = digest
    return Extracted(manifest, files, damaged)


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    digest, size = hashlib.sha256(), 0
    with archive.open(member) as packed, target.open("wb") as file:
        while block := packed.read(_BLOCK):
            size += len(block)
            if size > member.file_size:
                raise zipfile.BadZipFile(member.filename)
            digest.update(block)
            file.write(block)
    if size != member.file_size:
        raise zipfile.BadZipFile(member.filename)
    return digest.hexdigest()


def _manifest(archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> Manifest:
    if MANIFEST not in members or members[MANIFEST].file_size > MANIFEST_LIMIT:
        raise refused("ไม่มี manifest.json หรือใหญ่เกินไป", "it has no manifest.json, or one that is too large")
    with archive.open(MANIFEST) as file:
        content = file.read(MANIFEST_LIMIT + 1)
    try:
        manifest = parsed(content)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise refused(f"manifest.json ไม่ใช่ {FORMAT}", f"manifest.json is not of the form {FORMAT}") from error
    _check_complete(manifest, members)
    return manifest


def _check_complete(manifest: Manifest, members: Mapping[str, zipfile.ZipInfo]) -> None:
    """Members, checksums and what the manifest refers to have to be the same set."""
    referred = {SETTINGS, *(f"outputs/{output}" for output in OUTPUTS)}
    referred |= {one.path for one in manifest.inputs}
    referred |= {one.mapping for one in manifest.inputs if one.mapping}
    editions = {name for name in members if name.startswith("editions/")}
    present = members.keys() - {MANIFEST}
    if manifest.files.keys() != present or present - editions != referred:
        odd = sorted((manifest.files.keys() ^ present) | ((present - editions) ^ referred))
        raise refused(
            "ไฟล์ข้างในไม่ตรงกับ manifest.json", "its members are not those that manifest.json names", odd[0]
        )
    if {name.split("/")[1] for name in editions} != manifest.editions.keys() or not manifest.inputs:
        raise refused("ชุดค่าการปล่อยหรือข้อมูลเข้าไม่ครบ", "editions or inputs are missing")
