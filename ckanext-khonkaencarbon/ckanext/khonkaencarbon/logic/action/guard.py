"""CKAN's writing actions, chained: derived resources and reserved fields belong to the system.

Why an action that is not listed here reaches none of them: tests/portal/test_guard_registry.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, ChainedAction, Context, DataDict

from ckanext.khonkaencarbon.portal import copies, guard, upload_limit

Named = Callable[[DataDict], list[Any]]


def _of_view(data_dict: DataDict) -> list[Any]:
    view = model.ResourceView.get(data_dict["id"]) if isinstance(data_dict.get("id"), str) else None
    return [view.resource_id] if view else []


def _of_changed_view(data_dict: DataDict) -> list[Any]:
    """The resource of a stored view, and the one that it is to be a view of."""
    return [*_of_view(data_dict), data_dict.get("resource_id")]


def _of_table(data_dict: DataDict) -> list[Any]:
    """The table, and the names that it is to be read by."""
    aliases = data_dict.get("aliases") or []
    listed = aliases.split(",") if isinstance(aliases, str) else list(aliases)
    return [*_by("resource_id", "id")(data_dict), *(one.strip() for one in listed if isinstance(one, str))]


def _of_resource(data_dict: DataDict) -> list[Any]:
    resource = data_dict.get("resource")
    return [resource.get("id")] if isinstance(resource, dict) else []


def _by(*keys: str) -> Named:
    return lambda data_dict: [data_dict.get(key) for key in keys]


# action: where its parameters name the resource whose fields, file, table or views it writes
NAMING: dict[str, Named] = {
    "resource_create": _by("id"),
    "resource_update": _by("id"),
    "resource_patch": _by("id"),
    "resource_delete": _by("id"),
    "resource_view_create": _by("resource_id"),
    "resource_view_update": _of_changed_view,
    "resource_view_delete": _of_view,
    "resource_view_reorder": _by("id"),
    "resource_create_default_resource_views": _of_resource,
    "datastore_create": _of_table,
    "datastore_upsert": _by("resource_id", "id"),
    "datastore_delete": _by("resource_id", "id"),
    "datastore_records_delete": _by("resource_id", "id"),
    "datastore_run_triggers": _by("resource_id", "id"),
}


def _hands_off(action: str, named: Named) -> ChainedAction:
    is_of_tables = action.startswith("datastore_")

    @tk.chained_action
    def guarded(next_action: Action, context: Context, data_dict: DataDict) -> Any:
        if guard.is_system(context):
            with guard.at_work():
                return next_action(context, data_dict)
        if any(guard.names_derived(reference) for reference in named(data_dict)):
            raise tk.NotAuthorized(guard.HANDS_OFF)
        if is_of_tables and any(guard.names_input(reference) for reference in named(data_dict)):
            raise tk.NotAuthorized(guard.TABLE_OF_INPUT)
        return next_action(context, data_dict)

    guarded.auth_audit_exempt = True  # as plugins' actions are: datastore_records_delete asks by another name
    return guarded


@tk.chained_action
def package_create(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Create a dataset, without resources or decisions that only the system may write."""
    if guard.is_system(context):
        with guard.at_work():
            return next_action(context, data_dict)
    copies.take_over(data_dict)
    guard.refuse_reserved(data_dict)
    guard.refuse_decision(data_dict)
    return next_action(context, data_dict)


@tk.chained_action
def package_update(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Update a dataset; what belongs to the system stays as it is stored.

    Every action that changes a dataset's resources ends here.
    """
    if guard.is_system(context):
        with guard.at_work():
            return next_action(context, data_dict)
    dataset = model.Package.get(data_dict.get("id") or data_dict.get("name"))
    if dataset is not None:
        copies.take_over(data_dict, dataset.metadata_created.isoformat())
    if dataset is None or dataset.type not in guard.DERIVING_TYPES:
        guard.refuse_reserved(data_dict)
        return next_action(context, data_dict)
    return _update_deriving(next_action, context, data_dict, dataset.id)


def _update_deriving(next_action: Action, context: Context, data_dict: DataDict, dataset_id: str) -> Any:
    before = context.get("original_package")
    known = before and before.get("id") == dataset_id and guard.is_current(before)
    stored = before if known else _locked(context, dataset_id)
    context["original_package"] = stored
    try:
        guard.put_back(stored, data_dict)
        with upload_limit.explained():
            return next_action(context, data_dict)
    finally:
        if stored is not before:
            context.pop("original_package", None)


def _locked(context: Context, dataset_id: str) -> dict[str, Any]:
    """The stored dataset, its row locked until the commit so that no run publishes in between."""
    tk.check_access("package_update", tk.fresh_context(context), {"id": dataset_id})
    model.Package.get(dataset_id, for_update=True)
    guard.close_gaps(dataset_id)
    reading = tk.fresh_context(context, ignore_auth=True, for_update=True, use_cache=False)
    return tk.get_action("package_show")(reading, {"id": dataset_id})


@tk.chained_action
def package_create_default_resource_views(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Create the default views of a dataset's resources, the system's own left out."""
    dataset = data_dict.get("package")
    if guard.is_system(context) or not isinstance(dataset, dict):
        return next_action(context, data_dict)
    own = [r for r in dataset.get("resources", []) if not guard.names_derived(r.get("id"))]
    return next_action(context, {**data_dict, "package": {**dataset, "resources": own}})


def _system_only() -> ChainedAction:
    @tk.chained_action
    def guarded(next_action: Action, context: Context, data_dict: DataDict) -> Any:
        if not guard.is_system(context):
            raise tk.NotAuthorized(guard.HANDS_OFF)
        return next_action(context, data_dict)

    return guarded


# Removes the views of all resources at once; a function of the DataStore may write every table of it.
OF_THE_SYSTEM = ("resource_view_clear", "datastore_function_create", "datastore_function_delete")

GUARDS: dict[str, ChainedAction] = {
    "package_create": package_create,
    "package_update": package_update,
    "package_create_default_resource_views": package_create_default_resource_views,
    **{name: _system_only() for name in OF_THE_SYSTEM},
    **{name: _hands_off(name, named) for name, named in NAMING.items()},
}
