"""The audit: invariants that hold whatever broke off in the middle, and mending where one does not.

What is found is looked for a second time, so that a dataset which changes meanwhile is no false alarm.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ckan import model

from ckanext.khonkaencarbon.portal.audit import books, city, figures, files, input_tables, places
from ckanext.khonkaencarbon.portal.audit.violation import Look, Violation, violation

log = logging.getLogger(__name__)

GRACE = 3600  # seconds that files which belong to nothing are left alone: somebody may be writing them
PAUSE = 2  # seconds before the second look
Check = Callable[[Look], Iterator[Violation]]

QUICK: dict[str, Check] = {
    "endings": books.endings,
    "purged": books.purged,
    "runs": books.open_runs,
    "lines": books.orphan_lines,
    "folders": files.orphans,
    "index": places.index,
    "sizes": files.sizes,
}
THOROUGH: dict[str, Check] = {
    **{name: check for name, check in QUICK.items() if name != "sizes"},
    "tables": places.tables,
    "input-tables": input_tables.tables,
    "doors": places.doors,
    "checksums": files.checksums,
    "sets": figures.sets,
    "recomputed": figures.recomputed,
    "city": city.sums,
}


@dataclass(frozen=True)
class Report:
    """What an audit came to; ``mended`` holds those of the violations that were put right or queued."""

    seen: dict[str, int]
    violations: list[Violation]
    mended: list[Violation]

    @property
    def left(self) -> list[Violation]:
        """What somebody has to look at."""
        return [one for one in self.violations if one not in self.mended]

    def as_json(self) -> dict[str, Any]:
        """The form of ``ckan khonkaencarbon audit --json``."""
        told = [
            {
                **one.fault.as_json(),
                "dataset_id": one.dataset_id or None,
                "mendable": one.mend is not None,
                "mended": one in self.mended,
            }
            for one in self.violations
        ]
        return {"ok": not self.left, "counts": self.seen, "violations": told}


def audit(*, repair: bool = False, quick: bool = False, grace: float = GRACE) -> Report:
    """Check every invariant, or those that open no file and compute nothing.

    Args:
        repair: put right what can be put right without guessing.
        quick: only what costs little.
        grace: seconds for which files that belong to nothing are left alone.
    """
    seen: dict[str, int] = {}
    violations: list[Violation] = []
    for name, check in (QUICK if quick else THOROUGH).items():
        look = Look(grace)
        violations += _confirmed(name, check, look)
        seen.update(look.seen)
    return Report(seen, violations, [one for one in violations if repair and _mended(one)])


def _confirmed(name: str, check: Check, look: Look) -> list[Violation]:
    found = _found(name, check, look)
    if not found:
        return []
    time.sleep(PAUSE)
    again = {one.key for one in _found(name, check, Look(look.grace))}
    return [one for one in found if one.key in again]


def _found(name: str, check: Check, look: Look) -> list[Violation]:
    try:
        return list(check(look))
    except Exception as fault:  # a server that is away is told as what it is: a check that was not done
        log.warning("The audit's check %s could not be done", name, exc_info=fault)
        return [violation("look-failed", "", None, check=name, kind=type(fault).__name__)]
    finally:
        model.Session.remove()


def _mended(one: Violation) -> bool:
    try:
        return one.mend is not None and one.mend()
    except Exception:
        log.exception("%s of dataset %s could not be put right", one.fault.code, one.dataset_id)
        return False
    finally:
        model.Session.remove()
