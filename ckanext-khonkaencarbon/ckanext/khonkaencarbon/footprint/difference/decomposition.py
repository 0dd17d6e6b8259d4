"""Why one version of a footprint differs from the one before, by exact substitution.

The parts of the old version are replaced by those of the new one after the other: rows, mapping, factors,
GWP, settings. Each term is the change of every total when one more part is new, so the terms add up to the
whole difference to the last digit; what two parts do together goes to the later one.

Methods cannot be substituted: old code does not run here. Both versions are computed from their cells with
the code that runs here; by how much that is not what was published is the term of the methods. With equal
versions of the code it has to be zero, and where it is not, the term says that it is unexplained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.compute import footprint_of_cells
from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.difference.amounts import Amounts, amounts, change, together
from ckanext.khonkaencarbon.footprint.difference.version import (
    Version,
    code_changes,
    identities,
    mapping_changed,
    rows_changed,
)
from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, CellKey
from ckanext.khonkaencarbon.footprint.output.totals import totals


class Cause(str, Enum):
    """What changed, in the order in which terms are stated."""

    ROWS = "rows"
    MAPPING = "mapping"
    FACTORS = "factors"
    GWP = "gwp"
    METHODS = "methods"
    SETTINGS = "settings"
    UNEXPLAINED = "unexplained"


class Term(NamedTuple):
    """A change of totals; several causes where no state between them could be computed."""

    causes: tuple[Cause, ...]
    change: Amounts


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The terms add up to ``change``, total by total."""

    old: Version
    new: Version
    change: Amounts
    terms: tuple[Term, ...]


class _State(NamedTuple):
    """All that decides a result, partly old and partly new."""

    cube: Cube
    editions: tuple[Edition, ...]
    settings: AccountingSettings


class _Step(NamedTuple):
    causes: tuple[Cause, ...]
    state: _State


class _Outcome(NamedTuple):
    amounts: Amounts
    computed: frozenset[CellKey]


def decompose(old: Version, new: Version, between: Cube | None = None) -> Decomposition:
    """The difference of two versions, term by term.

    Args:
        old: the earlier version.
        new: the later one.
        between: the new rows read under the old mapping, where somebody has the files; without it a change of
            both is one term.
    """
    published = change(amounts(old.totals), amounts(new.totals))
    terms = _terms(old, new, between)
    rest = change(together(term.change for term in terms), published)
    if code_changes(old, new):
        terms.append(Term((Cause.METHODS,), rest))
    elif rest:
        terms.append(Term((Cause.UNEXPLAINED,), rest))
    return Decomposition(old, new, published, tuple(_stated(terms)))


def _stated(terms: list[Term]) -> list[Term]:
    """In the order of causes, those of one cause as one."""
    found: dict[tuple[Cause, ...], list[Amounts]] = {}
    for term in terms:
        found.setdefault(term.causes, []).append(term.change)
    order = list(Cause)
    ranked = sorted(found, key=lambda causes: [order.index(cause) for cause in causes])
    return [Term(causes, together(found[causes])) for causes in ranked]


def _terms(old: Version, new: Version, between: Cube | None) -> list[Term]:
    start = _State(old.cube, old.editions, old.settings)
    of_cells = list(_cell_steps(start, new, between))
    reached = of_cells[-1].state if of_cells else start
    of_factors = list(_factor_steps(reached, new))
    outcomes = {}
    for state in (start, *(step.state for step in (*of_cells, *of_factors))):
        outcomes[id(state)] = _outcome(state)
    steps = [*of_cells, *_possible(reached, of_factors, outcomes)]
    found, before = [], outcomes[id(start)]
    for step in steps:
        after = outcomes[id(step.state)]
        found.append(Term(step.causes, change(before.amounts, after.amounts)))
        before = after
    return found


def _cell_steps(start: _State, new: Version, between: Cube | None) -> Iterator[_Step]:
    rows, mapping = rows_changed(start.cube, new.cube), mapping_changed(start.cube, new.cube)
    state = start._replace(cube=new.cube)
    if rows and mapping and between is not None and _is_readable(between, start.cube, new.cube):
        yield _Step((Cause.ROWS,), start._replace(cube=between))
        yield _Step((Cause.MAPPING,), state)
    elif rows or mapping:
        changed = ((Cause.ROWS, rows), (Cause.MAPPING, mapping))
        yield _Step(tuple(cause for cause, is_changed in changed if is_changed), state)
    elif start.cube.cells != new.cube.cells:  # the same files, read by another version of the code
        yield _Step((Cause.METHODS,), state)


def _is_readable(between: Cube, old: Cube, new: Cube) -> bool:
    """Whether the old mapping suits the new rows: it refuses no more of them than either version does."""
    return between.counts.refused <= max(old.counts.refused, new.counts.refused)


def _factor_steps(state: _State, new: Version) -> Iterator[_Step]:
    if identities(state.editions) != identities(new.editions):
        ids = tuple(edition.id for edition in new.editions)
        state = _State(state.cube, new.editions, replace(state.settings, editions=ids))
        yield _Step((Cause.FACTORS,), state)
    if state.settings.gwp != new.settings.gwp:
        state = state._replace(settings=replace(state.settings, gwp=new.settings.gwp))
        yield _Step((Cause.GWP,), state)
    if state.settings != new.settings:
        yield _Step((Cause.SETTINGS,), state._replace(settings=new.settings))


def _possible(start: _State, steps: list[_Step], outcomes: dict[int, _Outcome]) -> Iterator[_Step]:
    """Steps joined until their state computes every cell that can be computed before and after all of them.

    New editions may need new settings: half of the change alone would refuse rows that nobody lost.
    """
    if not steps:
        return
    needed = outcomes[id(start)].computed & outcomes[id(steps[-1].state)].computed
    causes: tuple[Cause, ...] = ()
    for step in steps:
        causes += step.causes
        if needed <= outcomes[id(step.state)].computed:
            yield _Step(causes, step.state)
            causes = ()


def _outcome(state: _State) -> _Outcome:
    lines = footprint_of_cells(state.cube, state.editions, state.settings).lines
    return _Outcome(amounts(totals(lines, state.settings.gwp)), frozenset(line.key for line in lines))
