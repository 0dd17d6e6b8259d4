"""Jobs of the CKAN worker."""

from __future__ import annotations

import time

from ckanext.khonkaencarbon.portal import bell, input_loading, preload, queue
from ckanext.khonkaencarbon.portal.city.versions import publishing
from ckanext.khonkaencarbon.portal.run import run

PATIENCE = 5  # seconds worth waiting for a dataset that is about to become due
SHIFT = 900  # seconds after which another job takes over, long before this one runs out of time


def drain() -> None:
    """Work off the queue until nothing is due. Has no arguments: what there is to do stands in PostgreSQL."""
    end = time.monotonic() + SHIFT
    while time.monotonic() < end:
        claim = queue.claim()
        if claim is not None:
            run(claim)
            continue
        if input_loading.load_next():  # a table waits until no footprint does
            continue
        wait = queue.next_due()
        if wait is None or wait > PATIENCE:
            publishing.keep_up()
            return
        time.sleep(wait + 0.05)
    bell.ring()


def prepare() -> None:
    """Called in the worker before it forks for a job, whosever job it is."""
    preload.preload()
