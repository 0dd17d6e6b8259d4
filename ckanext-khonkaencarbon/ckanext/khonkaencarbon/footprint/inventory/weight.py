"""Quality and uncertainty of totals, from the parts that count."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint import uncertainty
from ckanext.khonkaencarbon.footprint.exact import add, plain, quotient, total
from ckanext.khonkaencarbon.footprint.inventory.model import LedgerRow, Part
from ckanext.khonkaencarbon.footprint.output.totals import GRADES
from ckanext.khonkaencarbon.footprint.uncertainty import QUALITY_PCT, Share

_SHARE_PLACES = 4
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
            sums[grade] = add(sums[grade], abs(part.co2e_kg))
    whole = total(list(sums.values()))
    if not whole:
        return None
    return {grade: plain(quotient(value, whole, _SHARE_PLACES)) for grade, value in sums.items()}


def uncertainty_of(parts: Iterable[Part]) -> Uncertainty:
    """By IPCC approach 1: parts of one quantity or of one published factor add linearly."""
    shares: list[Share] = []
    known = unknown = Decimal(0)
    for part in parts:
        if not part.co2e_kg:
            continue
        share = _share(part.row, part.co2e_kg)
        if share is None:
            unknown = add(unknown, abs(part.co2e_kg))
        else:
            known = add(known, abs(part.co2e_kg))
            shares.append(share)
    whole = add(known, unknown)
    if not whole:
        return Uncertainty(None, None)
    pct = None if unknown else uncertainty.total(shares)
    return Uncertainty(pct, quotient(known, whole, _SHARE_PLACES))


def _share(row: LedgerRow, co2e_kg: Decimal) -> Share | None:
    """The part's uncertainty as that of its quantity and of its factors; None where it is unknown.

    With one factor both follow from the published percentages. Of several, what the quality grade does not
    explain is taken as one common error of all parts with the same factors, which is on the safe side.
    """
    whole = row.uncertainty_pct
    if whole is None:
        return None
    if not row.factor_ids:
        quantity, rest = whole, Decimal(0)
    elif row.factor_pct is not None:
        quantity, rest = _remainder(whole, row.factor_pct), row.factor_pct
    else:
        quantity = min(QUALITY_PCT.get(row.quality, Decimal(0)), whole)
        rest = _remainder(whole, quantity)
    datum = row._replace(gas="", biogenic=False, factor_ids=(), factor_pct=None, uncertainty_pct=None)
    effects = [(row.factor_ids, rest)] if row.factor_ids else []
    return Share(co2e_kg, datum._replace(mass_kg=Decimal(0)), quantity, effects)


# Thousands of parts have the same few percentages, and a root of 60 digits costs more than the rest.
@lru_cache(maxsize=1 << 12)
def _remainder(whole: Decimal, part: Decimal) -> Decimal:
    """What is left of a combined percentage (equation 3.1 backwards)."""
    left = _CONTEXT.subtract(_CONTEXT.multiply(whole, whole), _CONTEXT.multiply(part, part))
    return _CONTEXT.sqrt(left) if left > 0 else Decimal(0)
