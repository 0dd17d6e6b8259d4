"""Derived files over HTTP: ``/dataset/<id>/footprint/<version>/<name>``.

A file never changes, who may see it does: each request is answered by what the dataset is now.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Response
from flask import Blueprint, send_file

from ckanext.khonkaencarbon.portal import address, overview, storage

khonkaencarbon_footprint = Blueprint("khonkaencarbon_footprint", __name__)

LATEST = "latest"
MIMETYPES = {".csv": "text/csv; charset=utf-8", ".json": "application/json"}


@khonkaencarbon_footprint.get("/dataset/<id>/footprint/<version>/<name>")
def download(id: str, version: str, name: str) -> Response:
    """A file of a published version; ``latest`` leads to that of the version in force."""
    dataset = _visible(id)
    if name not in storage.NAMES or not (version == LATEST or version.isdecimal()):
        return tk.abort(404, tk._("There is no such file"))
    published = overview.version(dataset.id, None if version == LATEST else int(version))
    if published is None:
        return tk.abort(404, tk._("No such version was published"))
    if version == LATEST:
        _keep_out_of_caches()
        return tk.redirect_to(address.path_of(dataset.id, published.number, name))
    return _file(dataset, published.number, name, published.files[name]["sha256"])


def _visible(name_or_id: str) -> model.Package:
    """The active dataset, if the visitor may see it; nobody learns that there is another."""
    dataset = model.Package.get(name_or_id)
    try:
        if dataset is not None and dataset.state == "active":
            tk.check_access("package_show", {}, {"id": dataset.id})
            return dataset
    except tk.NotAuthorized:
        pass
    return tk.abort(404, tk._("Dataset not found"))


def _file(dataset: model.Package, number: int, name: str, sha256: str) -> Response:
    path = storage.path(dataset.id, number, name)
    response: Response = send_file(
        path,
        mimetype=MIMETYPES[path.suffix],
        as_attachment=True,
        download_name=f"{dataset.name}-{number}-{name}",
        etag=sha256,
        conditional=True,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.cache_control.no_cache = None
    if dataset.private:
        _keep_out_of_caches()
        response.cache_control.no_store = True
    else:
        response.cache_control.immutable = True
    return response


def _keep_out_of_caches() -> None:
    """Ask CKAN, which sets the header last, not to call the answer public."""
    tk.request.environ["__no_cache__"] = True
