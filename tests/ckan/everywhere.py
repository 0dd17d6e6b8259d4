"""A pytest plugin: ours is loaded in every test of CKAN, whatever plugins the test asks for.

With it the one that makes our dataset type, which the home page leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import ckan.plugins
import pytest
from ckan import model
from ckan.cli.db import _run_migrations
from ckan.plugins import core

OURS = "khonkaencarbon"
LOADED = (OURS, "scheming_datasets")


def unload_the_others() -> None:
    """Unload all plugins but ours, as CKAN's fixtures do between tests."""
    others = [name for name in reversed(list(core._PLUGINS)) if name not in LOADED]
    if others:
        core.unload(*others)


def with_our_tables(init_db: Callable[[], None]) -> Callable[[], None]:
    """CKAN's fixtures drop every table and make its own anew; ours follow."""

    def init() -> None:
        fresh = not model.repo.tables_created_and_initialised
        init_db()
        if fresh:
            _run_migrations(OURS, None, True)

    return init


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """Load ours once, after CKAN's own hook unloaded everything, and keep it."""
    core.unload_all()
    core.load(*LOADED)
    model.repo.init_db = with_our_tables(model.repo.init_db)
    core.unload_all = ckan.plugins.unload_all = unload_the_others
    return (yield)
