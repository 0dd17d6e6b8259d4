"""Factor editions: immutable published sets, ours by id, anybody's by path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.factors import rows
from ckanext.khonkaencarbon.footprint.factors.gwp import GWP_SETS
from ckanext.khonkaencarbon.footprint.model import ELECTRICITY, TGO_SCOPE2, Factor, Text

if TYPE_CHECKING:  # its place in the standard library moved after Python 3.10
    from importlib.resources.abc import Traversable

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}", re.ASCII)
_KEYS = {"id", "title", "publisher", "date", "region", "source", "co2e_gwp"}
# May be left out: an edition that does not say counts network losses with the electricity delivered.
_ELECTRICITY = "electricity"


@dataclass(frozen=True, slots=True)
class Edition:
    """A published set of factors and parameters; ``sha256`` is that of its content."""

    id: str
    title: Text
    publisher: str
    date: str
    region: str
    source: str
    co2e_gwp: str | None  # the set behind factors that exist only as CO2e
    factors: tuple[Factor, ...]
    parameters: tuple[rows.Parameter, ...]
    published_totals: tuple[rows.PublishedTotal, ...]
    sha256: str
    electricity: str = TGO_SCOPE2  # the setting under which its electricity factors apply

    def __hash__(self) -> int:
        """Of the content as a whole."""
        return hash(self.sha256)

    @property
    def rows(self) -> tuple[rows.PublishedRow, ...]:
        """Factors and parameters."""
        return (*self.factors, *self.parameters)


class EditionError(ValueError):
    """An edition does not exist (``missing``) or cannot be used; the message says where."""

    def __init__(self, name: str, problem: str, missing: bool = False) -> None:
        super().__init__(problem)
        self.name = name
        self.missing = missing


def is_edition_id(name: str) -> bool:
    """Whether a name can be an id; anything else is a path."""
    return bool(_ID.fullmatch(name))


@cache
def edition_ids() -> tuple[str, ...]:
    """The editions that come with the package."""
    folder = files("ckanext.khonkaencarbon.config") / "factors"
    return tuple(sorted(entry.name for entry in folder.iterdir() if is_edition_id(entry.name)))


@cache
def _own(name: str) -> Edition:
    return _load(files("ckanext.khonkaencarbon.config") / "factors" / name, name)


def load_edition(name: str) -> Edition:
    """One of our editions by id, or the folder at a path.

    Raises:
        EditionError: there is no such edition, or a table or the description is not as it must be.
    """
    if name in edition_ids():
        return _own(name)
    if is_edition_id(name) or not Path(name).is_dir():
        raise EditionError(name, ", ".join(edition_ids()), missing=True)
    return _load(Path(name), name)


def _load(folder: Traversable, name: str) -> Edition:
    try:
        return _build(folder)
    except (rows.RowError, OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EditionError(name, str(error).partition("\n")[0]) from error


def _build(folder: Traversable) -> Edition:
    about = _description(folder)
    own_id = str(about["id"])
    tables = {
        "factors": _table(folder, "factors", rows.FACTOR_COLUMNS, rows.CONSUMERS),
        "parameters": _table(folder, "parameters", rows.PARAMETER_COLUMNS),
        "published_totals": _table(folder, "published_totals", rows.TOTAL_COLUMNS),
    }
    edition = Edition(
        id=own_id,
        title=Text(**about["title"]),
        publisher=str(about["publisher"]),
        date=str(about["date"]),
        region=str(about["region"]),
        source=str(about["source"]),
        co2e_gwp=about["co2e_gwp"],
        factors=tuple(rows.factor(place, row, own_id) for place, row in tables["factors"]),
        parameters=tuple(rows.parameter(place, row, own_id) for place, row in tables["parameters"]),
        published_totals=tuple(rows.published_total(place, row) for place, row in tables["published_totals"]),
        sha256=digest([about, {name: [row for _, row in table] for name, table in tables.items()}]),
        electricity=about.get(_ELECTRICITY, TGO_SCOPE2),
    )
    _check(edition)
    return edition


def _description(folder: Traversable) -> dict[str, Any]:
    about = yaml.safe_load((folder / "edition.yaml").read_text(encoding="utf-8"))
    if not isinstance(about, dict) or set(about) - {_ELECTRICITY} != _KEYS:
        raise rows.RowError(f"edition.yaml: {', '.join(sorted(_KEYS))}")
    about["date"] = str(about["date"])
    title = about["title"]
    if not isinstance(title, dict) or set(title) != {"th", "en"}:
        raise rows.RowError("edition.yaml: title: th, en")
    if not is_edition_id(str(about["id"])):
        raise rows.RowError(f"edition.yaml: id: {about['id']!r}")
    for key, allowed in (("co2e_gwp", (None, *GWP_SETS)), (_ELECTRICITY, ELECTRICITY)):
        if key in about and about[key] not in allowed:
            raise rows.RowError(f"edition.yaml: {key}: {about[key]!r}")
    return about


def _table(
    folder: Traversable, name: str, columns: tuple[str, ...], optional: str = ""
) -> list[tuple[str, rows.Row]]:
    """The rows of NAME.csv and of NAME-<sector>.csv, file by file in the order of their names."""
    named = re.compile(rf"{name}(-[a-z0-9-]+)?\.csv")
    files = sorted(
        (file for file in folder.iterdir() if named.fullmatch(file.name)), key=lambda file: file.name
    )
    return [
        row
        for file in files
        for row in rows.table(file.read_text(encoding="utf-8-sig"), file.name, columns, optional)
    ]


def _check(edition: Edition) -> None:
    """What can only be seen across rows: ids once, a basis for CO2e, something to compute with."""
    ids = [row.id for row in edition.rows]
    if not ids:
        raise rows.RowError("factors.csv, parameters.csv: (empty)")
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise rows.RowError(f"id: {', '.join(twice)}")
    if edition.co2e_gwp is None and any(rows.is_co2e_only(row) for row in edition.factors):
        raise rows.RowError("edition.yaml: co2e_gwp: (empty)")
