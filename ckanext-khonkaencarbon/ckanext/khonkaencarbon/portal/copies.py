"""A dataset as another portal shows it, sent on by a harvester: taken without what is the system's there.

ckanext-harvest's CKAN harvester creates and updates with the remote answer of package_show, its derived
resources and the other city's decision among it. Here these are links to what somebody else computed, and
nobody's decision.
"""

from __future__ import annotations

from typing import Any

from ckanext.khonkaencarbon.portal import guard

KEPT = ("carbon_mapping", "carbon_role")  # the first is the steward's word, the second is emptied


def take_over(dataset: dict[str, Any], created_here: str = "") -> None:
    """Take the reserved fields out of a dataset that was created elsewhere, in place; leave any other alone.

    Args:
        dataset: what somebody sends.
        created_here: when the stored dataset was created, as package_show writes it; empty if there is none.
    """
    created = dataset.get("metadata_created")
    if not created or not isinstance(created, str) or created == created_here:
        return
    for field in guard.RESERVED_DATASET_FIELDS:
        dataset.pop(field, None)
    for resource in dataset.get("resources") or ():
        if isinstance(resource, dict) and guard.reserved_fields(resource):
            _become_link(resource, is_new=not created_here)


def _become_link(resource: dict[str, Any], is_new: bool) -> None:
    known = resource.get("id")
    if isinstance(known, str) and guard.was_derived(known):
        if not is_new:
            return  # the system's own, of this portal: it is put back as it is stored
        del resource["id"]
    for name in [name for name in resource if name.startswith("carbon_") and name not in KEPT]:
        del resource[name]
    if resource.get("url_type") == guard.URL_TYPE:
        del resource["url_type"]
    if resource.get("carbon_role") == guard.DERIVED:
        resource["carbon_role"] = ""
