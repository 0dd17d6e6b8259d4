"""A pytest plugin: khonkaencarbon is loaded in every test of CKAN, whatever plugins the test asks for."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.plugins
import pytest
from ckan.plugins import core

OURS = "khonkaencarbon"


def unload_the_others() -> None:
    """Unload all plugins but ours, as CKAN's fixtures do between tests."""
    others = [name for name in reversed(list(core._PLUGINS)) if name != OURS]
    if others:
        core.unload(*others)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """Load ours once, after CKAN's own hook unloaded everything, and keep it."""
    core.unload_all()
    core.load(OURS)
    core.unload_all = ckan.plugins.unload_all = unload_the_others
    return (yield)
