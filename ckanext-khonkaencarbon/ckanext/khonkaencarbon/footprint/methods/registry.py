"""The methods there are; each is declared in the file of its family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ckanext.khonkaencarbon.footprint.methods import (
    aviation,
    biological,
    commitment,
    distance,
    electricity,
    factor,
    heat,
    incineration,
    industrial_waste,
    landfill,
    livestock,
    refrigerant,
    reported,
    residues,
    rice,
    soils,
    wastewater,
)
from ckanext.khonkaencarbon.footprint.methods.method import Method
from ckanext.khonkaencarbon.footprint.methods.sensitivity import by_difference

_FAMILIES = (
    factor,
    heat,
    electricity,
    distance,
    aviation,
    refrigerant,
    landfill,
    commitment,
    biological,
    incineration,
    industrial_waste,
    wastewater,
    livestock,
    rice,
    soils,
    residues,
    reported,
)
METHODS: Mapping[str, Method] = {
    method.id: replace(method, masses=by_difference(method.masses))
    for family in _FAMILIES
    for method in family.METHODS
}
