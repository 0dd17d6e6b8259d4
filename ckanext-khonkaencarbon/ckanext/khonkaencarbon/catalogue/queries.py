"""What people type, as a query for Solr: parts that must be found, each in any of its forms; parts that help.

Everything typed is quoted; no sign in it reaches Solr as syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ckanext.khonkaencarbon.catalogue import documents as field
from ckanext.khonkaencarbon.catalogue import years
from ckanext.khonkaencarbon.catalogue.known_words import vocabulary
from ckanext.khonkaencarbon.catalogue.text import has_thai, repaired
from ckanext.khonkaencarbon.catalogue.vocabulary import (
    CITY,
    LIGHT,
    OTHER,
    PLACE,
    PREFIX,
    SHORTEST_SOUND,
    WORD,
    Piece,
)

LONGEST = 300  # letters of a query that are read
COUNTS = "^=20"  # when loosened, an entry with two of the parts comes before one with a single rare part
APART = "~30"  # words of an unknown Thai run may stand so far from each other
MOST_PARTS = 12  # parts of a query; the rest only helps to rank
PARTS = "kk_parts"
LONGEST_PART = 12  # letters; as the index has it (analyzers.xml)
EVERYTHING = "entity_type:package^0"
LOOSE_SOUND = SHORTEST_SOUND - 2  # letters of a word whose spelling may vary when nothing else is found
NARROWER = 0.5  # weight below which a word is a kind of what was asked
_SPEECH = re.compile(r"[\w\u0e00-\u0e7f]")
_YEAR = re.compile(r"(?<![\d.,])\d{4}(?![\d,]|\.\d)")


@dataclass(frozen=True)
class Query:
    """A query in two strengths: `strict` asks for every part, `loose` for the most that can be had."""

    strict: str
    loose: str
    parts: Sequence[str]


def rewritten(typed: str) -> Query | None:
    """The query for what somebody typed; nothing when it holds no letter or digit."""
    text = repaired(typed[:LONGEST])
    pieces = [piece for piece in vocabulary().cut(text) if _SPEECH.search(piece.text)]
    needed = [piece for piece in pieces if piece.kind in (WORD, PLACE, OTHER)]
    helping = [piece for piece in pieces if piece.kind in (PREFIX, CITY, LIGHT)]
    if not needed:
        needed, helping = _last_resort(pieces)
    if not needed:
        return None
    needed, helping = needed[:MOST_PARTS], [*helping, *needed[MOST_PARTS:]][:MOST_PARTS]
    helpful = [f"{_plain(piece)}^0.3" for piece in helping]
    if len(pieces) > 1:
        helpful.append(f'{field.TITLE}:"{_quoted(vocabulary().bare(text))}"~3^5')
    subjects = [piece for piece in needed if piece.kind != PLACE and not _year(piece)] or needed
    either = [_clause(piece, loose=True) for piece in subjects]
    others = [_clause(piece) for piece in needed if piece not in subjects]
    return Query(
        strict=_all([*(_clause(piece) for piece in needed), _helping(helpful)]),
        loose=_all([_any(f"{one}{COUNTS}" for one in either), _helping([*either, *others, *helpful])]),
        parts=[piece.text for piece in needed],
    )


def _helping(clauses: Sequence[str]) -> str:
    """Clauses that only rank: CKAN's q.op makes each a must, so one that always matches joins them."""
    return _any([*clauses, EVERYTHING]) if clauses else ""


def _last_resort(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """A query of nothing but the city's name or words that name no subject: those are then what is asked."""
    for kinds in ((CITY,), (PREFIX,), (LIGHT,)):
        needed = [piece for piece in pieces if piece.kind in kinds]
        if needed:
            return needed, [piece for piece in pieces if piece not in needed]
    return [], []


def _clause(piece: Piece, *, loose: bool = False) -> str:
    """All forms of a part, of which one must be found."""
    if year := _year(piece):
        return f"{field.YEARS}:{year}^2"
    if piece.key:
        forms = vocabulary().meanings(piece.key)
        return _any(clause for word, weight in forms for clause in _known(word, weight, piece, loose))
    return _any(_unknown(piece.text, loose))


def _known(word: str, weight: float, piece: Piece, loose: bool) -> Iterable[str]:
    quoted = _quoted(vocabulary().form(Piece(word, piece.kind, word)))
    yield f'{field.TITLE}:"{quoted}"^{6 * weight:g}'
    yield f'{field.TAGS}:"{quoted}"^{3 * weight:g}'
    if weight >= NARROWER:
        yield f'{field.TEXT}:"{quoted}"^{weight:g}'
    if word == piece.key:
        yield from _partly(word, spelled_from=LOOSE_SOUND if loose else None)


def _unknown(text: str, loose: bool) -> Iterable[str]:
    quoted = _quoted(vocabulary().form(Piece(text)))
    yield f'{field.TITLE}:"{quoted}"^6'
    yield f'{field.TAGS}:"{quoted}"^3'
    yield f'{field.TEXT}:"{quoted}"{APART if has_thai(text) else ""}'
    yield from _partly(text, spelled_from=LOOSE_SOUND if loose else SHORTEST_SOUND)


def _partly(word: str, *, spelled_from: int | None) -> Iterable[str]:
    """The word as the end of a compound, and as it sounds when it has that many letters."""
    if not has_thai(word) or word in vocabulary().whole:
        return
    if len(word) <= LONGEST_PART:
        yield f'{PARTS}:"{_quoted(word)}"^0.2'
    spelled = vocabulary().spelled(word)
    if spelled_from and len(spelled) >= spelled_from:
        yield f'{field.SPELLING}:"{spelled}"^0.2'


def _plain(piece: Piece) -> str:
    quoted = _quoted(vocabulary().form(piece))
    return f'({field.TITLE}:"{quoted}"^4 OR {field.TEXT}:"{quoted}")'


def _year(piece: Piece) -> int | None:
    return years.common_era(int(piece.text)) if _YEAR.fullmatch(piece.text) else None


def _all(clauses: Iterable[str]) -> str:
    return " ".join(f"+{clause}" for clause in clauses if clause)


def _any(clauses: Iterable[str]) -> str:
    return f"({' OR '.join(dict.fromkeys(clauses))})"


def _quoted(text: str) -> str:
    """Text that may stand between quotes; CKAN refuses some signs even there."""
    return re.sub(r'["\\:{}]', " ", text).strip()
