"""Hashes of structures: SHA-256 in hex of their compact JSON with sorted keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

compact: Callable[[object], str] = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode
"""The compact JSON of a structure."""


def digest(structure: object) -> str:
    """The hash of anything JSON can hold; non-ASCII characters are hashed as UTF-8."""
    return digest_of_text(compact(structure))


def digest_of_text(text: str) -> str:
    """The hash of compact JSON that was put together elsewhere."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
