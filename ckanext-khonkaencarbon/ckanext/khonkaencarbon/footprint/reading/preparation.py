"""Everything that is decided about a file before its first row is read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.archive import is_zip, workbook_extras
from ckanext.khonkaencarbon.footprint.reading.content import HEAD_BYTES, refuse_other_content
from ckanext.khonkaencarbon.footprint.reading.encoding import Encoded, find_encoding
from ckanext.khonkaencarbon.footprint.reading.headings import (
    listed,
    missing_roles,
    role_label,
    suggested_roles,
)
from ckanext.khonkaencarbon.footprint.reading.inspection import file_chunks
from ckanext.khonkaencarbon.footprint.reading.layout import Layout, TextFile, find_layout
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.sheet import ENCODING, Limits, Sheet, read_sheet
from ckanext.khonkaencarbon.footprint.reading.wide import check_periods
from ckanext.khonkaencarbon.footprint.vocabulary import Vocabulary


@dataclass(frozen=True)
class Bytes:
    """The bytes of an input, which may be the beginning of a file only."""

    open: Callable[[], BinaryIO]
    chunks: Callable[[], Iterator[bytes]]
    whole: bool = True
    path: Path | None = None  # a workbook can only be read from a file
    limits: Limits | None = None  # of the process that reads it

    @classmethod
    def of_file(cls, path: Path, limits: Limits | None = None) -> Bytes:
        """All bytes of a file."""
        return cls(lambda: path.open("rb"), lambda: file_chunks(path), path=path, limits=limits)

    @classmethod
    def of_head(cls, head: bytes) -> Bytes:
        """The first bytes of a file, which may end in the middle of a character."""
        return cls(lambda: io.BytesIO(head), lambda: iter([head]), whole=False)


@dataclass(frozen=True)
class Prepared:
    """A readable text with its headings; that of a workbook is the ``sheet`` as CSV, a line per sheet row."""

    file: TextFile
    encoded: Encoded
    layout: Layout
    sheet: Sheet | None = None


def prepare(
    content: Bytes, mapping: ColumnMapping, vocabulary: Vocabulary, *, trusting: bool = False
) -> Prepared:
    """Settle kind of file, encoding, delimiter and headings; ``trusting`` as in ``find_encoding``.

    Raises:
        FileRefused: not a text file, a byte that is no character, or no headings.
    """
    head = next(content.chunks(), b"")[:HEAD_BYTES]
    if not head:
        raise FileRefused(finding("source-error"))
    extras = workbook_extras(content.path) if content.path and is_zip(head) else None
    if extras is not None and content.path is not None:
        return _prepared_sheet(read_sheet(content.path, mapping, extras, content.limits), mapping, vocabulary)
    refuse_other_content(head)
    encoded = find_encoding(content.chunks, mapping.encoding, whole=content.whole, trusting=trusting)
    file = TextFile(content.open, encoded.encoding, content.whole)
    return Prepared(file, encoded, find_layout(file, mapping, vocabulary))


def _prepared_sheet(sheet: Sheet, mapping: ColumnMapping, vocabulary: Vocabulary) -> Prepared:
    file = TextFile(sheet.open, "utf-8")
    layout = find_layout(file, replace(mapping, delimiter=","), vocabulary)
    return Prepared(file, Encoded(ENCODING), layout, sheet)


def resolved(mapping: ColumnMapping, prepared: Prepared, vocabulary: Vocabulary) -> ColumnMapping:
    """The mapping with nothing left open.

    Raises:
        FileRefused: a required role without a source, or headings that do not settle the roles.
    """
    labels = prepared.layout.labels
    roles = suggested_roles(labels, mapping, vocabulary)
    check_periods(mapping, vocabulary)
    missing = missing_roles(roles, wide=mapping.wide is not None)
    if missing:
        names = [role_label(role, vocabulary) for role in missing]
        joined = Text(", ".join(name.th for name in names), ", ".join(name.en for name in names))
        raise FileRefused(finding("missing-role", roles=joined, columns=listed(labels)))
    if prepared.sheet is not None:
        return replace(mapping, encoding=None, delimiter=None, sheet=prepared.sheet.name, roles=roles)
    return replace(
        mapping, encoding=prepared.encoded.encoding, delimiter=prepared.layout.delimiter, roles=roles
    )
