"""The data package descriptor of a version of the inventory, with the origin of every row of inventory.csv.

Data Package standard, version 2, with W3C PROV-O as JSON-LD. A row is named as RFC 7111 does, the heading
being row 1, and is derived from the dataset versions that it names, each named once by the address of its
summary; several that occur together are one collection. Equal input gives equal bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ckanext.khonkaencarbon.footprint.digest import compact
from ckanext.khonkaencarbon.footprint.inventory.origins import collection, rows, table_id
from ckanext.khonkaencarbon.footprint.inventory.request import (
    INVENTORY_VERSION,
    CityTable,
    DatasetVersion,
    InventoryRequest,
    dataset_versions,
    sorted_tables,
)
from ckanext.khonkaencarbon.footprint.model import Text
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
    resource,
    software,
    value,
)
from ckanext.khonkaencarbon.footprint.output.packing import sorted_json

TITLES = {
    "inventory.csv": Text("บัญชีก๊าซเรือนกระจกของเมือง", "The city's inventory"),
    "totals.json": Text("ยอดรวมรายปี", "Totals by year"),
    "coverage.csv": Text("ความครอบคลุมตามรายการ GPC", "Coverage by GPC reference"),
    "timeseries.csv": Text("อนุกรมเวลา", "Time series"),
    "organisations.csv": Text("ส่วนของหน่วยงาน", "Shares of organisations"),
    "crosscheck.csv": Text("เทียบกับค่าประมาณอิสระ", "Beside an independent estimate"),
    "recalculations.csv": Text("บันทึกการคำนวณใหม่", "Recalculation log"),
}
_SCHEMAS = {"timeseries.csv": "time-series"}
_SOURCES, _HISTORY = "#sources", "#history"


def json_bytes(
    request: InventoryRequest,
    about: About,
    described: Mapping[str, Mapping[str, Any]],
    fingerprint: str,
    inventory_csv: bytes,
) -> bytes:
    """datapackage.json of a version.

    Args:
        request: of the version.
        about: of the city's dataset; ``name`` is its lasting id.
        described: {sha256, size} of each file beside the descriptor.
        fingerprint: of the request.
        inventory_csv: the file of that name.
    """
    datasets, tables = dataset_versions(request), sorted_tables(request.tables)
    addresses = {one.id: summary_address(one.id, one.version) for one in datasets}
    names = [name for name in TITLES if name in described]
    graph = [
        *(_file(name, described[name], request, about) for name in names),
        *_computation(request, datasets, tables, fingerprint),
        *rows(inventory_csv, addresses, tables),
        *publisher(about),
    ]
    context = {**CONTEXT, "xsd": "http://www.w3.org/2001/XMLSchema#"}
    return document_bytes(
        {
            "$schema": PROFILE,
            "name": f"inventory-{about.name}",
            "title": about.title,
            "version": str(request.number),
            "licenses": licences(about),
            "contributors": contributors(about),
            "sources": [*map(_source, datasets), *({"title": one.name} for one in tables)],
            "resources": [_resource(name, described[name]) for name in names],
            "fingerprint": fingerprint,
            "provenance": {"@context": context, "@graph": graph},
        }
    )


def summary_address(dataset: str, version: str) -> str:
    """Where the summary of a dataset's version is, seen from the descriptor."""
    return f"../../../{quote(dataset, safe='')}/footprint/{quote(version, safe='')}/summary.json"


def _source(one: DatasetVersion) -> Json:
    return {"title": one.id, "path": summary_address(one.id, one.version), "version": one.version}


def _resource(name: str, file: Mapping[str, Any]) -> Json:
    return resource(name, TITLES[name], file, _SCHEMAS.get(name, name.partition(".")[0]))


def _file(name: str, file: Mapping[str, Any], request: InventoryRequest, about: About) -> Json:
    origins = [_SOURCES, _HISTORY] if name == "recalculations.csv" else [_SOURCES]
    return (
        entity(name, file["sha256"], TITLES[name].en)
        | {
            "prov:wasGeneratedBy": ref(COMPUTATION),
            "prov:generatedAtTime": {"@type": "xsd:dateTime", "@value": request.as_of},
            "prov:wasDerivedFrom": [ref(one) for one in origins],
        }
        | attribution(about)
    )


def _computation(
    request: InventoryRequest,
    datasets: Sequence[DatasetVersion],
    tables: Sequence[CityTable],
    fingerprint: str,
) -> Iterator[Json]:
    known = [
        *(entity(summary_address(one.id, one.version), one.sha256, one.id) for one in datasets),
        *(entity(table_id(n), _sha256(one.content), one.name) for n, one in enumerate(tables, 1)),
        value(SETTINGS, json.loads(compact(request.settings))),
    ]
    yield {
        "@id": COMPUTATION,
        "@type": "prov:Activity",
        "dcterms:identifier": fingerprint,
        "prov:used": [ref(_SOURCES), ref(_HISTORY)],
        "prov:wasAssociatedWith": ref(CODE),
    }
    yield collection(_SOURCES, [one["@id"] for one in known])
    yield from known
    history = _sha256(sorted_json(list(request.history)))
    yield entity(_HISTORY, history, "Figures of the earlier versions")
    yield software(f"inventory {INVENTORY_VERSION}")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
