"""``/carbon``: the City Dashboard, its coverage, its organisations and the files of the inventory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.khonkaencarbon.pages import city
from ckanext.khonkaencarbon.portal.city import inventory
from ckanext.khonkaencarbon.portal.city.inventory import Present

khonkaencarbon_city = Blueprint("khonkaencarbon_city", __name__, url_prefix="/carbon")

MIMETYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def _cached(answer: Callable[..., str | Response]) -> Callable[..., Response]:
    """Answer 304, making nothing, where the inventory and the language are those the reader has."""

    def view(**arguments: Any) -> Response:
        now = inventory.present()
        tag = f"{now.stamp[:32]}-{tk.h.lang()}-{tk.g.user or ''}"
        known = tk.request.if_none_match.contains_weak(tag)
        response = make_response("", 304) if known else make_response(answer(now, **arguments))
        response.set_etag(tag, weak=True)
        response.cache_control.no_cache = True
        return response

    view.__name__, view.__doc__ = answer.__name__, answer.__doc__
    return view


@khonkaencarbon_city.get("")
@_cached
def index(now: Present) -> str:
    """The total of a year, what it is made of, and what is missing."""
    asked = tk.request.args.get("year", "")
    try:
        page = city.dashboard(now, _year(asked) if asked else None)
    except KeyError:
        return tk.abort(404, tk._("The inventory has no such year"))
    return tk.render("khonkaencarbon/city/index.html", {"page": page, "files": city.FILES})


@khonkaencarbon_city.get("/coverage")
@_cached
def coverage(now: Present) -> str:
    """The 54 references by year."""
    return tk.render("khonkaencarbon/city/coverage.html", city.coverage(now))


@khonkaencarbon_city.get("/<int:year>/<gpc_ref>")
@_cached
def cell(now: Present, year: int, gpc_ref: str) -> str:
    """One figure and the datasets it is made of."""
    page = city.cell(now, year, gpc_ref)
    if page is None:
        return tk.abort(404, tk._("The inventory has no such figure"))
    return tk.render("khonkaencarbon/city/cell.html", page)


@khonkaencarbon_city.get("/organisations/<id>")
@_cached
def organisation(now: Present, id: str) -> str:
    """What an organisation published of what counts."""
    try:
        name = tk.get_action("organization_show")({}, {"id": id})["name"]
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Organization not found"))
    return tk.render("khonkaencarbon/city/organisation.html", city.organisation(now, name))


@khonkaencarbon_city.post("/decide/<id>")
def decide(id: str) -> Response:
    """Accept or decline a dataset and go back to its page."""
    asked = {"id": id, **{name: tk.request.form.get(name, "") for name in ("decision", "reason")}}
    try:
        tk.get_action("khonkaencarbon_inventory_decide")({}, asked)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only editors of the city's organisation decide about its inventory"))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Dataset not found"))
    except tk.ValidationError as refused:
        tk.h.flash_error("; ".join(refused.error_summary.values()))
    else:
        tk.h.flash_success(tk._("The decision was recorded."))
    return tk.redirect_to("activity-data.read", id=id)


@khonkaencarbon_city.get("/files/<name>")
@_cached
def download(now: Present, name: str) -> Response:
    """A file of the inventory as it is now."""
    content = now.files.get(name)
    if content is None:
        return tk.abort(404, tk._("There is no such file"))
    response = make_response(content)
    response.content_type = MIMETYPES[name.rpartition(".")[2]]
    return response


def _year(text: str) -> int:
    if not (text.isdecimal() and len(text) == 4):
        raise KeyError(text)
    return int(text)
