"""DCAT-AP 3 out of the fields of the government catalogue: the profile that ckanext-dcat loads."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles.base import RDFProfile
from ckanext.dcat.utils import publisher_uri_organization_fallback
from geomet import wkt
from rdflib import URIRef

from ckanext.khonkaencarbon.catalogue.dcat import facts
from ckanext.khonkaencarbon.catalogue.dcat.distribution import Distributions
from ckanext.khonkaencarbon.catalogue.dcat.graph import (
    DCAT,
    DCT,
    FOAF,
    GSP,
    LOCN,
    RDFS,
    SKOS,
    VCARD,
    Literal,
    Node,
    Writer,
)
from ckanext.khonkaencarbon.catalogue.organisations import organisation

PUBLISHER_TYPE = "http://purl.org/adms/publishertype/"
Dataset = dict[str, Any]


class KhonKaenDCATAP(RDFProfile):  # type: ignore[misc]
    """Catalogue and datasets; nothing is read back from RDF."""

    def graph_from_catalog(self, catalog_dict: Dataset | None, catalog_ref: URIRef) -> None:
        """The portal itself, in both languages."""
        out = Writer(self.g)
        said, site = facts.terms()["catalogue"], tk.config["ckan.site_url"]
        out.node(DCAT.Catalog, address=catalog_ref)
        out.texts(catalog_ref, DCT.title, said["title"])
        out.texts(catalog_ref, DCT.description, said["description"])
        out.say(catalog_ref, FOAF.homepage, out.node(FOAF.Document, address=site))
        publisher = out.node(FOAF.Agent, address=f"{site.rstrip('/')}/about")
        out.texts(publisher, FOAF.name, said["title"])
        out.say(catalog_ref, DCT.publisher, publisher)
        out.say(catalog_ref, DCT.language, *(_language(out, name) for name in ("ไทย", "อังกฤษ")))
        out.moment(catalog_ref, DCT.modified, facts.moment(self._last_catalog_modification()))

    def graph_from_dataset(self, dataset_dict: Dataset, dataset_ref: URIRef) -> None:
        """A dataset with its publisher, contact, time, place and distributions."""
        out = Writer(self.g)
        out.node(DCAT.Dataset, address=dataset_ref)
        self._texts(out, dataset_dict, dataset_ref)
        self._concepts(out, dataset_dict, dataset_ref)
        _dates(out, dataset_dict, dataset_ref)
        out.say(dataset_ref, DCT.publisher, _publisher(out, dataset_dict))
        out.say(dataset_ref, DCAT.contactPoint, _contact(out, dataset_dict))
        out.say(dataset_ref, DCT.temporal, _period(out, dataset_dict))
        out.say(dataset_ref, DCT.spatial, *_places(out, dataset_dict))
        out.say(dataset_ref, DCAT.distribution, *Distributions(out, dataset_dict))

    @staticmethod
    def _texts(out: Writer, dataset: Dataset, ref: URIRef) -> None:
        titles = facts.texts(dataset, "title") or {"th": dataset["name"]}
        out.texts(ref, DCT.title, titles)
        out.texts(ref, DCT.description, facts.texts(dataset, "notes") or titles)
        out.say(ref, DCT.identifier, Literal(dataset["id"]))
        out.say(ref, DCAT.version, Literal(dataset["version"]) if dataset.get("version") else None)
        for tag in dataset.get("tags") or ():
            out.texts(ref, DCAT.keyword, {facts.language_of(tag["name"]): tag["name"]})
        for field, kind, predicate in (
            ("data_source", DCT.ProvenanceStatement, DCT.provenance),
            ("calculation_method", DCT.ProvenanceStatement, DCT.provenance),
            ("standard", DCT.Standard, DCT.conformsTo),
        ):
            if dataset.get(field):
                statement = out.node(kind)
                out.texts(statement, RDFS.label, {facts.language_of(dataset[field]): dataset[field]})
                out.say(ref, predicate, statement)
        pages = [tk.h.url_for("dataset.read", id=dataset["name"], locale="default", _external=True)]
        pages += [dataset["url"]] if facts.is_address(dataset.get("url")) else []
        out.say(ref, DCAT.landingPage, *(out.node(FOAF.Document, address=page) for page in pages))

    @staticmethod
    def _concepts(out: Writer, dataset: Dataset, ref: URIRef) -> None:
        terms = facts.terms()
        unit, times = dataset.get("update_frequency_unit"), dataset.get("update_frequency_interval")
        frequency = terms["frequency"].get(f"{unit} {times}") or terms["frequency"].get(unit)
        if frequency:
            out.say(
                ref,
                DCT.accrualPeriodicity,
                out.node(DCT.Frequency, address=facts.concept("frequency", frequency)),
            )
        said = (dataset.get(name) for name in ("data_classification", "data_category"))
        right = next((terms["access_right"][one] for one in said if one in terms["access_right"]), None)
        if right:
            address = facts.concept("access-right", right)
            out.say(ref, DCT.accessRights, out.node(DCT.RightsStatement, address=address))
        languages = facts.listed(dataset.get("data_language"))
        out.say(ref, DCT.language, *(_language(out, one) for one in languages if one in terms["language"]))
        kind = dataset.get("data_type")
        if kind in terms["data_type"]:
            out.say(ref, DCT.type, out.concept({"th": kind, "en": terms["data_type"][kind]}))
        subject = terms["environment"]
        if dataset.get("type") in subject["types"]:
            address = facts.concept("data-theme", subject["concept"])
            out.say(ref, DCAT.theme, out.concept({one: subject[one] for one in facts.LANGUAGES}, address))


def _language(out: Writer, name: str) -> Node:
    code = facts.terms()["language"][name][0]
    return out.node(DCT.LinguisticSystem, address=facts.concept("language", code))


def _dates(out: Writer, dataset: Dataset, ref: URIRef) -> None:
    """Of the data where they are stated, else of the entry."""
    issued = (dataset.get(name) for name in ("data_release_date", "created_date", "metadata_created"))
    modified = (dataset.get(name) for name in ("last_updated_date", "metadata_modified"))
    out.moment(ref, DCT.issued, next(filter(None, map(facts.moment, issued)), ""))
    out.moment(ref, DCT.modified, next(filter(None, map(facts.moment, modified)), ""))


def _publisher(out: Writer, dataset: Dataset) -> Node | None:
    publisher = organisation(dataset.get("owner_org"))
    address = publisher_uri_organization_fallback(dataset) if publisher else None
    if not address:
        return None
    agent = out.node(FOAF.Agent, address=address)
    out.texts(agent, FOAF.name, facts.texts(publisher, "title"))
    kind = facts.terms()["publisher_type"].get(publisher.get("organisation_type"))
    if kind:
        concept = PUBLISHER_TYPE + kind["concept"] if "concept" in kind else ""
        # one concept, however many agents of its kind: an address of our own where ADMS has none
        own = f"{tk.config['ckan.site_url'].rstrip('/')}/organization#{publisher['organisation_type']}"
        labels = {one: kind[one] for one in facts.LANGUAGES}
        out.say(agent, DCT.type, out.concept(labels, concept or own))
    return agent


def _contact(out: Writer, dataset: Dataset) -> Node | None:
    unit, email = dataset.get("maintainer"), dataset.get("maintainer_email")
    if not (unit or email):
        return None
    contact = out.node(VCARD.Kind, VCARD.Organization)
    if unit:
        out.texts(contact, VCARD.fn, {facts.language_of(unit): unit})
    if email:
        out.say(contact, VCARD.hasEmail, out.node(address=f"mailto:{email}"))
    if dataset.get("telephone_number"):
        number = "".join(sign for sign in dataset["telephone_number"] if sign in "+0123456789")
        out.say(contact, VCARD.hasTelephone, out.node(address=f"tel:{number}") if number else None)
    return contact


def _period(out: Writer, dataset: Dataset) -> Node | None:
    found = facts.period(dataset)
    if found is None:
        return None
    node = out.node(DCT.PeriodOfTime)
    for predicate, day in zip((DCAT.startDate, DCAT.endDate), found, strict=True):
        out.moment(node, predicate, day.isoformat())
    return node


def _places(out: Writer, dataset: Dataset) -> list[Node]:
    """The places that are named, and the extent on the map."""
    made = []
    for place in facts.places(dataset):
        made.append(out.node(DCT.Location))
        out.texts(made[-1], SKOS.prefLabel, place)
    shape = facts.geometry(dataset)
    around = facts.box(shape) if shape else None
    if shape and around:
        made.append(out.node(DCT.Location))
        level = dataset.get("geo_coverage")
        out.texts(made[-1], SKOS.prefLabel, {"th": level} if level else {})
        drawn = out.node(LOCN.Geometry)
        out.say(drawn, GSP.asWKT, Literal(wkt.dumps(shape, decimals=6), datatype=GSP.wktLiteral))
        out.say(drawn, GSP.asGeoJSON, Literal(json.dumps(shape), datatype=GSP.geoJSONLiteral))
        out.say(made[-1], LOCN.geometry, drawn)
        west, south, east, north = around
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x} {y}" for x, y in corners)
        out.say(made[-1], DCAT.bbox, Literal(f"POLYGON (({ring}))", datatype=GSP.wktLiteral))
    return made
