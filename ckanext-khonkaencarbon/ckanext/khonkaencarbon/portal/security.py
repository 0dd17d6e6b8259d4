"""What protects the whole site: CSRF exemption per request, response headers, the check at start."""

from __future__ import annotations

from ckan.types import CKANApp

from ckanext.khonkaencarbon.portal import csrf, headers


def protect(app: CKANApp) -> CKANApp:
    """Install the site-wide protections on a Flask application and return it.

    Raises:
        CkanConfigurationException: a setting is so unsafe that the portal must not start.
    """
    csrf.install()
    headers.install(app)
    return app
