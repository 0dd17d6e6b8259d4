"""Derived resources and reserved fields: what they are, and how a dataset is put right again.

Only the system (:mod:`.identity`) writes them. Whoever names a derived resource is refused. Whoever sends
a whole dataset keeps their own edits, and what belongs to the system stays as it is stored: a form opened
before the last run is out of date, not hostile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.khonkaencarbon.model import CityVersion, Version
from ckanext.khonkaencarbon.portal import identity
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.portal.snapshot import DATASET_TYPE

DERIVED = "derived"
INPUT = "input"
URL_TYPE = "khonkaencarbon"  # of derived resources: their files are the portal's versions
RESERVED_DATASET_FIELDS = ("inventory_decision", "inventory_decision_reason")
DERIVING_TYPES = frozenset({DATASET_TYPE, home.TYPE})
UNDECIDED = "pending"

HANDS_OFF = (
    "ไฟล์นี้ระบบเป็นผู้คำนวณและเขียน จึงแก้ไข ลบ หรือสร้างเองไม่ได้ "
    "หากต้องการเปลี่ยนผลลัพธ์ ให้แก้ไฟล์ข้อมูลที่เป็นที่มา / "
    "This resource is computed and written by the system, so it cannot be changed, removed or made by hand. "
    "To change the result, correct the data it is computed from."
)
TABLE_OF_INPUT = (
    "ระบบสร้างตารางนี้จากไฟล์ข้อมูลกิจกรรมและเขียนแทนทุกครั้งที่ไฟล์เปลี่ยน จึงแก้ไขเองไม่ได้ ให้ส่งไฟล์ใหม่แทน / "
    "The system makes this table from the activity file and replaces it whenever the file changes, so it "
    "cannot be written by hand. Upload a corrected file instead."
)
NOT_TEXT = "ต้องเป็นรหัสหรือชื่อที่เป็นข้อความ / Give an id or a name as text."
RESERVED = "เฉพาะระบบเท่านั้นที่เขียนช่องนี้ได้ ให้ลบค่าออก / Only the system writes this field: leave it out."

Resource = dict[str, Any]
Dataset = dict[str, Any]

_at_work: ContextVar[bool] = ContextVar("khonkaencarbon_system_at_work", default=False)


@contextmanager
def at_work() -> Iterator[None]:
    """The system is writing: calls that CKAN makes on its behalf, with contexts of their own, are its too."""
    token = _at_work.set(True)
    try:
        yield
    finally:
        _at_work.reset(token)


def is_system(context: Context) -> bool:
    """Whether the system acts, by its own context or inside one of its calls."""
    return _at_work.get() or identity.is_system(context)


def is_derived(resource: Resource) -> bool:
    """Whether the system made a resource; either mark is the system's to give."""
    return bool(resource.get("carbon_role") == DERIVED or resource.get("url_type") == URL_TYPE)


def names_derived(reference: Any) -> bool:
    """Whether a resource id or name stands for a stored derived resource.

    Raises:
        ValidationError: it is no text. The database would take a list or a dict for the id in it.
    """
    if not reference:
        return False
    if not isinstance(reference, str):
        raise tk.ValidationError({"id": [NOT_TEXT]})
    resource = model.Resource.get(reference)
    return resource is not None and is_derived({**(resource.extras or {}), "url_type": resource.url_type})


def names_input(reference: Any) -> bool:
    """Whether a resource id stands for a stored input, whose DataStore table is the system's."""
    resource = model.Resource.get(reference) if reference and isinstance(reference, str) else None
    if resource is None or (resource.extras or {}).get("carbon_role") != INPUT:
        return False
    dataset = model.Package.get(resource.package_id)
    return dataset is not None and dataset.type == DATASET_TYPE


def was_derived(resource_id: str, dataset_id: str | None = None) -> bool:
    """Whether a version, of one dataset or any, gave this id to a derived resource, be it there or not."""
    found = [_given(table, resource_id, dataset_id) for table in (Version, CityVersion)]
    return model.Session.execute(sa.union_all(*found).limit(1)).first() is not None


def _given(table: Any, resource_id: str, dataset_id: str | None) -> Any:
    given = sa.func.jsonb_each_text(table.resources).table_valued("key", "value")
    query = sa.select(sa.literal(1)).select_from(sa.join(table.__table__, given, sa.true()))
    query = query.where(given.c.value == resource_id)
    return query if dataset_id is None else query.where(table.dataset_id == dataset_id)


