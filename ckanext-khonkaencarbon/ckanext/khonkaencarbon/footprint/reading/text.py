"""The one fixed normalisation of text: two spellings that look alike to a reader compare equal.

Sources: Unicode Standard Annex 15 (NFC); the three encodings of sara am that NFC leaves apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_INVISIBLE_OR_BLANK = re.compile("(?! )[" + _INVISIBLE.pattern[1:-1] + r"\s\u2028\u2029\x00-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"[\s\u2028\u2029\x00-\x1f\x7f-\x9f]+")
_TONE = "[\u0e48-\u0e4b]"
_REPAIRS = (
    (re.compile(f"\u0e4d({_TONE}?)\u0e32"), "\\1\u0e33"),  # nikhahit, tone, aa: tone, sara am
    (re.compile(f"\u0e33({_TONE})"), "\\1\u0e33"),  # sara am before its tone mark
    (re.compile("\u0e40\u0e40"), "\u0e41"),  # two sara e for sara ae
    (re.compile("([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1+"), "\\1"),  # the same mark typed twice
)
_WORTH_REMEMBERING = 100  # characters
_DIGITS = {ord(thai): str(value) for value, thai in enumerate("๐๑๒๓๔๕๖๗๘๙")}
_DIGITS |= {ord(wide): str(value) for value, wide in enumerate("０１２３４５６７８９")}


def clean(text: str) -> str:
    """Normalise, drop what cannot be seen, trim, and make every run of blanks one blank."""
    if text.isascii() and text.isprintable():
        return text if " " not in text else " ".join(text.split())
    return _normalised(text) if len(text) > _WORTH_REMEMBERING else _remembered(text)


def _normalised(text: str) -> str:
    if _is_normal(text):
        return text
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    for pattern, repaired in _REPAIRS:
        text = pattern.sub(repaired, text)
    return _BLANKS.sub(" ", text).strip()


def _is_normal(text: str) -> bool:
    """Whether there is nothing to do, which is so for most texts and faster to see than to do."""
    return (
        unicodedata.is_normalized("NFC", text)
        and not _INVISIBLE_OR_BLANK.search(text)
        and not any(pattern.search(text) for pattern, _ in _REPAIRS)
        and "  " not in text
        and text[:1] != " " != text[-1:]
    )


# Thai cells repeat within a file, and normalising one costs more than parsing its row.
_remembered = lru_cache(maxsize=1 << 15)(_normalised)


def fold(text: str) -> str:
    """The form under which names, headings, codes and words are compared."""
    return clean(text).casefold()


def ascii_digits(text: str) -> str:
    """Thai and full-width digits as ASCII digits; every other character stays."""
    return text if text.isascii() else text.translate(_DIGITS)


def shortened(text: str, limit: int = 80) -> str:
    """A value as it may stand in a finding: one line, nothing invisible, at most ``limit`` characters."""
    shown = clean(text[: 4 * limit])
    return shown if len(shown) <= limit else f"{shown[:limit]}…"
