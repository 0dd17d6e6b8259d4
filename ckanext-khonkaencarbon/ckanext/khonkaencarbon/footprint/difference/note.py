"""difference.json: the note that stands beside a version and says why it differs from the one before."""

from __future__ import annotations

import json
from typing import Any

from ckanext.khonkaencarbon.footprint.difference import words
from ckanext.khonkaencarbon.footprint.difference.amounts import WHOLE, as_json
from ckanext.khonkaencarbon.footprint.difference.decomposition import Decomposition
from ckanext.khonkaencarbon.footprint.difference.version import Version

FORMAT = "khonkaencarbon-difference/1"


def document(found: Decomposition) -> dict[str, Any]:
    """The terms with every total they change, exact, and the sentences; displays round, the values do not."""
    return {
        "format": FORMAT,
        "old": _version(found.old),
        "new": _version(found.new),
        "change": as_json(found.change),
        "terms": [
            {
                "causes": [cause.value for cause in term.causes],
                "change": as_json(term.change),
                "text": words.sentence(found, term).as_json(),
            }
            for term in found.terms
        ],
        "text": words.summary(found).as_json(),
    }


def json_bytes(found: Decomposition) -> bytes:
    """Two-space indent, non-ASCII literal, final newline."""
    return (json.dumps(document(found), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _version(one: Version) -> dict[str, str]:
    return {"fingerprint": one.fingerprint, "co2e_kg": one.totals[WHOLE[0]]}
