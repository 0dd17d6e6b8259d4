"""CKAN's actions on a dataset, chained: nobody writes what they read before they had its lock.

CKAN reads a dataset to see who may change it, waits for the lock of whoever publishes on it, and then goes on
with what it read: a dataset made private meanwhile would be public again in the search index. And it takes a
dataset out of the index before it waits: a run that still holds the lock would put it in again.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Action, ChainedAction, Context, DataDict


def _lock(reference: Any) -> None:
    """Wait for the lock of a dataset, until the commit; what the session knows of it is read anew."""
    if isinstance(reference, str) and reference:
        model.Session.flush()
        package = model.Package
        named = sa.select(package).where(sa.or_(package.id == reference, package.name == reference))
        model.Session.execute(named.with_for_update(), execution_options={"populate_existing": True}).all()


@tk.chained_action
@tk.side_effect_free
def package_show(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Show a dataset; with ``for_update``, as it is once its lock was had."""
    if context.get("for_update"):
        _lock(data_dict.get("id"))
    return next_action(context, data_dict)


def _removing(name: str) -> ChainedAction:
    @tk.chained_action
    def removal(next_action: Action, context: Context, data_dict: DataDict) -> Any:
        tk.check_access(name, tk.fresh_context(context), data_dict)
        _lock(data_dict.get("id"))
        return next_action(context, data_dict)

    return removal


LOCKED: dict[str, ChainedAction] = {
    "package_show": package_show,
    **{name: _removing(name) for name in ("package_delete", "dataset_purge")},
}
