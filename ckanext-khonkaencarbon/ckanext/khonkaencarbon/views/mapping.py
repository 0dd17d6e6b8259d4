"""The columns of a file that a steward has chosen but not yet sent: only its first bytes are looked at."""

from __future__ import annotations

import json

import ckan.plugins.toolkit as tk
from ckan.common import current_user, request
from flask import Blueprint

from ckanext.khonkaencarbon.footprint.reading.suggestion import HEAD_BYTES
from ckanext.khonkaencarbon.pages import mapping_offer

LARGEST = HEAD_BYTES + 64 * 1024  # bytes of the request; the form around the head of the file is small
# What the form holds before anybody has decided: the file may still say otherwise.
UNDECIDED = (("header_row", "1"), ("era", "auto"))

khonkaencarbon_mapping = Blueprint("khonkaencarbon_mapping", __name__)


@khonkaencarbon_mapping.post("/khonkaencarbon/mapping")
def offer() -> str | tuple[str, int]:
    """The selects of the resource form for the head of a file, as a piece of HTML."""
    if not current_user.is_authenticated:
        return tk.abort(403, tk._("Log in first"))
    if request.content_length is None or request.content_length > LARGEST:
        return tk.abort(413, tk._("Only the beginning of a file is looked at here"))
    sent = request.files.get("head")
    options = {name: request.form.get(name, "") for name in ("encoding", "sheet", "header_row", "era")}
    made = mapping_offer.for_head(sent.read(HEAD_BYTES) if sent else b"", _mapping(options))
    return tk.render("khonkaencarbon/snippets/mapping_selects.html", {"offer": made})


def _mapping(options: dict[str, str]) -> str:
    """How to read the file; roles are suggested anew, for its columns may be others."""
    given = {name: value for name, value in options.items() if value and (name, value) not in UNDECIDED}
    if given.get("header_row", "").isdecimal():
        return json.dumps({**given, "header_row": int(given["header_row"])})
    return json.dumps(given) if given else ""
