"""Signs of life: a thread that renews the lease of a claim, and tells how far its run has come."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.portal import queue
from ckanext.khonkaencarbon.portal.queue import Claim

log = logging.getLogger(__name__)

PULSE = 1.0  # seconds between two looks at the progress; short runs are over before the first

State = dict[str, object]


@contextmanager
def kept_alive(claim: Claim, state: Callable[[], State]) -> Iterator[None]:
    """Renew a claim every third of its lease until the block ends; write its state down when it changes."""
    done = threading.Event()
    thread = threading.Thread(
        target=_live, args=(claim, state, done, settings.lease_seconds() / 3), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=1)


def _live(claim: Claim, state: Callable[[], State], done: threading.Event, pause: float) -> None:
    due, told = time.monotonic() + pause, None
    while not done.wait(min(PULSE, pause)):
        try:
            if time.monotonic() >= due:
                due = time.monotonic() + pause
                if not queue.renew(claim):
                    return
            present = state()
            if present != told:
                queue.tell(claim, present)
                told = present
        except Exception as fault:
            kind = type(fault).__name__
            log.warning("The lease of dataset %s was not renewed (%s)", claim.dataset_id, kind)
