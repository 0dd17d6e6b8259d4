"""The words the catalogue knows: config/synonyms.yaml and the names of config/places.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ckanext.khonkaencarbon.catalogue.places import districts, places, read
from ckanext.khonkaencarbon.catalogue.text import has_thai, repaired, sound
from ckanext.khonkaencarbon.catalogue.vocabulary import (
    CITY,
    END,
    LIGHT,
    PLACE,
    PREFIX,
    SHORTEST_SOUND,
    WORD,
    Vocabulary,
    key_of,
)


@cache
def vocabulary() -> Vocabulary:
    """Every known word; made once."""
    words, names = read("synonyms.yaml"), _place_names()
    narrower = {key_of(word): [key_of(kind) for kind in kinds] for word, kinds in words["narrower"].items()}
    alike = _alike(words) | {
        name: [other for other in others if other != name] for others in names.values() for name in others
    }
    kinds = _kinds(words, {*alike, *narrower, *(one for kinds in narrower.values() for one in kinds)}, names)
    whole = frozenset(key_of(word) for word in words["whole"])
    return Vocabulary(
        kinds=kinds,
        alike=alike,
        narrower=narrower,
        whole=whole,
        indivisible=re.compile("|".join(sorted(map(re.escape, whole), key=len, reverse=True))),
        sounds={sound(key): key for key in kinds if has_thai(key) and len(sound(key)) >= SHORTEST_SOUND},
        tree=_tree(_forms(words, names)),
        places={name: thai for thai, others in names.items() for name in others},
    )


def _alike(words: Mapping[str, Any]) -> dict[str, list[str]]:
    """Key -> the other words of its groups."""
    alike: dict[str, list[str]] = {}
    for group in (*words["groups"], *words["glossary"]):
        keys = [key_of(str(word)) for word in group]
        for key in keys:
            alike.setdefault(key, []).extend(other for other in keys if other != key)
    return alike


def _kinds(words: Mapping[str, Any], known: set[str], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Key -> what it is; the last of several kinds holds."""
    kinds = dict.fromkeys(known, WORD)
    kinds |= dict.fromkeys(map(key_of, words["whole"]), WORD)
    kinds |= {name: PLACE for others in names.values() for name in others}
    kinds |= dict.fromkeys(map(key_of, places()["prefixes"]), PREFIX)
    kinds |= dict.fromkeys((key_of(str(word)) for word in words["light"]), LIGHT)
    return kinds | dict.fromkeys(map(key_of, places()["city"]), CITY)


def _place_names() -> dict[str, list[str]]:
    """Thai name -> all its names; a name that several places share stands once."""
    names: dict[str, list[str]] = {}
    for place in (place for district, below in districts() for place in (district, *below)):
        english = key_of(place["en"])
        every = [key_of(place["th"]), *map(key_of, place.get("also", ())), english, english.replace(" ", "")]
        known = names.setdefault(place["th"], [])
        known += [name for name in dict.fromkeys(every) if name not in known]
    return names


def _forms(words: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> set[str]:
    """Every way to write a known word: Thai abbreviations with and without their dots."""
    listed = {*_listed(words), *(name for others in names.values() for name in others)}
    forms = {" ".join(repaired(word).lower().split()) for word in listed}
    return forms | {key for form in forms if len(key := key_of(form)) > 1}


def _listed(words: Mapping[str, Any]) -> Iterator[str]:
    for group in (*words["groups"], *words["glossary"], words["whole"], words["light"]):
        yield from map(str, group)
    for word, kinds in words["narrower"].items():
        yield from (word, *kinds)
    yield from (*places()["prefixes"], *places()["city"])


def _tree(forms: set[str]) -> Mapping[str, Any]:
    tree: dict[str, Any] = {}
    for form in forms:
        node = tree
        for letter in form:
            node = node.setdefault(letter, {})
        node[END] = key_of(form)
    return tree
