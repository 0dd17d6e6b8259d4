"""The methods there are; each is declared in the file of its family."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.khonkaencarbon.footprint.methods import (
    aviation,
    biological,
    commitment,
    distance,
    electricity,
    factor,
    incineration,
    landfill,
    livestock,
    refrigerant,
    reported,
    rice,
    soils,
    wastewater,
)
from ckanext.khonkaencarbon.footprint.methods.method import Method

_FAMILIES = (
    factor,
    electricity,
    distance,
    aviation,
    refrigerant,
    landfill,
    commitment,
    biological,
    incineration,
    wastewater,
    livestock,
    rice,
    soils,
    reported,
)
METHODS: Mapping[str, Method] = {method.id: method for family in _FAMILIES for method in family.METHODS}
