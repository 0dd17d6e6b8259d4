"""Several files as one stream of records, with what has to be said about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.cube.engine import Engine, by_size
from ckanext.khonkaencarbon.footprint.cube.sums import Sums
from ckanext.khonkaencarbon.footprint.exact import add
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.model import (
    Cell,
    Counts,
    Finding,
    InputDescription,
    Refused,
    Source,
)
from ckanext.khonkaencarbon.footprint.progress import Progress
from ckanext.khonkaencarbon.footprint.reading import proof
from ckanext.khonkaencarbon.footprint.reading.duplicates import DuplicateWatch
from ckanext.khonkaencarbon.footprint.reading.encoding import digest_of
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.proof import UnprovenError
from ckanext.khonkaencarbon.footprint.reading.table import Digest, Table, open_table
from ckanext.khonkaencarbon.footprint.review import review
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

_PERSONAL_ID = "personal-id"


class Intake:
    """What is known about the inputs of a run, filled while their records are read."""

    def __init__(
        self, log: FindingLog, personal_data_cleared: bool, progress: Progress | None = None
    ) -> None:
        self.log = log
        self.personal_data_cleared = personal_data_cleared
        self.progress = progress or Progress()
        self.inputs: list[InputDescription] = []
        self.mappings: list[ColumnMapping] = []
        self.counts = Counts()
        self.refused = Refused()

    @classmethod
    def of(cls, cube: Cube) -> Intake:
        """As it was when the last row had been read; the cube stays as it is."""
        intake = cls(cube.log.copy(), personal_data_cleared=False)
        intake.inputs, intake.mappings = list(cube.inputs), list(cube.mappings)
        intake.counts = replace(cube.counts)
        intake.refused = Refused(dict(cube.refused.by_code), dict(cube.refused.quantity))
        return intake

    def cube(self, cells: Iterable[Cell]) -> Cube:
        """The cells of what was read, with all that is known of the reading."""
        inputs, mappings = tuple(self.inputs), tuple(self.mappings)
        return Cube(tuple(cells), inputs, mappings, self.counts, self.refused, self.log)

    @property
    def personal_data(self) -> bool:
        """Whether a national identity number stopped the run."""
        return _PERSONAL_ID in self.log.by_code

    def take(self, table: Table) -> None:
        """Add what a table knows about itself once it has been read to its end."""
        self.inputs.append(table.description)
        self.mappings.append(table.mapping)
        self.counts.read += table.counts.read
        self.counts.used += table.counts.used
        self.counts.refused += table.counts.refused
        for code, rows in table.refused.by_code.items():
            self._refuse_rows(code, rows)
        for what, quantity in table.refused.quantity.items():
            self._refuse_quantity(what, quantity)

    def refuse(self, cell: Cell, found: Finding) -> None:
        """Move the rows of a cell from used to refused."""
        self.log.add(found)
        self.counts.used -= cell.rows
        self.counts.refused += cell.rows
        self._refuse_rows(found.code, cell.rows)
        self._refuse_quantity((cell.key.activity, cell.key.unit), cell.quantity)

    def note(self, refused: FileRefused) -> None:
        """Log a refusal, unless the one who refused has already."""
        if refused.finding not in self.log.listed:
            self.log.add(refused.finding)

    def _refuse_rows(self, code: str, rows: int) -> None:
        self.refused.by_code[code] = self.refused.by_code.get(code, 0) + rows

    def _refuse_quantity(self, what: tuple[str, str], quantity: Decimal) -> None:
        self.refused.quantity[what] = add(self.refused.quantity.get(what, Decimal(0)), quantity)


class _Input(NamedTuple):
    digest: Digest | None
    source: Source
    mapping: ColumnMapping | None


def read(
    intake: Intake,
    sources: Sequence[Source],
    mappings: Sequence[ColumnMapping | None],
    engine: Engine = by_size,
) -> list[Cell]:
    """The cells of all files together; these are read in the order of their hashes, then names.

    What looks wrong in the series of cells is in the log as well.

    Raises:
        FileRefused: a file, its mapping or the number of mappings cannot be used.
    """
    with ThreadPoolExecutor(1) as pool:
        inputs = _ordered(sources, mappings, pool)
        cells = _read(intake, inputs, engine)
    review(cells, intake.log, lambda: _again(intake, inputs))
    return cells


def _again(intake: Intake, inputs: list[_Input]) -> Iterator[Table]:
    """The tables once more, to look something up; says nothing a second time."""
    for one, known, mapping in zip(inputs, intake.inputs, intake.mappings, strict=True):
        yield open_table(
            one.source,
            mapping,
            load_vocabulary(),
            FindingLog(),
            personal_data_cleared=True,
            digest=partial(_known, known),
        )


def _known(described: InputDescription) -> tuple[str, int]:
    return described.sha256, described.bytes


def _read(intake: Intake, inputs: list[_Input], engine: Engine) -> list[Cell]:
    vocabulary, watch, sums = load_vocabulary(), DuplicateWatch(), Sums()
    for one in inputs:
        opened = partial(
            open_table,
            one.source,
            one.mapping,
            vocabulary,
            intake.log,
            personal_data_cleared=intake.personal_data_cleared,
            duplicates=watch,
            digest=one.digest,
        )
        alone = watch.full or len(inputs) == 1
        table = opened(beside=len(inputs) == 1 and one.source.path.stat().st_size >= proof.BIG)
        try:
            _fill(intake, engine, table, sums, alone)
        except UnprovenError:
            _fill(intake, engine, opened(), sums, alone)
    return sums.cells()


def _fill(intake: Intake, engine: Engine, table: Table, sums: Sums, alone: bool) -> None:
    intake.progress.follow(table.counts)
    try:
        engine(table, sums, alone)
        intake.take(table)
    finally:
        if table.proof is not None:
            table.proof.drop()


def _ordered(
    sources: Sequence[Source], mappings: Sequence[ColumnMapping | None], pool: Executor
) -> list[_Input]:
    if len(mappings) not in (1, len(sources)):
        raise FileRefused(finding("mapping-count", value=str(len(mappings)), files=len(sources)))
    each = list(mappings) * (len(sources) if len(mappings) == 1 else 1)
    for source in sources:
        if not _readable(source.path):
            raise FileRefused(finding("source-unreadable", input=source.name))
    pairs = list(zip(sources, each, strict=True))
    if len(pairs) == 1:  # needs no order, and is hashed while or after it is read
        return [_Input(None, source, mapping) for source, mapping in pairs]
    digests = [pool.submit(digest_of, source.path).result for source in sources]
    inputs = [_Input(digest, *pair) for digest, pair in zip(digests, pairs, strict=True)]
    return sorted(inputs, key=lambda one: (one.digest and one.digest()[0], one.source.name))


def _readable(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False
