"""Is the portal configured as it must be? Looked at when it starts and on its health page."""

from __future__ import annotations

import locale
import logging
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException

from ckanext.khonkaencarbon.portal.faults import Fault, fault

log = logging.getLogger(__name__)

OURS = "khonkaencarbon"
PLUGINS = (
    "khonkaencarbon_thai",
    "datastore",
    "datatables_view",
    "activity",
    "scheming_datasets",
    "scheming_organizations",
    "spatial_metadata",
    "spatial_query",
    "dcat",
    "structured_data",
)
SECRETS = ("SECRET_KEY", "WTF_CSRF_SECRET_KEY", "api_token.jwt.encode.secret", "api_token.jwt.decode.secret")
SHORTEST = 20  # characters of a secret
EXAMPLES = ("change_me", "changeme", "secret", "test1234", "default", "%(")
SQLSEARCH = "ckan.datastore.sqlsearch.enabled"


def at_start() -> None:
    """Log what is misconfigured.

    Raises:
        CkanConfigurationException: SQL search is on.
    """
    for found in faults():
        log.error("khonkaencarbon: %s", found)
        if found.code == "sqlsearch-on":
            raise CkanConfigurationException(str(found))


def faults() -> list[Fault]:
    """Everything that is misconfigured."""
    return [*_switches(), *_secrets(), *_plugins(), *_surroundings()]


def _switches() -> Iterator[Fault]:
    if tk.asbool(tk.config.get(SQLSEARCH)):
        yield fault("sqlsearch-on")
    if not tk.config.get("ckan.site_url"):
        yield fault("site-url-missing")
    if tk.asbool(tk.config.get("debug")):
        yield fault("debug-on")


def _secrets() -> Iterator[Fault]:
    for name in SECRETS:
        value = str(tk.config.get(name) or "")
        if not value.startswith("file:") and _weak(value.removeprefix("string:")):
            yield fault("secret-weak", name=name, length=SHORTEST)


def _weak(value: str) -> bool:
    return len(value) < SHORTEST or any(example in value.lower() for example in EXAMPLES)


def _plugins() -> Iterator[Fault]:
    for name in PLUGINS:
        if not p.plugin_loaded(name):
            yield fault("plugin-missing", name=name)
    listed = tk.aslist(tk.config.get("ckan.plugins"))
    if OURS in listed and listed[0] != OURS:
        yield fault("plugin-order")


def _surroundings() -> Iterator[Fault]:
    if not sys.flags.utf8_mode and locale.getpreferredencoding(False).lower() not in ("utf-8", "utf8"):
        yield fault("not-utf8")
    ini = tk.config.get("__file__")
    if ini and Path(ini).exists() and Path(ini).stat().st_mode & stat.S_IROTH:
        yield fault("config-readable")
