"""The city's boundary: a polygon of GeoJSON, checked before it is stored.

RFC 7946: longitude before latitude in degrees of WGS 84, rings closed and of at least four positions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from shapely.geometry import MultiPolygon
from shapely.validation import explain_validity

# Thailand lies within 97°22'-105°37' E and 5°37'-20°27' N (Thai Meteorological Department, "The Climate of
# Thailand"); rounded outwards to whole degrees.
LONGITUDES, LATITUDES = (Decimal(97), Decimal(106)), (Decimal(5), Decimal(21))
FIELD = "city_boundary"
LONGEST = 1_000_000  # characters
KINDS = ("Polygon", "MultiPolygon")

Ring = list[tuple[Decimal, Decimal]]


class NoBoundaryError(ValueError):
    """The text is no boundary; ``problem`` says which rule it breaks, ``where`` the place or value."""

    def __init__(self, problem: str, where: str = "") -> None:
        super().__init__(problem, where)
        self.problem, self.where = problem, where


def rings(text: str) -> list[Ring]:
    """The rings of a boundary, outer ones and holes, as pairs of longitude and latitude.

    Raises:
        NoBoundaryError: not JSON, another geometry, a ring that is open, too short or crosses itself, a
            position that is no pair of numbers, swapped, or outside Thailand.
    """
    geometry = _geometry(_document(text))
    polygons = [[_ring(ring) for ring in polygon] for polygon in _polygons(geometry)]
    if not polygons:
        raise NoBoundaryError("empty")
    area = MultiPolygon([(_floats(outer), [_floats(one) for one in holes]) for outer, *holes in polygons])
    if not area.is_valid:
        raise NoBoundaryError("crosses", explain_validity(area))
    return [ring for polygon in polygons for ring in polygon]


def _document(text: str) -> Any:
    if len(text) > LONGEST:
        raise NoBoundaryError("long", f"{LONGEST:,}")
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        raise NoBoundaryError("json") from None


def _geometry(document: Any) -> Mapping[str, Any]:
    """The one geometry of a document: bare, a feature's, or that of a collection of one feature."""
    found = document
    if isinstance(found, Mapping) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise NoBoundaryError("features")
        found = features[0]
    if isinstance(found, Mapping) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, Mapping) or found.get("type") not in KINDS:
        raise NoBoundaryError("kind", str(found.get("type")) if isinstance(found, Mapping) else "")
    if not isinstance(found.get("coordinates"), list):
        raise NoBoundaryError("empty")
    return found


def _polygons(geometry: Mapping[str, Any]) -> Iterator[list[Any]]:
    listed = geometry["coordinates"]
    for polygon in [listed] if geometry["type"] == "Polygon" else listed:
        if not isinstance(polygon, list) or not polygon:
            raise NoBoundaryError("empty")
        yield polygon


def _ring(positions: Any) -> Ring:
    if not isinstance(positions, list) or len(positions) < 4:
        raise NoBoundaryError("short")
    ring = [_position(one) for one in positions]
    if ring[0] != ring[-1]:
        raise NoBoundaryError("open", f"{ring[0][0]}, {ring[0][1]}")
    return ring


def _position(given: Any) -> tuple[Decimal, Decimal]:
    pair = given[:2] if isinstance(given, list) else []
    if len(pair) != 2 or not all(isinstance(one, Decimal) for one in pair):
        raise NoBoundaryError("position", str(given)[:40])
    longitude, latitude = pair
    if _within(longitude, LONGITUDES) and _within(latitude, LATITUDES):
        return longitude, latitude
    swapped = _within(latitude, LONGITUDES) and _within(longitude, LATITUDES)
    raise NoBoundaryError("swapped" if swapped else "outside", f"{longitude}, {latitude}")


def _within(value: Decimal, span: tuple[Decimal, Decimal]) -> bool:
    return span[0] <= value <= span[1]


def _floats(ring: Ring) -> list[tuple[float, float]]:
    return [(float(longitude), float(latitude)) for longitude, latitude in ring]
