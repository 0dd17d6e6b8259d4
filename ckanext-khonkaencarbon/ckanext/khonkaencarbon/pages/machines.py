"""What pages and feeds say to programs.

What it is made with is imported when it is asked for: ckanext-dcat and CKAN's views look up validators as
they are imported, and those of plugins that are loaded after that would not be found any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ckanext.khonkaencarbon.pages.feeds import Feed

DATASET = "khonkaencarbon_dataset"  # how the dataset of an entry reaches the feed


def structured_data(dataset: Mapping[str, Any], profiles: Any = None) -> str:
    """A dataset in the words of schema.org, fit for a script tag; in place of ckanext-dcat's helper."""
    from ckanext.khonkaencarbon.catalogue.dcat import schemaorg

    return schemaorg.structured_data(dataset)


def feed_class() -> type[Feed]:
    """Feeds in the language of their address."""
    from ckanext.khonkaencarbon.pages.feeds import Feed

    return Feed
