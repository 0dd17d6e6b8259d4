"""Files and folders to summaries and tables: what a file is, its content decides and never its name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.summaries import (
    FORMAT,
    NotASummaryError,
    Summary,
    read_summary,
)
from ckanext.khonkaencarbon.footprint.inventory.tables import OWN_OUTPUT, SIZE_LIMIT, Table, read_table
from ckanext.khonkaencarbon.footprint.inventory.values import parsed_json
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.bundle_reading import extract
from ckanext.khonkaencarbon.footprint.output.unpacking import refused

JSON_LIMIT = 1 << 30
_ZIP = b"PK"
_HEAD = 64
_SUMMARY_MEMBER = "outputs/summary.json"


@dataclass(slots=True)
class Sources:
    """What was found in the paths."""

    summaries: list[Summary] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def read_sources(paths: Iterable[str], log: FindingLog) -> Sources:
    """Read every path; what cannot be used is refused with a finding, in a folder it is passed over.

    The result does not depend on the order of the paths, and a summary that comes twice is taken once.
    """
    sources = Sources()
    by_fingerprint: dict[str, Summary] = {}
    skipped = 0
    for path, in_folder in _files(paths):
        try:
            found = _read(path)
        except FileRefused as error:
            if in_folder and error.finding.code == "inventory-input-unknown":
                skipped += 1
            else:
                log.add(replace(error.finding, input=path.name))
            continue
        if found is None:
            _add_unless(in_folder, path, log)
            continue
        if isinstance(found, Table):
            sources.tables.append(found)
            continue
        twin = by_fingerprint.get(found.fingerprint)
        if twin is not None:
            log.add(finding("inventory-same-summary", input=path.name, value=found.fingerprint[:16]))
            labels = dict.fromkeys([*twin.labels, *found.labels])
            found = replace(twin, labels=tuple(labels))
        by_fingerprint[found.fingerprint] = found
    if skipped:
        log.add(finding("inventory-files-skipped", files=skipped))
    sources.summaries = [by_fingerprint[one] for one in sorted(by_fingerprint)]
    sources.tables.sort(key=lambda table: (table.text, table.name))
    return sources


def _files(paths: Iterable[str]) -> Iterator[tuple[Path, bool]]:
    """Every file once, sorted, and whether only a folder led to it; in folders ordinary files alone."""
    found: dict[Path, tuple[Path, bool]] = {}
    for name in sorted(paths):
        path = Path(name)
        if not path.is_dir():
            found[path.resolve()] = (path, False)
            continue
        for folder, _, names in os.walk(path):
            for inner in (Path(folder) / one for one in names if not one.startswith(".")):
                if inner.is_file():
                    found.setdefault(inner.resolve(), (inner, True))
    yield from sorted(found.values())


def _add_unless(in_folder: bool, path: Path, log: FindingLog) -> None:
    """A result of ours that is no input lies in every folder of results; named by itself it is a mistake."""
    if not in_folder:
        log.add(finding("inventory-input-unknown", input=path.name, value=path.name))


def _read(path: Path) -> Summary | Table | None:
    """What a file holds; None for a result of ours that is no input."""
    try:
        if not path.is_file():  # a pipe would never end
            raise FileRefused(finding("source-unreadable"))
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.startswith(_ZIP):
            return _bundled(path)
        if _looks_like_json(head):
            return _summary(_limited(path, JSON_LIMIT), _names(path))
        table = read_table(_limited(path, SIZE_LIMIT + 1), path.name)
    except OSError as error:
        raise FileRefused(finding("source-unreadable")) from error
    if table.kind == OWN_OUTPUT:
        return None
    if table.kind is None:
        raise FileRefused(finding("inventory-input-unknown", value=", ".join(table.columns)[:80]))
    return table


def _looks_like_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _limited(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit)


def _bundled(path: Path) -> Summary | None:
    with tempfile.TemporaryDirectory() as folder:
        bundle = extract(path, Path(folder))
        if _SUMMARY_MEMBER in bundle.damaged:
            raise refused(
                "summary.json ข้างในไม่ตรงกับรายการ", "its summary.json is not the one it names", _SUMMARY_MEMBER
            )
        return _summary(bundle.content(_SUMMARY_MEMBER), _names(path))


def summary_of(path: Path, names: Iterable[str]) -> Summary:
    """The summary in a file; FileRefused where it is something else."""
    try:
        found = _summary(_limited(path, JSON_LIMIT), names)
    except OSError as error:
        raise FileRefused(finding("source-unreadable", input=path.name)) from error
    if found is None:
        raise FileRefused(finding("inventory-input-unknown", value=path.name))
    return found


def _names(path: Path) -> tuple[str, ...]:
    """What a file is known by."""
    return path.stem, path.parent.name, str(path)


def _summary(content: bytes, names: Iterable[str]) -> Summary | None:
    try:
        document: Any = parsed_json(content.decode("utf-8-sig"))
    except ValueError:
        document = None
    if _is_ours(document):
        return None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileRefused(finding("inventory-input-unknown", value="JSON"))
    try:
        return read_summary(document, names)
    except NotASummaryError as error:
        place = str(error)[:80]
        raise FileRefused(
            finding("inventory-summary-refused", value=place, problem=Text(place, place))
        ) from error


def _is_ours(document: Any) -> bool:
    """findings.json is a list, totals.json has totals by year; both are results, not inputs."""
    if isinstance(document, list):
        return all(isinstance(one, dict) and "severity" in one for one in document)
    years = document.values() if isinstance(document, dict) else ()
    return bool(years) and all(isinstance(one, dict) and "basic_plus" in one for one in years)
