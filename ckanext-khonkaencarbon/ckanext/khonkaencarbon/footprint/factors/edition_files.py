"""The files that make an edition, byte for byte, so that it can travel with a result."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from ckanext.khonkaencarbon.footprint.factors.edition import edition_ids

if TYPE_CHECKING:  # its place in the standard library moved after Python 3.10
    from importlib.resources.abc import Traversable

# The names that ``edition.load_edition`` reads.
FILE_NAME = re.compile(
    r"edition\.yaml|(factors|parameters|published_totals)(-[a-z0-9-]{1,60})?\.csv", re.ASCII
)


def edition_files(name: str) -> dict[str, bytes]:
    """The content of each file by name, sorted, of one of our editions by id or of the folder at a path."""
    folder: Traversable = Path(name)
    if name in edition_ids():
        folder = files("ckanext.khonkaencarbon.config") / "factors" / name
    entries = sorted((entry.name, entry) for entry in folder.iterdir() if FILE_NAME.fullmatch(entry.name))
    return {file_name: entry.read_bytes() for file_name, entry in entries}
