"""The quality of a dataset today, by what its description says and what its published version counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.khonkaencarbon.catalogue.quality import COMPUTED, Quality, Rows, quality
from ckanext.khonkaencarbon.portal import overview
from ckanext.khonkaencarbon.portal.calendar import today


def judged(dataset: Mapping[str, Any]) -> Quality:
    """The quality of a dataset as package_show gives it; a query where runs read it."""
    version = overview.version(dataset["id"]) if dataset.get("type") == COMPUTED else None
    return quality(dataset, today(), rows_of(version.overview) if version is not None else None)


def rows_of(published: Mapping[str, Any] | None) -> Rows | None:
    """Rows read and used, out of a summary or its counts alone."""
    counts = (published or {}).get("counts", published)
    return Rows(counts["read"], counts["used"]) if counts else None
