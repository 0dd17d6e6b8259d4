"""What the guard does inside the database: it locks where it must and asks nothing where it need not."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import logic, model
from ckan.tests import factories
from sqlalchemy.exc import OperationalError

from ckanext.khonkaencarbon.logic.action.guard import package_update
from ckanext.khonkaencarbon.portal import guard


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = model.ensure_engine()
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def dataset(kind: str) -> dict[str, Any]:
    owner = factories.Organization()["id"]
    made: dict[str, Any] = factories.Dataset(
        type=kind, owner_org=owner, resources=[{"url": "http://e.org/a"}]
    )
    return made


def save(data: dict[str, Any], guarded: bool) -> int:
    """Number of statements of one dataset update."""
    model.Session.remove()
    user, last = factories.Sysadmin()["name"], logic.get_action("package_update").__wrapped__
    action = last if guarded else last.args[0]
    assert (last.func is package_update) or not guarded
    with statements() as sent:
        action(
            {"user": user, "session": model.Session, "auth_user_obj": None},
            {**data, "title": uuid.uuid4().hex},
        )
    return len(sent)


def test_a_plain_dataset_costs_nothing_more(portal: None) -> None:
    plain = dataset("dataset")
    assert save(plain, guarded=True) == save(plain, guarded=False)


def test_the_row_is_locked_while_derived_resources_are_put_back(
    portal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, tried = dataset("activity-data"), []
    row = sa.text("SELECT 1 FROM package WHERE id = :id FOR UPDATE NOWAIT")

    def meanwhile(stored: dict[str, Any], given: dict[str, Any]) -> None:
        with (
            model.ensure_engine().connect() as other,
            pytest.raises(OperationalError, match="could not obtain lock"),
        ):
            other.execute(row, {"id": made["id"]})
        tried.append(stored["id"])

    monkeypatch.setattr(guard, "put_back", meanwhile)
    tk.get_action("package_update")({"user": factories.Sysadmin()["name"]}, {**made, "title": "t"})
    assert tried == [made["id"]]
    tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": made["id"]})