def reserved_fields(resource: Resource) -> list[str]:
    """Filled fields of a resource that only the system may write.

    Those that begin with two underscores are among them: CKAN's validation unpacks fields from inside them.
    """
    return [name for name, value in resource.items() if value and _is_reserved(name, value)]


def _is_reserved(name: str, value: Any) -> bool:
    if name == "carbon_role":
        return bool(value == DERIVED)
    if name == "url_type":
        return bool(value == URL_TYPE)
    return name.startswith("__") or (name.startswith("carbon_") and name != "carbon_mapping")


def refuse_reserved(dataset: Dataset) -> None:
    """Refuse a dataset whose resources claim to be the system's.

    Raises:
        ValidationError: with one entry per resource, in the order given, as CKAN's own errors have it.
    """
    faults = [{name: [RESERVED] for name in reserved_fields(r)} for r in _listed(dataset)]
    if any(faults):
        raise tk.ValidationError({"resources": faults})


def refuse_decision(dataset: Dataset) -> None:
    """Refuse a new dataset that brings the city's decision along.

    Raises:
        ValidationError: naming the field.
    """
    fields = [f for f in RESERVED_DATASET_FIELDS if dataset.get(f) not in (None, "", UNDECIDED)]
    if fields:
        raise tk.ValidationError({field: [RESERVED] for field in fields})


def put_back(stored: Dataset, given: Dataset) -> None:
    """Give a dataset that somebody sends the stored derived resources and reserved fields again, in place.

    Raises:
        ValidationError: a resource claims to be derived and never was.
    """
    for field in RESERVED_DATASET_FIELDS:
        given.pop(field, None)
        if field in stored:
            given[field] = stored[field]
    if "resources" in given:
        given["resources"] = _resources(stored["resources"], _listed(given), stored["id"])


def is_current(dataset: Dataset) -> bool:
    """Whether a dataset was shown with the resources that are stored, in one row.

    The search index, which it may have been read from, does not notice what is done behind CKAN's back.
    """
    table = model.resource_table
    mine = table.c.package_id == dataset["id"], table.c.state == "active"
    rows = model.Session.execute(sa.select(table.c.position, table.c.id).where(*mine))
    return sorted(map(tuple, rows)) == list(enumerate(one["id"] for one in dataset["resources"]))


def close_gaps(dataset_id: str) -> None:
    """Number the resources of a locked dataset without gaps.

    CKAN takes their positions for places in a list, and cannot change a dataset of which a resource was
    removed behind its back.
    """
    changed = model.Session.execute(_CLOSE_GAPS, {"id": dataset_id})
    if changed.rowcount:
        model.Session.expire_all()


_CLOSE_GAPS = sa.text("""
    UPDATE resource SET position = place.number FROM (
        SELECT id, row_number() OVER (ORDER BY position, id) - 1 AS number FROM resource
        WHERE package_id = :id AND state = 'active') place
    WHERE resource.id = place.id AND resource.position IS DISTINCT FROM place.number
""")


def _resources(stored: Sequence[Resource], given: Sequence[Resource], dataset_id: str) -> list[Resource]:
    derived = {r["id"]: r for r in stored if is_derived(r)}
    present = [r for r in given if not (is_derived(r) and _gone(r, derived, dataset_id))]
    mended = [derived.get(str(r.get("id")), r) for r in present]
    refuse_reserved({"resources": [{} if r is derived.get(str(r.get("id"))) else r for r in mended]})
    known = [r["id"] for r in stored]
    order = [r["id"] for r in mended if r.get("id") in known]
    if derived.keys() <= set(order) and order == [i for i in known if i in order]:
        return mended
    own = [r for r in mended if r.get("id") not in derived]
    kept = [r for r in own if r.get("id") in known]
    new = [r for r in own if r.get("id") not in known]
    return [*kept, *derived.values(), *new]


def _gone(resource: Resource, derived: dict[str, Resource], dataset_id: str) -> bool:
    """Whether a resource was derived from this dataset and the system has removed it since."""
    if resource.get("id") in derived:
        return False
    row = model.Resource.get(str(resource.get("id") or ""))
    if row is None:
        return was_derived(str(resource.get("id")), dataset_id)
    return row.package_id == dataset_id and names_derived(row.id)


def _listed(dataset: Dataset) -> list[Resource]:
    resources = dataset.get("resources") or []
    if not isinstance(resources, list) or not all(isinstance(r, dict) for r in resources):
        raise tk.ValidationError({"resources": ["ต้องเป็นรายการของไฟล์ / Must be a list of resources"]})
    return resources
