"""What the guard does inside the database: it locks where it must and asks nothing where it need not."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import pysolr
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


@contextmanager
def requests_to_solr() -> Iterator[list[str]]:
    """What is asked of Solr meanwhile."""
    asked: list[str] = []
    usual = pysolr.Solr._send_request

    def note(solr: Any, method: str, path: str = "", *rest: Any, **named: Any) -> Any:
        asked.append(path.partition("?")[0])
        return usual(solr, method, path, *rest, **named)

    pysolr.Solr._send_request = note
    yield asked
    pysolr.Solr._send_request = usual


def dataset(kind: str, owner: str = "") -> dict[str, Any]:
    owner = owner or factories.Organization()["id"]
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


OURS = ("khonkaencarbon", "lock_timeout", "UPDATE resource SET position")


def of_ours(sent: list[str]) -> list[str]:
    """Statements that CKAN without our plugin does not send."""
    return [one for one in sent if any(word in one for word in OURS)]


def whole_update(kind: str) -> list[str]:
    """What a dataset update sends with all that follows it, up to the signal after the commit."""
    made, user = dataset(kind), factories.Sysadmin()["name"]
    model.Session.remove()
    with statements() as sent:
        tk.get_action("package_update")({"user": user}, {**made, "title": uuid.uuid4().hex})
    return sent


def test_an_ordinary_update_asks_our_tables_nothing(portal: None) -> None:
    assert of_ours(whole_update("dataset")) == []
    assert of_ours(whole_update("activity-data"))  # there it has to: the statements are recognised


def test_a_resource_of_an_ordinary_dataset_costs_two_statements_at_most(portal: None) -> None:
    made, user = dataset("dataset"), factories.Sysadmin()["name"]
    resource = made["resources"][0]["id"]

    def patch(action: Any) -> list[str]:
        model.Session.remove()
        with statements() as sent:
            action(
                {"user": user, "session": model.Session, "auth_user_obj": None},
                {"id": resource, "description": uuid.uuid4().hex},
            )
        return sent

    guarded = tk.get_action("resource_patch").__wrapped__
    assert len(patch(guarded)) <= len(patch(guarded.args[0])) + 2


@pytest.mark.parametrize("kind", ["dataset", "activity-data"])
def test_no_result_of_a_search_costs_a_statement(portal: None, kind: str) -> None:
    owner = factories.Organization()["id"]
    for _ in range(6):
        dataset(kind, owner)

    def search(rows: int) -> tuple[int, int, list[str]]:
        model.Session.remove()
        with statements() as sent, requests_to_solr() as asked:
            found = tk.get_action("package_search")({"user": ""}, {"fq": f"owner_org:{owner}", "rows": rows})
        return len(found["results"]), len(sent), asked

    one, many = search(1), search(6)
    assert (one[0], many[0]) == (1, 6)
    assert one[1:] == many[1:]
    assert many[2] == ["select/"]


@pytest.mark.parametrize("kind", ["dataset", "activity-data"])
def test_showing_a_dataset_asks_the_index_once_and_our_tables_nothing(portal: None, kind: str) -> None:
    made = dataset(kind)
    model.Session.remove()
    with statements() as sent, requests_to_solr() as asked:
        tk.get_action("package_show")({"user": ""}, {"id": made["id"]})
    assert of_ours(sent) == []
    assert asked == ["select/"]
