"""What the commands say, in Thai and English."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in both languages."""

    th: str
    en: str


class StopError(Exception):
    """Something the person at the keyboard can put right, with the remedy."""

    def __init__(self, th: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(th, en)


def say(text: Text, *, error: bool = False) -> None:
    """Print both languages, one line each."""
    print(text.th, text.en, sep="\n", file=sys.stderr if error else sys.stdout, flush=True)
