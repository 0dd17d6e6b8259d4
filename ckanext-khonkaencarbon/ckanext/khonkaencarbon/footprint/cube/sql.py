"""The SQL of the DuckDB engine: one scan with look-ups, a count and an exact sum per group, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ckanext.khonkaencarbon.footprint.cube.plain import PlainFile
from ckanext.khonkaencarbon.footprint.cube.terms import Terms, Words, risky_pattern

SEPARATOR = "\x1f"
_FIRST, _MOST = 300_000, 20_000
_DIGITS = "๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９", "0123456789" * 2


def literal(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _column(at: int) -> str:
    return f"coalesce(t.c{at}, '')"


def _clean(cell: str) -> str:
    return f"NOT regexp_matches({cell}, {literal(risky_pattern())})"


def _joined(columns: Sequence[str]) -> str:
    return f"concat_ws(chr(31), {', '.join(columns)})" if columns else "''"


@dataclass(frozen=True)
class Scan:
    """The queries over one plain file under its terms; its dictionaries are the tables p, r, n0, n1, n2."""

    plain: PlainFile
    terms: Terms
    looks_for_personal_data: bool

    @property
    def dictionaries(self) -> dict[str, Words]:
        """Table name -> what it holds; a dictionary without columns needs no table."""
        words = {"p": self.terms.periods, "r": self.terms.rest}
        words |= {f"n{role}": each for role, each in enumerate(self.terms.names) if each is not None}
        return {name: each for name, each in words.items() if each.columns}

    @property
    def amount_type(self) -> str:
        """Wide enough for every settled quantity; sums are DECIMAL(38)."""
        width = self.terms.digits + self.terms.decimals
        return f"DECIMAL({max(width, 18)}, {self.terms.decimals})"

    def words(self, words: Words) -> str:
        """The texts of a dictionary's columns in the first rows, each once."""
        columns = ", ".join(map(_column, words.columns))
        return f"SELECT DISTINCT {columns} FROM (SELECT * FROM {self._file()} LIMIT {_FIRST}) t LIMIT {_MOST}"

    def groups(self) -> str:
        """Rows: numbers of period, rest and names in one number, raw names, rest of the row, count, sum.

        Rows that are not settled come with all their cells after an ``x``; rows with period or key cells that
        are in no dictionary with those after a ``y``.
        """
        known = f"CASE WHEN p > 0 AND r > 0 THEN p * {len(self.terms.rest.keys.things)} + r ELSE 0 END"
        number = f"({known})::BIGINT"
        raw = []
        for role, words in enumerate(self.terms.names):
            if words is not None:
                number = f"({number} * {len(words.keys.things)} + n{role})"
                raw.append(f"CASE WHEN ok AND n{role} = 0 THEN {_column(words.columns[0])} END")
        keys = [_column(at) for at in (*self.terms.periods.columns, *self.terms.rest.columns)]
        rest = f"WHEN NOT ok THEN 'x' || {self._cells()} WHEN p = 0 OR r = 0 THEN 'y' || {_joined(keys)}"
        columns = ", ".join([f"CASE WHEN ok THEN {number} END", *raw, f"CASE {rest} END"])
        return f"SELECT {columns}, count(*), sum({self._amount()}) FROM ({self._judged()}) t GROUP BY ALL"

    def unsettled(self) -> str:
        """The cells of all rows that are not settled, each text once."""
        return f"SELECT DISTINCT {self._cells()} FROM ({self._judged()}) t WHERE NOT ok"

    def fill_said(self, first: int, coarse: frozenset[int]) -> str:
        """Hashes of what the settled rows among the ``first`` say; names of ``coarse`` roles are left out."""
        said = f"SELECT {self._said(coarse)} AS h FROM ({self._judged(first)}) t WHERE ok"
        return f"CREATE OR REPLACE TABLE said AS {said}"

    def add_said(self, names: int) -> str:
        """The same for rows given as lists: period, rest, ``names`` numbers, amount, digits of free text."""
        numbers = ", ".join(f"unnest(?::INTEGER[]) AS s{at}" for at in range(2 + names))
        said = ", ".join(f"s{at}" for at in range(2 + names))
        return (
            f"INSERT INTO said SELECT hash({said}, amount::{self.amount_type}, digits) FROM "
            f"(SELECT {numbers}, unnest(?::VARCHAR[]) AS amount, unnest(?::VARCHAR[]) AS digits)"
        )

    def any_said_twice(self) -> str:
        """One row if rows may say the same."""
        return "SELECT h FROM said GROUP BY h HAVING count(*) > 1 LIMIT 1"

    def said_twice(self, first: int, coarse: frozenset[int]) -> str:
        """The cells of settled rows that may say the same as another row, and how many rows have them."""
        twice = "SELECT h FROM said GROUP BY h HAVING count(*) > 1"
        return (
            f"SELECT {self._cells()}, count(*) FROM ({self._judged(first)}) t "
            f"WHERE ok AND {self._said(coarse)} IN ({twice}) GROUP BY ALL"
        )

    def _cells(self) -> str:
        return _joined([_column(at) for at in range(self.terms.width)])

    def _said(self, coarse: frozenset[int]) -> str:
        roles = [role for role, words in enumerate(self.terms.names) if words is not None]
        names = ["0::INTEGER" if role in coarse else f"s_n{role}" for role in roles]
        free = [f"regexp_replace({_column(at)}, '[^0-9]', '', 'g')" for at in self.terms.free_text_at]
        return f"hash({', '.join(['s_p', 's_r', *names])}, {self._amount()}, {_joined(free)})"

    def _amount(self) -> str:
        return f"CASE WHEN ok THEN try_cast(replace(q, ',', '') AS {self.amount_type}) END"

    def _judged(self, first: int | None = None) -> str:
        """Every row with its numbers and whether it is settled."""
        numbers = []
        for name in (
            "p",
            "r",
            *(f"n{role}" for role, words in enumerate(self.terms.names) if words is not None),
        ):
            joined = name in self.dictionaries
            numbers.append(f"coalesce(d_{name}.id, 0) AS {name}" if joined else f"1 AS {name}")
            numbers.append(f"coalesce(d_{name}.said, 0) AS s_{name}" if joined else f"1::INTEGER AS s_{name}")
        joins = " ".join(self._join(name, words) for name, words in self.dictionaries.items())
        cell = f"t.c{self.terms.quantity_at}"
        digits = (
            f"CASE WHEN strlen({cell}) = length({cell}) THEN {cell} "
            f"ELSE translate({cell}, {literal(_DIGITS[0])}, {literal(_DIGITS[1])}) END"
        )
        # A limit keeps the order of rows, which costs the second core.
        limit = f" LIMIT {first}" if first is not None and first < self.plain.lines else ""
        rows = f"(SELECT * FROM {self._file()}{limit})"
        looked_up = f"SELECT t.*, {', '.join(numbers)}, {digits} AS q FROM {rows} t {joins}"
        return f"SELECT *, coalesce({self._settled()}, false) AS ok FROM ({looked_up}) t"

    def _join(self, name: str, words: Words) -> str:
        on = " AND ".join(f"{_column(at)} = d_{name}.k{n}" for n, at in enumerate(words.columns))
        return f"LEFT JOIN {name} d_{name} ON {on}"

    def _settled(self) -> str:
        terms = self.terms
        parts = [f"regexp_full_match(q, {literal(terms.quantity_pattern())})", "p >= 0", "r >= 0"]
        parts += [f"{_column(at)} = ''" for at in range(terms.labels, terms.width)]
        parts += [f"n{role} >= 0" for role, words in enumerate(terms.names) if words is not None]
        if self.looks_for_personal_data:
            parts += [
                f"CASE WHEN n{role} > 0 THEN true ELSE {_clean(_column(words.columns[0]))} END"
                for role, words in enumerate(terms.names)
                if words is not None
            ]
            parts += [
                f"CASE WHEN strlen({_column(at)}) < 5 THEN true ELSE {_clean(_column(at))} END"
                for at in terms.unread_columns()
            ]
        return " AND ".join(parts)

    def _file(self) -> str:
        names = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(self.terms.width))
        return (
            f"read_csv({literal(_pattern_free(self.plain.path))}, auto_detect = false, header = false, "
            f"skip = {self.plain.skip}, delim = {literal(self.plain.delimiter)}, "
            f"quote = '\"', escape = '\"', comment = '', columns = {{{names}}}, "
            "null_padding = true, store_rejects = true)"
        )


def _pattern_free(path: Path) -> str:
    """The path with the characters that DuckDB takes for a pattern in brackets."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in str(path))
