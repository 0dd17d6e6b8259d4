"""Whether an extent on the map can be one: a GeoJSON geometry with coordinates on earth (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

WORLD = (180.0, 90.0)  # degrees of longitude and latitude
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
SHORTEST_RING = 4  # positions; the last repeats the first
Fault = str
NOT_GEOMETRY, NOT_POSITIONS, OUTSIDE, SWAPPED, OPEN_RING = (
    "not-geometry",
    "not-positions",
    "outside",
    "swapped",
    "open-ring",
)


def fault(geometry: Any) -> Fault | None:
    """What is wrong with a geometry, if anything."""
    depth = _DEPTHS.get(str(geometry.get("type"))) if isinstance(geometry, Mapping) else None
    if depth is None:
        return NOT_GEOMETRY
    try:
        positions = list(_positions(geometry.get("coordinates"), depth))
    except (TypeError, ValueError):
        return NOT_POSITIONS
    if not positions:
        return NOT_POSITIONS
    return _misplaced(positions) or (_open(geometry) if depth >= _DEPTHS["Polygon"] else None)


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as a polygon."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _positions(coordinates: Any, depth: int) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, Sequence) or isinstance(coordinates, str):
        raise TypeError
    if depth:
        for part in coordinates:
            yield from _positions(part, depth - 1)
        return
    longitude, latitude, *_ = coordinates
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in (longitude, latitude)):
        raise TypeError
    yield longitude, latitude


def _misplaced(positions: Sequence[tuple[float, float]]) -> Fault | None:
    if all(_on_earth(*position) for position in positions):
        return None
    return SWAPPED if all(_on_earth(*reversed(position)) for position in positions) else OUTSIDE


def _on_earth(longitude: float, latitude: float) -> bool:
    return abs(longitude) <= WORLD[0] and abs(latitude) <= WORLD[1]


def _open(geometry: Mapping[str, Any]) -> Fault | None:
    if geometry["type"] == "MultiLineString":
        return None
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [ring for polygon in polygons for ring in polygon]
    closed = all(len(ring) >= SHORTEST_RING and ring[0] == ring[-1] for ring in rings)
    return None if closed else OPEN_RING
