"""``/khonkaencarbon/health``: how the portal is, for whoever watches over it."""

from __future__ import annotations

import time

from flask import Blueprint, Response, jsonify

from ckanext.khonkaencarbon.portal import health

FRESH = 3  # seconds for which one look serves everybody who asks this process

khonkaencarbon_health = Blueprint("khonkaencarbon_health", __name__)
_last: tuple[float, dict[str, health.Part]] | None = None


@khonkaencarbon_health.route("/khonkaencarbon/health")
def show() -> tuple[Response, int]:
    """The report as JSON: 200 when every part is well, else 503."""
    parts = _parts()
    well = health.healthy(parts)
    answer = jsonify({"ok": well, "parts": {name: part.as_json() for name, part in parts.items()}})
    answer.headers["Cache-Control"] = "no-store"
    return answer, 200 if well else 503


def _parts() -> dict[str, health.Part]:
    global _last
    now = time.monotonic()
    if _last is None or now - _last[0] > FRESH:
        _last = now, health.report()
    return _last[1]
