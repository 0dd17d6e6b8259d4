"""The files of a dataset as distributions; derived ones lead to the files they were computed from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ckan import model
from ckanext.dcat.utils import resource_uri
from rdflib import URIRef

from ckanext.khonkaencarbon.catalogue.dcat import facts
from ckanext.khonkaencarbon.catalogue.dcat.graph import (
    DCAT,
    DCT,
    PROV,
    RDFS,
    SPDX,
    XSD,
    Literal,
    Node,
    Writer,
)
from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.portal import address
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.portal.city.versions import reading

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
# by the number of hexadecimal digits
ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_HEXADECIMAL = re.compile(r"(?:\w+:)?([0-9a-fA-F]+)")
Resource = Mapping[str, Any]


class Distributions:
    """The distributions of one dataset, written while they are gone through."""

    def __init__(self, out: Writer, dataset: Mapping[str, Any]) -> None:
        self.out, self.dataset = out, dataset

    def __iter__(self) -> Iterator[Node]:
        for resource in self.dataset.get("resources") or ():
            yield self._distribution({"package_id": self.dataset["id"], **resource})

    def _distribution(self, resource: Resource) -> Node:
        out = self.out
        node = out.node(DCAT.Distribution, address=resource_uri(resource))
        out.texts(node, DCT.title, facts.texts(resource, "name"))
        out.texts(node, DCT.description, facts.texts(resource, "description"))
        out.moment(node, DCT.issued, facts.moment(resource.get("created")))
        changed = resource.get("last_modified") or resource.get("metadata_modified")
        out.moment(node, DCT.modified, facts.moment(changed))
        self._address(node, resource)
        self._format(node, resource)
        self._terms(node, resource)
        _size(out, node, resource)
        out.say(node, SPDX.checksum, _checksum(out, resource))
        if resource.get("carbon_role") == "derived":
            self._origin(node, resource)
        return node

    def _address(self, node: Node, resource: Resource) -> None:
        """Where it is; what is no address on the web is reached by its page."""
        given = str(resource.get("url") or "")
        link = self.out.node(RDFS.Resource, address=given if facts.is_address(given) else str(node))
        self.out.say(node, DCAT.accessURL, link)
        if resource.get("url_type") and facts.is_address(given):
            self.out.say(node, DCAT.downloadURL, link)

    def _format(self, node: Node, resource: Resource) -> None:
        known = facts.terms()["format"].get(str(resource.get("format") or "").upper())
        if known:
            kind = facts.concept("file-type", known[0])
            self.out.say(node, DCT["format"], self.out.node(DCT.MediaTypeOrExtent, address=kind))
        elif resource.get("format"):
            kind = self.out.node(DCT.MediaTypeOrExtent)
            self.out.say(kind, RDFS.label, Literal(resource["format"]))
            self.out.say(node, DCT["format"], kind)
        media_type = facts.media_type(resource)
        if media_type:
            kind = self.out.node(DCT.MediaType, address=MEDIA_TYPES + media_type)
            self.out.say(node, DCAT.mediaType, kind)

    def _terms(self, node: Node, resource: Resource) -> None:
        licence = self.dataset.get("license_url")
        if facts.is_address(licence):
            self.out.say(node, DCT.license, self.out.node(DCT.LicenseDocument, address=str(licence)))
        condition = resource.get("resource_accessible_condition") or self.dataset.get("accessible_condition")
        if condition:
            rights = self.out.node(DCT.RightsStatement)
            self.out.texts(rights, RDFS.label, {facts.language_of(condition): condition})
            self.out.say(node, DCT.rights, rights)

    def _origin(self, node: Node, resource: Resource) -> None:
        """The inputs of the version that this file belongs to, and the run that made it."""
        version, inputs = self._made_of(resource)
        if version is None:
            return
        run = self.out.node(
            PROV.Activity, address=f"{address.of_version(version.dataset_id, version.number)}#run"
        )
        self.out.say(run, DCT.identifier, Literal(version.fingerprint))
        self.out.say(run, PROV.used, *inputs)
        self.out.moment(run, PROV.endedAtTime, version.published_at.isoformat())
        self.out.say(node, PROV.wasGeneratedBy, run)
        self.out.say(node, PROV.wasDerivedFrom, *inputs)

    def _input(self, resource_id: str) -> URIRef:
        return URIRef(resource_uri({"package_id": self.dataset["id"], "id": resource_id}))

    def _made_of(self, resource: Resource) -> tuple[Any, list[URIRef]]:
        if self.dataset.get("type") == home.TYPE:
            return self._of_city
        version = self._versions.get(resource.get("carbon_version"))
        inputs = version.overview.get("inputs") or () if version else ()
        return version, [self._input(one["resource_id"]) for one in inputs]

    @cached_property
    def _of_city(self) -> tuple[Any, list[URIRef]]:
        """The version of the inventory that may be read, and the versions of datasets that it is made of."""
        version = reading.version(self.dataset["id"])
        made_of = version.sources["datasets"] if version is not None else {}
        return version, [URIRef(address.of_version(*one)) for one in sorted(made_of.items())]

    @cached_property
    def _versions(self) -> Mapping[int, Version]:
        mine = model.Session.query(Version).filter_by(dataset_id=self.dataset["id"], in_force=True)
        return {version.number: version for version in mine}


def _size(out: Writer, node: Node, resource: Resource) -> None:
    size = resource.get("size")
    if size and str(size).isdecimal():
        out.say(node, DCAT.byteSize, Literal(int(size), datatype=XSD.nonNegativeInteger))


def _checksum(out: Writer, resource: Resource) -> Node | None:
    found = _HEXADECIMAL.fullmatch(str(resource.get("hash") or ""))
    algorithm = ALGORITHMS.get(len(found[1])) if found else None
    if found is None or algorithm is None:
        return None
    node = out.node(SPDX.Checksum)
    kind = out.node(SPDX.ChecksumAlgorithm, address=SPDX[f"checksumAlgorithm_{algorithm}"])
    out.say(node, SPDX.algorithm, kind)
    out.say(node, SPDX.checksumValue, Literal(found[1].lower(), datatype=XSD.hexBinary))
    return node
