"""Text cut at the words the catalogue knows.

Solr sees entries and queries after this, so that a known word is cut alike wherever it stands. What lies
between known words is left to Solr's own word breaking. The words come from :mod:`.known_words`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.khonkaencarbon.catalogue.text import has_thai, repaired, sound

WORD, PLACE, PREFIX, CITY, LIGHT, OTHER = "word", "place", "prefix", "city", "light", "other"
SHORTEST_CUT = 4  # letters; shorter Thai words stand inside too many others to be cut out of a run
SHORTEST_SOUND = 6  # letters of a word whose spelling may vary
_DEPENDENT = set("ะัาำิีึืฺุู็่้๊๋์ํ๎ๆ")  # signs that belong to the letter before them
_THAI = "".join(map(chr, range(0x0E01, 0x0E5C)))
_LEADING = set("เแโใไ")  # vowels that belong to the letter after them
END = ""  # key of a tree's leaf


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: what it is and, for a known word, its form in the vocabulary."""

    text: str
    kind: str = OTHER
    key: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Known words by key."""

    kinds: Mapping[str, str]
    alike: Mapping[str, Sequence[str]]  # key -> words of the same meaning
    narrower: Mapping[str, Sequence[str]]
    whole: frozenset[str]
    indivisible: re.Pattern[str]  # any of them
    sounds: Mapping[str, str]
    tree: Mapping[str, Any]  # letter -> tree; the empty letter -> key of the word that ends there
    places: Mapping[str, str]  # key of a name in either language -> Thai name

    def cut(self, text: str) -> Iterator[Piece]:
        """Parts of a repaired text, in order; the longest known word wins at each letter."""
        low = text.lower()
        begun = at = 0
        while at < len(low):
            end, key = self._longest(low, at) if low[at] in self.tree else (0, "")
            if not end:
                at += 1
                continue
            plural = end + (low[end : end + 1] == "s" and low[end - 1].isascii())
            yield from self._rest(text[begun:at])
            yield Piece(text[at:plural], self.kinds[key], key)
            begun = at = plural
        yield from self._rest(text[begun:])

    def _rest(self, text: str) -> Iterator[Piece]:
        """What no known word was cut out of, blank by blank; short words and spellings are known here."""
        for part in text.split():
            key = key_of(part)
            key = (
                key
                if key in self.kinds
                else self.sounds.get(sound(part), "")
                if has_thai(part)
                else singular(key)
            )
            yield Piece(part, self.kinds.get(key, OTHER), key if key in self.kinds else "")

    def _longest(self, low: str, at: int) -> tuple[int, str]:
        found, node, end = (0, ""), self.tree, at
        if not _begins(low, at):
            return found
        while end < len(low) and (node := node.get(low[end])) is not None:  # type: ignore[assignment]
            end += 1
            if (key := node.get(END)) and _ends(low, at, end):
                found = (end, key)
        return found

    def meanings(self, key: str) -> Sequence[tuple[str, float]]:
        """Words to search for a known word, each with its weight; itself comes first."""
        weights = {key: 1.0}
        for word in self.alike.get(key, ()):
            weights.setdefault(word, 0.8)
        for word in list(weights):
            for kind in self.narrower.get(word, ()):
                for name in (kind, *self.alike.get(kind, ())):
                    weights.setdefault(name, 0.4)
        return list(weights.items())

    def bare(self, text: str) -> str:
        """A text with blanks around known words, no dots in abbreviations, indivisible words sealed."""
        return self.joined(self.cut(repaired(text)))

    def joined(self, pieces: Iterable[Piece]) -> str:
        """Parts of a text as they stand in the index."""
        return " ".join(self.form(piece) for piece in pieces)

    def spelled(self, text: str) -> str:
        """A text as it sounds, without its indivisible words."""
        return sound(self.indivisible.sub(" ", repaired(text)))

    def form(self, piece: Piece) -> str:
        """A part as it stands in the index."""
        key = piece.key if piece.kind != OTHER and key_of(piece.text) == piece.key else key_of(piece.text)
        text = key if piece.kind != OTHER and "." in piece.text and has_thai(piece.text) else piece.text
        if text.isascii() or len(text) < SHORTEST_CUT:
            return text
        return self.indivisible.sub(lambda found: f" {sealed(found.group())} ", text).strip()


def key_of(word: str) -> str:
    """The form under which a word is known: repaired, small letters; Thai abbreviations without dots."""
    word = " ".join(repaired(word).lower().split())
    return word.replace(".", "") if has_thai(word) and "." in word else word


def singular(word: str) -> str:
    """An English word without its plural ending, roughly."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def sealed(key: str) -> str:
    """One token for a word whose parts mean something else, which no analysis takes apart."""
    return f"w{hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()[:12]}w"


def _begins(low: str, at: int) -> bool:
    before, here = low[at - 1] if at else " ", low[at]
    if has_thai(here):
        return here not in _DEPENDENT and before not in _LEADING
    return here.isalnum() and not before.isalnum()


def _ends(low: str, at: int, end: int) -> bool:
    after = low[end] if end < len(low) else " "
    if not has_thai(low[at]):
        return not after.isalnum() or (after == "s" and not low[end + 1 : end + 2].isalnum())
    if after in _DEPENDENT:
        return False
    long_enough = end - at >= SHORTEST_CUT and "." not in low[at:end]
    return long_enough or _stands_alone(low, at, end)


def _stands_alone(low: str, at: int, end: int) -> bool:
    """Short words and abbreviations are words only where no Thai letter or dot touches them.

    A dotted one may follow a word, as in ขยะอ.บ้านไผ่, but not the letters of another abbreviation.
    """
    before, dotted = low[at - 1] if at else " ", low[end - 1] == "."
    after = low[end] if end < len(low) else " "
    if before == "." or (has_thai(before) and not (dotted and _is_word(low[:at]))):
        return False
    return dotted or not (has_thai(after) or after == ".")


def _is_word(text: str) -> bool:
    """Whether a text ends in Thai letters with a vowel written among them."""
    ending = text[len(text.rstrip(_THAI)) :]
    return any(letter in _DEPENDENT or letter in _LEADING for letter in ending)
