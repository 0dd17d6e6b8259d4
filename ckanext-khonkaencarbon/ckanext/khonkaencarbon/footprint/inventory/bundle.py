"""The bundle of a version of the inventory: one zip with all that is needed to compute it again, offline.

Summaries of the dataset versions, what the city typed, settings, the figures of earlier versions, the
published files, and a manifest with the checksum of each. Equal requests give equal bytes (by the same zlib).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import IO

from ckanext.khonkaencarbon.footprint.inventory.manifest import HISTORY, summary_path
from ckanext.khonkaencarbon.footprint.inventory.request import (
    INVENTORY_VERSION,
    DatasetVersion,
    InventoryRequest,
    dataset_versions,
    fingerprint_from,
    sorted_tables,
)
from ckanext.khonkaencarbon.footprint.output.manifest import INVENTORY_FORMAT, MANIFEST, SETTINGS
from ckanext.khonkaencarbon.footprint.output.packing import (
    Member,
    checksum,
    checksum_of,
    json_bytes,
    pack,
    safe_name,
    sorted_json,
    unchanged,
)


def write_inventory_bundle(target: IO[bytes], request: InventoryRequest, files: Mapping[str, bytes]) -> None:
    """Write the bundle of a version; summaries are streamed, so memory is that of the other members.

    Args:
        target: a file that can be written and sought.
        request: of the version.
        files: what ``computed`` returned for it.

    Raises:
        InputChangedError: a summary has changed meanwhile; what was written is no bundle.
        ValueError: the id of a dataset cannot be the name of a folder.
    """
    datasets = dataset_versions(request)
    tables = {_table_path(n, one.name): one for n, one in enumerate(sorted_tables(request.tables), 1)}
    contents = {
        SETTINGS: sorted_json(request.settings),
        HISTORY: sorted_json(list(request.history)),
        **{path: one.content for path, one in tables.items()},
        **{f"outputs/{name}": content for name, content in files.items()},
    }
    manifest = {
        "format": INVENTORY_FORMAT,
        **claims(request, datasets),
        "number": request.number,
        "as_of": request.as_of,
        "settings": SETTINGS,
        "history": HISTORY,
        "tables": [{"path": path, "name": one.name} for path, one in tables.items()],
        "files": list(_checksums(contents, datasets)),
    }
    small = [
        Member.of(path, content) for path, content in {MANIFEST: json_bytes(manifest), **contents}.items()
    ]
    pack(target, [*small, *_summaries(request, datasets)])


def claims(request: InventoryRequest, datasets: Iterable[DatasetVersion]) -> dict[str, object]:
    """What a manifest says of a computation; a second computation has to say the same."""
    return {
        "fingerprint": fingerprint_from(request, datasets),
        "versions": {"inventory": INVENTORY_VERSION},
    }


def _table_path(number: int, name: str) -> str:
    return f"tables/{number}-{safe_name(name, 'table')}"


def _checksums(
    contents: Mapping[str, bytes], datasets: Iterable[DatasetVersion]
) -> Iterator[dict[str, object]]:
    for path, content in contents.items():
        yield checksum_of(path, content)
    for one in datasets:
        yield checksum(summary_path(one.id), one.bytes, one.sha256)


def _summaries(request: InventoryRequest, datasets: Iterable[DatasetVersion]) -> Iterator[Member]:
    for one in datasets:
        chunks = unchanged(request.summaries[one.id], one.sha256, one.id)
        yield Member(summary_path(one.id), one.bytes, chunks)
