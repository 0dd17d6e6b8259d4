"""Where CKAN's search meets ours: what is indexed of a dataset, how a query is asked, and asked again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model
from flask import g, has_request_context

from ckanext.khonkaencarbon.catalogue import freshness, suggestions
from ckanext.khonkaencarbon.catalogue.choices import licence_of_ckan
from ckanext.khonkaencarbon.catalogue.documents import TEXT, search_fields
from ckanext.khonkaencarbon.catalogue.organisations import organisation
from ckanext.khonkaencarbon.catalogue.queries import rewritten
from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.portal.quality import rows_of

LOOSE = "ext_khonkaencarbon_loose"  # asks for the loosened match
SIDES = ("ext_west", "ext_south", "ext_east", "ext_north")
LARGEST_VALUE = 32_000  # bytes; Solr refuses an indexed string above 32,766
# text fields of CKAN's schema, which may be longer than a string
_LONG_FIELDS = frozenset(
    {"title", "notes", "data_dict", "validated_data_dict", "text", "author", "maintainer"}
)
# fields of CKAN's schema and ours that somebody may ask for by name; other colons are just typed
_FIELD = re.compile(
    r"(?:^|[\s(+-])(?:id|name|title|title_string|notes|text|tags|groups|organization|owner_org|license|license_id"
    r"|state|private|type|dataset_type|entity_type|capacity|author\w*|maintainer\w*|version|url\w*|ckan_url"
    r"|metadata_\w+|res_\w+|extras_\w+|vocab_\w+|kk_\w+|\w+_date|\*):\S"
)


def index_document(document: dict[str, Any]) -> dict[str, Any]:
    """The index document that CKAN made, with the fields of our search and without what Solr cannot hold."""
    shown = json.loads(document.get("validated_data_dict") or "{}")
    publisher = organisation(shown.get("owner_org"))
    shown["tags"] = [tag["name"] for tag in shown.get("tags") or () if isinstance(tag, Mapping)]
    shown["organization"] = publisher
    kept = {key: value for key, value in document.items() if not _is_ballast(key, value)}
    return {**kept, **search_fields(shown), **_facets(shown, publisher)}


def _is_ballast(key: str, value: Any) -> bool:
    """Translations are searched in fields of their own; a string that Solr refuses would lose the dataset."""
    if key.endswith("_translated"):
        return True
    is_string = isinstance(value, str) and key not in _LONG_FIELDS and not key.startswith(("extras_", "res_"))
    return is_string and len(value.encode()) > LARGEST_VALUE


def _facets(shown: Mapping[str, Any], publisher: Mapping[str, Any]) -> dict[str, Any]:
    products = [resource.get("carbon_product") for resource in shown.get("resources") or ()]
    published = _published(shown["id"]) if "summary-json" in products else {}
    facets = {
        **freshness.fields(shown, rows_of(published)),
        "kk_organisation_type": publisher.get("organisation_type"),
        "kk_data_type": shown.get("data_type"),
        # one licence under two names is one value to filter by
        "license_id": licence_of_ckan(shown.get("license_id") or ""),
        "kk_footprint": "true" if any(products) else "false",
        "kk_sectors": sorted({gpc.sector(one) for one in published.get("by_gpc_ref") or ()}),
    }
    return {name: value for name, value in facets.items() if value}


def _published(dataset_id: str) -> dict[str, Any]:
    """References with a value, and counts of rows, of the published footprint of a dataset."""
    totals, counts = Version.overview["totals"]["by_gpc_ref"], Version.overview["counts"]
    query = sa.select(totals.label("by_gpc_ref"), counts.label("counts"))
    row = model.Session.execute(query.where(Version.dataset_id == dataset_id, Version.in_force)).first()
    return row._asdict() if row else {}


def is_typed(parameters: Mapping[str, Any]) -> bool:
    """Whether a search asks for words that somebody typed, not for everything or by name of field."""
    typed = parameters.get("q")
    if not isinstance(typed, str) or not typed.strip() or typed.strip() == "*:*":
        return False
    return not _FIELD.search(typed) and not parameters.get("defType") and not parameters.get("qf")


def search_parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a search, its query as ours."""
    extras = parameters.setdefault("extras", {})
    _box(extras)
    if not is_typed(parameters):
        return parameters
    query = rewritten(parameters["q"])
    if query is None:
        return {**parameters, "q": "", "abort_search": True}
    asked = query.loose if extras.get(LOOSE) else query.strict
    return {**parameters, "q": asked, "defType": "edismax", "qf": TEXT, "mm": "0"}


def _box(extras: dict[str, Any]) -> None:
    """Four numbers of a form as the box that ckanext-spatial reads."""
    sides = [str(extras.get(side) or "").strip() for side in SIDES]
    if all(sides) and not extras.get("ext_bbox"):
        extras["ext_bbox"] = ",".join(sides)


def search_again(next_action: Any, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Search; when words find nothing, once more with a loosened match, and say so in the answer."""
    found: dict[str, Any] = next_action(context, data_dict)
    if found["count"] or not is_typed(data_dict) or data_dict.get(LOOSE):
        return found
    query = rewritten(data_dict["q"])
    if query is not None and query.loose != query.strict:
        found = next_action(context, {**data_dict, LOOSE: "true"})
    found["khonkaencarbon_search"] = {
        "loosened": bool(found["count"]),
        "did_you_mean": suggestions.corrected(data_dict["q"]),
    }
    if has_request_context():
        g.khonkaencarbon_search = found["khonkaencarbon_search"]
    return found


def notice() -> dict[str, Any]:
    """What the page of results says about its search, if there is anything to say."""
    told: dict[str, Any] = getattr(g, "khonkaencarbon_search", {}) if has_request_context() else {}
    return told
