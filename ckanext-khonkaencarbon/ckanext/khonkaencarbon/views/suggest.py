"""What the search box offers while somebody types."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, jsonify

from ckanext.khonkaencarbon.pages import offers

khonkaencarbon_suggest = Blueprint("khonkaencarbon_suggest", __name__)


@khonkaencarbon_suggest.get("/khonkaencarbon/suggest")
def suggest() -> Response:
    """Known words and titles of public datasets for the letters typed so far."""
    return jsonify([offer.as_json() for offer in offers.offers(tk.request.args.get("q", ""))])
