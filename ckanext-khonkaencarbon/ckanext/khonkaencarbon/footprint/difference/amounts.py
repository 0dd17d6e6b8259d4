"""Totals of summary.json as numbers that can be subtracted and added, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint.exact import EXACT, add, plain

# (name of a total, key inside it; "" for a total without keys) -> amount; what is zero is left out.
Amounts = Mapping[tuple[str, str], Decimal]
WHOLE = ("co2e_kg", "")


def amounts(totals: Mapping[str, Any]) -> Amounts:
    """Every total and every part of one."""
    found = {}
    for name, value in totals.items():
        for key, text in value.items() if isinstance(value, Mapping) else (("", value),):
            found[name, key] = Decimal(text)
    return _without_zeros(found)


def change(before: Amounts, after: Amounts) -> Amounts:
    """What has to be added to ``before`` to get ``after``, exactly."""
    zero = Decimal(0)
    both = {*before, *after}
    return _without_zeros({key: EXACT.subtract(after.get(key, zero), before.get(key, zero)) for key in both})


def together(several: Iterable[Amounts]) -> Amounts:
    """Their exact sum."""
    found: dict[tuple[str, str], Decimal] = {}
    for one in several:
        for key, amount in one.items():
            found[key] = add(found.get(key, Decimal(0)), amount)
    return _without_zeros(found)


def as_json(given: Amounts) -> dict[str, Any]:
    """As in summary.json, without what is zero; CO2e of the whole is always there."""
    found: dict[str, Any] = {WHOLE[0]: "0"}
    for (name, key), amount in sorted(given.items()):
        if key or name.startswith("by_"):
            found.setdefault(name, {})[key] = plain(amount)
        else:
            found[name] = plain(amount)
    return found


def _without_zeros(given: Mapping[tuple[str, str], Decimal]) -> Amounts:
    return {key: amount for key, amount in sorted(given.items()) if amount}
