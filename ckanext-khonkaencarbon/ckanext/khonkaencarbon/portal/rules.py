"""What every footprint of this portal is computed with: settings, factor editions, versions of the code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.footprint import accounting, fingerprint
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import AccountingSettings
from ckanext.khonkaencarbon.footprint.reading.table import READER_VERSION


class Rules(NamedTuple):
    """``parts`` is stored with each version; ``since`` is when this process first computed with them."""

    parts: Mapping[str, Any]
    since: datetime


def of_portal() -> Rules:
    """The rules as they are configured now.

    Raises:
        FileRefused: the option cannot be used.
    """
    return _rules(settings.accounting())


def of_dataset(boundary: str) -> AccountingSettings:
    """The same as settings of the core, for a dataset of this boundary.

    Raises:
        FileRefused: the option cannot be used.
    """
    return accounting.settings_from_json({**json.loads(settings.accounting()), "boundary": boundary})


def check(configured: str) -> None:
    """Raises FileRefused where a value of the option cannot be used."""
    _rules(configured or "{}")


@lru_cache(maxsize=8)
def _rules(configured: str) -> Rules:
    chosen = accounting.settings_from_json(configured)
    parts = {
        **accounting.as_json(chosen),
        "editions": [[edition.id, edition.sha256] for edition in load_editions(chosen.editions)],
        "methods": {one.id: one.version for one in METHODS.values()},
        "reader": READER_VERSION,
        "engine": fingerprint.ENGINE_VERSION,
    }
    del parts["boundary"]  # the dataset's
    return Rules(parts, datetime.now(timezone.utc))
