"""What every method hands on: the mass of one gas and what it rests on."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.factors.selection import NotComputableError


class GasMass(NamedTuple):
    """Kilograms of a gas, rounded once, with the published rows it was computed from."""

    gas: str
    biogenic: bool
    mass_kg: Decimal
    rows: tuple[PublishedRow, ...]


class ParameterError(NotComputableError):
    """A parameter's value cannot be used by the method."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name} = {value}")


class MissingRowError(NotComputableError):
    """The chosen edition lacks a row that the method cannot do without."""
