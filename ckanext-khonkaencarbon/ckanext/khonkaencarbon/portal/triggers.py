"""From a committed change of a dataset to a row that says "owed"."""

from __future__ import annotations

from ckan.types import SignalMapping


def subscriptions() -> SignalMapping:
    """Signals that the plugin listens to."""
    return {}
