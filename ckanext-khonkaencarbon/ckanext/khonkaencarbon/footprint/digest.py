"""Hashes of structures: SHA-256 in hex of their compact JSON with sorted keys."""

from __future__ import annotations

import hashlib
import json


def digest(structure: object) -> str:
    """The hash of anything JSON can hold; non-ASCII characters are hashed as UTF-8."""
    text = json.dumps(structure, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
