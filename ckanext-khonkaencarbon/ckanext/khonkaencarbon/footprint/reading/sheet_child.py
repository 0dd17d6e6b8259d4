"""One sheet of a workbook as text, in a process of limited means. Run by ``sheet``; nothing else imports it.

The rows go to a file as CSV, one line per sheet row: the line of a cell is its row in the sheet.
What has to be said about the sheet goes to stdout as JSON.
No formula is computed and no link followed: only the values that the spreadsheet program stored are read.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

_CONTROLS = dict.fromkeys((*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")
_BUDDHIST = range(2400, 2701)
_OFFSET = 543
_CHUNK = 1 << 20
_PIECE = 1 << 16  # longer than any tag or formula that is looked at
_EXACT_DECIMALS = 9  # more than these stand behind a mark, because text may not have them
_NUMBER_MARK = "\x1f"
_MARKED_CELLS = 100_000

_FAR_COLUMN = re.compile(rb'<c\s[^>]*\br="(?:I[W-Z]|[J-Z][A-Z]|[A-Z]{3})[0-9]+"(?:[^>]*[^/>])?>')
_HIDDEN = re.compile(rb'<row\s[^>]*\bhidden="(?:1|true)"')
_ERROR = re.compile(
    rb'<c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]+)"[^>]*>(?:(?!</c>).){0,9000}?<v>([^<]{1,20})</v>',
    re.S,
)
_NO_VALUE = re.compile(
    rb'<c\s(?![^>]*\bt="str")[^>]*\br="([A-Z]{1,3})([0-9]+)"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")


class _RefusedError(Exception):
    """Carries the finding code and its words."""


def main(order: dict[str, Any]) -> dict[str, Any]:
    """Write the sheet's rows to ``order["spool"]``; what was found as a dict ready for JSON."""
    try:
        return _read(order)
    except _RefusedError as refused:
        return {"refused": refused.args[0], **(refused.args[1] if len(refused.args) > 1 else {})}


def _read(order: dict[str, Any]) -> dict[str, Any]:
    try:
        calamine = import_module("python_calamine")
    except ImportError:
        raise _RefusedError("workbook-reader-missing") from None
    try:
        book = calamine.load_workbook(order["path"])
        name, others, hidden = _chosen(book.sheets_metadata, order["sheet"], calamine)
        marked, facts = _scanned(order["path"], name, order["size_limit"])
        sheet = book.get_sheet_by_name(name)
        last_row, last_column = sheet.end or (0, 0)
        if (last_row + 1) * (last_column + 1) > order["cell_limit"]:
            raise _RefusedError("workbook-too-large")
        dates = _write(sheet, marked, order)
        merged = len(sheet.merged_cell_ranges or ())
    except calamine.PasswordError:
        raise _RefusedError("workbook-password") from None
    except (
        calamine.CalamineError,
        zipfile.BadZipFile,
        OSError,
        KeyError,
        ValueError,
        EOFError,
        zlib.error,
    ):
        raise _RefusedError("workbook-damaged") from None
    except MemoryError:
        raise _RefusedError("workbook-too-large") from None
    return {"sheet": name, "others": others, "hidden": hidden, "merged": merged, "dates": dates, **facts}


