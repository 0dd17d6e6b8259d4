"""What descriptors and citations say of a dataset beside its figures: title, licence, publisher."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.catalogue.choices import licence_of_ckan
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.output.descriptor import About
from ckanext.khonkaencarbon.portal.identity import system_context

LEFT_OUT = ("include_users", "include_groups", "include_tags", "include_followers", "include_dataset_count")


def about(dataset_id: str) -> About:
    """As the dataset is at this moment, whatever the language of the caller."""
    dataset = tk.get_action("package_show")(system_context(), {"id": dataset_id})
    organisation = dataset.get("organization") or {}
    return About(
        name=dataset_id,
        title=_thai(dataset),
        publisher=_thai(organisation),
        licence=licence_of_ckan(dataset.get("license_id") or ""),
        licence_title=dataset.get("license_title") or "",
        licence_url=dataset.get("license_url") or "",
    )


class Names(NamedTuple):
    """Of a dataset and of who publishes it."""

    title: Text
    publisher: Text


def names(dataset_id: str) -> Names:
    """In both languages; what has no English name keeps its own."""
    dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset_id})
    organisation: dict[str, Any] = {}
    if dataset.get("owner_org"):
        query = {"id": dataset["owner_org"], **dict.fromkeys(LEFT_OUT, False)}
        organisation = tk.get_action("organization_show")({"ignore_auth": True}, query)
    return Names(_title(dataset), _title(organisation))


def _thai(entity: dict[str, Any]) -> str:
    return _title(entity).th


def _title(entity: dict[str, Any]) -> Text:
    translated = entity.get("title_translated") or {}
    if isinstance(translated, str):
        translated = json.loads(translated)
    own = entity.get("title") or entity.get("name") or ""
    return Text(translated.get("th") or own, translated.get("en") or own)
