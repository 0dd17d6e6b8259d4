"""The data dictionary of an input's table, in the form of the DataStore."""

from __future__ import annotations

from typing import Any

from ckanext.khonkaencarbon.footprint.reading.published import Column, PublishedTable
from ckanext.khonkaencarbon.portal.dictionary import field


def fields(table: PublishedTable) -> list[dict[str, Any]]:
    """Name, type, label and meaning of each column."""
    return [_field(column) for column in table.columns]


def _field(column: Column) -> dict[str, Any]:
    label, notes = column.label, column.notes
    return field(column.id, column.kind, (label.th, label.en), (notes.th, notes.en))
