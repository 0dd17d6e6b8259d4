"""The map of the site for search engines; robots.txt names it."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, stream_with_context

from ckanext.khonkaencarbon.pages import sitemap

khonkaencarbon_sitemap = Blueprint("khonkaencarbon_sitemap", __name__)


@khonkaencarbon_sitemap.get("/sitemap.xml")
def whole() -> Response:
    """Every page, organisation and public dataset, or the list of the files that have them."""
    return _answer(sitemap.whole())


@khonkaencarbon_sitemap.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """One of several files."""
    made = sitemap.part(number)
    return tk.abort(404) if made is None else _answer(made)


def _answer(text: Iterator[str]) -> Response:
    return Response(stream_with_context(text), mimetype="application/xml")
