"""Words and datasets offered below the search box."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError

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
    return words + _datasets(typed)


def _datasets(typed: str) -> list[Offer]:
    search = {"q": typed, "rows": DATASETS, "facet": "false", LOOSE: "true"}
    try:
        found = tk.get_action("package_search")({}, search)["results"]
    except SearchError:  # half a query by name of field, for example
        return []
    kind = tk._("dataset")
    return [Offer(named(one), tk.h.url_for(f"{one['type']}.read", id=one["name"]), kind) for one in found]
