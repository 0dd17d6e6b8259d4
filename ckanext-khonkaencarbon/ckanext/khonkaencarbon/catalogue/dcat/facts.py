"""What both descriptions say of a dataset, read out of its Thai fields; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from ckanext.khonkaencarbon.catalogue.documents import named_places
from ckanext.khonkaencarbon.catalogue.places import english, read
from ckanext.khonkaencarbon.catalogue.text import has_thai, repaired
from ckanext.khonkaencarbon.catalogue.timeliness import day_of
from ckanext.khonkaencarbon.catalogue.years import covered

Entity = Mapping[str, Any]
LANGUAGES = ("th", "en")
SIDES = ("west", "south", "east", "north")


class Box(NamedTuple):
    """Degrees of longitude and latitude."""

    west: float
    south: float
    east: float
    north: float


@cache
def terms() -> Mapping[str, Any]:
    """config/dcat.yaml as it stands."""
    loaded: Mapping[str, Any] = read("dcat.yaml")
    return loaded


def concept(table: str, code: str) -> str:
    """The address of a concept in an authority table of the European Union."""
    return f"{terms()['authority']}{table}/{code}"


def texts(entity: Entity, field: str) -> dict[str, str]:
    """A field by language; the plain one is Thai."""
    translated = entity.get(f"{field}_translated")
    given = dict(translated) if isinstance(translated, Mapping) else {}
    given.setdefault("th", entity.get(field) or "")
    return {
        language: str(given[language]) for language in LANGUAGES if str(given.get(language) or "").strip()
    }


def language_of(text: str) -> str:
    """The language of a word that nobody said it of."""
    return "th" if has_thai(text) else "en"


def listed(value: Any) -> list[str]:
    """A field of one or several values as a list."""
    return [value] if isinstance(value, str) and value else list(value or ())


def period(dataset: Entity) -> tuple[date, date] | None:
    """First and last day of the years of the data, of the common era."""
    named = (str(dataset.get(f"{which}_year_of_data") or "") for which in ("first", "last"))
    years = frozenset[int]().union(*(covered(repaired(text)) for text in named))
    return (date(min(years), 1, 1), date(max(years), 12, 31)) if years else None


def geometry(dataset: Entity) -> dict[str, Any] | None:
    """The extent as GeoJSON: as drawn, or the box of the four bounds."""
    drawn = _loaded(dataset.get("spatial"))
    if isinstance(drawn, Mapping) and drawn.get("coordinates"):
        return dict(drawn)
    try:
        west, east = (float(dataset[f"{side}_bound_longitude"]) for side in ("west", "east"))
        north, south = (float(dataset[f"{side}_bound_longitude"]) for side in ("north", "south"))  # sic
    except (KeyError, TypeError, ValueError):
        return None
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def box(shape: Mapping[str, Any]) -> Box | None:
    """The box around a GeoJSON geometry."""
    points = list(_points(shape.get("coordinates")))
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def places(dataset: Entity) -> list[dict[str, str]]:
    """Districts and subdistricts that a dataset names, in both languages."""
    said = {**dataset, "tags": [tag["name"] for tag in dataset.get("tags") or ()]}
    return [{"th": place, "en": english().get(place, place)} for place in named_places(said)]


def moment(text: Any) -> str:
    """A moment of CKAN, which is without zone in UTC, as ISO 8601 with its zone; a date stays a date."""
    written = str(text or "")
    day = day_of(written)
    if day is None:
        return ""
    if len(written) <= len("2026-11-27"):
        return day.isoformat()
    return f"{day.isoformat()}{written[10:19]}+00:00"


def media_type(resource: Entity) -> str:
    """The media type of a file; empty where nobody knows."""
    stated = str(resource.get("mimetype") or "")
    known = terms()["format"].get(str(resource.get("format") or "").upper())
    return stated if "/" in stated else (known[1] if known else "")


def is_address(value: Any) -> bool:
    """Whether a value is the address of something on the web."""
    return str(value or "").strip().lower().startswith(("http://", "https://", "ftp://"))


def _loaded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, list) or not coordinates:
        return
    if isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
        return
    for one in coordinates:
        yield from _points(one)
