"""Landings and take-offs of aircraft: what is burnt below 3,000 feet, inside the boundary."""

from __future__ import annotations

from ckanext.khonkaencarbon.footprint.exact import product, rounded
from ckanext.khonkaencarbon.footprint.methods.method import (
    GasMass,
    Method,
    ParameterError,
    ParameterMissingError,
    Task,
)
from ckanext.khonkaencarbon.footprint.model import Text


def masses(task: Task) -> list[GasMass]:
    """Kilograms of CO2, CH4 and N2O of the cycles of one type of aircraft.

    Raises ParameterMissingError without a type, ParameterError for one that the edition does not know.
    """
    aircraft = task.parameters.get("aircraft")
    if aircraft is None:
        raise ParameterMissingError("aircraft")
    rows = [row for row in task.choice.parameters if row.category == aircraft]
    if not rows:
        raise ParameterError("aircraft", aircraft)
    return [GasMass(row.name, False, rounded(product(task.part.quantity, row.value)), (row,)) for row in rows]


METHODS = (
    Method(
        id="aircraft-lto",
        version="1",
        title=Text("การขึ้นลงของอากาศยาน", "Landing and take-off of aircraft"),
        equation="mass(gas) = landing and take-off cycles x factor(gas, type of aircraft)",
        source="IPCC 2006 vol. 2 ch. 3, section 3.6 (tier 2) and table 3.6.9; GPC 1.1 ch. 7",
        inputs=Text("จำนวนรอบการขึ้นลง (LTO)", "Landing and take-off cycles (LTO)"),
        defaults={"aircraft": "none: has to be given"},
        masses=masses,
    ),
)
