"""Rows of a chart, which is a table with bars: complete without JavaScript, drawn from by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.portal import language


@dataclass(frozen=True)
class Bar:
    """One row."""

    label: str
    weight: Decimal  # kilograms of CO2e
    share: int  # per cent of the longest bar
    href: str = ""
    is_current: bool = False
    partial: bool = False
    children: Sequence[Bar] = ()

    @property
    def tonnes(self) -> str:
        """Its weight as people read it."""
        return language.tonnes(self.weight)

    @property
    def kilograms(self) -> str:
        """Its weight in full."""
        return plain(self.weight)


class Share(NamedTuple):
    """A weight beside the longest of its table."""

    name: str
    weight: Decimal
    share: int  # per cent of the longest


def shares(weights: Mapping[str, str]) -> list[Share]:
    """Names in their order with their weights, and how long their bars are."""
    given = {name: Decimal(value) for name, value in weights.items()}
    longest = max(map(abs, given.values()), default=Decimal(0))
    return [
        Share(name, value, round(100 * abs(value) / longest) if longest else 0)
        for name, value in sorted(given.items())
    ]


def largest_first(weights: Mapping[str, str]) -> list[Share]:
    """The same, the largest first."""
    return sorted(shares(weights), key=lambda one: (-one.weight, one.name))
