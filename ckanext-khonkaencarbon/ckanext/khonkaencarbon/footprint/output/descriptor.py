"""What descriptors of published files share: Data Package, version 2, with W3C PROV-O as JSON-LD."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ckanext.khonkaencarbon.footprint.model import Text

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
SOFTWARE = "khonkaencarbon"
CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
}
COMPUTATION, SETTINGS, CODE, PUBLISHER = "#computation", "#settings", "#software", "#publisher"

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


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """The descriptor without empty parts: two-space indent, letters as they are, final newline."""
    kept = {name: value for name, value in document.items() if value not in (None, "", [])}
    return (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def address_of(sha256: str) -> str:
    """The name of bytes by their checksum, wherever they are: RFC 6920."""
    return "ni:///sha-256;" + base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")


def licences(about: About) -> list[Json]:
    """The licence, as a list of one or none."""
    licence = {"name": about.licence, "path": about.licence_url, "title": about.licence_title}
    kept = {name: value for name, value in licence.items() if value}
    return [kept] if about.licence or about.licence_url else []


def contributors(about: About) -> list[Json]:
    """The publisher, as a list of one or none."""
    return [{"title": about.publisher, "roles": ["publisher"]}] if about.publisher else []


def resource(path: str, title: Text, file: Mapping[str, Any], schema: str) -> Json:
    """A CSV or JSON file beside the descriptor.

    Args:
        path: its name.
        title: of it.
        file: its {sha256, size}.
        schema: of a CSV, the stem of its table schema in ``schemas/``.
    """
    stem, _, form = path.partition(".")
    table = form == "csv"
    return {
        "name": f"{stem}-{form}",
        "title": title.en,
        "title_translated": title.as_json(),
        "path": path,
        **({"type": "table"} if table else {}),
        "format": form,
        "mediatype": "text/csv" if table else "application/json",
        "encoding": "utf-8",
        "bytes": file["size"],
        "hash": f"sha256:{file['sha256']}",
        **({"schema": _table_schema(schema)} if table else {}),
    }


def _table_schema(name: str) -> Json:
    """A table schema of ours; version 2 wants the primary key as a list."""
    path = files("ckanext.khonkaencarbon.schemas") / f"{name}.tableschema.json"
    schema: Json = json.loads(path.read_text("utf-8"))
    key = schema.get("primaryKey")
    return {"$schema": TABLE_PROFILE, **schema, **({"primaryKey": [key]} if isinstance(key, str) else {})}


def software(version: str) -> Json:
    """The program that computed, as an agent."""
    return {
        "@id": CODE,
        "@type": "prov:SoftwareAgent",
        "rdfs:label": SOFTWARE,
        "schema:softwareVersion": version,
    }


def publisher(about: About) -> Iterator[Json]:
    """The organisation that publishes, as an agent; nothing where it is not known."""
    if about.publisher:
        yield {
            "@id": PUBLISHER,
            "@type": ["prov:Agent", "prov:Organization"],
            "foaf:name": about.publisher,
        }


def attribution(about: About) -> Json:
    """What a published file says of its publisher."""
    return {"prov:wasAttributedTo": ref(PUBLISHER)} if about.publisher else {}


def entity(name: str, sha256: str, title: str, publisher: str = "") -> Json:
    """Bytes under an id, with their checksum and the name that they have everywhere."""
    found: Json = {
        "@id": name,
        "@type": "prov:Entity",
        "dcterms:title": title,
        "schema:sha256": sha256,
        "prov:alternateOf": ref(address_of(sha256)),
    }
    return found | ({"dcterms:publisher": publisher} if publisher else {})


def value(name: str, content: object) -> Json:
    """A structure under an id."""
    return {"@id": name, "@type": "prov:Entity", "prov:value": {"@type": "@json", "@value": content}}


def ref(name: str) -> Json:
    """A reference to a node."""
    return {"@id": name}


def refs(nodes: Sequence[Json]) -> list[Json]:
    """References to nodes."""
    return [ref(node["@id"]) for node in nodes]
