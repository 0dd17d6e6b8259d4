"""The encoding ladder: byte order mark, strict UTF-8, UTF-16 by its zero bytes, strict CP874, refuse.

One byte that cannot be decoded refuses the file; nothing is ever replaced by a question mark.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.reading.inspection import file_chunks

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names that may stand in a mapping. CP874 is TIS-620 and ISO-8859-11 with quotation marks added.
_NAMES = {
    "utf8": "utf-8",
    "utf8sig": "utf-8",
    "ascii": "utf-8",
    "utf16": "utf-16-le",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "cp874": "cp874",
    "windows874": "cp874",
    "tis620": "cp874",
    "iso885911": "cp874",
    "cp1252": "cp1252",
    "windows1252": "cp1252",
}
_THAI_IN_UTF8 = re.compile(rb"\xe0[\xb8\xb9][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")
_STRAY_MARK = re.compile("(?:^|[^ก-๛])[ัิ-ฺ็-๎]")

Chunks = Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a pass over all bytes found; ``doubtful``: Thai marks stand where no Thai word has them."""

    encoding: str
    assumed: bool = False
    doubtful: bool = False


def digest_of(path: Path) -> tuple[str, int]:
    """SHA-256 in hex and size of a file."""
    digest, size = hashlib.sha256(), 0
    for chunk in file_chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def find_encoding(
    chunks: Chunks, declared: str | None, *, whole: bool = True, trusting: bool = False
) -> Encoded:
    """The encoding of the bytes.

    Args:
        chunks: called for each pass over the bytes.
        declared: the mapping's word, which is obeyed; None climbs the ladder.
        whole: False where the last character may be cut off.
        trusting: the first bytes are enough to take the file for UTF-8; somebody else proves it.

    Raises:
        FileRefused: a byte that is no character, or an encoding that is not known.
    """
    head = next(iter(chunks()), b"")[:_CHUNK]
    if trusting and _looks_like_utf8(head, declared):
        return Encoded("utf-8")
    if declared is not None:
        return _declared(chunks, declared, whole)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _strict(chunks, encoding, whole)
    wrong = _first_wrong_byte(chunks, "utf-8", whole)
    if b"\0" in head:
        return _strict(chunks, _utf16_order(head), whole)
    if wrong is None:
        return Encoded("utf-8")
    if _damaged_utf8(chunks) or _first_wrong_byte(chunks, "cp874", whole) is not None:
        raise _refused("UTF-8", wrong, _line_of(chunks, wrong))
    return Encoded("cp874", assumed=True, doubtful=_doubtful(chunks))


def _looks_like_utf8(head: bytes, declared: str | None) -> bool:
    return (
        (declared is None or _named(declared) == "utf-8")
        and b"\0" not in head
        and _first_wrong_byte(lambda: [head], "utf-8", False) is None
    )


def _named(declared: str) -> str | None:
    return _NAMES.get(re.sub(r"[-_ ]", "", declared.casefold()))


def _declared(chunks: Chunks, declared: str, whole: bool) -> Encoded:
    encoding = _named(declared)
    if encoding is None:
        problem = f"encoding “{declared}”"
        raise FileRefused(finding("mapping-invalid", column="encoding", value=declared, problem=problem))
    head = next(iter(chunks()), b"")
    if encoding == "utf-16-le" and head.startswith(codecs.BOM_UTF16_BE):
        encoding = "utf-16-be"
    return _strict(chunks, encoding, whole)


def _strict(chunks: Chunks, encoding: str, whole: bool) -> Encoded:
    wrong = _first_wrong_byte(chunks, encoding, whole)
    if wrong is not None:
        line = None if encoding.startswith("utf-16") else _line_of(chunks, wrong)
        raise _refused(encoding.upper(), wrong, line)
    return Encoded(encoding)


def _refused(encoding: str, offset: int, line: int | None = None) -> FileRefused:
    return FileRefused(finding("encoding-error", line=line, encoding=encoding, offset=offset + 1))


def _line_of(chunks: Chunks, offset: int) -> int:
    """The line, counted from 1, that the byte at ``offset`` is in."""
    line = 1
    for chunk in chunks():
        line += chunk.count(b"\n", 0, max(offset, 0))
        offset -= len(chunk)
    return line


def _first_wrong_byte(chunks: Chunks, encoding: str, whole: bool) -> int | None:
    """Offset of the first byte that is no character, or None."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset, pending = 0, 0
    try:
        for chunk in chunks():
            decoder.decode(chunk)
            offset += len(chunk)
            pending = len(decoder.getstate()[0])
        decoder.decode(b"", whole)
    except UnicodeDecodeError as error:
        return offset - pending + error.start
    return None


def _utf16_order(head: bytes) -> str:
    """In Thai and English UTF-16 the high byte of nearly every character is 0x00 or 0x0E."""
    even, odd = head[0::2], head[1::2]
    high_even, high_odd = (sum(half.count(byte) for byte in (b"\0", b"\x0e")) for half in (even, odd))
    if max(high_even, high_odd) * 10 < len(odd) * 9:
        raise _refused("UTF-8", head.index(b"\0"))
    return "utf-16-le" if high_odd >= high_even else "utf-16-be"


def _damaged_utf8(chunks: Chunks) -> bool:
    """Whether most bytes beyond ASCII are Thai in UTF-8: a faulty UTF-8 file is not to be read as CP874."""
    thai = high = 0
    for chunk in chunks():
        thai += len(_THAI_IN_UTF8.findall(chunk)) * 3
        high += len(_HIGH.findall(chunk))
    return thai * 2 >= high


def _doubtful(chunks: Chunks) -> bool:
    return any(_STRAY_MARK.search(chunk.decode("cp874")[1:]) for chunk in chunks())
