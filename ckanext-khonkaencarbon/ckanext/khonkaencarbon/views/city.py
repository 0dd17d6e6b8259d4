"""``/carbon``: the City Dashboard, its coverage, its organisations and the files of the inventory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.khonkaencarbon.footprint.digest import digest
from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.pages import city, city_cells, city_files, city_names, city_parts
from ckanext.khonkaencarbon.pages.city_requests import Requests
from ckanext.khonkaencarbon.portal.city import crosscheck, inventory, requests
from ckanext.khonkaencarbon.portal.city.inventory import Present

khonkaencarbon_city = Blueprint("khonkaencarbon_city", __name__, url_prefix="/carbon")


def _cached(answer: Callable[..., str | Response]) -> Callable[..., Response]:
    """Answer 304, making nothing, where the inventory, the requests and the language are those of the reader.

    Only to those who are not logged in: pages of others carry forms that work once and messages shown once.
    """

    def view(**arguments: Any) -> Response:
        with inventory.present() as now:
            return _answered(now, answer, arguments)

    view.__name__, view.__doc__ = answer.__name__, answer.__doc__
    return view


def _answered(now: Present, answer: Callable[..., str | Response], arguments: Mapping[str, Any]) -> Response:
    stored = requests.stored(now)
    if tk.g.user:
        return make_response(answer(now, Requests(stored), **arguments))
    tag = f"{digest([now.stamp, _told(stored)])[:32]}-{tk.h.lang()}"
    known = tk.request.if_none_match.contains_weak(tag)
    response = make_response("", 304) if known else make_response(answer(now, Requests(stored), **arguments))
    response.set_etag(tag, weak=True)
    response.cache_control.no_cache = True
    return response


def _told(stored: list[dict[str, Any]]) -> list[list[str]]:
    return [[str(value) for value in one.values()] for one in stored]


@khonkaencarbon_city.get("")
@_cached
def index(now: Present, asked: Requests) -> str:
    """The total of a year, what it is made of, and what is missing."""
    wanted = tk.request.args.get("year", "")
    try:
        page = city.dashboard(now, asked, _year(wanted) if wanted else None)
    except KeyError:
        return tk.abort(404, tk._("The inventory has no such year"))
    return tk.render("khonkaencarbon/city/index.html", {"page": page, "files": city_files.FILES})


@khonkaencarbon_city.get("/coverage")
@_cached
def coverage(now: Present, asked: Requests) -> str:
    """The 54 references by year."""
    return tk.render("khonkaencarbon/city/coverage.html", city_cells.coverage(now, asked))


@khonkaencarbon_city.get("/cross-check")
@_cached
def cross_check(now: Present, _asked: Requests) -> str:
    """Our figures beside an independent estimate."""
    page = {"now": now, "found": crosscheck.crosscheck(now, {}), "names": city_names.part_name}
    return tk.render("khonkaencarbon/city/cross_check.html", page)


@khonkaencarbon_city.get("/<int:year>")
@_cached
def whole(now: Present, _asked: Requests, year: int) -> str:
    """All figures of a year."""
    return _part(now, year)


@khonkaencarbon_city.get("/<int:year>/<gpc_ref>")
@_cached
def cell(now: Present, asked: Requests, year: int, gpc_ref: str) -> str:
    """One figure and the datasets it is made of; or a sector or sub-sector and its references."""
    if gpc_ref not in references():
        return _part(now, year, gpc_ref)
    page = city_cells.cell(now, asked, year, gpc_ref)
    if page is None:
        return tk.abort(404, tk._("The inventory has no such figure"))
    return tk.render("khonkaencarbon/city/cell.html", page)


def _part(now: Present, year: int, part: str = "") -> str:
    page = city_parts.part(now, year, part)
    if page is None:
        return tk.abort(404, tk._("The inventory has no such figure"))
    return tk.render("khonkaencarbon/city/part.html", page)


@khonkaencarbon_city.get("/organisations/<id>")
@_cached
def organisation(now: Present, asked: Requests, id: str) -> str:
    """What an organisation published of what counts."""
    try:
        found = tk.get_action("organization_show")({}, {"id": id, "include_users": False})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Organization not found"))
    page = city_cells.organisation(now, asked, found)
    return tk.render("khonkaencarbon/city/organisation.html", page)


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


@khonkaencarbon_city.post("/<int:year>/<gpc_ref>/choose")
def choose(year: int, gpc_ref: str) -> Response:
    """Choose among sources of a cell that overlap, or take a choice back, and go back to the cell."""
    form = tk.request.form
    given = {name: form.get(name, "") for name in ("activity", "pick", "note", "undo")}
    given = {"year": year, "gpc_ref": gpc_ref, "disjoint": form.get("disjoint", "").split(), **given}
    said = tk._("The choice was taken back.") if given["undo"] else tk._("The choice was recorded.")
    return _done("khonkaencarbon_inventory_choose", given, year, gpc_ref, said)


@khonkaencarbon_city.post("/<int:year>/<gpc_ref>/ask")
def ask(year: int, gpc_ref: str) -> Response:
    """Ask an organisation to publish what a cell lacks, and go back to the cell."""
    given = {name: tk.request.form.get(name, "") for name in ("organisation", "note")}
    return _done("khonkaencarbon_request_create", {"year": year, "gpc_ref": gpc_ref, **given}, year, gpc_ref)


@khonkaencarbon_city.post("/<int:year>/<gpc_ref>/close/<int:id>")
def close(year: int, gpc_ref: str, id: int) -> Response:
    """Close a request with a reason, and go back to its cell."""
    given = {"id": id, "reason": tk.request.form.get("reason", "")}
    return _done("khonkaencarbon_request_close", given, year, gpc_ref)


def _done(action: str, given: dict[str, Any], year: int, gpc_ref: str, said: str = "") -> Response:
    try:
        tk.get_action(action)({}, given)
    except tk.NotAuthorized as refused:
        return tk.abort(403, str(refused))
    except tk.ObjectNotFound as missing:
        return tk.abort(404, str(missing))
    except tk.ValidationError as refused:
        tk.h.flash_error("; ".join(refused.error_summary.values()))
    else:
        tk.h.flash_success(said or tk._("The request was recorded."))
    return tk.redirect_to("khonkaencarbon_city.cell", year=year, gpc_ref=gpc_ref)


@khonkaencarbon_city.get("/files/<name>")
@_cached
def download(now: Present, asked: Requests, name: str) -> Response:
    """A file of the inventory as it is now, a CSV of one year where that is asked for."""
    content = city_files.content(now, asked, name, tk.request.args.get("year", ""))
    if content is None:
        return tk.abort(404, tk._("There is no such file"))
    response = make_response(content)
    response.content_type = city_files.mimetype(name)
    return response


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise KeyError(text)
    return int(text)
