"""The engine for big CSV files: DuckDB counts and adds, the reading part understands and finds fault.

Why it gives the same cells and findings as the standard library's engine, on every file:

1. Only *plain* lines (``plain``) and only *settled* rows (``terms``) are summed by DuckDB. It gets text and
   adds DECIMAL; it reads no date, multiplies nothing and knows no float.
2. What the key cells of a settled row mean was decided by ``KeyReader``, once per distinct text; its quantity
   has a form that ``read_number`` cannot read otherwise.
3. All other rows come back from DuckDB as text. Their lines are looked up in the file, which gives record and
   line, and are read by ``Table.take``, in the order of the file, among them the irregular rows.
4. Rows that may say the same as another are found by hashes that are equal whenever the rows are; those rows
   are looked up alike, and ``DuplicateWatch`` decides.
5. Every line must have been counted once: settled rows + lines read again = lines of the file. Otherwise, and
   wherever DuckDB stops or a table is of another kind, nothing has been reported yet and the standard library
   reads the file (``UnfitError``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from itertools import compress, count
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from ckanext.khonkaencarbon.footprint.cube.engine import standard
from ckanext.khonkaencarbon.footprint.cube.plain import (
    PlainFile,
    as_it_is,
    count_if_plain,
    data_begins,
    looks_plain,
    plain_copy,
)
from ckanext.khonkaencarbon.footprint.cube.sql import SEPARATOR, Scan
from ckanext.khonkaencarbon.footprint.cube.sums import Sums
from ckanext.khonkaencarbon.footprint.cube.terms import BAD, Terms, cells_of
from ckanext.khonkaencarbon.footprint.exact import EXACT
from ckanext.khonkaencarbon.footprint.exact import plain as plain_text
from ckanext.khonkaencarbon.footprint.model import CellKey
from ckanext.khonkaencarbon.footprint.reading import duplicates
from ckanext.khonkaencarbon.footprint.reading.inspection import UnfitError
from ckanext.khonkaencarbon.footprint.reading.layout import is_blank
from ckanext.khonkaencarbon.footprint.reading.numbers import read_number
from ckanext.khonkaencarbon.footprint.reading.rows import Row
from ckanext.khonkaencarbon.footprint.reading.table import Table

if TYPE_CHECKING:
    import duckdb

_MANY = 500_000  # rows or texts kept in memory
_MOST_NAMES = 200_000


class Hit(NamedTuple):
    """A row to be read again; ``lines`` are those it takes up, ``settled`` is the rule of ``terms``."""

    row: Row
    lines: int
    settled: bool


class Duck:
    """The engine. ``threads`` and ``memory`` bound what DuckDB takes; neither changes a digit."""

    def __init__(self, threads: int | None = None, memory: str = "256MB") -> None:
        self._threads = threads or min(os.cpu_count() or 1, 4)
        self._memory = memory
        self.gave_up = False  # whether the last table was left to the standard library

    def __call__(self, table: Table, sums: Sums, alone: bool) -> None:
        """Fill the sums with a table, see ``engine.Engine``."""
        import duckdb  # only jobs and commands with a big file come here

        try:
            with TemporaryDirectory(prefix="khonkaencarbon-") as folder:
                config: dict[str, str | bool | int | float | list[str]] = {
                    "threads": self._threads,
                    "memory_limit": self._memory,
                    "temp_directory": folder,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                }
                with duckdb.connect(":memory:", config=config) as connection:
                    # The tables of words are small; DuckDB, which cannot know it, would hash the file.
                    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
                    reading = _read(table, connection, Path(folder), alone)
            self.gave_up = False
        except (UnfitError, duckdb.Error, UnicodeDecodeError, MemoryError, OSError, RuntimeError):
            # the last three: no memory, disk or thread to be had, which the standard library does without
            self.gave_up = True
            return standard(table, sums, alone)
        return reading.deliver(sums)


def _read(table: Table, connection: duckdb.DuckDBPyConnection, folder: Path, alone: bool) -> Reading:
    """Everything about a table that can be known before anything is reported."""
    first_line = data_begins(table)
    if first_line is None or table.mapping.wide or table.prepared.sheet or not alone:
        raise UnfitError
    plain = as_it_is(table, first_line)
    reading = _trusting(table, connection, plain) if table.proof else None
    if reading is None:
        if table.prepared.encoded.encoding != "utf-8" or not count_if_plain(plain):
            plain = plain_copy(table, first_line, folder / "plain.csv")
        reading = Reading(table, connection, plain)
        reading.sum_up()
    reading.look_up()
    return reading


def _trusting(table: Table, connection: duckdb.DuckDBPyConnection, plain: PlainFile) -> Reading | None:
    """The sums, taken while the proof that the file is plain is made; None where it is not.

    Raises:
        UnfitError: the proof says that the file is for the standard library, or not in UTF-8.
    """
    import duckdb

    problem: Exception | None = None
    reading = None
    if looks_plain(plain):
        try:
            reading = Reading(table, connection, plain)
            reading.sum_up()
        except (UnfitError, duckdb.Error) as error:  # what came of lines that are not plain says nothing
            problem = error
    found = table.proof.outcome if table.proof else None
    if found is None or not (found.fit and found.utf8):
        raise UnfitError
    if problem is not None and found.lines is not None:
        raise problem
    if found.lines is None or reading is None:
        return None
    plain.lines = found.lines - plain.skip
    return reading


class Reading:
    """One table on its way through DuckDB."""

    def __init__(self, table: Table, connection: duckdb.DuckDBPyConnection, plain: PlainFile) -> None:
        self._table = table
        self._plain = plain
        self._connection = connection
        self._terms = Terms(table, plain)
        self._scan = Scan(plain, self._terms, table.looks_for_personal_data)
        self._sums = Sums()
        self._keys: dict[tuple[int, int], tuple[tuple[Any, ...], tuple[Any, ...], Decimal]] = {}
        self._settled = 0
        self._constant_names = table.interpreter.names
        self._known_names: dict[int, tuple[str, ...]] = {}
        self._many_names = [False] * len(self._terms.names)  # too many to be remembered
        self._texts: set[bytes] = set()
        self._hits: list[Hit] = []

    def sum_up(self) -> None:
        """Have the settled rows summed, and gather the text of all others."""
        self._learn_first_words()
        self._fill_dictionaries()
        cursor = self._connection.execute(self._scan.groups())
        self._note_sizes()
        faulty = False
        while groups := cursor.fetchmany(10_000):
            for number, *raw_names, rest, rows, amount in groups:
                if rest and rest[0] == "x":
                    self._want(rest[1:].split(SEPARATOR))
                else:
                    faulty |= not self._add_group(number, raw_names, rest, rows, amount)
        rejected = self._connection.execute("SELECT DISTINCT csv_line FROM reject_errors").fetchall()
        self._texts.update(line.replace('"', "").rstrip("\r\n").encode() for (line,) in rejected)
        if faulty:
            self._gather_again()

    def _learn_first_words(self) -> None:
        """More words than the sample has: those of the first rows, which cost next to nothing."""
        terms = self._terms
        for words, understand in (
            (terms.periods, terms.understand_period),
            (terms.rest, terms.understand_rest),
        ):
            found = self._connection.execute(self._scan.words(words)).fetchall() if words.columns else []
            for raw in found:
                if raw not in words.entries:
                    understand(raw)

    def _add_group(
        self,
        number: int,
        raw_names: list[str | None],
        rest: str | None,
        rows: int,
        amount: Decimal | None,
    ) -> bool:
        """Add a group to the sums; False for one with a fault that was not in the dictionaries."""
        known, named = divmod(number, self._all_names)
        names = self._names(named, raw_names)
        period, key = self._understood(rest[1:]) if rest else divmod(known, self._all_rest)
        if names is None or BAD in (period, key):
            return False
        self._add(period, key, names, rows, amount)
        return True

    def _gather_again(self) -> None:
        """The text of all rows that are not settled, with what has been learnt since."""
        self._fill_dictionaries()
        cursor = self._connection.execute(self._scan.unsettled())
        while lines := cursor.fetchmany(10_000):
            for (line,) in lines:
                self._want(line.split(SEPARATOR))

    def look_up(self) -> None:
        """Find the lines to be read again, and check that each line has been counted once."""
        if self._settled != self._plain.lines or self._plain.irregular:
            self._hits = self._found(self._texts, self._plain.lines)
        read_again = sum(hit.lines for hit in self._hits if not hit.settled)
        if self._settled + read_again != self._plain.lines:
            raise UnfitError
        if not self._table.duplicates.full:
            self._look_up_duplicates(self._plain.lines - self._settled)

    def deliver(self, sums: Sums) -> None:
        """Hand over the sums, and read again what is not settled, in the order of the file."""
        table, counts = self._table, self._table.counts
        table.begin()
        sums.take_over(self._sums)
        shift, others, told = 1 - self._plain.first_line, 0, 0
        for hit in self._hits:
            row = hit.row
            if row.fault is None and is_blank(row.text):
                table.skip_blank()
                shift -= hit.lines
                continue
            number = row.line + shift
            shift -= hit.lines - 1
            unseen = number - 1 - others - told
            table.take_unseen(unseen)
            told += unseen
            if hit.settled:
                table.report_on_used(table.interpreter.read(row.cells), row, number)
                told += 1
                continue
            others += 1
            record = table.take(number, row)
            if record is not None:
                sums.add_records([record])
        table.take_unseen(self._settled - told)
        counts.read += self._settled
        counts.used += self._settled
        table.close()

    def _fill_dictionaries(self) -> None:
        for name, words in self._scan.dictionaries.items():
            columns = range(len(words.columns))
            entries = list(words.entries.items())
            selected = ", ".join(
                [*(f"unnest(?::VARCHAR[]) AS k{n}" for n in columns), "unnest(?::INTEGER[]) AS id"]
            )
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {name} AS SELECT {selected}, unnest(?::INTEGER[]) AS said",
                [
                    *([raw[n] for raw, _ in entries] for n in columns),
                    [ids[0] for _, ids in entries],
                    [ids[1] for _, ids in entries],
                ],
            )

    def _note_sizes(self) -> None:
        """How many numbers each dictionary had, zero for unknown included, when the numbers were folded."""
        self._all_rest = len(self._terms.rest.keys.things)
        self._named = [
            (role, words.keys.things, len(words.keys.things))
            for role, words in reversed(list(enumerate(self._terms.names)))
            if words is not None
        ]
        self._all_names = prod(size for _, _, size in self._named)

    def _names(self, number: int, raw: list[str | None]) -> tuple[str, ...] | None:
        """The names of a group: by their numbers, by raw text, or those of the mapping; None for a fault."""
        if number in self._known_names and raw.count(None) == len(raw):
            return self._known_names[number]
        names, rest = list(self._constant_names), number
        for (role, things, size), text in zip(self._named, reversed(raw), strict=True):
            rest, at = divmod(rest, size)
            name = things[at] if text is None else self._name(role, text)
            if name is None:
                return None
            names[role] = name
        if raw.count(None) == len(raw) and len(self._known_names) < _MOST_NAMES:
            self._known_names[number] = tuple(names)
        return tuple(names)

    def _name(self, role: int, text: str) -> str | None:
        """The name of a row that is settled but for it; the scan has seen that it holds no personal data."""
        if not self._many_names[role]:
            words = self._terms.names[role]
            self._many_names[role] = words is not None and len(words.entries) > _MOST_NAMES
        return self._terms.understand_name(role, text, remember=not self._many_names[role])

    def _understood(self, text: str) -> tuple[int, int]:
        raw = tuple(text.split(SEPARATOR))
        width = len(self._terms.periods.columns)
        if len(raw) != width + len(self._terms.rest.columns):
            raise UnfitError
        period, rest = raw[:width], raw[width:]
        return (
            (self._terms.periods.entries.get(period) or self._terms.understand_period(period))[0],
            (self._terms.rest.entries.get(rest) or self._terms.understand_rest(rest))[0],
        )

    def _add(self, period: int, rest: int, names: tuple[str, ...], rows: int, amount: Decimal | None) -> None:
        if amount is None:
            raise UnfitError
        known = self._keys.get((period, rest))
        if known is None:
            known = self._keys[period, rest] = self._terms.key(period, rest)
        before, after, to_base = known
        key = CellKey._make((*before, *names, *after))
        self._sums.add_sum(key, EXACT.multiply(amount, to_base), rows)
        self._settled += rows

    def _want(self, cells: list[str]) -> None:
        self._texts.update(self._spellings(cells))
        if len(self._texts) > 4 * _MANY:
            raise UnfitError

    def _spellings(self, cells: list[str]) -> Iterator[bytes]:
        """Lines with these cells, without quotation marks; empty cells at the end may be left out."""
        delimiter = self._plain.delimiter
        filled = max((at for at, cell in enumerate(cells, 1) if cell), default=0)
        line = delimiter.join(cells[:filled])
        for more in range(self._terms.width - filled + (filled > 0)):
            yield (line + delimiter * more).encode()

    def _found(self, texts: set[bytes], within: int) -> list[Hit]:
        """The lines of these texts among the first, and the irregular rows, in the order of the file."""
        irregular = self._plain.irregular
        covered = {line + at for line, one in irregular.items() for at in range(one.lines)}
        hits = [Hit(one.row, one.lines, settled=False) for one in irregular.values()]
        for line, raw in _located(self._plain, {b"", *texts}, within):
            if line not in covered:
                cells = next(cells_of(raw, self._plain.delimiter), [""])
                hits.append(Hit(Row(line, raw.decode(), cells), 1, self._terms.settled(cells)))
            if len(hits) > _MANY:
                raise UnfitError
        return sorted(hits, key=lambda hit: hit.row.line)

    def _look_up_duplicates(self, others: int) -> None:
        """Add the settled rows that may say the same as another row, as far as the watch goes."""
        first = min(duplicates.LIMIT + others + 1, self._plain.lines)
        coarse = frozenset(role for role, many in enumerate(self._many_names) if many)
        self._fill_dictionaries()
        self._connection.execute(self._scan.fill_said(first, coarse))
        self._add_said(first, coarse)
        if not self._connection.execute(self._scan.any_said_twice()).fetchall():
            return
        texts: set[bytes] = set()
        expected = 0
        cursor = self._connection.execute(self._scan.said_twice(first, coarse))
        while lines := cursor.fetchmany(10_000):
            for line, rows in lines:
                texts.update(self._spellings(line.split(SEPARATOR)))
                expected += rows
        if texts:
            self._add_hits(self._found(texts, first + others), expected)

    def _add_hits(self, hits: list[Hit], expected: int) -> None:
        known = {hit.row.line for hit in self._hits}
        self._hits = sorted(
            [*self._hits, *(hit for hit in hits if hit.row.line not in known)], key=lambda hit: hit.row.line
        )
        if sum(hit.settled for hit in self._hits) < expected:
            raise UnfitError

    def _add_said(self, first: int, coarse: frozenset[int]) -> None:
        """What the rows say that DuckDB has not summed, so that settled ones can be compared with them."""
        said = []
        end = self._plain.first_line + first
        for hit in self._hits:
            if hit.row.line < end and not hit.row.fault and not hit.settled:
                said.append(self._said(list(hit.row.cells), coarse))
        lists = list(zip(*filter(None, said), strict=True))
        if lists:
            roles = sum(words is not None for words in self._terms.names)
            self._connection.execute(self._scan.add_said(roles), [list(each) for each in lists])

    def _said(self, cells: list[str], coarse: frozenset[int]) -> tuple[int | str, ...] | None:
        outcome = self._table.interpreter.read(cells)
        if outcome.record is None:
            return None
        numbers = self._terms.said(outcome.meaning, outcome.record.key[5:8], coarse)
        number = read_number(cells[self._terms.quantity_at], frozenset())
        if numbers is None or isinstance(number, str) or not self._terms.holds(number):
            return None
        free = [_only_digits(cells[at]) for at in self._terms.free_text_at]
        return (*numbers, plain_text(number), SEPARATOR.join(free))


def _located(plain: PlainFile, texts: set[bytes], within: int) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each line among the first that is one of the texts, quotation marks left aside."""
    wanted = texts | {text + b"\r" for text in texts}
    end = plain.first_line + within
    for first, block in plain.blocks():
        if first >= end:
            return
        bare = block.replace(b'"', b"").split(b"\n")
        if block.endswith(b"\n"):
            bare.pop()
        places = list(compress(count(), map(wanted.__contains__, bare)))
        lines = block.split(b"\n") if places else []
        yield from ((first + at, lines[at].removesuffix(b"\r")) for at in places if first + at < end)


def _only_digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")