def _chosen(sheets: list[Any], wanted: str | None, calamine: Any) -> tuple[str, list[str], bool]:
    """The named sheet, or the first that people see; the names of the others; whether it is hidden."""
    tables = [sheet for sheet in sheets if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = [sheet for sheet in tables if sheet.visible == calamine.SheetVisibleEnum.Visible]
    if not tables:
        raise _RefusedError("no-data-rows")
    if wanted is None:
        chosen = (visible or tables)[0]
    else:
        blind = wanted.strip().casefold()
        found = [sheet for sheet in tables if sheet.name.strip().casefold() == blind]
        if not found:
            raise _RefusedError("sheet-missing", {"others": [sheet.name for sheet in tables][:50]})
        chosen = found[0]
    others = [sheet.name for sheet in tables if sheet.name != chosen.name][:50]
    return chosen.name, others, chosen not in visible


def _scanned(path: str, name: str, size_limit: int) -> tuple[dict[tuple[int, int], str], dict[str, Any]]:
    """Cells that hold an error or a formula without a value, and what else the sheet's XML tells."""
    marked: dict[tuple[int, int], str] = {}
    hidden = 0
    with zipfile.ZipFile(path) as archive:
        for window, fresh in _windows(archive, _part(archive, name), size_limit):
            if _FAR_COLUMN.search(window):
                raise _RefusedError("too-many-columns")
            hidden += sum(match.start() < fresh for match in _HIDDEN.finditer(window))
            for match in _ERROR.finditer(window):
                marked[_place(match)] = match[3].decode("ascii", "replace")
            for match in _NO_VALUE.finditer(window):
                marked[_place(match)] = "#FORMULA?"
            if len(marked) > _MARKED_CELLS:
                raise _RefusedError("workbook-too-large")
    return marked, {"hidden_rows": hidden}


def _windows(archive: zipfile.ZipFile, part: str, size_limit: int) -> Iterator[tuple[bytes, int]]:
    """The part in pieces that overlap; matches that begin behind ``fresh`` come again in the next one."""
    kept, size = b"", 0
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > size_limit:
                raise _RefusedError("workbook-archive", {"value": f"{size >> 20} MB"})
            window = kept + chunk
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise _RefusedError("workbook-damaged")
            fresh = max(0, len(window) - _PIECE)
            yield window, fresh
            kept = window[fresh:]
    yield kept, len(kept)


def _part(archive: zipfile.ZipFile, name: str) -> str:
    """Where the sheet of this name lies in the archive."""
    relation = next(
        _attribute(tag, b"r:id", b"id") for tag in _tags(archive, "xl/workbook.xml", _SHEET)
        if _attribute(tag, b"name") == name
    )  # fmt: skip
    target = next(
        _attribute(tag, b"Target") for tag in _tags(archive, "xl/_rels/workbook.xml.rels", _RELATION)
        if _attribute(tag, b"Id") == relation
    )  # fmt: skip
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _tags(archive: zipfile.ZipFile, part: str, pattern: re.Pattern[bytes]) -> list[bytes]:
    with archive.open(part) as file:
        return pattern.findall(file.read(_CHUNK))


def _attribute(tag: bytes, *names: bytes) -> str:
    for name in names:
        match = re.search(
            rb"[\s:]" + name.replace(b"r:", b"\\w+:") + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag
        )
        if match:
            text = (match[1] if match[1] is not None else match[2]).decode("utf-8")
            for entity, sign in (
                ("&lt;", "<"),
                ("&gt;", ">"),
                ("&quot;", '"'),
                ("&apos;", "'"),
                ("&amp;", "&"),
            ):
                text = text.replace(entity, sign)
            return text
    return ""


def _place(match: re.Match[bytes]) -> tuple[int, int]:
    """Row and column, both from 0."""
    column = 0
    for letter in match[1]:
        column = column * 26 + letter - 64
    return int(match[2]) - 1, column - 1


def _write(sheet: Any, marked: dict[tuple[int, int], str], order: dict[str, Any]) -> dict[int, list[int]]:
    """All rows as CSV. Returns column -> [first row, how many] of date cells whose year is Buddhist."""
    dates: dict[int, list[int]] = {}
    rows_marked = {row for row, _ in marked}
    with open(order["spool"], "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        write = csv.writer(file, lineterminator="\n").writerow
        at = -1
        for at, row in enumerate(sheet.iter_rows()):
            cells = [_text(cell, at, column, order["era"], dates) for column, cell in enumerate(row)]
            if at in rows_marked:
                cells = _with_marks(cells, at, marked)
            while cells and not cells[-1]:
                cells.pop()
            write(cells)
        for late in range(at + 1, max(rows_marked, default=-1) + 1):
            write(_with_marks([], late, marked))
    return dates


def _with_marks(cells: list[str], at: int, marked: dict[tuple[int, int], str]) -> list[str]:
    here = {column: text for (row, column), text in marked.items() if row == at}
    width = max(len(cells), *(column + 1 for column in here)) if here else len(cells)
    padded = [*cells, *[""] * (width - len(cells))]
    return [text or here.get(column, "") for column, text in enumerate(padded)]


def _text(cell: object, row: int, column: int, era: str, dates: dict[int, list[int]]) -> str:
    if isinstance(cell, str):
        return cell if cell.isprintable() else cell.translate(_CONTROLS)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | int):
        return _number(cell)
    if isinstance(cell, date):
        if cell.year in _BUDDHIST:
            dates.setdefault(column, [row + 1, 0])[1] += 1
        return _date(cell, era)
    return str(cell) if isinstance(cell, timedelta) or cell is not None else ""


def _number(number: float) -> str:
    """The shortest decimal of 15 significant digits."""
    text = format(Decimal(f"{number:.15g}"), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    decimals = len(text.partition(".")[2])
    return _NUMBER_MARK + text if decimals > _EXACT_DECIMALS else text


def _date(cell: date, era: str) -> str:
    """ISO, in the era that the mapping declares; 2567 is Buddhist whatever it declares."""
    buddhist = cell.year in _BUDDHIST
    year = cell.year + (
        _OFFSET if era == "be" and not buddhist else -_OFFSET if era == "ce" and buddhist else 0
    )
    text = f"{year:04}-{cell.month:02}-{cell.day:02}"
    if isinstance(cell, datetime) and (cell.hour or cell.minute or cell.second):
        return f"{text} {cell:%H:%M:%S}"
    return text


def _limit(order: dict[str, Any]) -> None:
    for what, most in (
        (resource.RLIMIT_AS, order["memory"]),
        (resource.RLIMIT_CPU, order["cpu"]),
        (resource.RLIMIT_FSIZE, order["spool_limit"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    _limit(given)
    json.dump(main(given), sys.stdout)
