"""Every registered action is in the table of actions.yaml; the guard is in front of those that need it."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import yaml
from ckan import logic

from ckanext.khonkaencarbon.logic.action.guard import GUARDS

TABLE = yaml.safe_load((Path(__file__).parent / "actions.yaml").read_text("utf-8"))
TOUCHES: dict[str, str] = TABLE["touches"]
ELSEWHERE = list(chain(*(names.split() for names in TABLE["writes something else"].values())))
READS = TABLE["reads"].split()


def unlisted(registered: set[str], listed: list[str]) -> set[str]:
    """Actions that somebody has added and nobody has looked at."""
    return registered - set(listed)


@pytest.fixture
def registered(portal: None) -> dict[str, Any]:
    """Every action, with those of all plugins."""
    tk.get_action("package_show")
    return dict(logic._actions)


def test_every_action_is_in_the_table_once(registered: dict[str, Any]) -> None:
    listed = [*TOUCHES, *ELSEWHERE, *READS]
    look = "say in tests/portal/actions.yaml what it could do to a derived resource"
    assert not unlisted(set(registered), listed), look
    assert sorted(listed) == sorted(registered)


def test_a_new_action_would_be_noticed(registered: dict[str, Any]) -> None:
    assert unlisted({*registered, "resource_forge"}, [*TOUCHES, *ELSEWHERE, *READS]) == {"resource_forge"}


def test_what_is_said_to_read_says_so_itself(registered: dict[str, Any]) -> None:
    writes = {name for name, action in registered.items() if not getattr(action, "side_effect_free", False)}
    assert writes == {*TOUCHES, *ELSEWHERE}


def test_the_guard_stands_in_front_of_all_that_is_refused(registered: dict[str, Any]) -> None:
    assert {name for name, answer in TOUCHES.items() if answer == "refused"} <= GUARDS.keys()
    assert GUARDS.keys() <= TOUCHES.keys()
