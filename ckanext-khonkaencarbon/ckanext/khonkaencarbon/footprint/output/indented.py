"""JSON with an indent of two blanks, byte for byte as Python's encoder writes it, which is slow at that.

The standard library's encoder in C knows no indent; with one, it works piece by piece in Python.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

_text: Callable[[str], str] = json.JSONEncoder(ensure_ascii=False).encode


def indented(value: object, margin: str = "\n") -> str:
    """Text, whole numbers, booleans, null, and lists and mappings of these; TypeError for anything else.

    Args:
        value: what is written; the keys of mappings are texts.
        margin: a line feed and the blanks that its lines begin with.
    """
    if isinstance(value, str):
        return _text(value)
    inner = margin + "  "
    if isinstance(value, Mapping):
        members = [f"{_text(key)}: {indented(one, inner)}" for key, one in value.items()]
        return f"{{{inner}{f',{inner}'.join(members)}{margin}}}" if members else "{}"
    if isinstance(value, Sequence):
        elements = [indented(one, inner) for one in value]
        return f"[{inner}{f',{inner}'.join(elements)}{margin}]" if elements else "[]"
    if value is None or isinstance(value, int):
        return "null" if value is None else str(value).lower()  # True, False
    raise TypeError(type(value).__name__)
