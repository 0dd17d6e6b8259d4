"""CKAN's Atom feeds in the language of the page, with links to pages and from page to page.

CKAN 2.12 says of each feed that it is English, links entries to its API and puts the number of a page where
nobody reads it (`?query=page&query=2`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.i18n import get_lang
from ckan.views.feed import CKANFeed

from ckanext.khonkaencarbon.pages.facets import organisation_name
from ckanext.khonkaencarbon.pages.machines import DATASET
from ckanext.khonkaencarbon.portal.language import named

_CONTROLS = {sign: None for sign in range(32) if chr(sign) not in "\t\n\r"}


class Feed(CKANFeed):  # type: ignore[misc]
    """A feed of datasets in the language of its address."""

    def __init__(self, feed_title: str, feed_link: str, feed_description: str, **more: Any) -> None:
        links = _links(more.pop("next_page"), more.pop("last_page"))
        more.pop("previous_page"), more.pop("first_page")
        super().__init__(
            feed_title=" – ".join(filter(None, (tk.config["ckan.site_title"], _subject()))),
            feed_link=_page(),
            feed_description=tk._("The datasets that were added or changed last"),
            **{**more, "language": get_lang(), "feed_url": links["self"]},
            previous_page=links.get("prev"),
            next_page=links.get("next"),
            first_page=links["first"],
            last_page=links["last"],
        )

    def add_item(self, **fields: Any) -> None:
        """Add a dataset as its page shows it."""
        dataset = fields.pop(DATASET, None)
        if dataset is not None:
            fields = {**fields, **_entry(dataset)}
            for core in ("author_email", "enclosure"):  # feedgen would write the second as another page
                fields.pop(core, None)
        super().add_item(**fields)


def _entry(dataset: Mapping[str, Any]) -> dict[str, Any]:
    text = named(dataset, "notes") if dataset.get("notes") else ""
    return {
        "title": _clean(named(dataset)),
        "description": _clean(text),
        "link": tk.h.url_for(f"{dataset['type']}.read", id=dataset["name"], _external=True),
        "author_name": _publisher(dataset) or tk.config["ckan.site_title"],
        "updated": _moment(dataset["metadata_modified"]),
        "published": _moment(dataset["metadata_created"]),
        "categories": [_clean(tag["name"]) for tag in dataset.get("tags") or ()],
    }


def _publisher(dataset: Mapping[str, Any]) -> str:
    group = model.Group.get(dataset["owner_org"]) if dataset.get("owner_org") else None
    return (
        organisation_name({"name": group.name, "title": group.title, "extras": group.extras}) if group else ""
    )


def _clean(text: str) -> str:
    """Without signs that XML does not allow."""
    return text.translate(_CONTROLS)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def _subject() -> str:
    """What a feed is about: an organisation, a tag, words; nothing for that of everything."""
    asked = tk.request.view_args or {}
    group = (
        model.Group.get(asked["id"]) if tk.request.endpoint in ("feeds.organization", "feeds.group") else None
    )
    if group is not None:
        return organisation_name({"name": group.name, "title": group.title, "extras": group.extras})
    return _clean(str(asked.get("id") or tk.request.args.get("q") or ""))


def _page() -> str:
    """The page that shows what the feed tells."""
    asked = tk.request.view_args or {}
    kind = (tk.request.endpoint or "").partition(".")[2]
    if kind in ("organization", "group"):
        return str(tk.h.url_for(f"{kind}.read", id=asked["id"], _external=True))
    filters = {"tags": asked["id"]} if kind == "tag" else {"q": tk.request.args.get("q")}
    return str(tk.h.url_for("dataset.search", _external=True, **{k: v for k, v in filters.items() if v}))


def _links(following: str | None, last: str | None) -> dict[str, str]:
    """Addresses of this, the first, the previous, the next and the last page."""
    here = tk.h.get_page_number(tk.request.args)
    end = max(_last_number(last), 1)
    numbers = {"self": here, "first": 1, "last": end}
    if here > 1:
        numbers["prev"] = here - 1
    if following and here < end:
        numbers["next"] = here + 1
    return {name: _address(number) for name, number in numbers.items()}


def _last_number(last: str | None) -> int:
    """CKAN writes count / limit, and one more where that leaves a rest."""
    for _, value in parse_qsl(urlsplit(last or "").query):
        try:
            return int(float(value))
        except ValueError:
            continue
    return 1


def _address(number: int) -> str:
    asked = [(name, value) for name, value in tk.request.args.items(multi=True) if name != "page"]
    asked += [("page", str(number))] if number > 1 else []
    base = tk.h.url_for(tk.request.endpoint, _external=True, **(tk.request.view_args or {}))
    return f"{base}?{urlencode(asked)}" if asked else str(base)
