"""Derived files and their pages over HTTP: ``/dataset/<id>/footprint``, ``.../<version>/<name>``.

A file never changes, who may see it does: each request is answered by what the dataset is now.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint

from ckanext.khonkaencarbon.pages import versions
from ckanext.khonkaencarbon.portal import address, overview, storage
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.views import city_versions
from ckanext.khonkaencarbon.views.derived_files import LATEST, is_number, keep_out_of_caches, sent, visible

khonkaencarbon_footprint = Blueprint("khonkaencarbon_footprint", __name__)


@khonkaencarbon_footprint.get("/dataset/<id>/footprint/<version>/<name>")
def download(id: str, version: str, name: str) -> Response:
    """A file of a published version; ``latest`` leads to that of the version in force."""
    dataset = visible(id)
    if dataset.type == home.TYPE:
        return city_versions.download(dataset, version, name)
    if name not in storage.NAMES or not (version == LATEST or is_number(version)):
        return tk.abort(404, tk._("There is no such file"))
    published = overview.version(dataset.id, None if version == LATEST else int(version))
    if published is None or name not in published.files:
        return tk.abort(404, tk._("No such version was published"))
    if published.withdrawn_at:
        return _gone(published)
    if version == LATEST:
        keep_out_of_caches()
        return tk.redirect_to(address.path_of(dataset.id, published.number, name))
    return sent(dataset, published.number, name, published.files[name]["sha256"])


@khonkaencarbon_footprint.get("/dataset/<id>/footprint")
def history(id: str) -> str:
    """The versions of a dataset with their downloads, and the largest lines of the one in force."""
    dataset = visible(id)
    if dataset.type == home.TYPE:
        return city_versions.history(dataset)
    made = versions.for_dataset(dataset.id)
    if not made.versions:
        return tk.abort(404, tk._("No footprint of this dataset has been published"))
    package = tk.get_action("package_show")({}, {"id": dataset.id})
    return tk.render("khonkaencarbon/versions.html", {"pkg_dict": package, "pkg": package, "made": made})


@khonkaencarbon_footprint.get("/dataset/<id>/footprint/<version>")
def version(id: str, version: str) -> str | Response:
    """One version: cause, difference, citation, downloads; ``latest`` leads to the one in force."""
    dataset = visible(id)
    if dataset.type == home.TYPE:
        return city_versions.version(dataset, version)
    if version == LATEST:
        present = overview.version(dataset.id)
        keep_out_of_caches()
        if present is not None:
            return tk.redirect_to("khonkaencarbon_footprint.version", id=id, version=present.number)
    made = versions.for_version(dataset.id, int(version)) if is_number(version) else None
    if made is None:
        return tk.abort(404, tk._("No such version was published"))
    package = tk.get_action("package_show")({}, {"id": dataset.id})
    return tk.render("khonkaencarbon/versions.html", {"pkg_dict": package, "pkg": package, "made": made})


@khonkaencarbon_footprint.post("/dataset/<id>/footprint/<version>/withdraw")
def withdraw(id: str, version: str) -> Response:
    """Take back the files of an older version and go back to the list of versions."""
    dataset = visible(id)
    asked = {"id": dataset.id, "version": version, "reason": tk.request.form.get("reason", "")}
    try:
        tk.get_action("khonkaencarbon_version_withdraw")({}, asked)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not change this dataset"))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("No such version was published"))
    except tk.ValidationError as refused:
        tk.h.flash_error("; ".join(f"{k}: {v}" for k, v in refused.error_summary.items()))
    else:
        tk.h.flash_success(tk._("The files of version {n} were withdrawn.").format(n=version))
    return tk.redirect_to("khonkaencarbon_footprint.history", id=dataset.name)


@khonkaencarbon_footprint.get("/dataset/<id>/footprint/<version>/line/<line_id>")
def line(id: str, version: str, line_id: str) -> str | Response:
    """The whole sum of one emission line; ``latest`` leads to the version in force."""
    dataset = visible(id)
    if not (version == LATEST or is_number(version)):
        return tk.abort(404, tk._("No such version was published"))
    published = overview.version(dataset.id, int(version)) if version != LATEST else None
    if published is not None and published.withdrawn_at:
        return _gone(published)
    made = versions.for_line(dataset.id, line_id, None if version == LATEST else int(version))
    if made is None:
        return tk.abort(404, tk._("The published footprint of this dataset has no such line"))
    if version == LATEST:
        keep_out_of_caches()
        return tk.redirect_to("khonkaencarbon_footprint.line", id=id, version=made.number, line_id=line_id)
    package = tk.get_action("package_show")({}, {"id": dataset.id})
    return tk.render("khonkaencarbon/line.html", {"pkg_dict": package, "pkg": package, "made": made})


def _gone(version: Any) -> Response:
    keep_out_of_caches()
    text = tk._("The files of this version were withdrawn: {reason}")
    return tk.abort(410, text.format(reason=version.withdrawn_because))
