"""``/khonkaencarbon/guides/<name>``: the pages to start from."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint

from ckanext.khonkaencarbon.pages import guides

khonkaencarbon_guides = Blueprint("khonkaencarbon_guides", __name__)


@khonkaencarbon_guides.get("/khonkaencarbon/guides/<name>")
def read(name: str) -> str | Response:
    """One of them; what the portal is stands where CKAN has such a page."""
    if name == "about":
        return tk.redirect_to("home.about")
    try:
        shown = guides.shown(name)
    except KeyError:
        return tk.abort(404, tk._("There is no such page"))
    return tk.render("khonkaencarbon/guides/page.html", shown)
