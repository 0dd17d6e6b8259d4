"""Quality and uncertainty of totals, from the parts that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from decimal import Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint import uncertainty
from ckanext.khonkaencarbon.footprint.exact import EXACT, add, plain, product, quotient, rounded, total
from ckanext.khonkaencarbon.footprint.inventory.model import LedgerRow, Part
from ckanext.khonkaencarbon.footprint.output.totals import GRADES
from ckanext.khonkaencarbon.footprint.uncertainty import QUALITY_PCT

_SHARE_PLACES = 4
_SQUARE_PLACES = 24  # rounded once for each quantity, so that sums do not depend on their order
_CONTEXT = Context(prec=60)
_NO_GRADE = "none"


class Uncertainty(NamedTuple):
    """Of a total: the percentage of its known parts, and which share of it those are."""

    pct: Decimal | None  # None unless all parts have one
    known_share: Decimal | None


def quality(parts: Iterable[Part]) -> str | None:
    """The weakest grade; None unless every part has one."""
    grades = {part.row.quality for part in parts}
    if not grades or not grades.issubset(GRADES):
        return None
    return max(grades, key=GRADES.index)


def quality_shares(parts: Iterable[Part]) -> dict[str, str] | None:
    """The share of each grade in CO2e, and of parts without one, half even at 4 decimals.

    Shares are of the sum of absolute amounts; None where it is zero.
    """
    sums = dict.fromkeys((*GRADES, _NO_GRADE), Decimal(0))
    for part in parts:
        if part.co2e_kg is not None:
            grade = part.row.quality or _NO_GRADE
            sums[grade] = add(sums[grade], part.magnitude)
    whole = total(list(sums.values()))
    if not whole:
        return None
    return {grade: plain(quotient(value, whole, _SHARE_PLACES)) for grade, value in sums.items()}


def spread(parts: Sequence[Part]) -> list[Part]:
    """Parts of one role and carrier, with what their quantities make uncertain.

    Parts of one quantity are one error and add linearly: its square stands with the first of each gas, what
    comes to the squares where its gases are summed with the first of all.
    """
    found = list(parts)
    of_datum: dict[Hashable, dict[tuple[str, bool], list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, part in enumerate(found):
        if part.co2e_kg and _portions(part.row):
            of_datum[_datum(part.row)][part.row.gas, part.row.biogenic].append(number)
    for gases in of_datum.values():
        errors = [(numbers[0], _error(found[one] for one in numbers)) for numbers in gases.values()]
        squares = [_squared(error) for _, error in errors]
        for (number, _), square in zip(errors, squares, strict=True):
            found[number] = found[number]._replace(square=square)
        mixed = EXACT.subtract(_squared(total([error for _, error in errors])), total(squares))
        found[errors[0][0]] = found[errors[0][0]]._replace(mixed=mixed)
    return found


def uncertainty_of(parts: Iterable[Part], *, of_one_gas: bool = False) -> Uncertainty:
    """By IPCC approach 1: parts of one quantity or of one published factor add linearly."""
    known, unknown, squares = Decimal(0), Decimal(0), []
    whole = Decimal(0)
    effects: dict[tuple[tuple[str, ...], Decimal], Decimal] = defaultdict(Decimal)
    for part in parts:
        if not part.magnitude or part.co2e_kg is None:
            continue
        portions = _portions(part.row)
        if portions is None:
            unknown = add(unknown, part.magnitude)
            continue
        known, whole = add(known, part.magnitude), add(whole, part.co2e_kg)
        squares += [part.square] if of_one_gas else [part.square, part.mixed]
        if part.row.factor_ids:
            name = part.row.factor_ids, portions[1]
            effects[name] = add(effects[name], part.co2e_kg)
    everything = add(known, unknown)
    if not everything:
        return Uncertainty(None, None)
    pct = None if unknown or not whole else uncertainty.of_squares(_all(squares, effects), whole)
    return Uncertainty(pct, quotient(known, everything, _SHARE_PLACES))


def _all(squares: list[Decimal], effects: dict[tuple[tuple[str, ...], Decimal], Decimal]) -> Decimal:
    """The squares of quantities and those of factors, of which each is one error of all its parts."""
    by_factors: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for (factors, pct), co2e_kg in sorted(effects.items()):
        by_factors[factors] = _CONTEXT.add(by_factors[factors], _CONTEXT.multiply(co2e_kg, pct))
    return add(total(squares), total([_squared(error) for error in by_factors.values()]))


def _error(parts: Iterable[Part]) -> Decimal:
    """What a quantity makes uncertain in a gas, in % kg."""
    found = Decimal(0)
    for part in parts:
        portions = _portions(part.row)
        if portions and part.co2e_kg is not None:
            found = add(found, rounded(product(part.co2e_kg, portions[0]), _SQUARE_PLACES))
    return found


def _squared(error: Decimal) -> Decimal:
    return rounded(product(error, error), _SQUARE_PLACES)


def _datum(row: LedgerRow) -> Hashable:
    """What the emissions of one quantity have in common."""
    datum = row._replace(gas="", biogenic=False, factor_ids=(), factor_pct=None, uncertainty_pct=None)
    return datum._replace(mass_kg=Decimal(0))


def _portions(row: LedgerRow) -> tuple[Decimal, Decimal] | None:
    """The row's uncertainty as that of its quantity and of its factors; None where it is unknown.

    With one factor both follow from the published percentages. Of several, what the quality grade does not
    explain is taken as one common error of all parts with the same factors, which is on the safe side.
    """
    whole = row.uncertainty_pct
    if whole is None:
        return None
    if not row.factor_ids:
        return whole, Decimal(0)
    if row.factor_pct is not None:
        return _remainder(whole, row.factor_pct), row.factor_pct
    quantity = min(QUALITY_PCT.get(row.quality, Decimal(0)), whole)
    return quantity, _remainder(whole, quantity)


# Thousands of parts have the same few percentages, and a root of 60 digits costs more than the rest.
@lru_cache(maxsize=1 << 12)
def _remainder(whole: Decimal, part: Decimal) -> Decimal:
    """What is left of a combined percentage (equation 3.1 backwards)."""
    left = _CONTEXT.subtract(_CONTEXT.multiply(whole, whole), _CONTEXT.multiply(part, part))
    return _CONTEXT.sqrt(left) if left > 0 else Decimal(0)
