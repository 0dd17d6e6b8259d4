"""What counts rows: the seam between reading and the cube.

An engine takes a table whose mapping is settled and fills the sums. All it may do by itself is what every
engine does alike: count rows and add exact decimals by key. What a cell of text means, and every finding,
comes from the reading part. So a further engine touches no line of the carbon path (docs/engines.md).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from ckanext.khonkaencarbon.footprint.cube.sums import Sums
from ckanext.khonkaencarbon.footprint.reading.table import Table

# Fills the sums with the used rows of a table, and the table's counts and log with the rest. The flag says
# that no rows of other tables have to be compared with this one's. Raises FileRefused as Table.close does.
Engine = Callable[[Table, Sums, bool], None]

# Bytes; about 20,000 rows. Below, starting DuckDB takes longer than reading with the standard library.
BIG = 2_000_000


def standard(table: Table, sums: Sums, alone: bool) -> None:
    """Row by row with the standard library: right for small files, and the oracle of every other engine."""
    sums.add_records(table.records())


def by_size(table: Table, sums: Sums, alone: bool) -> None:
    """DuckDB for big files where it is installed, the standard library for all others."""
    if table.path.stat().st_size < BIG or find_spec("duckdb") is None:
        return standard(table, sums, alone)
    from ckanext.khonkaencarbon.footprint.cube.duck import Duck  # imports an engine: big files only

    return Duck()(table, sums, alone)
