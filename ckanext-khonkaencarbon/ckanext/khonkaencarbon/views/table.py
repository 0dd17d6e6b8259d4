"""``/dataset/<id>/resource/<resource_id>/table``: the table of a resource, filtered, and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint
from flask import Response as Streamed

from ckanext.khonkaencarbon.pages import table
from ckanext.khonkaencarbon.portal import table_query
from ckanext.khonkaencarbon.portal.table_query import FilterError, TablePart

khonkaencarbon_table = Blueprint(
    "khonkaencarbon_table", __name__, url_prefix="/dataset/<id>/resource/<resource_id>"
)

FORMS: dict[str, tuple[str, Callable[[TablePart], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", TablePart.csv),
    "json": ("application/json", TablePart.json),
}


@khonkaencarbon_table.get("/table")
def read(id: str, resource_id: str) -> str:
    """A page of the table, with its filters."""
    package, resource = _visible(id, resource_id)
    page = table.page(resource["id"], tk.request.args)
    shown = {"pkg_dict": package, "pkg": package, "res": resource, "page": page}
    return tk.render("khonkaencarbon/table.html", shown)


@khonkaencarbon_table.get("/table.<form>")
def download(id: str, resource_id: str, form: str) -> Response:
    """What the page shows at the same filters, all of it, as a stream."""
    if form not in FORMS:
        return tk.abort(404, tk._("There is no such file"))
    package, resource = _visible(id, resource_id)
    fields = table_query.fields_of(resource["id"])
    try:
        part = TablePart(resource["id"], fields, table.asked(tk.request.args))
    except FilterError as refused:
        return tk.abort(400, tk._("The filter of {column} cannot be read").format(column=refused.args[0]))
    mimetype, made = FORMS[form]
    response = Streamed(made(part), content_type=mimetype)
    name = f"{package['name']}-{resource['id'][:8]}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if package["private"]:
        tk.request.environ["__no_cache__"] = True
    return response


def _visible(name_or_id: str, resource_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A resource with a table, and its dataset, if the visitor may see them."""
    try:
        package = tk.get_action("package_show")({}, {"id": name_or_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return tk.abort(404, tk._("Dataset not found"))
    found = [one for one in package["resources"] if one["id"] == resource_id]
    if not found or not found[0].get("datastore_active") or not p.plugin_loaded("datastore"):
        return tk.abort(404, tk._("There is no table of this resource"))
    return package, found[0]
