"""The sweeper: rings while anything is owed, finds what nobody was told of, mends, never ends on an error."""

from __future__ import annotations

import logging
import time

from ckan import model

from ckanext.khonkaencarbon.catalogue import freshness
from ckanext.khonkaencarbon.portal import audit, bell, input_tables, queue, storage, withdrawal
from ckanext.khonkaencarbon.portal.city.versions import forgetting, publishing
from ckanext.khonkaencarbon.portal.lookout import owe_forgotten, owe_purged

log = logging.getLogger(__name__)

LOOKOUT = 30  # seconds between two looks at the whole catalogue
AUDIT = 3600  # seconds between two audits of what costs little
SOON = 5  # seconds that a drain waits for what is about to become due


def sweep() -> bool:
    """Ring if something is due now or soon; whether a worker was told."""
    waits = [wait for wait in (queue.next_due(), input_tables.next_due()) if wait is not None]
    return bool(waits) and min(waits) <= SOON and bell.ring()


def look_out() -> int:
    """Owe what needs a run and is not in the queue, delete what is left over; how many datasets."""
    with queue.engine().begin() as connection:
        found = owe_forgotten(connection) + owe_purged(connection)
        input_tables.settle(connection)
        due = publishing.is_due(connection)
    storage.tidy_workshop()
    withdrawal.tidy()
    if due:
        bell.ring()
    return found


def inspect() -> int:
    """The quick part of the audit, with repair; how many violations it found."""
    report = audit.audit(repair=True, quick=True)
    for one in report.violations:
        outcome = "mended" if one in report.mended else "not mended"
        log.warning("Audit, dataset %s, %s: %s", one.dataset_id, outcome, one.fault)
    return len(report.violations)


def keep_sweeping(every: float) -> None:
    """Sweep for ever."""
    next_look = next_audit = time.monotonic()
    while True:
        try:
            if time.monotonic() >= next_look:
                look_out()
                next_look = time.monotonic() + LOOKOUT
            sweep()
            if time.monotonic() >= next_audit:
                next_audit = time.monotonic() + AUDIT
                inspect()
                freshness.renew()
                forgetting.tidy()
        except Exception as fault:
            log.warning("Sweeping failed (%s: %s); tried again in %s s", type(fault).__name__, fault, every)
            _reconnect()
        time.sleep(every)


def _reconnect() -> None:
    """Drop connections that a restarted server has closed."""
    try:
        model.Session.remove()
        queue.engine().dispose()
    except Exception:
        log.exception("Connections could not be dropped")
