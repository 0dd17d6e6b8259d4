"""Where each row of inventory.csv comes from, as nodes of W3C PROV-O."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.inventory.request import CityTable, read_city_tables
from ckanext.khonkaencarbon.footprint.inventory.tables import NOTATION_TABLE, TYPED_TABLE
from ckanext.khonkaencarbon.footprint.output.descriptor import SETTINGS, Json, ref, refs

_FILE = "inventory.csv"
_FIRST = 2  # RFC 7111 counts the heading as row 1
_TYPING = {"typed": (TYPED_TABLE,), "notation": (TYPED_TABLE, NOTATION_TABLE), "computed": ()}


def rows(inventory_csv: bytes, addresses: Mapping[str, str], tables: Sequence[CityTable]) -> Iterator[Json]:
    """Each row with what it is derived from, and the collections of what occurs together.

    Args:
        inventory_csv: the file.
        addresses: dataset -> id of the node of its version.
        tables: of the city, in the order of their nodes.
    """
    of_kind = _by_kind(tables)
    known: dict[tuple[str, ...], str] = {}
    for number, row in enumerate(
        csv.DictReader(io.StringIO(inventory_csv.decode("utf-8"), newline="")), _FIRST
    ):
        group = tuple(_origins(row, addresses, of_kind))
        if len(group) > 1 and group not in known:
            known[group] = f"#origin-{len(known) + 1}"
            yield collection(known[group], group)
        yield {
            "@id": f"{_FILE}#row={number}",
            "@type": "prov:Entity",
            "prov:wasDerivedFrom": ref(known[group] if len(group) > 1 else group[0]),
        }


def table_id(number: int) -> str:
    """The id of the node of a table, counted from 1."""
    return f"#table-{number}"


def collection(name: str, members: Sequence[str]) -> Json:
    """Several nodes as one."""
    nodes = [{"@id": one} for one in members]
    return {"@id": name, "@type": "prov:Collection", "prov:hadMember": refs(nodes)}


def _origins(
    row: Mapping[str, str], addresses: Mapping[str, str], of_kind: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Datasets and what the city typed; of a notation key the settings, too, from which it may follow."""
    source = row["source"]
    yield from (addresses[name] for name in row["dataset_ids"].split(";") if name)
    for kind in _TYPING[source]:
        yield from of_kind.get(kind, ())
    if source == "notation":
        yield SETTINGS


def _by_kind(tables: Sequence[CityTable]) -> dict[str, list[str]]:
    """Ids of the tables by what their headings say they are."""
    found: dict[str, list[str]] = {}
    for number, one in enumerate(tables, 1):
        for table in read_city_tables([one], FindingLog()):
            found.setdefault(str(table.kind), []).append(table_id(number))
    return found
