"""What protects the whole site: check at start, CSRF exemption per request, headers, a page for outages."""

from __future__ import annotations

from ckan.types import CKANApp

from ckanext.khonkaencarbon.portal import csrf, headers, outage, selfcheck
from ckanext.khonkaencarbon.portal.city import unchanged


def protect(app: CKANApp) -> CKANApp:
    """Install the site-wide protections on a Flask application and return it.

    Raises:
        CkanConfigurationException: a setting is so unsafe that the portal must not start.
    """
    selfcheck.at_start()
    csrf.install()
    headers.install(app)
    outage.install(app)
    unchanged.install(app)
    return app
