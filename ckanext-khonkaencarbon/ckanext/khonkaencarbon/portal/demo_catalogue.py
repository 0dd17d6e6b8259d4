"""What a demo folder holds (catalogue.yaml and files/), turned into what CKAN's actions take.

Knows no CKAN: the same folder gives the same dicts and the same marks every time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping

FORMAT = "khonkaencarbon-demo/1"
# Plain field on everything the demo loads; its value tells whether the catalogue has changed since.
MARK = "demo_catalogue"

Fields = dict[str, Any]
Tree = Mapping[str, Any]


class DemoError(Exception):
    """The demo cannot be loaded or removed; ``text`` says why and what to do, in both languages."""

    def __init__(self, th: str, en: str) -> None:
        super().__init__(f"{th} / {en}")
        self.text = Text(th, en)


@dataclass(frozen=True)
class DemoFile:
    """A file a steward would upload, and the fields of its resource."""

    path: Path
    fields: Fields


@dataclass(frozen=True)
class DemoEntry:
    """An organisation or a dataset: its address, its fields, its files, the mark of this edition."""

    name: str
    fields: Fields
    files: tuple[DemoFile, ...]
    mark: str


@dataclass(frozen=True)
class DemoCatalogue:
    """Everything the demo loads, in the order in which it is loaded."""

    organisations: tuple[DemoEntry, ...]
    datasets: tuple[DemoEntry, ...]


def read(folder: Path) -> DemoCatalogue:
    """Read a demo folder.

    Raises:
        DemoError: no catalogue there, one of another format, or a file that is missing.
    """
    path = folder / "catalogue.yaml"
    if not path.is_file():
        raise DemoError(
            f"ไม่พบ {path} ระบุโฟลเดอร์ด้วย --from",
            f"{path} not found; name its folder with --from",
        )
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DemoError(f"{path} ไม่ใช่ YAML: {error}", f"{path} is not YAML: {error}") from error
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise DemoError(f"{path} ไม่ใช่รูปแบบ {FORMAT}", f"{path} is not of format {FORMAT}")
    files = folder / "files"
    return DemoCatalogue(
        organisations=tuple(_organisation(n, entry, tree) for n, entry in tree["organisations"].items()),
        datasets=tuple(_dataset(n, entry, tree, files) for n, entry in tree["datasets"].items()),
    )


def _organisation(name: str, entry: Tree, tree: Tree) -> DemoEntry:
    description = dict(entry["description"])
    if not entry.get("generated"):
        description = {lang: f"{text}\n\n{tree['statement'][lang]}" for lang, text in description.items()}
    fields = {
        "name": name,
        **_bilingual("title", entry["title"]),
        **_bilingual("description", description),
        "organisation_type": entry["type"],
        **entry.get("facts", {}),
    }
    return _marked(name, fields, ())


def _dataset(name: str, entry: Tree, tree: Tree, files: Path) -> DemoEntry:
    first, last = entry.get("years", ("", ""))
    fields = {
        "name": name,
        "type": entry["type"],
        "owner_org": entry["organisation"],
        **_bilingual("title", entry["title"]),
        **_bilingual("notes", _notes(entry, tree)),
        "tags": [{"name": tag} for tag in entry["tags"]],
        "license_id": tree["terms"][entry["terms"]]["licence"],
        "url": entry.get("source", ""),
        "data_source": tree["organisations"][entry["organisation"]]["title"]["th"],
        "first_year_of_data": str(first),
        "last_year_of_data": str(last),
        **tree["every-dataset"],
        **_area(tree["areas"][entry["area"]]),
        **entry.get("catalogue", {}),
    }
    if entry["type"] == "activity-data":
        fields["reporting_boundary"] = entry["boundary"]
        fields["include_in_inventory"] = "true" if entry.get("inventory") else "false"
    return _marked(name, fields, tuple(_file(file, files) for file in entry["files"]))


def _area(area: Tree) -> Fields:
    fields = {"geo_coverage": area["geo_coverage"]}
    if "box" in area:
        west, south, east, north = area["box"]
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        fields["spatial"] = json.dumps({"type": "Polygon", "coordinates": [ring]})
    return fields


def _notes(entry: Tree, tree: Tree) -> dict[str, str]:
    """Description, assumption, boundary, origin and terms: what to know before using a figure."""
    labels = {
        "th": ("สมมติฐาน", "ขอบเขตการรายงาน", "ที่มา", "เงื่อนไขการใช้"),
        "en": ("Assumption", "Reporting boundary", "Source", "Terms of use"),
    }
    facts = (
        entry.get("assumption", {}),
        tree["boundaries"][entry["boundary"]],
        dict.fromkeys(labels, entry.get("source")),
        tree["terms"][entry["terms"]],
    )
    return {
        lang: "\n\n".join([entry["notes"][lang], *_labelled(labels[lang], facts, lang)]) for lang in labels
    }


def _labelled(labels: Sequence[str], facts: Sequence[Tree], lang: str) -> list[str]:
    pairs = zip(labels, facts, strict=True)
    return [f"**{label}:** {fact[lang]}" for label, fact in pairs if fact.get(lang)]


def _bilingual(field: str, text: Tree) -> Fields:
    """The plain field in Thai, and both languages beside it."""
    return {field: text["th"], f"{field}_translated": dict(text)}


def _file(entry: Tree, folder: Path) -> DemoFile:
    path = folder / entry["file"]
    if not path.is_file():
        raise DemoError(f"ไม่พบไฟล์ {path}", f"file {path} not found")
    fields = {
        **_bilingual("name", entry["title"]),
        "format": path.suffix.removeprefix(".").upper(),
        "hash": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    if "role" in entry:
        fields["carbon_role"] = entry["role"]
    if "mapping" in entry:
        mapping = ColumnMapping.from_json(entry["mapping"])
        fields["carbon_mapping"] = json.dumps(mapping.as_json(), ensure_ascii=False)
    return DemoFile(path, fields)


def _marked(name: str, fields: Fields, files: tuple[DemoFile, ...]) -> DemoEntry:
    whole = json.dumps([fields, [file.fields for file in files]], ensure_ascii=False, sort_keys=True)
    return DemoEntry(name, fields, files, hashlib.sha256(whole.encode()).hexdigest())
