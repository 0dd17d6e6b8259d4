"""Inputs whose stored bytes are not those that were uploaded: told from the hashes a version was made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.khonkaencarbon.footprint.model import InputDescription
from ckanext.khonkaencarbon.portal.snapshot import Snapshot


def damaged(dataset: Snapshot, version: Any, read: Iterable[InputDescription]) -> list[str]:
    """Names of inputs whose bytes changed although nobody uploaded a file since a version was made.

    Args:
        dataset: as it was when its inputs were read.
        version: the row of the version to hold it against.
        read: what was read; an input that is missing here could not be.
    """
    files = version.inputs.get("files")
    same = files if isinstance(files, dict) else {}  # an early version noted no more than a hash
    then = {one["resource_id"]: one["sha256"] for one in version.overview["inputs"]}
    now = {one.resource_id: one.sha256 for one in read}
    return [
        one.name
        for one in dataset.inputs
        if one.id in then
        and same.get(one.id) == dataset.parts["files"][one.id]
        and then[one.id] != now.get(one.id)
    ]
