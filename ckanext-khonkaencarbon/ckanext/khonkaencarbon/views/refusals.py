"""Addresses and queries that mean nothing, answered as such where CKAN and ckanext-dcat would break."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from flask import Blueprint, current_app
from werkzeug.exceptions import BadRequest

khonkaencarbon_refusals = Blueprint("khonkaencarbon_refusals", __name__)

DESCRIPTIONS = ("dcat.read_dataset", "dcat.read_catalog")
FORMS = ("ttl", "jsonld", "rdf", "xml", "n3")
NOT_IN_ADDRESSES = frozenset('<>"{}|\\^`')  # they would stand in the addresses of the catalogue's pages
NOT_UNDERSTOOD = "HTTP 400"  # what pysolr says when Solr refuses a query


@khonkaencarbon_refusals.before_app_request
def of_descriptions() -> None:
    """Refuse a form in which nothing is described, and filters that no address can hold."""
    if tk.request.endpoint not in DESCRIPTIONS:
        return
    if (tk.request.view_args or {}).get("_format") not in FORMS:
        tk.abort(404, tk._("Descriptions come as {forms}").format(forms=", ".join(FORMS)))
    if any(NOT_IN_ADDRESSES & set(value) for value in tk.request.args.values()):
        tk.abort(400, tk._("The query cannot be understood"))


@khonkaencarbon_refusals.app_errorhandler(SearchError)
def of_queries(fault: SearchError) -> Any:
    """A query that Solr does not understand is the caller's to correct; any other fault is ours."""
    if NOT_UNDERSTOOD not in str(fault):
        raise fault
    return current_app.handle_user_exception(BadRequest(tk._("The query cannot be understood")))
