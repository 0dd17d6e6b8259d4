"""The search engines that are compared, over real Solr: ours, CKAN's own, CKAN's with wildcards."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.khonkaencarbon.catalogue import documents, queries

CORES = {"ours": "search", "stock": "stock", "wildcard": "stock"}
STOCK = {
    "qf": "name^4 title^4 tags^2 groups^2 text",
    "mm": "2<-1 5<80%",
    "tie": "0.1",
    "defType": "dismax",
}


@dataclass(frozen=True)
class Answer:
    """What an engine returned: ids in order, at most ten, and whether the match was loosened for it."""

    ids: Sequence[str]
    loosened: bool = False
    calls: int = 1


class Solr:
    """A core, over HTTP."""

    def __init__(self, base: str, core: str) -> None:
        self.address = f"{base}/{core}"

    def fill(self, documents_: Sequence[Mapping[str, Any]]) -> None:
        """Empty the core and index these."""
        self._post("update?commit=true", {"delete": {"query": "*:*"}})
        self.add(documents_)

    def add(self, documents_: Sequence[Mapping[str, Any]]) -> None:
        """Index these as well."""
        self._post("update?commit=true", documents_)

    def select(self, **parameters: Any) -> dict[str, Any]:
        """Ask; Solr's whole answer."""
        words = urllib.parse.urlencode({"wt": "json", "df": "text", "q.op": "AND", "rows": 10, **parameters})
        with urllib.request.urlopen(f"{self.address}/select", words.encode(), timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found

    def ids(self, **parameters: Any) -> list[str]:
        """Ask for ids only."""
        return [one["name"] for one in self.select(fl="name", **parameters)["response"]["docs"]]

    def _post(self, path: str, body: Any) -> None:
        request = urllib.request.Request(  # noqa: S310
            f"{self.address}/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120):  # noqa: S310
            pass


def dataset(entry: Mapping[str, str]) -> dict[str, Any]:
    """An entry of the corpus as CKAN would show it."""
    thai, english = entry["title_th"], entry["title_en"]
    return {
        "name": entry["id"],
        "title": thai or english,
        "title_translated": {"th": thai, "en": english},
        "notes": entry["notes_th"],
        "tags": entry["tags"].split(","),
        "first_year_of_data": entry["first_year_of_data"],
        "last_year_of_data": entry["last_year_of_data"],
    }


def plain_document(made: Mapping[str, Any]) -> dict[str, Any]:
    """What CKAN itself gives Solr of a dataset, with the English title added for it."""
    return {
        "index_id": made["name"],
        "id": made["name"],
        "name": made["name"],
        "site_id": "test",
        "entity_type": "package",
        "state": "active",
        "title": made["title"],
        "notes": made["notes"],
        "tags": made["tags"],
        "data_dict": json.dumps(made),
        "validated_data_dict": json.dumps(made),
        "extras_title_en": made["title_translated"]["en"],
        "extras_first_year_of_data": made["first_year_of_data"],
        "extras_last_year_of_data": made["last_year_of_data"],
    }


def our_document(made: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the fields of our search."""
    return {**plain_document(made), **documents.search_fields({**made, "name": ""})}


def ours(solr: Solr, text: str) -> Answer:
    """As the portal asks: strictly, and loosely when that finds nothing."""
    query = queries.rewritten(text)
    if query is None:
        return Answer(())
    found = solr.ids(q=query.strict, defType="edismax", mm="0")
    if found:
        return Answer(found)
    return Answer(solr.ids(q=query.loose, defType="edismax", mm="1"), loosened=True, calls=2)


def stock(solr: Solr, text: str) -> Answer:
    """As CKAN asks."""
    return Answer(solr.ids(q=text, **({} if ":" in text else STOCK)))


def wildcard(solr: Solr, text: str) -> Answer:
    """As ckanext-thai_gdc asks: each word anywhere within a word."""
    words = [re.sub(r'([\\+\-&|!(){}\[\]^"~*?:/])', r"\\\1", word) for word in text.split()]
    return Answer(solr.ids(q=" AND ".join(f"text:*{word}*" for word in words)))


ENGINES: Mapping[str, Callable[[Solr, str], Answer]] = {"ours": ours, "stock": stock, "wildcard": wildcard}
