"""What the planner decided about sources that overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ckanext.khonkaencarbon.footprint.inventory.model import FACILITY, Dataset, Key

# Words of ``pick`` where a typed total stands against computed figures; no dataset may have them as its id.
PICK_TYPED, PICK_COMPUTED = "typed", "computed"


@dataclass(frozen=True, slots=True)
class Choice:
    """A pick among sources, or datasets declared disjoint; what is left empty holds for all."""

    gpc_ref: str = ""
    activity: str = ""
    years: frozenset[int] = frozenset()
    pick: str = ""
    disjoint: frozenset[str] = frozenset()

    def applies(self, year: int, gpc_ref: str, activity: str | None) -> bool:
        """Whether the choice is about this; ``activity`` None asks about the whole reference."""
        return (
            (not self.years or year in self.years)
            and self.gpc_ref in ("", gpc_ref)
            and (activity is None or self.activity in ("", activity))
        )

    def is_within(self, other: Choice) -> bool:
        """Whether the choice is about less than another one, and about nothing else."""
        mine, wider = (self.gpc_ref, self.activity), (other.gpc_ref, other.activity)
        return (
            all(theirs in ("", own) for own, theirs in zip(mine, wider, strict=True))
            and (not other.years or (bool(self.years) and self.years <= other.years))
            and (*mine, self.years) != (*wider, other.years)
        )

    @property
    def names(self) -> frozenset[str]:
        """The datasets that the choice names."""
        return self.disjoint | {self.pick} - {"", PICK_TYPED, PICK_COMPUTED}


@dataclass(frozen=True, slots=True)
class Picks:
    """The datasets picked for one key, each with the choices that pick it."""

    of: Mapping[str, Sequence[Choice]]

    def prevails(self, first: str, second: str) -> bool:
        """Whether the first is picked, and the second not at all or only by choices that are about more."""
        others = self.of.get(second, ())
        return any(all(one.is_within(other) for other in others) for one in self.of.get(first, ()))


@dataclass(frozen=True, slots=True)
class Choices:
    """All recorded choices."""

    all: tuple[Choice, ...] = ()

    def picks(self, key: Key) -> Picks:
        """The datasets picked for this key."""
        found: dict[str, list[Choice]] = {}
        for one in self.all:
            if one.pick and one.applies(*key):
                found.setdefault(one.pick, []).append(one)
        return Picks(found)

    def pick_of_reference(self, year: int, gpc_ref: str) -> str | None:
        """``typed`` or ``computed``, None where nothing was decided."""
        found = {
            one.pick
            for one in self.all
            if one.pick in (PICK_TYPED, PICK_COMPUTED) and one.applies(year, gpc_ref, None)
        }
        return found.pop() if len(found) == 1 else None

    def are_disjoint(self, key: Key, first: Dataset, second: Dataset) -> bool:
        """Whether two datasets cannot hold the same thing: declared so, or two facilities with names."""
        both_facilities = first.level == second.level == FACILITY and first.facility and second.facility
        if both_facilities and first.facility != second.facility:
            return True
        pair = {first.id, second.id}
        return any(pair <= one.disjoint and one.applies(*key) for one in self.all)

    def named(self) -> Iterable[str]:
        """Every dataset that a choice names."""
        for one in self.all:
            yield from sorted(one.names)
