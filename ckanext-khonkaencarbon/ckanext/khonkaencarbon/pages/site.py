"""What every page knows of the site itself."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.lib import helpers as core

from ckanext.khonkaencarbon.catalogue.thai_text import shortened

VENDOR = Path(__file__).parents[1] / "public" / "khonkaencarbon" / "vendor"


@cache
def has_vendor() -> bool:
    """Whether the fonts were built at set-up; pages work without them."""
    return (VENDOR / "fonts.css").is_file()


@cache
def has_charts() -> bool:
    """Whether the chart library was bundled at set-up; without it tables stand alone."""
    return (VENDOR / "charts.js").is_file()


def largest_upload() -> int:
    """Size limit of an uploaded file in megabytes."""
    return int(tk.config["ckan.max_resource_size"])


@lru_cache(maxsize=4096)
def extract(markdown: str | None, extract_length: int = 190) -> str:
    """The beginning of a text in Markdown as plain text; core's cuts at blanks, of which Thai has few."""
    return shortened(str(core.markdown_extract(markdown or "", 0)), extract_length or len(markdown or "") + 1)


def truncate(text: object, length: int = 255, *_: object) -> str:
    """What Jinja's filter of this name does, without cutting a Thai cluster."""
    return shortened(str(text or ""), length)


def entity_name(entity_type: str, object_type: str, purpose: str) -> str | None:
    """What core calls a kind of thing; an activity dataset is a dataset to people."""
    if entity_type == "package":
        return None
    name: str | None = core.humanize_entity_type(entity_type, object_type, purpose)
    return name
