"""The footprint panel by itself, for the page that refreshes it, and the button that asks for a new run."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint

from ckanext.khonkaencarbon.pages import panel

khonkaencarbon_panel = Blueprint("khonkaencarbon_panel", __name__)


@khonkaencarbon_panel.get("/dataset/<id>/footprint/panel")
def show(id: str) -> str:
    """The panel as a piece of HTML; once nothing is awaited, the list of resources too."""
    package = _package(id)
    made = panel.for_dataset(package["id"])
    return tk.render("khonkaencarbon/panel_fragment.html", {"pkg": package, "panel": made})


@khonkaencarbon_panel.post("/dataset/<id>/footprint/recompute")
def recompute(id: str) -> Response:
    """Ask for a new run and go back to the dataset."""
    package = _package(id)
    try:
        tk.get_action("khonkaencarbon_run_create")({}, {"id": package["id"]})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not change this dataset"))
    tk.h.flash_success(tk._("The footprint will be computed anew."))
    return tk.redirect_to(f"{package['type']}.read", id=package["name"])


def _package(id: str) -> dict[str, str]:
    try:
        package: dict[str, str] = tk.get_action("package_show")({}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))
    return package
