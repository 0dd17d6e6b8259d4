"""Names of datasets and files whose own say nothing in ASCII."""

from __future__ import annotations

import re
import uuid

from ckan import model
from ckan.lib.munge import munge_title_to_name

LONGEST = 80


def free_name(title: str, kind: str) -> str:
    """An address nobody uses: from the title's Latin words, else the kind of dataset and a short id."""
    name = munge_title_to_name(title)[:LONGEST].strip("-_")
    if not re.search("[a-z]{2}", name):
        return f"{kind}-{uuid.uuid4().hex[:8]}"
    if model.Package.get(name) is None:
        return name
    return f"{name}-{uuid.uuid4().hex[:8]}"


def file_name(name: str) -> str:
    """The name of an uploaded file with something before its extension: ``.csv`` becomes ``data.csv``."""
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}data{last}" if last.startswith(("-", "_", ".")) else name
