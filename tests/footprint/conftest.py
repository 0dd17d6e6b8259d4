"""One way to read a table in a test: bytes or text in, everything that came out of it back."""

from dataclasses import dataclass

import pytest

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog
from ckanext.khonkaencarbon.footprint.model import Finding, Source
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.table import Table, open_table
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary


@dataclass
class Outcome:
    log: FindingLog
    table: Table | None
    records: list
    refusal: Finding | None

    @property
    def codes(self):
        return [found.code for found in self.log.listed]

    @property
    def one(self):
        """The only finding."""
        (found,) = self.log.listed
        return found


@pytest.fixture
def read(tmp_path):
    def read_table(content, mapping=None, *, name="table.csv", cleared=False, encoding="utf-8"):
        path = tmp_path / "input"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        log, table, records, refusal = FindingLog(), None, [], None
        try:
            columns = ColumnMapping.from_json(mapping) if isinstance(mapping, dict) else mapping
            source = Source(name, path)
            table = open_table(source, columns, load_vocabulary(), log, personal_data_cleared=cleared)
            records.extend(table.records())
        except FileRefused as refused:
            refusal = refused.finding
        return Outcome(log, table, records, refusal)

    return read_table


@pytest.fixture
def vocabulary():
    return load_vocabulary()
