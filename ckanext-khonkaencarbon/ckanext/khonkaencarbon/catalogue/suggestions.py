"""Words offered while somebody types, and for what looks like a slip."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from ckanext.khonkaencarbon.catalogue.known_words import vocabulary
from ckanext.khonkaencarbon.catalogue.text import has_thai, repaired, sound
from ckanext.khonkaencarbon.catalogue.vocabulary import CITY, OTHER, PLACE, WORD, key_of

SHORTEST = 4  # letters of a word that may be a slip
CLOSE = 0.75  # likeness of two words, 0 to 1, from which one may be meant for the other


def corrected(typed: str) -> str | None:
    """What was typed with unknown words replaced by the known ones they look like; nothing when none does."""
    text = repaired(typed[:200])
    unknown = [
        piece.text for piece in vocabulary().cut(text) if piece.kind == OTHER and len(piece.text) >= SHORTEST
    ]
    better = {word: meant for word in unknown if (meant := _meant(word))}
    for word, meant in better.items():
        text = text.replace(word, meant)
    return text if better else None


def _meant(word: str) -> str | None:
    if has_thai(word):
        near = get_close_matches(sound(word), _sounds(), 1, CLOSE)
        return _sounds()[near[0]] if near else None
    near = get_close_matches(word.lower(), _latin(), 1, CLOSE)
    return near[0] if near and near[0] != word.lower() else None


def completions(typed: str, most: int) -> list[str]:
    """Known words that begin with what was typed last, the shortest first."""
    *before, last = repaired(typed[:200]).split() or [""]
    start = key_of(last)
    if len(start) < 2:
        return []
    words = sorted(
        (key for key in _offered() if key.startswith(start) and key != start), key=lambda k: (len(k), k)
    )
    return [" ".join([*before, word]) for word in words[:most]]


@cache
def _offered() -> tuple[str, ...]:
    return tuple(key for key, kind in vocabulary().kinds.items() if kind in (WORD, PLACE, CITY))


@cache
def _sounds() -> dict[str, str]:
    return {sound(key): key for key in _offered() if has_thai(key) and len(key) >= SHORTEST}


@cache
def _latin() -> tuple[str, ...]:
    return tuple(key for key in _offered() if not has_thai(key) and len(key) >= SHORTEST)
