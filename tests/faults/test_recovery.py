"""Whatever stops in the middle, what was uploaded ends published, once and whole."""

from __future__ import annotations

import pytest

HEADING = "period,activity,quantity,unit,facility\n"
MEGAWATT_HOUR = HEADING + "2024-05,electricity-grid,1000,kWh,\n"


def long_file(rows: int = 60_000) -> str:
    """A file that keeps a worker busy for some seconds: each row another facility, 1 kWh each."""
    return HEADING + "".join(f"2024-05,electricity-grid,1,kWh,meter {row}\n" for row in range(rows))


def published(portal, dataset, version: int = 1) -> bool:
    run = portal.run(dataset)
    return run["state"] == "published" and run["version"] == version


def test_redis_is_stopped_before_an_upload_and_started_after_it(stack, portal, until, dataset):
    stack.stop("redis")
    try:
        portal.upload(dataset, MEGAWATT_HOUR)
    finally:
        stack.start("redis")
    until(lambda: published(portal, dataset))
    assert portal.total(dataset) == "499.9"


@pytest.mark.parametrize("service", ["worker", "sweeper", "redis", "solr", "web"])
def test_a_service_is_killed_in_the_middle_of_a_run(stack, portal, until, dataset, service):
    portal.upload(dataset, long_file())
    until(lambda: portal.run(dataset)["state"] == "running")
    stack.kill(service)
    until(lambda: published(portal, dataset))
    assert portal.total(dataset) == "29994"
    until(lambda: stack.running(service))


def test_postgresql_is_restarted_in_the_middle_of_a_run(stack, portal, until, dataset):
    portal.upload(dataset, long_file())
    until(lambda: portal.run(dataset)["state"] == "running")
    stack.restart("postgres")
    until(lambda: published(portal, dataset))
    assert portal.total(dataset) == "29994"


def test_a_new_file_replaces_the_old_version_although_the_worker_was_killed(stack, portal, until, dataset):
    resource = portal.upload(dataset, MEGAWATT_HOUR)["id"]
    until(lambda: published(portal, dataset))
    portal.upload(dataset, long_file(), resource)
    until(lambda: portal.run(dataset)["state"] == "running")
    stack.kill("worker")
    assert portal.total(dataset) == "499.9"
    until(lambda: published(portal, dataset, version=2))
    assert portal.total(dataset) == "29994"
