"""Thai text as it is stored, cut and sorted.

A cluster is a letter with the vowels and marks that are drawn with it; nothing is cut inside one. Sources:
Unicode Standard 15, chapter 16.1 (Thai, order of signs); Royal Institute Dictionary (order of words: by
consonants, then vowels, tones last; a vowel that is written first counts after its consonant).
"""

from __future__ import annotations

import re

from ckanext.khonkaencarbon.footprint.reading.text import clean

_ABOVE_OR_BELOW = "\u0e31\u0e34-\u0e3a"
_TONES = "\u0e47-\u0e4e"
_TONE_FIRST = re.compile(f"([\u0e48-\u0e4c])([{_ABOVE_OR_BELOW}])")
_FOLLOWS = re.compile(f"[{_ABOVE_OR_BELOW}{_TONES}\u0e30\u0e32\u0e33\u0e45\u0300-\u036f\u200d]")
_LEADS = re.compile("[เ-ไ]")
_LEADING_VOWEL = re.compile("([เ-ไ])([ก-ฮ])")
_SIGNS = re.compile(f"[{_TONES}]")
ELLIPSIS = "…"


def tidied(text: str) -> str:
    """One line of text with one spelling for each look, its marks in the right order."""
    return clean(_TONE_FIRST.sub(r"\2\1", text))


def tidied_lines(text: str) -> str:
    """The same for a text of several lines, whose line ends and blanks at both ends of a line stay."""
    return "\n".join(_tidied_line(line) for line in re.split(r"\r\n|\r|\n", text)).strip("\n")


def _tidied_line(line: str) -> str:
    """Blanks before a line make lists and code in Markdown, two after it a new line."""
    inner = line.strip()
    if not inner:
        return ""
    before, after = line[: len(line) - len(line.lstrip(" \t"))], line[len(line.rstrip(" ")) :]
    return f"{before}{tidied(inner)}{after}"


def shortened(text: str, most: int, ending: str = ELLIPSIS) -> str:
    """A text of at most ``most`` characters, cut at a blank near the end, else between two clusters."""
    if len(text) <= most:
        return text
    room = most - len(ending)
    blank = text.rfind(" ", room - room // 4, room + 1)
    at = blank if blank > 0 else _border(text, room)
    return text[:at].rstrip() + ending


def _border(text: str, at: int) -> int:
    """The last place up to ``at`` where one cluster ends and the next begins."""
    while at > 0 and (_FOLLOWS.match(text[at]) or _LEADS.match(text[at - 1])):
        at -= 1
    return at


def order(text: str) -> tuple[str, str]:
    """The key by which names are sorted: as in a Thai dictionary, case-blind; Latin words come first."""
    letters = _LEADING_VOWEL.sub(r"\2\1", clean(text).casefold())
    return _SIGNS.sub("", letters), letters
