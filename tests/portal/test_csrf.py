"""A request without a session may not switch off the CSRF check for the requests that follow."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ckan.config.middleware
import pytest
from ckan.common import config
from ckan.config.middleware import flask_app
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, Rule

from ckanext.khonkaencarbon.portal import csrf

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
HERE = "http://localhost/"  # where the test client keeps the session's cookie
PLACEHOLDERS: dict[str, Any] = {"ver": 3, "logic_function": "package_patch"}


@dataclass(frozen=True)
class Route:
    """One way to change something: an address and a method, and whether the address also answers GET."""

    path: str
    method: str
    reads: bool


def routes(app: CKANTestApp) -> list[Route]:
    """Every state-changing route of the application, with made-up names in its address."""
    return [
        Route(_address(rule), method, "GET" in (rule.methods or ()))
        for rule in app.flask_app.url_map.iter_rules()
        for method in sorted(set(rule.methods or ()) & set(CHANGING))
    ]


def _address(rule: Rule) -> str:
    numbers = {name for name, of in rule._converters.items() if isinstance(of, IntegerConverter)}
    made_up = {
        name: 3 if name in numbers else PLACEHOLDERS.get(name, f"made-up-{uuid.uuid4().hex[:8]}")
        for name in rule.arguments
    }
    built = rule.build({**made_up, **(rule.defaults or {})}, append_unknown=False)
    assert built is not None, rule
    return built[1]


def refused(response: Any) -> bool:
    """Whether the CSRF check answered."""
    return response.status_code == 400 and "CSRF" in response.get_data(as_text=True)


def visit(app: CKANTestApp, route: Route) -> None:
    """What anybody may do: open the address without a session."""
    client = app.test_client(use_cookies=False)
    client.open(
        route.path, method="GET" if route.reads else route.method, follow_redirects=False, base_url=HERE
    )


def send(client: Any, route: Route, **headers: str) -> Any:
    """Use the route with the client's session."""
    return client.open(
        route.path, method=route.method, headers=headers, follow_redirects=False, base_url=HERE
    )


@pytest.fixture(autouse=True)
def answers(app: CKANTestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A route that stumbles over made-up names answers 500 instead of raising into the test."""
    monkeypatch.setitem(app.flask_app.config, "PROPAGATE_EXCEPTIONS", False)


@pytest.fixture(scope="module")
def sysadmin(portal: None) -> Any:
    """Somebody who may do everything, so that only the CSRF check refuses."""
    return factories.Sysadmin.model()


@pytest.fixture
def client(app: CKANTestApp, sysadmin: Any) -> Any:
    """A browser with a session."""
    return app.test_client(user=sysadmin)


def token_of(client: Any) -> str:
    """The token that a page gives to the session's forms."""
    page = client.get("/about", base_url=HERE).get_data(as_text=True)
    return str(page.split('name="_csrf_token" content="')[1].split('"')[0])


def test_the_map_has_routes_to_protect(app: CKANTestApp) -> None:
    paths = {route.path.split("/")[1] for route in routes(app)}
    assert {"dataset", "organization", "user", "api"} <= paths
    assert len(routes(app)) > 60


def test_no_anonymous_request_opens_a_route(app: CKANTestApp, client: Any) -> None:
    opened = []
    for route in routes(app):
        before = refused(send(client, route))
        visit(app, route)
        if not (before and refused(send(client, route))):
            opened.append(route)
    assert opened == []


def test_a_token_opens_every_route(app: CKANTestApp, sysadmin: Any) -> None:
    closed = []
    for route in routes(app):
        client = app.test_client(user=sysadmin)
        if refused(send(client, route, **{"X-CSRFToken": token_of(client)})):
            closed.append(route)
    assert closed == []


def test_an_api_token_needs_no_csrf_token_and_lends_it_to_nobody(app: CKANTestApp, client: Any) -> None:
    user = factories.SysadminWithToken()
    call = {"path": "/api/3/action/organization_create", "json": {"name": f"org-{uuid.uuid4().hex[:8]}"}}
    stranger = app.test_client(use_cookies=False)
    made = stranger.post(call["path"], json=call["json"], headers={"Authorization": user["token"]})
    assert made.status_code == 200
    assert refused(client.post(call["path"], json=call["json"], base_url=HERE))


def test_forms_without_a_session_work_as_before(app: CKANTestApp) -> None:
    answer = app.test_client(use_cookies=False).post("/user/login", data={"login": "nobody", "password": "x"})
    assert answer.status_code == 200


@pytest.fixture
def unprotected(monkeypatch: pytest.MonkeyPatch) -> Iterator[CKANTestApp]:
    """The same application without the fix: the control that shows the tests above can fail."""
    monkeypatch.setattr(csrf, "install", lambda: None)
    monkeypatch.setattr(flask_app, "csrf", CSRFProtect())
    yield CKANTestApp(ckan.config.middleware.make_app(config))


def test_without_the_fix_the_hole_is_there(unprotected: CKANTestApp, sysadmin: Any) -> None:
    client = unprotected.test_client(user=sysadmin)
    route = Route("/user/edit", "POST", reads=True)
    assert refused(send(client, route))
    visit(unprotected, route)
    assert not refused(send(client, route))
