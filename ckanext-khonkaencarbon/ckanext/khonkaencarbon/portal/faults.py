"""What the self-check and the audit say: sentences of config/health.yaml and config/audit.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ckanext.khonkaencarbon.footprint.model import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the portal, and the remedy."""

    code: str
    what: Text
    fix: Text

    def as_json(self) -> dict[str, Any]:
        """The form of the health page."""
        return {"code": self.code, "what": self.what.as_json(), "fix": self.fix.as_json()}

    def __str__(self) -> str:
        return f"{self.what.th} — {self.fix.th} / {self.what.en}. {self.fix.en}."


def fault(code: str, /, book: str = "health", **words: object) -> Fault:
    """The fault of that code in a book of sentences, its words filled in."""
    entry = _sentences(book)[code]
    what, fix = (Text(**{k: v.format(**words) for k, v in entry[part].items()}) for part in ("what", "fix"))
    return Fault(code, what, fix)


@cache
def _sentences(book: str = "health") -> dict[str, dict[str, dict[str, str]]]:
    text = (files("ckanext.khonkaencarbon.config") / f"{book}.yaml").read_text("utf-8")
    sentences: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(text)
    return sentences
