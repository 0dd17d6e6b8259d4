"""Sums of lines for people: by year, month, reference, scope, gas, activity and organisation."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import Decimal
from typing import NamedTuple, TypeVar

from ckanext.khonkaencarbon.footprint import uncertainty
from ckanext.khonkaencarbon.footprint.exact import add, plain, product, quotient, total
from ckanext.khonkaencarbon.footprint.factors.gwp import memo_gases, memo_gwp
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.gpc import OTHER_SCOPE_3
from ckanext.khonkaencarbon.footprint.model import Line
from ckanext.khonkaencarbon.footprint.output.columns import month
from ckanext.khonkaencarbon.footprint.uncertainty import Share

Key = TypeVar("Key", bound=Hashable)

GRADES = ("H", "M", "L")  # from the best to the weakest
_NO_GRADE = "none"
_SHARE_PLACES = 4

_ORDER = ("by_year", "by_month", "by_gpc_ref", "by_scope", "by_gas_kg", "by_activity", "by_organisation")


class _Group(NamedTuple):
    """What lines share that are added up before anything else: they are few, however many lines there are."""

    year: int
    month: int | None
    gpc_ref: str
    scope: int
    activity: str

    def names(self) -> dict[str, str]:
        """The groups of the published totals that these lines are in."""
        found = {
            "by_year": str(self.year),
            "by_gpc_ref": self.gpc_ref,
            "by_scope": str(self.scope),
            "by_activity": self.activity,
        }
        return found if self.month is None else {**found, "by_month": f"{self.year:04}-{self.month:02}"}


def totals(lines: Iterable[Line], gwp_set: str) -> dict[str, object]:
    """CO2e by group, mass by gas; exact sums of lines.

    Biogenic CO2, memo gases and other scope 3 (VI.1) are outside all of them and stand apart.
    """
    sums: dict[_Group, Decimal] = {}
    groups: dict[str, dict[str, Decimal]] = {name: {} for name in _ORDER}
    gases, organisations, memo_names = groups["by_gas_kg"], groups["by_organisation"], memo_gases()
    biogenic = memo = other = Decimal(0)
    for line in lines:
        co2e, gas = line.co2e_kg, line.gas
        if gas in memo_names:
            memo = add(memo, product(line.mass_kg, memo_gwp(gas, gwp_set)))
        elif co2e is None:
            biogenic = add(biogenic, line.mass_kg)
        elif line.gpc_ref == OTHER_SCOPE_3:
            other = add(other, co2e)
        else:
            key = line.key
            group = _Group(line.period_start.year, month(line), line.gpc_ref, line.scope, key.activity)
            _put(sums, group, co2e)
            _put(organisations, key.organisation, co2e)
            _put(gases, gas, line.mass_kg)
    for group, value in sums.items():
        for kind, name in group.names().items():
            _put(groups[kind], name, value)
    return {
        "co2e_kg": plain(total(list(sums.values()))),
        **{
            name: {key: plain(value) for key, value in sorted(group.items())}
            for name, group in groups.items()
        },
        "biogenic_co2_kg": plain(biogenic),
        "memo_co2e_kg": plain(memo),
        "other_scope3_co2e_kg": plain(other),
    }


def quality(lines: Iterable[Line]) -> str | None:
    """The weakest grade; None unless every line has one."""
    grades = {line.key.quality for line in lines}
    if not grades or not grades.issubset(GRADES):
        return None
    return max(grades, key=GRADES.index)


def quality_shares(lines: Iterable[Line]) -> dict[str, str] | None:
    """The share of each grade in CO2e, and of lines without one, half even at 4 decimals.

    Shares are of the sum of absolute amounts, so that removals count by their size; None where it is zero.
    """
    sums = dict.fromkeys((*GRADES, _NO_GRADE), Decimal(0))
    for line in lines:
        if line.co2e_kg is not None and line.gpc_ref != OTHER_SCOPE_3:
            grade = line.key.quality or _NO_GRADE
            sums[grade] = add(sums[grade], abs(line.co2e_kg))
    whole = total(list(sums.values()))
    if not whole:
        return None
    return {grade: plain(quotient(value, whole, _SHARE_PLACES)) for grade, value in sums.items()}


def uncertainty_pct(lines: Iterable[Line], factors: Iterable[PublishedRow]) -> Decimal | None:
    """Of the whole, by IPCC approach 1; None where a line that counts has none.

    Lines of one cell share their quantity, and lines of one published row share that: these add linearly.
    """
    known = {row.id: row.uncertainty_pct for row in factors}
    shares = []
    for line in lines:
        if not line.co2e_kg or line.gpc_ref == OTHER_SCOPE_3:
            continue
        quantity = uncertainty.quantity_pct(line.key)
        effects = uncertainty.effects([known[row] for row in line.factor_ids], line.elasticities)
        if quantity is None or effects is None:
            return None
        of_rows = tuple(zip(line.factor_ids, effects, strict=True))
        shares.append(Share(line.co2e_kg, line.key, quantity, of_rows))
    return uncertainty.total(shares)


def _put(group: dict[Key, Decimal], key: Key, value: Decimal) -> None:
    group[key] = add(group[key], value) if key in group else value
