"""Opening a bundle of any form that anybody may have made: nothing is trusted before it is checked."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
import zlib
from collections.abc import Mapping, Set
from pathlib import Path

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.forms import Extracted, Form, Listed
from ckanext.khonkaencarbon.footprint.output.manifest import FORMATS, MANIFEST

SIZE_LIMIT = 8 << 30
RATIO_LIMIT = 400  # of all members together, asked above _RATIO_FREE; a zip bomb has 1,000 and more
_RATIO_FREE = 64 << 20
_SPARE = 64 << 20
_BLOCK = 1 << 20
_STATED_LIMIT = 32 << 20  # of a manifest that is only asked for its form
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_NOT_READ = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_NOT_PARSED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


def extract(path: Path, folder: Path, form: Form[Listed]) -> Extracted[Listed]:
    """Check a bundle and write its members into a folder, under names of ours.

    Raises:
        FileRefused: no zip, not a bundle of this form, or made to do harm: paths, links, encryption, repeated
            or unknown members, sizes and ratios beyond the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            stated = _stated(archive)
            if stated != form.format and stated in FORMATS:
                raise FileRefused(finding("bundle-of-other-form", value=stated, wanted=form.format))
            members = _members(archive, form)
            manifest = _manifest(archive, members, form)
            _check_space(members, folder)
            return _extracted(archive, manifest, members, folder, form)
    except OSError as error:
        raise FileRefused(finding("source-unreadable", input=path.name)) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise refused("ไม่ใช่ไฟล์ zip หรือไฟล์เสียหาย", "it is no zip, or it is damaged") from error


def format_of(path: Path) -> str:
    """The form that a bundle says it has; empty where it says none that can be read. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _stated(archive)
    except (*_NOT_READ, UnicodeDecodeError):
        return ""


def _stated(archive: zipfile.ZipFile) -> str:
    try:
        member = archive.getinfo(MANIFEST)
        if member.file_size > _STATED_LIMIT or member.compress_type not in _COMPRESSIONS:
            return ""
        with archive.open(member) as file:
            stated = json.loads(file.read(_STATED_LIMIT))["format"]
    except (*_NOT_READ, *_NOT_PARSED):
        return ""
    return stated if isinstance(stated, str) else ""


def refused(th: str, en: str, member: str | None = None) -> FileRefused:
    """The refusal of a bundle, with the reason in both languages."""
    return FileRefused(finding("bundle-refused", value=member, problem=Text(th, en)))


def _members(archive: zipfile.ZipFile, form: Form[Listed]) -> dict[str, zipfile.ZipInfo]:
    listed, limit = archive.infolist(), form.member_limit
    if len(listed) > limit:
        raise refused(f"มีไฟล์ข้างในเกิน {limit}", f"it has more than {limit} members")
    members: dict[str, zipfile.ZipInfo] = {}
    for one in listed:
        _check_member(one, form)
        if one.filename in members:
            raise refused("มีไฟล์ชื่อซ้ำกัน", "a member occurs twice", one.filename)
        members[one.filename] = one
    _check_sizes(members)
    return members


def _check_member(one: zipfile.ZipInfo, form: Form[Listed]) -> None:
    mode = one.external_attr >> 16
    if one.flag_bits & _ENCRYPTED or one.compress_type not in _COMPRESSIONS:
        raise refused(
            "มีไฟล์ที่เข้ารหัสหรือบีบอัดแบบอื่น", "a member is encrypted or packed in another way", one.filename
        )
    if one.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
        raise refused("มีโฟลเดอร์หรือลิงก์", "a member is a folder or a link", one.filename)
    if one.orig_filename != one.filename or not form.is_known(one.filename):
        raise refused("มีไฟล์ที่ไม่ใช่ของชุดตรวจสอบ", "a member does not belong into a bundle", one.filename)


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
    archive: zipfile.ZipFile,
    manifest: Listed,
    members: Mapping[str, zipfile.ZipInfo],
    folder: Path,
    form: Form[Listed],
) -> Extracted[Listed]:
    files: dict[str, Path] = {}
    damaged: dict[str, str] = {}
    for number, (name, expected) in enumerate(manifest.files.items(), 1):
        target = folder / form.place(number, name)
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


def _manifest(archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], form: Form[Listed]) -> Listed:
    if MANIFEST not in members or members[MANIFEST].file_size > form.manifest_limit:
        raise refused("ไม่มี manifest.json หรือใหญ่เกินไป", "it has no manifest.json, or one that is too large")
    with archive.open(MANIFEST) as file:
        content = file.read(form.manifest_limit + 1)
    try:
        manifest = form.parsed(content)
    except _NOT_PARSED as error:
        raise refused(
            f"manifest.json ไม่ใช่ {form.format}", f"manifest.json is not of the form {form.format}"
        ) from error
    _check_complete(manifest, members.keys() - {MANIFEST}, form)
    return manifest


def _check_complete(manifest: Listed, present: Set[str], form: Form[Listed]) -> None:
    """Members, checksums and what the manifest refers to have to be the same set."""
    referred = form.referred(manifest, present)
    odd = sorted((manifest.files.keys() ^ present) | (present ^ referred))
    if odd:
        raise refused(
            "ไฟล์ข้างในไม่ตรงกับ manifest.json", "its members are not those that manifest.json names", odd[0]
        )
