"""schema.org for search engines: one plain description, for pages as it is and for graphs by a profile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles.base import RDFProfile
from ckanext.dcat.utils import catalog_uri, dataset_uri, publisher_uri_organization_fallback, resource_uri
from rdflib import Graph, URIRef

from ckanext.khonkaencarbon.catalogue.dcat import facts
from ckanext.khonkaencarbon.catalogue.organisations import organisation
from ckanext.khonkaencarbon.portal.language import is_thai

CONTEXT = "https://schema.org/"
VOCABULARY = "http://schema.org/"  # the same without a fetch, and as ckanext-dcat has it
Description = dict[str, Any]
# what a page's parser could take for markup
_MARKUP = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class KhonKaenSchemaOrg(RDFProfile):  # type: ignore[misc]
    """The description as a graph."""

    def graph_from_dataset(self, dataset_dict: Description, dataset_ref: URIRef) -> None:
        """Add the statements of a dataset."""
        made = {**description(dataset_dict), "@context": {"@vocab": VOCABULARY}}
        self.g.bind("schema", VOCABULARY, replace=True)
        for statement in Graph().parse(data=json.dumps(made), format="json-ld"):
            self.g.add(statement)


def structured_data(dataset: Mapping[str, Any]) -> str:
    """What a dataset's page says to search engines, fit to stand inside a script tag."""
    return json.dumps(description(dataset), ensure_ascii=False, indent=1).translate(_MARKUP)


def description(dataset: Mapping[str, Any]) -> Description:
    """A dataset in the words of schema.org, in the language of the page with the other name beside it."""
    own, other = ("th", "en") if is_thai() else ("en", "th")
    titles, notes = facts.texts(dataset, "title"), facts.texts(dataset, "notes")
    title = titles.get(own) or titles.get(other) or dataset["name"]
    said = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": dataset_uri(dataset),
        "identifier": dataset["id"],
        "url": tk.h.url_for("dataset.read", id=dataset["name"], locale="default", _external=True),
        "name": title,
        "alternateName": titles.get(other) if own in titles else None,
        "description": notes.get(own) or notes.get(other) or title,
        "keywords": [tag["name"] for tag in dataset.get("tags") or ()],
        "version": dataset.get("version"),
        "license": dataset.get("license_url"),
        "isAccessibleForFree": True,
        "inLanguage": _languages(dataset),
        "datePublished": facts.moment(dataset.get("metadata_created")),
        "dateModified": facts.moment(dataset.get("last_updated_date") or dataset.get("metadata_modified")),
        "publisher": _publisher(dataset, own),
        "temporalCoverage": "/".join(day.isoformat() for day in facts.period(dataset) or ()),
        "spatialCoverage": _places(dataset, own),
        "includedInDataCatalog": _catalogue(own),
        "distribution": [_download(dataset, one, own) for one in dataset.get("resources") or ()],
    }
    return _filled(said)


def _languages(dataset: Mapping[str, Any]) -> list[str]:
    known = facts.terms()["language"]
    return [known[one][1] for one in facts.listed(dataset.get("data_language")) if one in known]


def _publisher(dataset: Mapping[str, Any], language: str) -> Description:
    names = facts.texts(organisation(dataset.get("owner_org")), "title")
    if not names:
        return {}
    return {
        "@type": "Organization",
        "@id": publisher_uri_organization_fallback(dataset),
        "name": names.get(language) or names["th"],
    }


def _places(dataset: Mapping[str, Any], language: str) -> list[Description]:
    made: list[Description] = [{"@type": "Place", "name": place[language]} for place in facts.places(dataset)]
    shape = facts.geometry(dataset)
    around = facts.box(shape) if shape else None
    if around:
        box = f"{around.south} {around.west} {around.north} {around.east}"
        made.append({"@type": "Place", "geo": {"@type": "GeoShape", "box": box}})
    return made


def _catalogue(language: str) -> Description:
    name = facts.terms()["catalogue"]["title"][language]
    return {"@type": "DataCatalog", "@id": catalog_uri(), "name": name, "url": tk.config["ckan.site_url"]}


def _download(dataset: Mapping[str, Any], resource: Mapping[str, Any], language: str) -> Description:
    names = facts.texts(resource, "name")
    size = resource.get("size")
    return _filled(
        {
            "@type": "DataDownload",
            "@id": resource_uri({"package_id": dataset["id"], **resource}),
            "name": names.get(language) or next(iter(names.values()), None),
            "contentUrl": resource.get("url") if facts.is_address(resource.get("url")) else None,
            "encodingFormat": facts.media_type(resource) or resource.get("format"),
            "contentSize": f"{size} B" if size else None,
            "dateModified": facts.moment(resource.get("last_modified") or resource.get("created")),
        }
    )


def _filled(said: Description) -> Description:
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}
