"""The data package descriptor of a version: its files, their shapes, and where they come from.

Data Package standard, version 2 (https://datapackage.org), with the provenance of W3C PROV-O as JSON-LD.
Every reference is relative to the descriptor and nothing in it is a time, so equal inputs under an equal
title, licence and publisher give equal bytes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ckanext.khonkaencarbon.footprint import accounting
from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.fingerprint import ENGINE_VERSION
from ckanext.khonkaencarbon.footprint.model import InputDescription, Text
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
SOFTWARE = "khonkaencarbon"
_TITLES = {
    "summary.csv": Text("สรุปคาร์บอนฟุตพริ้นท์ (ตาราง)", "Footprint summary (table)"),
    "summary.json": Text("สรุปคาร์บอนฟุตพริ้นท์ (JSON)", "Footprint summary (JSON)"),
    "findings.json": Text("สิ่งที่พบในไฟล์ข้อมูล", "What was found in the input files"),
}
_CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
}
_COMPUTATION, _SETTINGS, _CODE, _PUBLISHER = "#computation", "#settings", "#software", "#publisher"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """What the portal says of a dataset; ``name`` is its lasting id, empty parts are left out."""

    name: str
    title: str
    publisher: str
    licence: str = ""  # its id, as in the Open Definition's list where it is there
    licence_title: str = ""
    licence_url: str = ""


def json_bytes(footprint: Footprint, about: About, described: Mapping[str, Mapping[str, Any]]) -> bytes:
    """datapackage.json: two-space indent, letters as they are, final newline.

    Args:
        footprint: what was computed.
        about: of the dataset.
        described: {sha256, size} of each file beside the descriptor.
    """
    document = {
        "$schema": PROFILE,
        "name": f"footprint-{about.name}",
        "title": about.title,
        "licenses": _licences(about),
        "contributors": [{"title": about.publisher, "roles": ["publisher"]}] if about.publisher else None,
        "sources": [_source(one) for one in footprint.inputs],
        "resources": [_resource(name, described[name]) for name in _TITLES],
        "fingerprint": footprint.fingerprint,
        "incomplete": footprint.incomplete,
        "provenance": {"@context": _CONTEXT, "@graph": list(_graph(footprint, about, described))},
    }
    kept = {name: value for name, value in document.items() if value not in (None, "", [])}
    return (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def address_of(sha256: str) -> str:
    """The name of bytes by their checksum, wherever they are: RFC 6920."""
    return "ni:///sha-256;" + base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def _licences(about: About) -> list[Json]:
    licence = {"name": about.licence, "path": about.licence_url, "title": about.licence_title}
    kept = {name: value for name, value in licence.items() if value}
    return [kept] if about.licence or about.licence_url else []


def _source(one: InputDescription) -> Json:
    return {"title": one.name, "hash": f"sha256:{one.sha256}", "bytes": one.bytes, "encoding": one.encoding}


def _resource(name: str, file: Mapping[str, Any]) -> Json:
    stem, _, form = name.partition(".")
    table = form == "csv"
    return {
        "name": f"{stem}-{form}",
        "title": _TITLES[name].en,
        "title_translated": _TITLES[name].as_json(),
        "path": name,
        **({"type": "table"} if table else {}),
        "format": form,
        "mediatype": "text/csv" if table else "application/json",
        "encoding": "utf-8",
        "bytes": file["size"],
        "hash": f"sha256:{file['sha256']}",
        **({"schema": _table_schema()} if table else {}),
    }


def _table_schema() -> Json:
    """The table schema of summary.csv; version 2 wants the primary key as a list."""
    path = files("ckanext.khonkaencarbon.schemas") / "summary.tableschema.json"
    schema: Json = json.loads(path.read_text("utf-8"))
    return {"$schema": TABLE_PROFILE, **schema, "primaryKey": [schema["primaryKey"]]}


def _graph(footprint: Footprint, about: About, described: Mapping[str, Mapping[str, Any]]) -> Iterator[Json]:
    inputs = _inputs(footprint)
    mappings = [_value(f"#mapping-{n}", m.as_json()) for n, m in enumerate(footprint.mappings, 1)]
    editions = [
        _entity(f"#edition-{one.id}", one.sha256, one.title.en, one.publisher) for one in footprint.editions
    ]
    settings = _value(_SETTINGS, accounting.as_json(footprint.settings))
    outputs = [
        _entity(name, described[name]["sha256"], title.en)
        | {"prov:wasGeneratedBy": _ref(_COMPUTATION), "prov:wasDerivedFrom": _refs(inputs)}
        | ({"prov:wasAttributedTo": _ref(_PUBLISHER)} if about.publisher else {})
        for name, title in _TITLES.items()
    ]
    used = [*inputs, *mappings, settings, *editions]
    yield from outputs
    yield {
        "@id": _COMPUTATION,
        "@type": "prov:Activity",
        "dcterms:identifier": footprint.fingerprint,
        "prov:used": _refs(used),
        "prov:wasAssociatedWith": _refs([{"@id": _CODE}, *_methods(footprint)]),
    }
    yield from used
    yield from _agents(footprint, about)


def _inputs(footprint: Footprint) -> list[Json]:
    """Two inputs with the same bytes are two entities with the same checksum."""
    return [
        _entity(f"#input-{number}", one.sha256, one.name) | {"schema:contentSize": str(one.bytes)}
        for number, one in enumerate(footprint.inputs, 1)
    ]


def _agents(footprint: Footprint, about: About) -> Iterator[Json]:
    yield {
        "@id": _CODE,
        "@type": "prov:SoftwareAgent",
        "rdfs:label": SOFTWARE,
        "schema:softwareVersion": f"reader {READER_VERSION}, engine {ENGINE_VERSION}",
    }
    yield from _methods(footprint)
    if about.publisher:
        yield {
            "@id": _PUBLISHER,
            "@type": ["prov:Agent", "prov:Organization"],
            "foaf:name": about.publisher,
        }


def _methods(footprint: Footprint) -> list[Json]:
    return [
        {
            "@id": f"#method-{one.id}",
            "@type": "prov:SoftwareAgent",
            "rdfs:label": one.title.en,
            "schema:softwareVersion": one.version,
            "dcterms:source": one.source,
        }
        for one in footprint.methods
    ]


def _entity(name: str, sha256: str, title: str, publisher: str = "") -> Json:
    entity: Json = {
        "@id": name,
        "@type": "prov:Entity",
        "dcterms:title": title,
        "schema:sha256": sha256,
        "prov:alternateOf": _ref(address_of(sha256)),
    }
    return entity | ({"dcterms:publisher": publisher} if publisher else {})


def _value(name: str, value: object) -> Json:
    return {"@id": name, "@type": "prov:Entity", "prov:value": {"@type": "@json", "@value": value}}


def _ref(name: str) -> Json:
    return {"@id": name}


def _refs(nodes: Sequence[Json]) -> list[Json]:
    return [_ref(node["@id"]) for node in nodes]
