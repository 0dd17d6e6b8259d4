"""Addresses of datasets whose title says nothing in ASCII."""

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
