"""What protects the whole site: CSRF exemption per request, response headers."""

from __future__ import annotations

from ckan.types import CKANApp


def protect(app: CKANApp) -> CKANApp:
    """Install the site-wide protections on a Flask application and return it."""
    return app
