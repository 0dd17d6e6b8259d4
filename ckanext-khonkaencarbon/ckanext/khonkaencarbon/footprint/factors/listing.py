"""The editions that settings list, loaded and checked against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from ckanext.khonkaencarbon.footprint.factors.edition import Edition, EditionError, load_edition
from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding


def load_editions(names: Sequence[str]) -> list[Edition]:
    """The editions of these ids and paths, in this order.

    Raises:
        FileRefused: one does not exist, is not valid, or repeats an id of another.
    """
    editions = [loaded(name) for name in names]
    ids = Counter(edition.id for edition in editions)
    ids.update(row.id for edition in editions for row in edition.rows)
    for edition in editions:
        twice = [row.id for row in edition.rows if ids[row.id] > 1]
        if ids[edition.id] > 1 or twice:
            raise _invalid(edition.id, f"id: {', '.join([edition.id, *twice][:5])}")
    return editions


def loaded(name: str) -> Edition:
    """One edition; FileRefused where it does not exist or is not valid."""
    try:
        return load_edition(name)
    except EditionError as error:
        shown = PurePath(error.name).name
        if error.missing:
            raise FileRefused(finding("edition-unknown", value=shown, known=str(error))) from error
        raise _invalid(shown, str(error)) from error


def _invalid(edition: str, problem: str) -> FileRefused:
    return FileRefused(finding("edition-invalid", value=edition, edition=edition, problem=problem))
