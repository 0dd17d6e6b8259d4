"""What a file is, by its first bytes; its name is only a hint."""

from __future__ import annotations

import re
from pathlib import PurePath

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Text

HEAD_BYTES = 4096
_CSV_NAMES = frozenset({".csv", ".txt", ".tsv", ".tab", ""})
_WORKBOOK_NAMES = frozenset({".xlsx", ".xlsm", ""})

_IMAGE = Text("รูปภาพ", "an image")
_ARCHIVE = Text("แฟ้มบีบอัด", "a compressed archive")
_PAGE = Text("หน้าเว็บ (HTML)", "a web page (HTML)")
_SAVE_AS = Text(
    "โปรดเปิดใน Excel แล้วบันทึกเป็น (Save as) “CSV UTF-8”", "Open it in Excel and save it as “CSV UTF-8”."
)
_UNPACK = Text("โปรดแตกแฟ้มแล้วอัปโหลดไฟล์ CSV ที่อยู่ข้างใน", "Unpack it and upload the CSV file inside.")
_TABLE = Text("โปรดอัปโหลดตารางข้อมูลเป็นไฟล์ CSV", "Upload the table of figures as a CSV file.")

_MAGIC: tuple[tuple[bytes, Text, Text], ...] = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        Text("แฟ้มงาน Excel แบบเก่าหรือมีรหัสผ่าน", "an old or password-protected Excel workbook"),
        _SAVE_AS,
    ),
    (b"%PDF-", Text("เอกสาร PDF", "a PDF document"), _TABLE),
    (b"\x1f\x8b", _ARCHIVE, _UNPACK),
    (b"BZh", _ARCHIVE, _UNPACK),
    (b"\xfd7zXZ\x00", _ARCHIVE, _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE, _UNPACK),
    (b"Rar!\x1a\x07", _ARCHIVE, _UNPACK),
    (b"\x89PNG\r\n\x1a\n", _IMAGE, _TABLE),
    (b"\xff\xd8\xff", _IMAGE, _TABLE),
    (b"GIF8", _IMAGE, _TABLE),
    (b"II*\x00", _IMAGE, _TABLE),
    (b"MM\x00*", _IMAGE, _TABLE),
    (b"PAR1", Text("แฟ้ม Parquet", "a Parquet file"), _TABLE),
    (b"SQLite format 3\x00", Text("ฐานข้อมูล SQLite", "an SQLite database"), _TABLE),
    (b"{\\rtf", Text("เอกสาร RTF", "an RTF document"), _TABLE),
)
_MARKUP: tuple[tuple[re.Pattern[bytes], Text, Text], ...] = (
    (re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|script)[\s>]", re.I), _PAGE, _SAVE_AS),
    (re.compile(rb"<\?xml|<!--|<[a-z][\w:.-]*[\s/>]", re.I), Text("เอกสาร XML", "an XML document"), _TABLE),
    (re.compile(rb'\{\s*(?:"|\})|\[\s*(?:[{\["\]]|-?\d)'), Text("ข้อมูล JSON", "JSON"), _TABLE),
)  # fmt: skip


def refuse_other_content(head: bytes) -> None:
    """Return for text; raise FileRefused that says what the file is and what to do for anything else."""
    found = _binary(head) or _markup(head)
    if found is not None:
        kind, remedy = found
        raise FileRefused(finding("format-error", kind=kind, remedy=remedy))


def name_fits(name: str, *, workbook: bool = False) -> bool:
    """Whether a file of this name is expected to hold what it holds: CSV, or a workbook."""
    return PurePath(name).suffix.lower() in (_WORKBOOK_NAMES if workbook else _CSV_NAMES)


def _binary(head: bytes) -> tuple[Text, Text] | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(head)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _IMAGE, _TABLE
    return next(((kind, remedy) for magic, kind, remedy in _MAGIC if head.startswith(magic)), None)


def _zip(head: bytes) -> tuple[Text, Text]:
    if b"xl/" in head:
        return Text("แฟ้มงาน Excel", "an Excel workbook"), _SAVE_AS
    if b"[Content_Types].xml" in head or b"_rels/" in head or b"docProps/" in head:
        return Text("แฟ้มงาน Excel หรือเอกสาร Office", "an Excel workbook or another Office document"), _SAVE_AS
    if b"opendocument" in head:
        return Text("เอกสาร OpenDocument", "an OpenDocument file"), _SAVE_AS
    return _ARCHIVE, _UNPACK


def _markup(head: bytes) -> tuple[Text, Text] | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next(((kind, remedy) for pattern, kind, remedy in _MARKUP if pattern.match(text)), None)
