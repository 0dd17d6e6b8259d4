"""The demo catalogue: loaded and removed through the actions a steward uses, as the site user.

A second load compares marks and changes nothing; a load that was cut short continues where it stopped.
What carries no mark was made by somebody else and is never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import uploader
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.portal.city import decisions, home
from ckanext.khonkaencarbon.portal.demo_catalogue import (
    MARK,
    DemoCatalogue,
    DemoEntry,
    DemoError,
    DemoFile,
    Fields,
)

LOADING = "loading"


class Done(Enum):
    """What was done with one organisation or dataset."""

    CREATED = Text("สร้างแล้ว", "created")
    UPDATED = Text("ปรับปรุงแล้ว", "updated")
    UNCHANGED = Text("เหมือนเดิม", "unchanged")
    REMOVED = Text("ลบแล้ว", "removed")
    ABSENT = Text("ไม่มีอยู่แล้ว", "not there")
    NOT_OURS = Text("ไม่ใช่ของชุดสาธิต ไม่แตะต้อง", "not from the demo, left alone")
    IN_USE = Text("มีชุดข้อมูลอื่นอยู่ เก็บไว้", "holds other datasets, kept")


Report = Callable[[str, Done], None]

ACCEPTANCE = (
    "รับเข้าบัญชีของเมืองสาธิต เมืองจริงยังไม่ได้พิจารณา / Accepted in the demo's city; the real city has not decided"
)


def load(catalogue: DemoCatalogue, report: Report) -> None:
    """Bring organisations and datasets to the state of the catalogue.

    Raises:
        DemoError: a name is taken by something else (nothing was written), or CKAN refused an entry.
    """
    _refuse_taken_names(catalogue)
    for entry in catalogue.organisations:
        report(entry.name, _explained(entry, _load_organisation))
    for entry in catalogue.datasets:
        report(entry.name, _explained(entry, _load_dataset))
    if any(entry.fields["type"] == home.TYPE for entry in catalogue.datasets):
        _accept_offered(catalogue)


def remove(catalogue: DemoCatalogue, report: Report) -> None:
    """Purge what carries the demo's mark: datasets with their uploads first, then empty organisations."""
    for entry in reversed(catalogue.datasets):
        report(entry.name, _explained(entry, _remove_dataset))
    for entry in reversed(catalogue.organisations):
        report(entry.name, _explained(entry, _remove_organisation))


def _call(action: str, **data: Any) -> Any:
    """Call an action as the site user, with its checks, in a context of its own."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context: Context = {"user": user["name"], "use_cache": False}
    return tk.get_action(action)(context, data)


def _show(kind: str, name: str) -> Fields | None:
    try:
        shown: Fields = _call(f"{kind}_show", id=name)
    except tk.ObjectNotFound:
        return None
    return shown


def _mark(stored: Fields) -> str | None:
    return next((e["value"] for e in stored.get("extras", []) if e["key"] == MARK), None)


def _marked(mark: str) -> Fields:
    return {"extras": [{"key": MARK, "value": mark}]}


def _is_current(stored: Fields | None, entry: DemoEntry) -> bool:
    return stored is not None and stored["state"] == "active" and _mark(stored) == entry.mark


def _refuse_taken_names(catalogue: DemoCatalogue) -> None:
    for kind, entries in (("organization", catalogue.organisations), ("package", catalogue.datasets)):
        for entry in entries:
            stored = _show(kind, entry.name)
            if stored is not None and _mark(stored) is None:
                raise DemoError(
                    f"ชื่อ {entry.name} มีผู้ใช้แล้ว ชุดสาธิตไม่ได้เขียนอะไรเลย โปรดเปลี่ยนชื่อรายการนั้นแล้วลองใหม่",
                    f"the name {entry.name} is taken by something the demo did not make; "
                    "nothing was written. Rename that entry and try again",
                )


def _explained(entry: DemoEntry, step: Callable[[DemoEntry], Done]) -> Done:
    try:
        return step(entry)
    except tk.ValidationError as error:
        raise DemoError(
            f"ระบบไม่รับ {entry.name}: {error.error_summary}",
            f"{entry.name} was refused: {error.error_summary}",
        ) from error


def _load_organisation(entry: DemoEntry) -> Done:
    stored = _show("organization", entry.name)
    if _is_current(stored, entry):
        return Done.UNCHANGED
    if stored is None:
        _call("organization_create", **entry.fields, **_marked(entry.mark))
        return Done.CREATED
    _call("organization_patch", id=stored["id"], state="active", **entry.fields, **_marked(entry.mark))
    return Done.UPDATED


def _load_dataset(entry: DemoEntry) -> Done:
    """As the forms do it: a draft, its files one by one, then active; the mark comes last."""
    stored = _show("package", entry.name)
    if _is_current(stored, entry):
        return Done.UNCHANGED
    done = Done.UPDATED if stored else Done.CREATED
    if stored is None:
        stored = _call("package_create", state="draft", **entry.fields, **_marked(LOADING))
    for file in entry.files:
        _load_file(stored, file)
    _call("package_patch", id=stored["id"], state="active", **entry.fields, **_marked(entry.mark))
    return done


def _accept_offered(catalogue: DemoCatalogue) -> None:
    """In the demo's city what was offered is accepted, where nobody has decided yet."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    for entry in catalogue.datasets:
        stored = _show("package", entry.name) or {}
        waits = stored.get("inventory_decision", decisions.PENDING) == decisions.PENDING
        if entry.fields.get("include_in_inventory") == "true" and waits:
            decisions.decide(stored["id"], decisions.ACCEPTED, ACCEPTANCE, user["id"])


def _load_file(dataset: Fields, file: DemoFile) -> None:
    stored = next((r for r in dataset["resources"] if r["url"].rsplit("/", 1)[-1] == file.path.name), None)
    if stored and stored["url_type"] == "upload" and _holds(stored, file):
        return
    with file.path.open("rb") as stream:
        upload = FileStorage(stream, filename=file.path.name)
        if stored is None:
            _call("resource_create", package_id=dataset["id"], upload=upload, **file.fields)
        else:
            _call("resource_patch", id=stored["id"], upload=upload, **file.fields)


def _holds(stored: Fields, file: DemoFile) -> bool:
    return all(stored.get(name) == value for name, value in file.fields.items())


def _remove_dataset(entry: DemoEntry) -> Done:
    stored = _show("package", entry.name)
    if stored is None:
        return Done.ABSENT
    if _mark(stored) is None:
        return Done.NOT_OURS
    # CKAN's purge leaves the uploaded files of a dataset behind.
    uploads = [r for r in stored["resources"] if r.get("url_type") == "upload"]
    paths = [Path(uploader.get_resource_uploader(r).get_path(r["id"])) for r in uploads]
    _call("dataset_purge", id=stored["id"])
    for path in paths:
        path.unlink(missing_ok=True)
    return Done.REMOVED


def _remove_organisation(entry: DemoEntry) -> Done:
    stored = _show("organization", entry.name)
    if stored is None:
        return Done.ABSENT
    if _mark(stored) is None:
        return Done.NOT_OURS
    if model.Session.query(model.Package).filter_by(owner_org=stored["id"]).count():
        return Done.IN_USE
    _call("organization_purge", id=stored["id"])
    return Done.REMOVED
