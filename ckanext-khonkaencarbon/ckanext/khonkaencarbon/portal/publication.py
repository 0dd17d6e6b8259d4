"""What a descriptor says of a dataset beside its figures: title, licence, publisher."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.output.package import About
from ckanext.khonkaencarbon.portal.identity import system_context


def about(dataset_id: str) -> About:
    """As the dataset is at this moment, whatever the language of the caller."""
    dataset = tk.get_action("package_show")(system_context(), {"id": dataset_id})
    organisation = dataset.get("organization") or {}
    return About(
        name=dataset_id,
        title=_thai(dataset),
        publisher=_thai(organisation),
        licence=dataset.get("license_id") or "",
        licence_title=dataset.get("license_title") or "",
        licence_url=dataset.get("license_url") or "",
    )


def _thai(entity: dict[str, Any]) -> str:
    translated = entity.get("title_translated") or {}
    if isinstance(translated, str):
        translated = json.loads(translated)
    return translated.get("th") or entity.get("title") or entity.get("name") or ""
