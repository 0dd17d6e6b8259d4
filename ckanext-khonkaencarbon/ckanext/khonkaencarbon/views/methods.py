"""``/khonkaencarbon/methods``: how footprints are computed, for everybody to read."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.khonkaencarbon.pages import methods

khonkaencarbon_methods = Blueprint("khonkaencarbon_methods", __name__)


@khonkaencarbon_methods.get("/khonkaencarbon/methods")
def index() -> str:
    """The list of methods."""
    return tk.render("khonkaencarbon/methods.html", {"methods": methods.listed()})


@khonkaencarbon_methods.get("/khonkaencarbon/methods/<id>")
def read(id: str) -> str:
    """One method."""
    try:
        method = methods.method(id)
    except KeyError:
        return tk.abort(404, tk._("There is no such method"))
    return tk.render("khonkaencarbon/method.html", {"method": method})
