"""What every page knows of the site itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.lib import helpers as core

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


def entity_name(entity_type: str, object_type: str, purpose: str) -> str | None:
    """What core calls a kind of thing; an activity dataset is a dataset to people."""
    if object_type == "activity-data":
        return None
    name: str | None = core.humanize_entity_type(entity_type, object_type, purpose)
    return name
