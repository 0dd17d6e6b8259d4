"""What Solr is given of a dataset, beside what CKAN gives it: texts to search, years, places and facets.

Pure: a dataset comes as a mapping in CKAN's shape, with translations as mappings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ckanext.khonkaencarbon.catalogue import years
from ckanext.khonkaencarbon.catalogue.known_words import vocabulary
from ckanext.khonkaencarbon.catalogue.text import repaired
from ckanext.khonkaencarbon.catalogue.vocabulary import Piece

LONGEST = 30_000  # letters of description that are searched
LONGEST_SPELLED = 1_000  # letters of description in which years and places are looked for
TITLE, TAGS, TEXT, SPELLING, YEARS, PLACES = (
    "kk_title",
    "kk_tags",
    "kk_text",
    "kk_spelling",
    "kk_years",
    "kk_places",
)

Dataset = Mapping[str, Any]


def search_fields(dataset: Dataset) -> dict[str, Any]:
    """Fields of the index document of a dataset, by name.

    Args:
        dataset: title, notes, tags (names), organisation (names), resources, `*_translated`, years of data.
    """
    words = vocabulary()
    titles = list(_texts(dataset, "title"))
    notes = [note[:LONGEST] for note in _texts(dataset, "notes")]
    tags = [str(tag) for tag in dataset.get("tags") or ()]
    others = [*_organisation(dataset), *_resources(dataset), *_texts(dataset, "data_source")]
    names = [str(dataset.get("name") or "").replace("-", " ").replace("_", " ")]
    title_words, tag_words = [_bare(title) for title in titles], [_bare(tag) for tag in tags]
    return {
        TITLE: title_words,
        TAGS: tag_words,
        TEXT: [*title_words, *tag_words, *(_bare(text) for text in (*notes, *others, *names))],
        SPELLING: [spelled for text in (*titles, *tags) if (spelled := words.spelled(text))],
        YEARS: covered_years(dataset),
        PLACES: named_places(dataset),
    }


@lru_cache(maxsize=1 << 10)
def _pieces(text: str) -> tuple[Piece, ...]:
    """A text is cut once for its words and once more for its places: remembered in between."""
    return tuple(vocabulary().cut(repaired(text)))


def _bare(text: str) -> str:
    return vocabulary().joined(_pieces(text))


def _texts(dataset: Dataset, field: str) -> Iterator[str]:
    """A field and its translations, each once."""
    translated = dataset.get(f"{field}_translated")
    values = translated.values() if isinstance(translated, Mapping) else ()
    yield from dict.fromkeys(str(text) for text in (dataset.get(field), *values) if text)


def _organisation(dataset: Dataset) -> Iterator[str]:
    organisation = dataset.get("organization")
    if isinstance(organisation, Mapping):
        yield from _texts(organisation, "title")


def _resources(dataset: Dataset) -> Iterator[str]:
    for resource in dataset.get("resources") or ():
        if resource.get("carbon_role") != "derived":
            yield from _texts(resource, "name")
            yield from (text[:LONGEST] for text in _texts(resource, "description"))


def covered_years(dataset: Dataset) -> list[str]:
    """Years of the common era that a dataset covers, by its fields and its text; spans are filled."""
    first, last = (str(dataset.get(f"{which}_year_of_data") or "") for which in ("first", "last"))
    stated = f"{first} - {last}" if first and last else f"{first} {last}"
    found = frozenset[int]().union(*(_years_in(text) for text in (stated, *_said(dataset))))
    return [str(year) for year in sorted(found)]


@lru_cache(maxsize=1 << 13)  # the texts of what is shown most; a card asks at each view
def _years_in(text: str) -> frozenset[int]:
    return years.covered(repaired(text))


def named_places(dataset: Dataset) -> list[str]:
    """Thai names of the districts and subdistricts that a dataset names."""
    words = vocabulary()
    pieces = (piece for text in _said(dataset) for piece in _pieces(text))
    return sorted({words.places[piece.key] for piece in pieces if piece.key in words.places})


def _said(dataset: Dataset) -> Iterator[str]:
    """Titles, tags and the beginning of the description."""
    yield from _texts(dataset, "title")
    yield from map(str, dataset.get("tags") or ())
    yield from (text[:LONGEST_SPELLED] for text in _texts(dataset, "notes"))
