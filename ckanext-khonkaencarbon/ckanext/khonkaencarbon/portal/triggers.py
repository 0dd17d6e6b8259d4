"""From a committed change of a dataset to a row that says "owed"."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.types import SignalMapping

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.portal import bell, queue
from ckanext.khonkaencarbon.portal.lookout import owe_purged, owe_where_needed
from ckanext.khonkaencarbon.portal.snapshot import DATASET_TYPE

log = logging.getLogger(__name__)

LOCK_PATIENCE = "3s"


def subscriptions() -> SignalMapping:
    """Signals that the plugin listens to; all other actions that change a dataset end in these."""
    single = ("package_create", "package_update", "package_delete")
    several = ("bulk_update_delete", "bulk_update_private", "bulk_update_public")
    receivers = [
        *({"sender": name, "receiver": dataset_changed} for name in single),
        *({"sender": name, "receiver": datasets_changed} for name in several),
        {"sender": "dataset_purge", "receiver": dataset_purged},
    ]
    return {tk.signals.action_succeeded: receivers}


def dataset_changed(sender: str, **told: Any) -> None:
    """A dataset was made, changed or deleted; one of another type costs no statement."""
    _notice(told, lambda: [_id_of(told)] if _type_of(told) in (None, DATASET_TYPE) else [])


def datasets_changed(sender: str, **told: Any) -> None:
    """Several datasets of an organisation were changed at once."""
    _notice(told, lambda: list(told.get("data_dict", {}).get("datasets", [])))


def dataset_purged(sender: str, **told: Any) -> None:
    """A dataset is gone for good; which one, our own tables know."""
    _notice(told, lambda: None)


def _type_of(told: dict[str, Any]) -> str | None:
    """The type of a changed dataset; None where only its id is known."""
    result, package = told.get("result"), told["context"].get("package")
    return result.get("type") if isinstance(result, dict) else getattr(package, "type", None)


def _id_of(told: dict[str, Any]) -> str:
    """The id of a changed dataset: the action's answer is the dataset, its id, or nothing."""
    result = told.get("result")
    if isinstance(result, dict):
        return str(result["id"])
    package = told["context"].get("package")
    return str(package.id if package is not None else result or told["data_dict"]["id"])


def _notice(told: dict[str, Any], changed: Callable[[], Sequence[str] | None]) -> None:
    """Owe and ring. The change is committed: whatever fails here is logged, and the sweeper's to find."""
    try:
        ids = changed()
        if told["context"].get("defer_commit") or ids == []:
            return
        with queue.engine().begin() as connection:
            connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'"))
            if ids is None:
                owed = owe_purged(connection, claimed=True)
            else:
                owed = owe_where_needed(connection, ids, settings.settle_seconds())
        if owed:
            bell.ring()
    except Exception:
        log.exception("A change of a dataset was not noticed; the sweeper will find it")
