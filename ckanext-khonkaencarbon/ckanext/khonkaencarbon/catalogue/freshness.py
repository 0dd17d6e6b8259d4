"""The level of quality in the search index: put there, and put right when time alone has changed it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from ckan.common import config
from ckan.lib import search

from ckanext.khonkaencarbon.catalogue.quality import Rows, changes_on, quality
from ckanext.khonkaencarbon.portal.calendar import today

log = logging.getLogger(__name__)

LEVEL, UNTIL = "kk_quality", "kk_quality_until_date"
AT_ONCE = 500  # datasets in one look; the rest waits for the next


def fields(dataset: Mapping[str, Any], rows: Rows | None) -> dict[str, str]:
    """Level of a dataset on this day, and the day on which it will be another one if nothing else happens."""
    day = today()
    until = changes_on(dataset, day, rows)
    level = quality(dataset, day, rows).level
    return {LEVEL: level, **({UNTIL: _moment(until)} if until else {})}


def renew() -> int:
    """Index again what has another level by now than the index says; how many datasets."""
    outdated = _outdated()
    for dataset_id in outdated:
        try:
            search.rebuild(dataset_id)
        except Exception:
            log.exception("Dataset %s could not be indexed again", dataset_id)
    return len(outdated)


def _outdated() -> list[str]:
    asked = {"fq": [f"{UNTIL}:[* TO {_moment(today())}]", f"+site_id:{config['ckan.site_id']}"]}
    answer = search.make_connection().search("*:*", fl="id", rows=AT_ONCE, **asked)
    return [document["id"] for document in answer]


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
