"""Per-request CSRF exemption for the whole site.

Exemptions that a plugin declares when it is loaded stay as they are.
"""

from __future__ import annotations

from typing import Any

from ckan.config.middleware import flask_app
from flask import has_request_context, request
from flask_wtf.csrf import CSRFProtect

_EXEMPT = "khonkaencarbon.csrf_exempt"


class PerRequestProtection(CSRFProtect):  # type: ignore[misc]
    """CKAN's CSRF check with exemptions kept in the request's own environment."""

    def exempt(self, view: Any) -> Any:
        """Exempt the request being served; outside of requests, the view or blueprint for good."""
        if not has_request_context():
            return super().exempt(view)
        request.environ[_EXEMPT] = True
        return view

    def _is_exempt(self) -> bool:
        return bool(request.environ.get(_EXEMPT)) or bool(super()._is_exempt())


def install() -> None:
    """Give the one CSRF object of this process, which checks every view, the rule above."""
    flask_app.csrf.__class__ = PerRequestProtection
