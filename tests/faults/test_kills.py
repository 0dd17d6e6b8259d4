"""A job is killed at a point of its way; the next one heals what is left, readers see a whole set."""

from __future__ import annotations

import signal

import ckan.plugins.toolkit as tk
import pytest
from scene import Scene, swept_and_drained

from ckanext.khonkaencarbon.portal.identity import system_context

KILLS_LONG, KILLS_SHORT = 60, 2  # of each story


def first_version(scene: Scene) -> None:
    scene.upload(1000)


def next_version(scene: Scene) -> None:
    scene.upload(1000)
    scene.heal()
    scene.upload(2000)


def same_again(scene: Scene) -> None:
    scene.upload(1000)
    scene.heal()
    scene.portal.action("khonkaencarbon_run_create", id=scene.dataset)


def resource_lost(scene: Scene) -> None:
    scene.upload(1000)
    scene.heal()
    stored = scene.portal.action("package_show", id=scene.dataset)["resources"]
    lost = next(one["id"] for one in stored if one.get("carbon_product") == "summary-json")
    tk.get_action("resource_delete")(system_context(), {"id": lost})


def deleted(scene: Scene) -> None:
    scene.upload(1000)
    scene.heal()
    scene.portal.action("package_delete", id=scene.dataset)


def purged(scene: Scene) -> None:
    scene.upload(1000)
    scene.heal()
    scene.portal.action("dataset_purge", id=scene.dataset)


# what happens to a dataset: its versions afterwards, number and kWh of each, and the one people see
STORIES = {
    first_version: ([1000], 1),
    next_version: ([1000, 2000], 2),
    same_again: ([1000], 1),
    resource_lost: ([1000], 1),
    deleted: ([1000], None),
    purged: ([], None),
}


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
def test_killed_at_a_point_it_heals(scene, chance, long, hits, tell, renewed, story):
    kilowatt_hours, seen = STORIES[story]
    story(scene)
    status, whole = scene.job(body=swept_and_drained)
    assert status == 0
    totals = [total for _, total in scene.versions()]
    count = KILLS_LONG if long else KILLS_SHORT
    for number in sorted(chance.sample(range(1, len(whole) + 1), min(count, len(whole)))):
        renewed(scene)
        story(scene)
        before = scene.read()
        status, names = scene.job(at=number, body=swept_and_drained)
        # a run may take a shorter way than the one that was counted: then it has ended well
        assert status == (-signal.SIGKILL if len(names) == number else 0), names[-3:]
        told = f"killed at point {number} of {len(whole)}, {names[-1]}"
        assert scene.read() in (before, seen), told
        scene.heal()
        scene.audit()
        assert scene.read() == seen, told
        assert [version for version, _ in scene.versions()] == list(range(1, len(kilowatt_hours) + 1)), told
        assert [total for _, total in scene.versions()] == totals, told
        hits["kills"] += status < 0
        tell(f"{told if status < 0 else 'it ended before'}; healed, audit green")


def test_killed_while_it_heals_it_still_heals(scene, chance, hits):
    next_version(scene)
    for _ in range(2):
        hits["kills"] += scene.job(at=chance.randint(1, 60), body=swept_and_drained)[0] < 0
    scene.heal()
    scene.audit()
    assert scene.read() == 2
