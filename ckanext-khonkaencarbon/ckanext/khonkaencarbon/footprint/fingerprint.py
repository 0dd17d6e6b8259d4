"""What decides a result, in one hash: equal fingerprints mean equal published bytes."""

from __future__ import annotations

from collections.abc import Iterable

from ckanext.khonkaencarbon.footprint import accounting
from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.methods.method import Method
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, InputDescription
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION

# Changes whenever the cube, the selection of factors or the published files can give other bytes.
ENGINE_VERSION = "2"


def fingerprint(
    inputs: Iterable[InputDescription],
    mappings: Iterable[ColumnMapping],
    settings: AccountingSettings,
    editions: Iterable[Edition],
    methods: Iterable[Method],
) -> str:
    """Hash of input hashes, mappings, settings, edition hashes, method, reader and engine versions."""
    return digest(
        {
            "inputs": [one.sha256 for one in inputs],
            "mapping": [mapping.as_json() for mapping in mappings],
            "settings": accounting.as_json(settings),
            "editions": [[edition.id, edition.sha256] for edition in editions],
            "methods": [[method.id, method.version] for method in methods],
            "reader": READER_VERSION,
            "engine": ENGINE_VERSION,
        }
    )
