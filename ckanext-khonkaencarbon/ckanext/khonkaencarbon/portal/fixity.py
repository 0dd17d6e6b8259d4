"""Inputs whose stored bytes are not those that were uploaded, held against the version made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ckanext.khonkaencarbon.footprint.findings import finding
from ckanext.khonkaencarbon.footprint.model import Finding, Source
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of
from ckanext.khonkaencarbon.portal import kept
from ckanext.khonkaencarbon.portal.snapshot import Snapshot

CODE = "input-damaged"


class DamagedError(Exception):
    """Stored inputs rotted: nothing may be computed from them."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(", ".join(one.input for one in findings))
        self.findings = findings


def check(dataset: Snapshot, sources: Sequence[Source]) -> None:
    """Hold files against the version published last, where nobody has uploaded another since.

    Args:
        dataset: as it was when its files were fetched.
        sources: the files of its inputs, in order.

    Raises:
        DamagedError: the bytes of some changed without an upload.
    """
    version = kept.newest(dataset.id)
    if version is None:
        return
    expected = _expected(dataset, version)
    damaged = [
        one.name
        for one in sources
        if one.resource_id in expected and digest_of(one.path)[0] != expected[one.resource_id]
    ]
    if damaged:
        raise DamagedError([finding(CODE, input=name) for name in damaged])


def _expected(dataset: Snapshot, version: Any) -> dict[str, str]:
    """Hashes, by resource, of the files that are still those the version was made of."""
    noted = version.inputs.get("files")
    then = noted if isinstance(noted, dict) else {}  # an early version noted no more than a hash
    now = dataset.parts["files"]
    return {
        one["resource_id"]: one["sha256"]
        for one in version.overview["inputs"]
        if one["resource_id"] in now and then.get(one["resource_id"]) == now[one["resource_id"]]
    }
