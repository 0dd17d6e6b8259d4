"""The table of a resource on a page: what is asked for, what is shown, and where to have it as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.portal import table_query
from ckanext.khonkaencarbon.portal.language import day, text
from ckanext.khonkaencarbon.portal.table_query import Asked, FilterError, TablePart

SIZE = 50  # rows of a page
FARTHEST = 100_000  # pages: beyond that nobody reads, and an offset costs
PREFIXES = {"is.": "contains", "from.": "least", "to.": "most"}


@dataclass(frozen=True)
class Heading:
    """A column on the page; ``ranged``: it is filtered from and to."""

    id: str
    label: str
    ranged: bool
    number: bool
    sorted: str  # ascending, descending or nothing
    sort_query: str


@dataclass(frozen=True)
class Page:
    """A page of the table; ``problem`` says which filter could not be read, then nothing is filtered."""

    headings: Sequence[Heading]
    rows: Sequence[Mapping[str, Any]]
    total: int
    number: int
    last: int
    given: Mapping[str, str]  # the query without the page
    problem: str

    @property
    def query(self) -> str:
        """The present filters and order, for the addresses of the files."""
        return urlencode(self.given)

    @property
    def by_column(self) -> bool:
        """Whether a filter of a column is set."""
        return any(name.startswith(tuple(PREFIXES)) for name in self.given)

    def turned_to(self, number: int) -> str:
        """The query of another page."""
        return urlencode({**self.given, "page": str(number)})


def asked(arguments: Mapping[str, str]) -> Asked:
    """What the query of an address asks for; unknown names are none of ours."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in PREFIXES.values()}
    for name, value in arguments.items():
        for prefix, kind in PREFIXES.items():
            if name.startswith(prefix) and value.strip():
                by_kind[kind][name.removeprefix(prefix)] = value.strip()
    return Asked(words=arguments.get("q", "").strip(), order=arguments.get("sort", ""), **by_kind)


def page(resource_id: str, arguments: Mapping[str, str]) -> Page:
    """One page of the table.

    Raises:
        NotAuthorized, ObjectNotFound: as ``table_query.fields_of``.
    """
    fields = table_query.fields_of(resource_id)
    problem = ""
    try:
        part = TablePart(resource_id, fields, asked(arguments))
    except FilterError as refused:
        part = TablePart(resource_id, fields, Asked())
        problem = _problem(fields, *refused.args)
    total = part.count()
    last = max(1, min(-(-total // SIZE), FARTHEST))
    number = min(max(_number(arguments.get("page", "")), 1), last)
    given = {name: value for name, value in arguments.items() if name != "page" and value.strip()}
    headings = [_heading(one, given) for one in fields if one["id"] in part.kinds]
    rows = [_said(row, part.kinds) for row in part.page((number - 1) * SIZE, SIZE)]
    return Page(headings, rows, total, number, last, given, problem)


def label_of(field: Mapping[str, Any]) -> str:
    """What a column is called in the page's language."""
    info = field.get("info") or {}
    return text(info.get("label_translated")) or str(info.get("label") or field["id"])


def _said(row: Mapping[str, str], kinds: Mapping[str, str]) -> Mapping[str, str]:
    """A row as people read it: days in the era of the page, all else as it is."""
    return {name: day(value) if kinds.get(name) == "date" else value for name, value in row.items()}


def _heading(field: Mapping[str, Any], given: Mapping[str, str]) -> Heading:
    name, kind, order = field["id"], field["type"], given.get("sort", "")
    number = kind in table_query.NUMBERS
    turned = f"-{name}" if order == name else name
    return Heading(
        id=name,
        label=label_of(field),
        ranged=number or kind in table_query.DAYS,
        number=number,
        sorted={name: "ascending", f"-{name}": "descending"}.get(order, ""),
        sort_query=urlencode({**given, "sort": turned}),
    )


def _problem(fields: Sequence[Mapping[str, Any]], name: str, value: str) -> str:
    label = next(label_of(one) for one in fields if one["id"] == name)
    told = tk._("{column}: “{value}” is neither a number such as 1200.5 nor a day such as 2024-01-31.")
    return str(told.format(column=label, value=value))


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else 1
