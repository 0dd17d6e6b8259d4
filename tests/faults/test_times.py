"""A worker that stood still wakes up, clocks jump, and the dataset changes under a job."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaitingError
from contextlib import suppress
from decimal import Decimal

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from breaking import freeze
from ckan.model import ensure_engine

from ckanext.khonkaencarbon.model import Owed

LAST = 60  # points at which a job of these stories is stopped


def places(chance, long, count=3):
    return range(2, LAST, 2) if long else sorted(chance.sample(range(2, LAST), count))


def test_a_job_that_stood_still_publishes_nothing_over_a_newer_result(scene, chance, long, hits, renewed):
    for number in places(chance, long):
        renewed(scene)
        scene.upload(1000)
        late = scene.child(lambda at, _, number=number: at == number, freeze)
        frozen = late.wait_until_frozen()
        with ThreadPoolExecutor(1) as steward:
            newer = steward.submit(scene.upload, 2000)
            with suppress(StillWaitingError):  # it waits for the row that the late job holds
                newer.result(timeout=5)
                assert scene.job()[0] == 0
            if frozen:
                late.go_on()
                assert late.wait() == 0
                hits["late jobs"] += 1
            newer.result()
        scene.heal()
        scene.audit()
        versions = scene.versions()
        assert scene.read() == len(versions), f"frozen at {number}"
        total = scene.portal.total(scene.dataset)
        assert Decimal(total) == Decimal(versions[-1][1])
        assert scene.portal.run(scene.dataset)["stale"] is False


@pytest.mark.parametrize("jump", ["1 hour", "-1 hour", "1 day", "-1 day"])
@pytest.mark.parametrize("dead", [True, False], ids=["worker-dead", "waiting"])
def test_the_clock_of_the_database_jumps(scene, hits, jump, dead):
    """All moments of the queue are the database's and held against its clock alone: to it a jump of the clock
    is the same as all moments lying elsewhere."""
    scene.upload(1000)
    if dead:
        assert scene.job(at=30)[0] < 0
    ago = sa.text(f"interval '{jump}'")
    columns = (Owed.owed_since, Owed.not_before, Owed.lease_until)
    with ensure_engine().begin() as connection:
        connection.execute(sa.update(Owed).values({column: column - ago for column in columns}))
    assert scene.crowd(1) == [0]
    assert scene.read() == 1
    scene.heal()
    scene.audit()
    hits["clock jumps"] += 1


def renamed(scene):
    scene.act("package_patch", id=scene.dataset, name=f"{scene.dataset[:8]}-renamed")


def moved(scene):
    made = scene.act("organization_create", name=f"other-{scene.dataset[:8]}")
    scene.act("package_patch", id=scene.dataset, owner_org=made["id"])


def deleted(scene):
    scene.act("package_delete", id=scene.dataset)


def made_private(scene):
    scene.act("package_patch", id=scene.dataset, private=True)


def purged(scene):
    scene.act("dataset_purge", id=scene.dataset)


def stranger_sees(scene):
    """Whether somebody who is not logged in can read anything of the dataset."""
    try:
        tk.get_action("khonkaencarbon_run_show")({"user": ""}, {"id": scene.dataset})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True


# what is done to a dataset, and whether a stranger sees it and the catalogue has it then
CHANGES = {
    renamed: (True, True),
    moved: (True, True),
    made_private: (False, True),
    deleted: (False, False),
    purged: (False, False),
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("again", [False, True], ids=["first-version", "next-version"])
def test_a_dataset_changes_under_a_job(scene, chance, long, hits, tell, renewed, change, again):
    for number in sorted(chance.sample(range(2, LAST), 10 if long else 2)):
        renewed(scene)
        scene.upload(1000)
        if again:
            scene.heal()
            scene.upload(2000)
        told = f"{change.__name__} at point {number}, {under_a_job(scene, change, number)}"
        print(told)  # pytest shows it where the audit has something to say
        scene.heal()
        scene.audit()
        is_seen, is_there = CHANGES[change]
        assert (stranger_sees(scene), scene.is_active()) == (is_seen, is_there), told
        kept = 0 if change is purged else 2 if again else 1
        assert len(scene.versions()) == kept or (change is deleted and len(scene.versions()) < kept), told
        hits["changes under a job"] += 1
        tell(f"{told}; healed, audit green")


def under_a_job(scene, change, number) -> str:
    """A job stands still at a point while somebody changes its dataset; the name of the point."""
    job = scene.child(lambda at, _: at == number, freeze)
    frozen = job.wait_until_frozen()
    with ThreadPoolExecutor(1) as other:
        done = other.submit(scene.changing, change)
        try:
            with suppress(StillWaitingError):  # it waits for the row that the job holds
                done.result(timeout=2)
        finally:  # whatever came of the change, nobody may be left standing
            if frozen:
                job.go_on()
                assert job.wait() == 0
        done.result()
    return job.names[number - 1] if frozen else "which it did not come to"
