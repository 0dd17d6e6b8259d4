"""The cube: the cells of all inputs with what is known of their reading, enough to compute without a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.fingerprint import ENGINE_VERSION
from ckanext.khonkaencarbon.footprint.model import Cell, Counts, InputDescription, Refused
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION


@dataclass(frozen=True, slots=True)
class Cube:
    """Cells sorted by key; ``log``, ``counts`` and ``refused`` are those of reading alone."""

    cells: tuple[Cell, ...] = ()
    inputs: tuple[InputDescription, ...] = ()
    mappings: tuple[ColumnMapping, ...] = ()  # beside inputs, completely resolved
    counts: Counts = field(default_factory=Counts)
    refused: Refused = field(default_factory=Refused)
    log: FindingLog = field(default_factory=FindingLog)
    reader: str = READER_VERSION
    engine: str = ENGINE_VERSION

    @property
    def is_current(self) -> bool:
        """Whether reading the files again would give these cells; else nothing may be published from them."""
        return (self.reader, self.engine) == (READER_VERSION, ENGINE_VERSION)
