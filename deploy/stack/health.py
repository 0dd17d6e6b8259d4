"""What the portal says about itself."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

from . import settings
from .place import Place
from .words import StopError

PAGE = "/khonkaencarbon/health"


def page(place: Place) -> dict[str, Any] | None:
    """The portal's own report, healthy or not; None when no page answers."""
    try:
        with urllib.request.urlopen(f"{settings.load(place).address}{PAGE}", timeout=20) as answer:  # noqa: S310
            return _document(answer.read())
    except urllib.error.HTTPError as refused:
        return _document(refused.read())
    except (urllib.error.URLError, OSError):
        return None


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def answers(place: Place) -> bool:
    """Whether the portal calls itself healthy."""
    try:
        with urllib.request.urlopen(f"{settings.load(place).address}{PAGE}", timeout=20) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def part_is_well(place: Place, part: str) -> bool:
    """Whether the portal finds no fault with one of its parts; True when it cannot be asked."""
    parts = (page(place) or {}).get("parts", {})
    return bool(parts.get(part, {}).get("ok", True))


def refusal(place: Place) -> StopError | None:
    """What the portal finds wrong with itself, as one sentence with the remedies."""
    parts = (page(place) or {}).get("parts", {})
    faults = [fault for part in parts.values() for fault in part.get("faults", [])]
    if not faults:
        return None
    th, en = (
        "; ".join(f"{fault['what'][language]} ({fault['fix'][language]})" for fault in faults)
        for language in ("th", "en")
    )
    return StopError(f"พอร์ทัลพบปัญหา: {th}", f"The portal reports: {en}")


def action(place: Place, name: str, **asked: str | int) -> Any:
    """Ask the portal's API as anybody can.

    Raises:
        OSError: no answer, or a refusal.
    """
    address = f"{settings.load(place).address}/api/3/action/{name}?{urlencode(asked)}"
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
        return json.load(answer)["result"]
