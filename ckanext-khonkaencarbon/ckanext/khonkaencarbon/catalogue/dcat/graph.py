"""Writing a graph: typed nodes and texts in their languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.dcat.profiles.base import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    GSP,
    LOCN,
    SCHEMA,
    SPDX,
    VCARD,
    CleanedURIRef,
)
from rdflib import PROV, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef

__all__ = [
    "ADMS",
    "DCAT",
    "DCT",
    "FOAF",
    "GSP",
    "LOCN",
    "PROV",
    "RDF",
    "RDFS",
    "SKOS",
    "SPDX",
    "VCARD",
    "XSD",
    "Literal",
    "Node",
    "Writer",
]

Node = URIRef | BNode
PREFIXES = {
    "adms": ADMS,
    "dcat": DCAT,
    "dct": DCT,
    "foaf": FOAF,
    "geosparql": GSP,
    "locn": LOCN,
    "prov": PROV,
    "schema": SCHEMA,
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
}


class Writer:
    """Adds statements to a graph; what is empty is not said."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)

    def node(self, *types: URIRef, address: str = "") -> Node:
        """A thing of these types, with an address of its own or none."""
        node = CleanedURIRef(address) if address else BNode()
        for kind in types:
            self.graph.add((node, RDF.type, kind))
        made: Node = node
        return made

    def say(self, subject: Node, predicate: URIRef, *objects: Any) -> None:
        """Add statements of nodes and literals."""
        for one in objects:
            if one is not None and one != "":
                self.graph.add((subject, predicate, one))

    def texts(self, subject: Node, predicate: URIRef, texts: Mapping[str, str]) -> None:
        """Add a text in each of its languages."""
        for language, text in texts.items():
            self.graph.add((subject, predicate, Literal(text, lang=language)))

    def moment(self, subject: Node, predicate: URIRef, written: str) -> None:
        """Add a date or a moment, ISO 8601."""
        if written:
            kind = XSD.dateTime if "T" in written else XSD.date
            self.graph.add((subject, predicate, Literal(written, datatype=kind)))

    def concept(self, texts: Mapping[str, str], address: str = "") -> Node:
        """A concept with its labels."""
        node = self.node(SKOS.Concept, address=address)
        self.texts(node, SKOS.prefLabel, texts)
        return node
