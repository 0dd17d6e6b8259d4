"""Sums of lines for people: by year, month, reference, scope, gas, activity and organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from ckanext.khonkaencarbon.footprint import uncertainty
from ckanext.khonkaencarbon.footprint.exact import add, plain, product
from ckanext.khonkaencarbon.footprint.factors.gwp import memo_gases, memo_gwp
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.model import Line
from ckanext.khonkaencarbon.footprint.output.columns import month
from ckanext.khonkaencarbon.footprint.uncertainty import Share

GRADES = ("H", "M", "L")  # from the best to the weakest

_GROUPS: Mapping[str, Callable[[Line], str | None]] = {
    "by_year": lambda line: str(line.period_start.year),
    "by_month": lambda line: _year_month(line),
    "by_gpc_ref": lambda line: line.gpc_ref,
    "by_scope": lambda line: str(line.scope),
    "by_activity": lambda line: line.key.activity,
    "by_organisation": lambda line: line.key.organisation,
}
_ORDER = ("by_year", "by_month", "by_gpc_ref", "by_scope", "by_gas_kg", "by_activity", "by_organisation")


def totals(lines: Iterable[Line], gwp_set: str) -> dict[str, object]:
    """CO2e by group, mass by gas, biogenic CO2 and memo gases apart; exact sums of lines."""
    groups: dict[str, dict[str, Decimal]] = {name: {} for name in _ORDER}
    whole = biogenic = memo = Decimal(0)
    for line in lines:
        if line.gas in memo_gases():
            memo = add(memo, product(line.mass_kg, memo_gwp(line.gas, gwp_set)))
            continue
        if line.co2e_kg is None:
            biogenic = add(biogenic, line.mass_kg)
            continue
        whole = add(whole, line.co2e_kg)
        _put(groups["by_gas_kg"], line.gas, line.mass_kg)
        for name, group in _GROUPS.items():
            _put(groups[name], group(line), line.co2e_kg)
    return {
        "co2e_kg": plain(whole),
        **{
            name: {key: plain(value) for key, value in sorted(group.items())}
            for name, group in groups.items()
        },
        "biogenic_co2_kg": plain(biogenic),
        "memo_co2e_kg": plain(memo),
    }


def quality(lines: Iterable[Line]) -> str | None:
    """The weakest grade; None unless every line has one."""
    grades = {line.key.quality for line in lines}
    if not grades or not grades.issubset(GRADES):
        return None
    return max(grades, key=GRADES.index)


def uncertainty_pct(lines: Iterable[Line], factors: Iterable[PublishedRow]) -> Decimal | None:
    """Of the whole, by IPCC approach 1; None where a line that counts has none.

    Lines of one cell share their quantity and lines of one factor share it: these add linearly.
    """
    known = {row.id: row.uncertainty_pct for row in factors}
    shares = []
    for line in lines:
        if not line.co2e_kg:
            continue
        quantity = uncertainty.quantity_pct(line.key)
        factor = known.get(line.factor_ids[0]) if len(line.factor_ids) == 1 else None
        if quantity is None or factor is None:
            return None
        shares.append(Share(line.co2e_kg, line.key, quantity, line.factor_ids, factor))
    return uncertainty.total(shares)


def _put(group: dict[str, Decimal], key: str | None, value: Decimal) -> None:
    if key is not None:
        group[key] = add(group[key], value) if key in group else value


def _year_month(line: Line) -> str | None:
    number = month(line)
    return None if number is None else f"{line.period_start.year:04}-{number:02}"
