"""Actions, one module per noun; the plugin registers what :func:`registered` returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p

from ckanext.khonkaencarbon.logic.action import (
    choice,
    city,
    crosscheck,
    guard,
    lists,
    locked,
    quality,
    request,
    run,
    search,
    summary,
)

OWN = (choice, city, crosscheck, lists, quality, request, run, search, summary)


def registered() -> dict[str, Callable[..., Any]]:
    """Our own actions and those of CKAN that we chain; the DataStore's only where it is loaded."""
    own = {name: getattr(module, name) for module in OWN for name in module.__all__}
    datastore = p.plugin_loaded("datastore")
    guards = {
        name: action
        for name, action in guard.GUARDS.items()
        if datastore or not name.startswith("datastore_")
    }
    return {**locked.LOCKED, **guards, **own}
