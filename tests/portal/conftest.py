"""One portal for the whole layer: plugins loaded once, databases emptied once, real servers throughout.

Tests make what they need under random names and leave it; a test that counts everything empties first.
"""

from __future__ import annotations

from collections.abc import Iterator

import ckan.plugins
import pytest
from ckan import model
from ckan.cli.db import _migrate_plugins
from ckan.common import config
from ckan.lib import search
from ckan.tests import helpers


@pytest.fixture(scope="session", autouse=True)
def portal() -> Iterator[None]:
    """The portal's plugins over empty databases with every migration applied."""
    ckan.plugins.load_all()
    model.repo.rebuild_db()
    _migrate_plugins(apply=True)
    search.clear_all()
    yield
    ckan.plugins.unload_all()


@pytest.fixture(scope="session")
def app(portal: None) -> helpers.CKANTestApp:
    """A client of the portal's web application, made once."""
    config["testing"] = True
    return helpers._get_test_app()
