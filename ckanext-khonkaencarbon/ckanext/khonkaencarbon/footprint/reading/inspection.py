"""What one pass over the bytes of a big file says: hash, decoding, and whether its lines are plain.

It is also run as a process of its own, beside the engine (``proof``), so it needs the standard library alone.

A line is plain if each quotation mark in it opens a cell (it follows a delimiter or the line's beginning) or
closes one (a delimiter or the line's end follows), and no quoted cell holds a mark or a line end. Every CSV
reader sees the same cells in such a line.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_CHUNK = 1 << 20
_WINDOW = 1 << 14  # bytes in which a line must end


class UnfitError(Exception):
    """The table is one for the standard library's engine."""


class Inspected(NamedTuple):
    """The outcome; ``lines`` are all lines of the file, None where not every one of them is plain."""

    sha256: str
    size: int
    utf8: bool
    lines: int | None
    fit: bool = True  # False: a control character, or a line that has to be looked at with care


def file_chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces of 1 MiB."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def whole_lines(path: Path) -> Iterator[bytes]:
    """The file in pieces that end with a line; only the last line may have no end.

    Raises:
        UnfitError: a line of more than 2 MiB.
    """
    rest = b""
    for chunk in file_chunks(path):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
            if len(rest) > 2 * _CHUNK:
                raise UnfitError
    if rest:
        yield rest


def inspect(path: Path, delimiter: str) -> Inspected:
    """One pass over the file."""
    digest, size, lines, utf8 = hashlib.sha256(), 0, 0, True
    check, plain = PlainCheck(delimiter), True
    try:
        for block in whole_lines(path):
            digest.update(block)
            size += len(block)
            utf8 = utf8 and _is_utf8(block)
            plain = plain and check.holds(block)
            lines += count_lines(block)
    except UnfitError:
        return _without_lines(path)
    return Inspected(digest.hexdigest(), size, utf8, lines if plain else None)


def _without_lines(path: Path) -> Inspected:
    digest, size, utf8 = hashlib.sha256(), 0, True
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    for chunk in file_chunks(path):
        digest.update(chunk)
        size += len(chunk)
        try:
            utf8 and decoder.decode(chunk, size == path.stat().st_size)
        except UnicodeDecodeError:
            utf8 = False
    return Inspected(digest.hexdigest(), size, utf8, None, fit=False)


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def count_lines(block: bytes) -> int:
    """How many lines a block of whole lines has."""
    return block.count(b"\n") + (not block.endswith(b"\n"))


class PlainCheck:
    """Looks at blocks of whole lines; one kind of line end is allowed in a file."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter.encode()
        self._carriage: bool | None = None

    def holds(self, block: bytes) -> bool:
        """Whether all lines are plain; UnfitError where they have to be looked at with care."""
        check_fit(block)
        return self._one_line_end(block) and marks_in_pairs(block, self._delimiter)

    def _one_line_end(self, block: bytes) -> bool:
        carriage = b"\r" in block
        if self._carriage is None:
            self._carriage = carriage
        if carriage != self._carriage or not carriage:
            return carriage == self._carriage
        pairs = block.count(b"\r\n")
        return pairs == block.count(b"\r") == block.count(b"\n") and block.endswith(b"\n")


def check_fit(block: bytes) -> None:
    """UnfitError for a zero byte, a unit separator, or a line of more than 16 kB."""
    if b"\0" in block or b"\x1f" in block:
        raise UnfitError
    for start in range(0, len(block) - _WINDOW, _WINDOW):
        if block.find(b"\n", start, start + _WINDOW) < 0:
            raise UnfitError


def marks_in_pairs(lines: bytes, delimiter: bytes) -> bool:
    """Whether every quotation mark of whole lines opens or closes a cell with no mark or line end in it."""
    outside, inside = (pieces := lines.split(b'"'))[::2], pieces[1::2]
    if not inside:
        return True
    if len(outside) == len(inside):
        return False
    first, *between, last = outside
    quoted = b"".join(inside)
    if b"\n" in quoted or b"\r" in quoted or not all(between):
        return False
    ends = {piece[-1:] for piece in (first, *between)}
    begins = {piece[:1] for piece in (*between, last)}
    return ends <= {b"", b"\n", delimiter} and begins <= {b"", b"\r", b"\n", delimiter}


def main() -> None:
    """Inspect the file and delimiter of the command line; the outcome goes to stdout as a JSON list."""
    print(json.dumps(inspect(Path(sys.argv[1]), sys.argv[2])))


if __name__ == "__main__":
    main()
