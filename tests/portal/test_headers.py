"""Every answer carries the security headers, and no page needs what the policy forbids."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.common import config
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp
from werkzeug import Response

from ckanext.khonkaencarbon.portal import headers

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
ADDRESSES = {
    "/": 200,
    "/en/dataset/": 200,
    "/no-such-page": 404,
    "/api/3/action/status_show": 200,
    "/api/3/action/no_such_action": 400,
    "/base/images/ckan-logo.png": 200,
    "/dataset/new": 403,
    "/khonkaencarbon/health": None,
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_them(app: CKANTestApp, address: str) -> None:
    answer = app.get(address, follow_redirects=False)
    assert ADDRESSES[address] in (answer.status_code, None)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_fault_of_ours_carries_them_too(app: CKANTestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.flask_app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.flask_app.view_functions, "home.about", lambda: 1 / 0)
    answer = app.get("/about")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


def test_https_only_is_asked_for_over_https_only(app: CKANTestApp) -> None:
    assert "Strict-Transport-Security" not in app.get("/about").headers
    secure = app.get("/about", base_url="https://localhost/")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def directives(policy: str) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in policy.split("; "))


def test_scripts_need_a_file_or_the_nonce(app: CKANTestApp) -> None:
    first, second = (app.get("/about").headers["Content-Security-Policy"] for _ in range(2))
    policy = directives(first)
    assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", policy["script-src"])
    assert first != second
    assert {word for word in first.replace(";", "").split() if word.startswith("'unsafe")} == {
        "'unsafe-hashes'",
        "'unsafe-inline'",
    }
    assert policy["style-src-attr"] == "'unsafe-inline'"
    assert not re.search(r"https?:", first)
    assert [policy[name] for name in ("object-src", "base-uri", "form-action", "frame-ancestors")] == [
        "'none'",
        "'self'",
        "'self'",
        "'self'",
    ]


def test_only_scripts_of_templates_get_the_nonce(app: CKANTestApp) -> None:
    typed = "<script>alert(1)</script>"
    with app.flask_app.test_request_context("/"):
        environment = app.flask_app.jinja_env
        page = environment.from_string("<script>ours()</script>{{ typed|safe }}").render(typed=typed)
        assert page == f'<script nonce="{headers.nonce()}">ours()</script>{typed}'


def digest(handler: str) -> str:
    return base64.b64encode(hashlib.sha256(handler.encode()).digest()).decode()


def handlers(text: str) -> set[str]:
    return {html.unescape(found) for found in re.findall(r'\son(?:click|change)="([^"{}]*)"', text)}


def test_exactly_the_handlers_of_the_templates_are_allowed(app: CKANTestApp) -> None:
    upload = {
        "data": {"url": "a", "url_type": "upload"},
        "errors": {},
        "is_upload": True,
        "is_upload_enabled": True,
    }
    with app.flask_app.test_request_context("/"):
        app.flask_app.preprocess_request()
        found = handlers(tk.render("package/snippets/resource_upload_field.html", upload))
        for name in (
            "user/snippets/api_token_list.html",
            "user/snippets/api_token_create_form.html",
            "datatables/datatables_view.html",
            "datatables/datatables_form.html",
        ):
            for folder in tk.config["computed_template_paths"]:  # ours may extend core's
                source = Path(folder) / name
                found |= handlers(source.read_text("utf-8")) if source.exists() else set()
    assert {digest(handler) for handler in found} == set(headers.HANDLERS)


UPLOADED = {
    "page.html": ("<script>alert(1)</script>", "text/html", "application/octet-stream"),
    "picture.svg": ("<svg/>", "image/svg+xml", "application/octet-stream"),
    "code.js": ("alert(1)", "text/javascript", "application/octet-stream"),
    "table.csv": ("a,b\n1,2\n", "text/csv", "text/csv"),
    "data.json": ("{}", "application/json", "application/json"),
}


@pytest.mark.parametrize("name", UPLOADED)
def test_uploaded_files_are_saved_never_run(
    app: CKANTestApp, create_with_upload: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setitem(config, "ckan.storage_path", str(tmp_path))
    content, declared, served = UPLOADED[name]
    dataset = factories.Dataset(owner_org=factories.Organization()["id"])
    context = {"user": factories.Sysadmin()["name"]}
    resource = create_with_upload(content, name, package_id=dataset["id"], mimetype=declared, context=context)
    answer = app.get(f"/dataset/{dataset['id']}/resource/{resource['id']}/download/{name}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] == served
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


TYPES = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": False,
    "application/xhtml+xml": True,
    "text/xml": True,
    "application/ecmascript": True,
    "application/pdf": False,
}


@pytest.mark.parametrize("mimetype", TYPES)
def test_what_a_browser_could_run(mimetype: str) -> None:
    changed = headers._disarm(Response("x", mimetype=mimetype)).mimetype != mimetype
    assert changed == TYPES[mimetype]


def test_no_page_asks_another_site_for_a_picture(app: CKANTestApp) -> None:
    user = factories.User()
    assert "gravatar" not in app.get(f"/user/{user['name']}", extra_environ={}).body
