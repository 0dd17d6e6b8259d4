"""Signs of life: a thread that renews the lease of a claim while its run is at work."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.portal import queue
from ckanext.khonkaencarbon.portal.queue import Claim

log = logging.getLogger(__name__)


@contextmanager
def kept_alive(claim: Claim) -> Iterator[None]:
    """Renew a claim every third of its lease until the block ends."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(claim, done, settings.lease_seconds() / 3), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=1)


def _renew(claim: Claim, done: threading.Event, pause: float) -> None:
    while not done.wait(pause):
        try:
            if not queue.renew(claim):
                return
        except Exception as fault:
            kind = type(fault).__name__
            log.warning("The lease of dataset %s was not renewed (%s)", claim.dataset_id, kind)
