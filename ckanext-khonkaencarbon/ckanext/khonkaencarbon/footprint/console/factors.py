"""``factors list``, ``show``, ``diff`` and ``sources``: tab-separated on stdout, ``sources`` as CSV."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from ckanext.khonkaencarbon.footprint.console.messages import COMPLETE, in_language
from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.factors import sources
from ckanext.khonkaencarbon.footprint.factors.edition import Edition, edition_ids
from ckanext.khonkaencarbon.footprint.factors.listing import loaded
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.model import Factor

_COLUMNS = (
    "id",
    "activity",
    "gas",
    "value",
    "unit",
    "valid_from",
    "valid_to",
    "region",
    "uncertainty_pct",
    "source",
    "consumers",
)


def list_editions(options: argparse.Namespace) -> int:
    """One line per edition: id, date, rows, hash, title."""
    for name in edition_ids():
        edition = loaded(name)
        rows = len(edition.rows)
        _print(edition.id, edition.date, str(rows), edition.sha256, in_language(edition.title, options.lang))
    return COMPLETE


def show_edition(options: argparse.Namespace) -> int:
    """What the edition is, then every row of it."""
    edition = _edition(options.edition)
    for name in ("id", "publisher", "date", "region", "source", "co2e_gwp", "sha256"):
        _print(f"# {name}", str(getattr(edition, name) or ""))
    _print(*_COLUMNS)
    for row in edition.rows:
        if options.activity in (None, row.activity):
            _print(*_cells(row))
    return COMPLETE


def source_table(options: argparse.Namespace) -> int:
    """What became of every number of the starting library."""
    sys.stdout.write(sources.as_csv(sources.fates()))
    return COMPLETE


def diff_editions(options: argparse.Namespace) -> int:
    """What only the first has (-), only the second has (+), and values that differ (!)."""
    first, second = _by_subject(_edition(options.first)), _by_subject(_edition(options.second))
    for subject in sorted(first.keys() | second.keys()):
        before, after = first.get(subject, ""), second.get(subject, "")
        if before != after:
            mark = "!" if before and after else "-" if before else "+"
            _print(mark, *subject, before, after)
    return COMPLETE


def _edition(name: str) -> Edition:
    return loaded(name if name in edition_ids() or not Path(name).is_dir() else str(Path(name).resolve()))


def _by_subject(edition: Edition) -> dict[tuple[str, ...], str]:
    """Value by activity, what it is and for whom, unit and region; the latest where one has several dates."""
    rows = sorted(edition.rows, key=lambda row: row.valid_from or date.min)
    return {(row.activity, _whose(row), _unit(row), row.region): plain(row.value) for row in rows}


def _cells(row: PublishedRow) -> list[str]:
    percent = "" if row.uncertainty_pct is None else plain(row.uncertainty_pct)
    dates = ["" if day is None else day.isoformat() for day in (row.valid_from, row.valid_to)]
    return [
        row.id,
        row.activity,
        _what(row),
        plain(row.value),
        _unit(row),
        *dates,
        row.region,
        percent,
        row.source,
        _consumers(row),
    ]


def _whose(row: PublishedRow) -> str:
    consumers = _consumers(row)
    return f"{_what(row)} ({consumers})" if consumers else _what(row)


def _consumers(row: PublishedRow) -> str:
    return ";".join(row.consumers) if isinstance(row, Factor) else ""


def _what(row: PublishedRow) -> str:
    if isinstance(row, Factor):
        return f"{row.gas} (biogenic)" if row.biogenic else row.gas
    return f"{row.name} {row.category}".strip()


def _unit(row: PublishedRow) -> str:
    return f"kg/{row.unit}" if isinstance(row, Factor) else row.unit


def _print(*cells: str) -> None:
    print("\t".join(cells))
