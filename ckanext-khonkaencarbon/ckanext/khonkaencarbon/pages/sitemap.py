"""What search engines are told of: pages, organisations and public datasets, each in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

MOST = 50_000  # addresses in one file: https://www.sitemaps.org/protocol.html
LANGUAGES = ("th", "en")
PAGES = (
    "home.index",
    "dataset.search",
    "organization.index",
    "khonkaencarbon_city.index",
    "khonkaencarbon_city.coverage",
    "khonkaencarbon_methods.index",
)
AT_ONCE = 1_000  # rows of the database
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LINKS = "http://www.w3.org/1999/xhtml"
_NAME = "the-name"


class Place(NamedTuple):
    """A page: its address by language, and when it was changed if that is known."""

    addresses: dict[str, str]
    changed: datetime | None = None


def whole() -> Iterator[str]:
    """The only file there is, or the list of the files."""
    number = _number_of_datasets()
    if len(PAGES) + _number_of_organisations() + number <= _size():
        return _file(chain(_pages(), _organisations(), _datasets(0)))
    return _list(1 + -(-number // _size()))


def part(number: int) -> Iterator[str] | None:
    """A file: 0 has pages and organisations, the others public datasets; None where there is none."""
    if number == 0:
        return _file(chain(_pages(), _organisations()))
    first = (number - 1) * _size()
    return _file(_datasets(first)) if 0 <= first < _number_of_datasets() else None


def _size() -> int:
    """Places in one file: each has an address in every language."""
    return MOST // len(LANGUAGES)


def _public() -> sa.Select:
    """Public, active datasets; what is private or deleted is nobody's to find."""
    table = model.package_table.c
    columns = sa.select(table.name, table.type, table.metadata_modified)
    return columns.where(table.private.is_(False), table.state == "active").order_by(table.id)


def _number_of_datasets() -> int:
    return int(model.Session.scalar(sa.select(sa.func.count()).select_from(_public().subquery())))


def _active_organisations() -> sa.Select:
    table = model.group_table.c
    return sa.select(table.name).where(table.is_organization, table.state == "active").order_by(table.name)


def _number_of_organisations() -> int:
    query = sa.select(sa.func.count()).select_from(_active_organisations().subquery())
    return int(model.Session.scalar(query))


def _pages() -> Iterator[Place]:
    for endpoint in PAGES:
        yield Place(_addresses(endpoint))


def _organisations() -> Iterator[Place]:
    place = _places("organization.read")
    yield from (place(name) for name in model.Session.scalars(_active_organisations()))


def _datasets(first: int) -> Iterator[Place]:
    by_type: dict[str, Callable[..., Place]] = {}
    for row in model.Session.execute(_public().offset(first).limit(_size())).yield_per(AT_ONCE):
        if row.type not in by_type:
            by_type[row.type] = _places(f"{row.type}.read")
        yield by_type[row.type](row.name, row.metadata_modified)


def _places(endpoint: str) -> Callable[..., Place]:
    """Makes places of one kind: an address is looked up once, not for each name."""
    pattern = _addresses(endpoint, id=_NAME)

    def place(name: str, changed: datetime | None = None) -> Place:
        return Place({one: address.replace(_NAME, name) for one, address in pattern.items()}, changed)

    return place


def _addresses(endpoint: str, **parameters: Any) -> dict[str, str]:
    """Of a page in each language; the portal's own language needs no mark."""
    default = tk.config["ckan.locale_default"]
    marks = {one: "default" if one == default else one for one in LANGUAGES}
    return {
        one: tk.h.url_for(endpoint, locale=mark, _external=True, **parameters) for one, mark in marks.items()
    }


def _file(places: Iterable[Place]) -> Iterator[str]:
    yield f'{_HEAD}<urlset xmlns="{_SITEMAPS}" xmlns:xhtml="{_LINKS}">\n'
    for place in places:
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}"/>'
            for language, address in place.addresses.items()
        )
        changed = f"<lastmod>{place.changed.date().isoformat()}</lastmod>" if place.changed else ""
        for address in place.addresses.values():
            yield f"<url><loc>{escape(address)}</loc>{changed}{links}</url>\n"
    yield "</urlset>\n"


def _list(number: int) -> Iterator[str]:
    yield f'{_HEAD}<sitemapindex xmlns="{_SITEMAPS}">\n'
    for one in range(number):
        address = tk.h.url_for("khonkaencarbon_sitemap.part", number=one, locale="default", _external=True)
        yield f"<sitemap><loc>{escape(address)}</loc></sitemap>\n"
    yield "</sitemapindex>\n"
