"""The same addresses for the city's dataset, whose versions may be read while all that is in them counts."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Response

from ckanext.khonkaencarbon.pages import city_versions
from ckanext.khonkaencarbon.portal import address, language, products
from ckanext.khonkaencarbon.portal.city.versions import reading
from ckanext.khonkaencarbon.views.derived_files import LATEST, is_number, keep_out_of_caches, sent

FILES = frozenset(one.file for one in products.products(products.CITY).values())
TEMPLATE = "khonkaencarbon/city_versions.html"


def download(dataset: model.Package, version: str, name: str) -> Response:
    """A file of a version of the inventory; ``latest`` leads to that of the version in force."""
    if name not in FILES or not (version == LATEST or is_number(version)):
        return tk.abort(404, tk._("There is no such file"))
    found = reading.version(dataset.id, None if version == LATEST else int(version))
    if found is None or name not in found.files:
        return tk.abort(404, tk._("No such version was published"))
    keep_out_of_caches()
    if not found.readable:
        why = reading.WITHDRAWN if found.withdrawn_at else reading.HIDDEN
        return tk.abort(410 if found.withdrawn_at else 404, language.text(why.as_json()))
    if version == LATEST:
        return tk.redirect_to(address.path_of(dataset.id, found.number, name))
    return sent(dataset, found.number, name, found.files[name]["sha256"], for_good=False)


def history(dataset: model.Package) -> str:
    """The versions of the inventory with their downloads, and the recalculation log."""
    made = city_versions.for_city(dataset.id)
    if not made.versions:
        return tk.abort(404, tk._("No version of the inventory has been published"))
    return _page(dataset, made)


def version(dataset: model.Package, version: str) -> str | Response:
    """One version; ``latest`` leads to the one in force."""
    if version == LATEST:
        present = reading.version(dataset.id)
        keep_out_of_caches()
        if present is not None:
            return tk.redirect_to("khonkaencarbon_footprint.version", id=dataset.name, version=present.number)
    made = city_versions.for_version(dataset.id, int(version)) if is_number(version) else None
    if made is None:
        return tk.abort(404, tk._("No such version was published"))
    return _page(dataset, made)


def _page(dataset: model.Package, made: city_versions.CityVersions) -> str:
    package = tk.get_action("package_show")({}, {"id": dataset.id})
    return tk.render(TEMPLATE, {"pkg_dict": package, "pkg": package, "made": made})
