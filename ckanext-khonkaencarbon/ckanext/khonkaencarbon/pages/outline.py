"""The city's boundary as a drawing of lines: no map tiles, no other site."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ckanext.khonkaencarbon.portal.city import boundary

WIDTH = 320  # units of the drawing
MARGIN = 4


@dataclass(frozen=True)
class Outline:
    """A path and its box, and what stands around it in degrees."""

    path: str
    height: int
    west: str
    east: str
    south: str
    north: str
    width: int = WIDTH


def of(fields: Mapping[str, Any]) -> Outline | None:
    """The outline of the city's dataset; None where it has no boundary, or one from before it was checked."""
    text = fields.get(boundary.FIELD)
    return drawn(text) if isinstance(text, str) and text else None


@lru_cache(maxsize=4)
def drawn(text: str) -> Outline | None:
    """A boundary as a drawing in which distances east and north look alike at its latitude."""
    try:
        rings = boundary.rings(text)
    except boundary.NoBoundaryError:
        return None
    longitudes = [float(x) for ring in rings for x, _ in ring]
    latitudes = [float(y) for ring in rings for _, y in ring]
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    narrower = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / (((east - west) * narrower) or 1)

    def point(x: float, y: float) -> str:
        return f"{MARGIN + (x - west) * narrower * scale:.1f} {MARGIN + (north - y) * scale:.1f}"

    path = "".join("M" + "L".join(point(float(x), float(y)) for x, y in ring) + "Z" for ring in rings)
    height = round((north - south) * scale) + 2 * MARGIN
    return Outline(path, height, *(f"{one:.3f}" for one in (west, east, south, north)))
