"""Headers on every response, and a content security policy without inline scripts.

Scripts run when they come as files of this site or stand in a template: a template's own ``<script>`` tags
get the request's nonce when the template is compiled, so text that people typed never carries it.
"""

from __future__ import annotations

import re
import secrets

from ckan.types import CKANApp, Response
from flask import has_request_context, request
from jinja2.ext import Extension

# Handlers in templates of CKAN 2.12.0 and its DataTables view, as the browser sees them (SHA-256).
# tests/portal/test_headers.py renders these templates and names what is missing or too many here.
HANDLERS: tuple[str, ...] = ()

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
    """Add the headers to every response of a Flask application."""
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
    handlers = " ".join(("'unsafe-hashes'", *(f"'sha256-{digest}'" for digest in HANDLERS)))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"script-src-attr {handlers}" if HANDLERS else "script-src-attr 'none'",
            f"style-src 'self' 'nonce-{nonce}'",
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
        response.headers.setdefault("Content-Disposition", "attachment")
        if _ACTIVE.search(response.mimetype or ""):
            response.headers["Content-Type"] = "application/octet-stream"
    return response
