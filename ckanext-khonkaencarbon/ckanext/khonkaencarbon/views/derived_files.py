"""What all addresses of derived files share: which datasets a visitor may see, and how a file is sent."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Response
from flask import send_file

from ckanext.khonkaencarbon.portal import storage

LATEST = "latest"
DIGITS = 10  # too many for the number of a version
MIMETYPES = {".csv": "text/csv; charset=utf-8", ".json": "application/json", ".zip": "application/zip"}


def is_number(version: str) -> bool:
    """Whether a version is written as one that the database can hold."""
    return version.isascii() and version.isdecimal() and len(version) < DIGITS


def visible(name_or_id: str) -> model.Package:
    """The active dataset, if the visitor may see it; nobody learns that there is another."""
    dataset = model.Package.get(name_or_id)
    try:
        if dataset is not None and dataset.state == "active":
            tk.check_access("package_show", {}, {"id": dataset.id})
            return dataset
    except tk.NotAuthorized:
        pass
    return tk.abort(404, tk._("Dataset not found"))


def sent(dataset: model.Package, number: int, name: str, sha256: str, *, for_good: bool = True) -> Response:
    """A file of a version; ``for_good``: a public one may be kept without asking again."""
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
    if dataset.private:
        response.cache_control.no_cache = None
        keep_out_of_caches()
        response.cache_control.no_store = True
    elif for_good:
        response.cache_control.no_cache = None
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    return response


def keep_out_of_caches() -> None:
    """Ask CKAN, which sets the header last, not to call the answer public."""
    tk.request.environ["__no_cache__"] = True
