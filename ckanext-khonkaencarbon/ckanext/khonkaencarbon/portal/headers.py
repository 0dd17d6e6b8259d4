"""Headers on every response, and a content security policy without inline scripts.

Scripts run when they come as files of this site or stand in a template: a template's own ``<script>`` tags
get the request's nonce when the template is compiled, so text that people typed never carries it.
"""

from __future__ import annotations

import re
import secrets

from ckan.common import config
from ckan.types import CKANApp, Response
from flask import has_request_context, request
from jinja2.ext import Extension

# SHA-256 of the click handlers in templates of CKAN 2.12 and its DataTables view, as a browser sees them.
# tests/portal/test_headers.py renders these templates and says what is missing or too many here.
HANDLERS = (
    "FpdWAiA3RBpWuddjFnLcugxP42R6qjqK+gdZjxtwOv4=",  # resource form: upload
    "F6LaVvkpYli724gUpw3eUsTe6Z+buGZAsXZSXh5E58U=",  # link
    "zvptZW5rX9uRlqMnxEvQ6iVm0wLi7xPmIcqW2y1JvZc=",  # clear the upload
    "Z/m4LROcm/+b7adlxILx/HCly4VB4OqflMrYBAq48dI=",  # remove the upload
    "unVzTsKuavdHA12GppEm/hbjTT3zhyL+xbRDzK9UnXw=",  # remove the link
    "ZrVI5vUZG/f325B6NP6JIyXK7PKkA2jqxWw2C6+RnuI=",  # API tokens: choose
    "wxQy3Q0+3LBbbcjXxmudkJvjIP94hyg+J7fZh9AZ2R0=",  # table view: fit columns
    "GZIcz60Uwd6wT3vaYke/atSr53TehbYAPepOa3d03Vw=",  # table view's form: fixed column
)
HTMX_INDICATOR = "faU7yAF8NxuMTNEwVmBz+VcYeIoBQ2EMHW3WaVxCvnk="  # the style that htmx puts into each page
_STEADY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_TRANSPORT = "max-age=31536000"  # one year, in seconds
_UPLOADED = "default-src 'none'; sandbox"
_NONCE = "khonkaencarbon.nonce"
_ACTIVE = re.compile(r"html|svg|script|[/+]xml", re.IGNORECASE)
_TAG = re.compile(r"<(script|style)(?=[\s>])(?![^>]*\bnonce=)")


class Nonces(Extension):
    """Gives each ``<script>`` and ``<style>`` tag of a template's source the nonce of the request."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source with a nonce attribute on each such tag."""
        return _TAG.sub(r'<\1 nonce="{{ csp_nonce() }}"', source)


def install(app: CKANApp) -> None:
    """Add the headers to every response of a Flask application; ask no other site for pictures of people."""
    config["ckan.gravatar_default"] = "disabled"
    app.jinja_env.globals["csp_nonce"] = nonce
    app.jinja_env.add_extension(Nonces)
    app.after_request(add)


def nonce() -> str:
    """The random word that allows the inline scripts of this request's page; empty outside a request."""
    if not has_request_context():
        return ""
    return str(request.environ.setdefault(_NONCE, secrets.token_urlsafe(16)))


def policy(nonce: str) -> str:
    """The content security policy of a page."""
    handlers = " ".join(f"'sha256-{digest}'" for digest in HANDLERS)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"script-src-attr 'unsafe-hashes' {handlers}",
            f"style-src 'self' 'nonce-{nonce}' 'sha256-{HTMX_INDICATOR}'",
            "style-src-attr 'unsafe-inline'",  # core's templates set widths and display in place
            "img-src 'self' data:",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def add(response: Response) -> Response:
    """Put the headers on one response."""
    for name, value in _STEADY.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", _TRANSPORT)
    if _is_upload():
        return _disarm(response)
    response.headers.setdefault("Content-Security-Policy", policy(nonce()))
    return response


def _is_upload() -> bool:
    return (request.endpoint or "").endswith("resource.download") or request.path.startswith("/uploads/")


def _disarm(response: Response) -> Response:
    """Let browsers save what people uploaded, and never run it on this site."""
    response.headers["Content-Security-Policy"] = _UPLOADED
    if response.status_code in (200, 206):
        disposition = response.headers.get("Content-Disposition", "attachment")
        response.headers["Content-Disposition"] = re.sub(r"^\s*inline", "attachment", disposition)
        if _ACTIVE.search(response.mimetype or ""):
            response.headers["Content-Type"] = "application/octet-stream"
    return response
