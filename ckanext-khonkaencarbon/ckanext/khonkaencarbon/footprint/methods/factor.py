"""Fuel and electricity: the quantity times a factor per gas."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.khonkaencarbon.footprint.cube.parts import Part
from ckanext.khonkaencarbon.footprint.exact import product, rounded
from ckanext.khonkaencarbon.footprint.factors.selection import Choice
from ckanext.khonkaencarbon.footprint.methods.masses import GasMass, MissingRowError


def masses(part: Part, choice: Choice, parameters: Mapping[str, str]) -> list[GasMass]:
    """Kilograms of each gas that the edition has a factor for; needs no parameters.

    Raises MissingRowError where the edition has none.
    """
    if not choice.factors:
        raise MissingRowError(part.cell.key.activity)
    return [
        GasMass(row.gas, row.biogenic, rounded(product(part.quantity, row.value)), (row,))
        for row in choice.factors
    ]
