"""Addresses of pages from titles: Thai is written in Latin letters, as road signs do."""

from __future__ import annotations

import re
import unicodedata

from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits, clean

LONGEST = 80
_THAI = re.compile("[\u0e00-\u0e7f]+")
_OTHER = re.compile("[^a-z0-9]+")
_LEFT_OUT = re.compile(r"(?:พ\.?ศ\.?|ค\.?ศ\.?)(?=\s*[0-9๐-๙])|[ฯๆ.]")


def address(title: str) -> str:
    """Lower-case ASCII words joined by hyphens; empty where a title has no letter and no digit.

    Thai by the Royal Thai General System of Transcription (PyThaiNLP's royin engine), word by word.
    """
    text = _THAI.sub(_romanised, ascii_digits(clean(_LEFT_OUT.sub("", title))))
    text = unicodedata.normalize("NFKD", text.casefold())
    words = _OTHER.sub("-", "".join(sign for sign in text if not unicodedata.combining(sign))).strip("-")
    return words if len(words) <= LONGEST else words[: LONGEST + 1].rpartition("-")[0] or words[:LONGEST]


def _romanised(thai: re.Match[str]) -> str:
    # Its dictionary takes half a second and 70 MB: only a process that makes an address loads it.
    from pythainlp.tokenize import word_tokenize
    from pythainlp.transliterate.royin import romanize

    return " ".join(["", *(romanize(word) for word in word_tokenize(thai[0])), ""])
