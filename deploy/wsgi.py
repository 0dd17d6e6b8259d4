"""The portal for a WSGI server: gunicorn wsgi:application, with CKAN_INI naming the configuration."""

from __future__ import annotations

import os

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

application = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
