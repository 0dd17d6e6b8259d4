"""Answers of the API about the inventory carry a tag of their bytes: whoever has them already gets 304."""

from __future__ import annotations

from ckan.types import CKANApp, Response
from flask import has_request_context, request

_MARK = "khonkaencarbon.inventory"


def mark() -> None:
    """Say of the answer of this request that it is about the inventory."""
    if has_request_context():
        request.environ[_MARK] = True


def install(app: CKANApp) -> None:
    """Tag such answers of a Flask application."""
    app.after_request(tag)


def tag(response: Response) -> Response:
    """Put the tag on an answer of the API, and send no more than that to whoever has it."""
    is_api = (request.endpoint or "").startswith("api.")
    if request.environ.get(_MARK) and is_api and request.method == "GET" and response.status_code == 200:
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response
