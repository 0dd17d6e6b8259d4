"""Repair of text before it is indexed or searched: what looks alike to a reader becomes the same characters.

Beyond the core's normalisation (:mod:`..footprint.reading.text`): digits of any form, and blanks where Thai
meets Latin letters or digits.
"""

from __future__ import annotations

import re

from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits, clean

_SMALL_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "01234567890123456789")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_BORDER = re.compile(r"(?<=[ก-๛])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[ก-๛])")
_STRAY_MARKS = re.compile("(?<![ก-๛])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+")
_TONES = re.compile("[\u0e47-\u0e4b]")
_SILENT = re.compile("[ก-ฮ][\u0e34\u0e38]?\u0e4c")
_LONG_VOWELS = str.maketrans(
    {
        "ี": "ิ",
        "ื": "ึ",
        "ู": "ุ",
        "ฎ": "ด",
        "ฏ": "ต",
        "ซ": "ส",
        "ศ": "ส",
        "ษ": "ส",
        "ณ": "น",
        "ท": "ต",
        "ธ": "ต",
        "ฐ": "ต",
    }
)
_THAI_ONLY = re.compile("[^ก-๛]+")


def repaired(text: str) -> str:
    """Text with one spelling for each look."""
    text = _DASHES.sub("-", ascii_digits(clean(text)).translate(_SMALL_DIGITS))
    return _STRAY_MARKS.sub("", _BORDER.sub(" ", text))


def sound(text: str) -> str:
    """Thai words roughly as they sound, blanks dropped, for comparing spellings of loan words.

    Tone marks and silenced letters go, long vowels count as short ones: ฟุตพริ้นท์, ฟุตพรินต์ are one.
    """
    thai = _THAI_ONLY.sub("", repaired(text))
    return _TONES.sub("", _SILENT.sub("", thai)).translate(_LONG_VOWELS)


def has_thai(text: str) -> bool:
    """Whether there is a Thai letter in the text."""
    return any("ก" <= letter <= "๛" for letter in text)
