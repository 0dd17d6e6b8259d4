"""Addresses of datasets and organisations, and names of files, that nobody typed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from itertools import count

from ckan import model

from ckanext.khonkaencarbon.catalogue.addresses import address

SHORTEST = 2  # characters of a name, as CKAN has it
RESERVED = ("new", "edit", "search")


def free_name(title: str, kind: str, taken: Callable[[str], object] = model.Package.get) -> str:
    """An address nobody uses, from the title; a number behind it where others have it already."""
    name = address(title)
    if not re.search("[a-z]", name) or len(name) < SHORTEST or name in RESERVED:
        name = f"{kind}-{name or uuid.uuid4().hex[:8]}"
    if taken(name) is None:
        return name
    return next(numbered for n in count(2) if taken(numbered := f"{name}-{n}") is None)


def file_name(name: str) -> str:
    """The name of an uploaded file with something before its extension: ``.csv`` becomes ``data.csv``."""
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}data{last}" if last.startswith(("-", "_", ".")) else name
