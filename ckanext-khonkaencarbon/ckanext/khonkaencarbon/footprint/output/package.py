"""The data package descriptor of a version: its files, their shapes, and where they come from.

Data Package standard, version 2 (https://datapackage.org), with the provenance of W3C PROV-O as JSON-LD.
Every reference is relative to the descriptor and nothing in it is a time, so equal inputs under an equal
title, licence and publisher give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckanext.khonkaencarbon.footprint import accounting
from ckanext.khonkaencarbon.footprint.compute import Footprint
from ckanext.khonkaencarbon.footprint.fingerprint import ENGINE_VERSION
from ckanext.khonkaencarbon.footprint.model import InputDescription, Text
from ckanext.khonkaencarbon.footprint.output.descriptor import (
    CODE,
    COMPUTATION,
    CONTEXT,
    PROFILE,
    SETTINGS,
    About,
    Json,
    attribution,
    contributors,
    document_bytes,
    entity,
    licences,
    publisher,
    ref,
    refs,
    resource,
    software,
    value,
)
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION

_TITLES = {
    "summary.csv": Text("สรุปคาร์บอนฟุตพริ้นท์ (ตาราง)", "Footprint summary (table)"),
    "summary.json": Text("สรุปคาร์บอนฟุตพริ้นท์ (JSON)", "Footprint summary (JSON)"),
    "findings.json": Text("สิ่งที่พบในไฟล์ข้อมูล", "What was found in the input files"),
}


def json_bytes(footprint: Footprint, about: About, described: Mapping[str, Mapping[str, Any]]) -> bytes:
    """datapackage.json: two-space indent, letters as they are, final newline.

    Args:
        footprint: what was computed.
        about: of the dataset.
        described: {sha256, size} of each file beside the descriptor.
    """
    return document_bytes(
        {
            "$schema": PROFILE,
            "name": f"footprint-{about.name}",
            "title": about.title,
            "licenses": licences(about),
            "contributors": contributors(about),
            "sources": [_source(one) for one in footprint.inputs],
            "resources": [
                resource(name, title, described[name], "summary") for name, title in _TITLES.items()
            ],
            "fingerprint": footprint.fingerprint,
            "incomplete": footprint.incomplete,
            "provenance": {"@context": CONTEXT, "@graph": list(_graph(footprint, about, described))},
        }
    )


def _source(one: InputDescription) -> Json:
    return {"title": one.name, "hash": f"sha256:{one.sha256}", "bytes": one.bytes, "encoding": one.encoding}


def _graph(footprint: Footprint, about: About, described: Mapping[str, Mapping[str, Any]]) -> Iterator[Json]:
    inputs = _inputs(footprint)
    mappings = [value(f"#mapping-{n}", m.as_json()) for n, m in enumerate(footprint.mappings, 1)]
    editions = [
        entity(f"#edition-{one.id}", one.sha256, one.title.en, one.publisher) for one in footprint.editions
    ]
    settings = value(SETTINGS, accounting.as_json(footprint.settings))
    outputs = [
        entity(name, described[name]["sha256"], title.en)
        | {"prov:wasGeneratedBy": ref(COMPUTATION), "prov:wasDerivedFrom": refs(inputs)}
        | attribution(about)
        for name, title in _TITLES.items()
    ]
    used = [*inputs, *mappings, settings, *editions]
    yield from outputs
    yield {
        "@id": COMPUTATION,
        "@type": "prov:Activity",
        "dcterms:identifier": footprint.fingerprint,
        "prov:used": refs(used),
        "prov:wasAssociatedWith": refs([{"@id": CODE}, *_methods(footprint)]),
    }
    yield from used
    yield software(f"reader {READER_VERSION}, engine {ENGINE_VERSION}")
    yield from _methods(footprint)
    yield from publisher(about)


def _inputs(footprint: Footprint) -> list[Json]:
    """Two inputs with the same bytes are two entities with the same checksum."""
    return [
        entity(f"#input-{number}", one.sha256, one.name) | {"schema:contentSize": str(one.bytes)}
        for number, one in enumerate(footprint.inputs, 1)
    ]


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
