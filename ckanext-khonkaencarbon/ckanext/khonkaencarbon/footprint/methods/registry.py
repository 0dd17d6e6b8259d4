"""The methods there are; each is declared in the file of its family."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.khonkaencarbon.footprint.methods import (
    aviation,
    distance,
    electricity,
    factor,
    incineration,
    refrigerant,
    reported,
)
from ckanext.khonkaencarbon.footprint.methods.method import Method

_FAMILIES = (factor, electricity, distance, aviation, refrigerant, reported, incineration)
METHODS: Mapping[str, Method] = {method.id: method for family in _FAMILIES for method in family.METHODS}
