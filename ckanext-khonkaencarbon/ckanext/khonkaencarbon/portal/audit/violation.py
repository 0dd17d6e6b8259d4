"""What a check may say, and what it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from ckanext.khonkaencarbon.portal import queue
from ckanext.khonkaencarbon.portal.faults import Fault, fault

BOOK = "audit"
Mend = Callable[[], bool]  # whether it could be put right


@dataclass(frozen=True)
class Violation:
    """One invariant that does not hold; ``mend`` is None where putting it right would be guessing."""

    fault: Fault
    dataset_id: str
    place: str  # tells two violations of one dataset apart
    mend: Mend | None

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for the same violation at another look."""
        return self.fault.code, self.dataset_id, self.place


@dataclass
class Look:
    """What the checks of one audit share: how much was looked at, and when a leftover is old enough."""

    grace: float  # seconds
    seen: Counter[str] = field(default_factory=Counter)


def violation(code: str, dataset_id: str, mend: Mend | None, **words: object) -> Violation:
    """A violation in the words of config/audit.yaml."""
    place = " ".join(
        str(words[name]) for name in ("version", "file", "folder", "table", "run") if name in words
    )
    return Violation(fault(code, book=BOOK, **words), dataset_id, place, mend)


def owing(dataset_id: str, organisation_id: str = "") -> Mend:
    """Mending by a run: the dataset is put into the queue, unless somebody has set it aside."""

    def mend() -> bool:
        with queue.engine().begin() as connection:
            queue.owe(connection, dataset_id, organisation_id)
        return True

    return mend
