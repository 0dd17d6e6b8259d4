"""Rows of notation keys as people fill them in: each cell is read by the reader of uploaded tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.catalogue.thai_text import tidied
from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.footprint.inventory.notation import (
    NotationTable,
    Written,
    read_notation,
    read_years,
)
from ckanext.khonkaencarbon.portal import language
from ckanext.khonkaencarbon.portal.city import keys

MOST_ROWS = 1000  # 54 references, each with some spans of years
LONGEST = 2000  # characters of a cell
REMOVED = "remove"  # the mark of a row that goes
EVERY_YEAR = (0,)  # stands for all years of the inventory, which are not known here
Faults = dict[str, list[str]]


class RowsRefusedError(Exception):
    """What was given is no list of such rows; the message says why."""


@dataclass
class Typed:
    """A row with what is wrong in it, by part."""

    cells: dict[str, str]
    faults: Faults = field(default_factory=dict)

    def refuse(self, part: str, words: str) -> None:
        """Say what is wrong with a part: the first fault of each."""
        self.faults.setdefault(part, [words])

    def found(self, part: str, code: str) -> None:
        """The same in the words of a finding."""
        self.refuse(part, language.text(finding(code, column=part, value=self.cells[part]).fix))


class Meant(NamedTuple):
    """A row that can be read."""

    position: int  # of the row, from 1
    gpc_ref: str
    years: tuple[int, ...]
    key: str


def judged(given: Any, is_organisation: Callable[[str], bool]) -> tuple[list[dict[str, str]], list[Faults]]:
    """The rows as they are stored, empty ones left out, and the faults of each row as given.

    Raises:
        RowsRefusedError: it is no list of such rows.
    """
    rows = [Typed(_cells(one)) for one in _listed(given)]
    meant: list[Meant] = []
    for position, row in enumerate(rows, 1):
        if any(row.cells.values()):
            _judge(row, position, is_organisation, meant)
    faults = [row.faults for row in rows]
    filled = [row.cells for row in rows if any(row.cells.values())]
    if filled and not any(faults):
        _read_as_table(filled)
    return filled, faults


def _listed(given: Any) -> Sequence[Mapping[str, Any]]:
    shape = "[{" + ", ".join(f'"{part}": "…"' for part in keys.PARTS) + "}]"
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise RowsRefusedError(tk._("Give a list of rows: {shape}").format(shape=shape))
    unknown = sorted({str(name) for one in given for name in one} - {*keys.PARTS, REMOVED})
    if unknown:
        words = tk._("A row has no “{name}”. Give a list of rows: {shape}")
        raise RowsRefusedError(words.format(name=unknown[0][:60], shape=shape))
    if len(given) > MOST_ROWS:
        raise RowsRefusedError(tk._("At most {n} rows").format(n=MOST_ROWS))
    return given


def _cells(one: Mapping[str, Any]) -> dict[str, str]:
    if one.get(REMOVED):
        return dict.fromkeys(keys.PARTS, "")
    return {part: _text(one.get(part)) for part in keys.PARTS}


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    text = "" if value is None else str(value)
    return tidied(text.encode("utf-8", "replace").decode())


def _judge(row: Typed, position: int, is_organisation: Callable[[str], bool], meant: list[Meant]) -> None:
    for part, cell in row.cells.items():
        if len(cell) > LONGEST:
            row.refuse(part, tk._("At most {n} characters").format(n=LONGEST))
    reference, years, written = _reference(row), _years(row), _written(row)
    organisation = row.cells["responsible_organisation"]
    if organisation and not is_organisation(organisation):
        words = tk._("No organisation of the portal: {value}. Choose one of the list, or leave it empty")
        row.refuse("responsible_organisation", words.format(value=organisation[:60]))
    if reference and years and written:
        mine = Meant(position, reference, years, written.key)
        _compare(row, mine, meant)
        meant.append(mine)


def _reference(row: Typed) -> str:
    reference = row.cells["gpc_ref"].upper()
    if not reference:
        row.refuse("gpc_ref", tk._("Choose a reference"))
    elif reference not in references():
        row.found("gpc_ref", "gpc-reference")
    row.cells["gpc_ref"] = reference
    return reference if reference in references() else ""


def _years(row: Typed) -> tuple[int, ...]:
    """The years, which are stored in the common era."""
    years = read_years(row.cells["years"], EVERY_YEAR)
    if years is None:
        row.found("years", "year-unreadable")
        return ()
    row.cells["years"] = "" if years == EVERY_YEAR else keys.years_text(years)
    return years


def _written(row: Typed) -> Written | None:
    """The key; what stands behind it in its cell is its place and its explanation."""
    cells = row.cells
    if not cells["key"]:
        row.refuse("key", tk._("Choose a key"))
        return None
    written = read_notation(keys.notation(cells))
    if isinstance(written, str):
        row.found("elsewhere" if cells["elsewhere"] and written == "notation-elsewhere" else "key", written)
        return None
    place = cells["elsewhere"].upper()
    if not place and not cells["explanation"]:
        cells["explanation"] = written.rest
    cells["key"], cells["elsewhere"] = written.key, written.elsewhere
    _judge_place(row, written, place)
    if not cells["explanation"]:
        row.refuse("explanation", tk._("The GPC asks for an explanation of each key: say why"))
    return written


def _judge_place(row: Typed, written: Written, place: str) -> None:
    row.cells["elsewhere"] = written.elsewhere or place
    if written.key != "IE" and place:
        row.refuse("elsewhere", tk._("Only IE is counted elsewhere. Leave this empty, or choose IE"))
    elif written.key == "IE" and not written.elsewhere:
        row.refuse("elsewhere", tk._("Say where it is counted: choose that reference"))
    elif written.elsewhere and written.elsewhere == row.cells["gpc_ref"]:
        row.found("elsewhere", "notation-elsewhere")


def _compare(row: Typed, mine: Meant, others: Collection[Meant]) -> None:
    """Two keys for one reference and year: the inventory would take none of them."""
    for other in others:
        if other.gpc_ref == mine.gpc_ref and other.key != mine.key and _meet(other.years, mine.years):
            words = tk._("Row {n} gives {reference} the key {key} for the same year. Leave one of the two")
            row.refuse("key", words.format(n=other.position, reference=other.gpc_ref, key=other.key))
            return


def _meet(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    return EVERY_YEAR in (first, second) or bool(set(first) & set(second))


def _read_as_table(rows: Sequence[keys.Row]) -> None:
    """What is stored has to be read without a finding, as the inventory will read it."""
    log = FindingLog()
    NotationTable(log, EVERY_YEAR).read(keys.table(rows))
    for one in log.listed:
        raise RowsRefusedError(f"{one.value or ''}: {language.text(one.fix)}")
