"""The figures: the same in every place, and the same when they are computed again."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.output import findings, summary
from ckanext.khonkaencarbon.footprint.output.columns import COLUMNS
from ckanext.khonkaencarbon.footprint.output.verification import verify
from ckanext.khonkaencarbon.portal import bulk, datastore, fixity, ledger, need, queue, run, storage
from ckanext.khonkaencarbon.portal.audit.violation import Look, Mend, Violation, owing, violation
from ckanext.khonkaencarbon.portal.bulk import Rows
from ckanext.khonkaencarbon.portal.snapshot import Snapshot, snapshots

LINES = ledger.LINES


def sets(look: Look) -> Iterator[Violation]:
    """summary.csv, summary.json, the ledger and the DataStore hold the same lines of the version in force."""
    for dataset, version in _at_rest():
        files = {
            name: storage.path(dataset.id, version.number, name) for name in ("summary.csv", "summary.json")
        }
        if not storage.is_whole(dataset.id, version.number, {name: version.files[name] for name in files}):
            continue  # another check says so
        look.seen["sets"] += 1
        expected = _of_csv(files["summary.csv"])
        for code, found, mend in _places(dataset.id, version, files["summary.json"]):
            rows = ((found - expected) + (expected - found)).total()
            if rows:
                yield violation(code, dataset.id, mend, version=version.number, rows=rows)


def _places(dataset_id: str, version: Any, document: Path) -> Iterator[tuple[str, Rows, Mend | None]]:
    number, path = version.number, storage.path(dataset_id, version.number, "summary.csv")
    yield "json-differs", _of_json(document), None

    def ledger_anew(connection: Connection) -> None:
        ledger.rewrite(connection, dataset_id, number, path)

    yield "ledger-differs", _of_ledger(dataset_id, number), _while_in_force(dataset_id, number, ledger_anew)
    table = version.resources.get("summary-csv")
    if table and p.plugin_loaded("datastore"):

        def table_anew(connection: Connection) -> None:
            datastore.rewrite(table, number, path)

        held = datastore.rows(table, number)
        yield "datastore-differs", held, _while_in_force(dataset_id, number, table_anew)


def _while_in_force(dataset_id: str, number: int, write: Callable[[Connection], None]) -> Mend:
    """Write with the version held in force; where another has come in force since, that one's run wrote."""

    def mend() -> bool:
        with queue.engine().begin() as connection:
            if ledger.keep_in_force(connection, dataset_id, number):
                write(connection)
        return True

    return mend


def _of_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return Counter(map(tuple, rows))


def _of_json(path: Path) -> Rows:
    lines = json.loads(path.read_text("utf-8"))["lines"]
    return Counter(tuple(_text(line[name]) for name in COLUMNS) for line in lines)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return ";".join(value) if isinstance(value, list) else str(value)


def _of_ledger(dataset_id: str, number: int) -> Rows:
    with queue.engine().begin() as connection:
        mine = LINES.c.dataset_id == dataset_id, LINES.c.version == number
        return bulk.rows(connection, sa.select(*bulk.texts(COLUMNS)).select_from(LINES).where(*mine))


def recomputed(look: Look) -> Iterator[Violation]:
    """What is published is what the stored inputs give; of what is out of date, what its bundle gives."""
    for dataset, version in _at_rest():
        if dataset.signature == version.signature:
            look.seen["recomputed"] += 1
            yield from _again(dataset, version)
        elif "bundle.zip" in version.files:
            look.seen["verified_bundles"] += 1
            yield from _by_bundle(dataset, version)
        else:
            look.seen["not_recomputable"] += 1


def _again(dataset: Snapshot, version: Any) -> Iterator[Violation]:
    with run.computation(dataset) as (footprint, request):
        rotted = [one.input for one in footprint.log.listed if one.code == fixity.CODE]
        damaged = rotted or _other_inputs(dataset, version, footprint.inputs if request else ())
        if damaged:
            yield from (
                violation("input-damaged", dataset.id, None, version=version.number, file=name)
                for name in damaged
            )
            return
        made = {
            "summary.csv": summary.csv_bytes(footprint),
            "summary.json": summary.json_bytes(footprint),
            "findings.json": findings.json_bytes(footprint.log),
        }
    mend = owing(dataset.id, dataset.organisation_id)
    for name, content in made.items():
        if sha256(content).hexdigest() != version.files[name]["sha256"]:
            yield violation("recomputed-differs", dataset.id, mend, version=version.number, file=name)


def _other_inputs(dataset: Snapshot, version: Any, present: Sequence[Any]) -> list[str]:
    """Names of inputs whose bytes are not those that the version was computed from."""
    then = {one["resource_id"]: one["sha256"] for one in version.overview["inputs"]}
    now = {one.resource_id: one.sha256 for one in present}
    return [one.name for one in dataset.inputs if then.get(one.id) != now.get(one.id)]


def _by_bundle(dataset: Snapshot, version: Any) -> Iterator[Violation]:
    for difference in verify(storage.path(dataset.id, version.number, "bundle.zip")).differences[:1]:
        yield violation("recomputed-differs", dataset.id, None, version=version.number, file=difference.file)


def _at_rest() -> Iterator[tuple[Snapshot, Any]]:
    """Active datasets that nobody is about to change, each with its version in force, as they are now."""
    with queue.engine().begin() as connection:
        ids = list(snapshots(connection))
    for dataset_id in ids:
        with queue.engine().begin() as connection:
            dataset = snapshots(connection, [dataset_id]).get(dataset_id)
            standing = need.standings(connection, [dataset_id])[dataset_id]
            version = ledger.in_force(connection, dataset_id)
        quiet = standing.owed is None or standing.owed.quarantined_at is not None
        if dataset is not None and dataset.state == "active" and version is not None and quiet:
            yield dataset, version
