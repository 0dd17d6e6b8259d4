"""Words and datasets offered below the search box."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.catalogue.searching import LOOSE
from ckanext.khonkaencarbon.catalogue.suggestions import completions
from ckanext.khonkaencarbon.portal.language import named

WORDS, DATASETS = 5, 4


@dataclass(frozen=True)
class Offer:
    """A line of the list: a word to search for, or a dataset to open."""

    text: str
    address: str
    kind: str

    def as_json(self) -> dict[str, str]:
        """As the script reads it."""
        return asdict(self)


def offers(typed: str) -> list[Offer]:
    """Offers for the letters typed so far; none for less than two."""
    if len(typed.strip()) < 2:
        return []
    words = [
        Offer(word, tk.h.url_for("dataset.search", q=word), tk._("word"))
        for word in completions(typed, WORDS)
    ]
    search = {"q": typed, "rows": DATASETS, "facet": "false", LOOSE: "true"}
    found = tk.get_action("package_search")({}, search)["results"]
    return words + [
        Offer(named(one), tk.h.url_for(f"{one['type']}.read", id=one["name"]), tk._("dataset"))
        for one in found
    ]
