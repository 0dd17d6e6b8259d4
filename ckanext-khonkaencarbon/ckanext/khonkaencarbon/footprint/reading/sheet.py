"""A sheet of a workbook, read in a child process: whatever it does there, here comes text or a code."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ckanext.khonkaencarbon.footprint.findings import FileRefused, finding
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.archive import SIZE_LIMIT
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.rows import COLUMN_LIMIT

ENCODING = "xlsx"  # what is published as the encoding of a workbook
CELL_LIMIT = 40_000_000
MEMORY = 1536 << 20  # bytes of address space
CPU = 300  # seconds
WALL = 600  # seconds
_REPORT_LIMIT = 1 << 20
_CHILD = Path(__file__).with_name("sheet_child.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use; ``cpu`` and ``wall`` in seconds, ``memory`` in bytes."""

    memory: int = MEMORY
    cpu: int = CPU
    wall: int = WALL
    cells: int = CELL_LIMIT


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet as CSV text, one line per sheet row, and what has to be said about it."""

    name: str
    others: Sequence[str]
    hidden: bool
    hidden_rows: int
    merged: int
    buddhist_dates: Mapping[int, tuple[int, int]]  # column from 0 -> first sheet row, how many
    extras: Sequence[Text]
    spool: Any  # the temporary file; it is deleted with this object

    def open(self) -> BinaryIO:
        """The text from its start, in UTF-8."""
        return Path(self.spool.name).open("rb")


def read_sheet(
    path: Path, mapping: ColumnMapping, extras: Sequence[Text], limits: Limits | None = None
) -> Sheet:
    """Read the mapping's sheet, or the first that is not hidden.

    Raises:
        FileRefused: no such sheet, a damaged or protected workbook, or one that takes more than the limits.
    """
    limits = limits or Limits()
    spool = tempfile.NamedTemporaryFile(prefix="khonkaencarbon-", suffix=".csv")  # noqa: SIM115 - lives on
    order = {
        "path": str(path.resolve()),
        "sheet": mapping.sheet,
        "era": mapping.era,
        "spool": spool.name,
        "memory": limits.memory,
        "cpu": limits.cpu,
        "cell_limit": limits.cells,
        "size_limit": SIZE_LIMIT,
        "spool_limit": 2 * SIZE_LIMIT,
    }
    report = _report(order, limits.wall)
    if "refused" in report:
        raise _refused(report, mapping)
    return Sheet(
        name=report["sheet"],
        others=report["others"],
        hidden=report["hidden"],
        hidden_rows=report["hidden_rows"],
        merged=report["merged"],
        buddhist_dates={int(column): (first, many) for column, (first, many) in report["dates"].items()},
        extras=extras,
        spool=spool,
    )


def _report(order: Mapping[str, Any], wall: int) -> dict[str, Any]:
    """The child's report; one of its own making where the child could not give one."""
    command = [sys.executable, "-I", str(_CHILD), json.dumps(order)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=wall, cwd=tempfile.gettempdir(), check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"refused": "workbook-too-large"}
    try:
        report = json.loads(done.stdout[:_REPORT_LIMIT]) if done.returncode == 0 else None
    except ValueError:
        report = None
    return report if isinstance(report, dict) else {"refused": "workbook-too-large"}


def _refused(report: Mapping[str, Any], mapping: ColumnMapping) -> FileRefused:
    code = report["refused"]
    words: dict[str, str | int] = {"limit": COLUMN_LIMIT}
    if code == "sheet-missing":
        words = {"value": mapping.sheet or "", "sheets": listed_sheets(report["others"])}
    elif code == "workbook-archive":
        words = {"value": report["value"], "limit": SIZE_LIMIT >> 20}
    elif code == "workbook-too-large":
        words = {"limit": f"{CELL_LIMIT:,}"}
    return FileRefused(finding(code, **words))  # type: ignore[arg-type]


def listed_sheets(names: Sequence[str]) -> str:
    """Names of sheets for a sentence, at most twenty."""
    return ", ".join(f"“{name}”" for name in names[:20])
