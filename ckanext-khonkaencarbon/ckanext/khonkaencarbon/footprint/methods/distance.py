"""Road vehicles by distance: kilometres times fuel economy times the factors of the fuel."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import product, quotient, rounded
from ckanext.khonkaencarbon.footprint.factors.selection import Subject
from ckanext.khonkaencarbon.footprint.methods.method import (
    GasMass,
    Method,
    MissingRowError,
    ParameterConflictError,
    ParameterMissingError,
    Task,
)
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

FUEL = "fuel"
# The ways to state how much fuel a kilometre takes, with the fuel's unit; exactly one is given.
ECONOMIES: Mapping[str, str] = {
    "litre_per_100km": "litre",
    "km_per_litre": "litre",
    "kg_per_100km": "kg",
    "km_per_kg": "kg",
}
_PER_100 = Decimal("0.01")


def subject(own: Subject, parameters: Mapping[str, str]) -> Subject:
    """The fuel's factors in the unit of the stated economy.

    Raises ParameterMissingError where fuel or economy is not given, ParameterConflictError where the two do
    not go together or two economies are given.
    """
    fuel, economy = parameters.get(FUEL), _economy(parameters)
    if fuel is None:
        raise ParameterMissingError(FUEL)
    unit = ECONOMIES[economy]
    if unit not in load_vocabulary().activities[fuel].base_units.values():
        raise ParameterConflictError(_said(parameters, FUEL, economy))
    return own._replace(activity=fuel, unit=unit)


def masses(task: Task) -> list[GasMass]:
    """Kilograms of each gas of the fuel; raises as ``subject``, and MissingRowError without a factor."""
    economy = _economy(task.parameters)
    if not task.choice.factors:
        raise MissingRowError(task.parameters[FUEL])
    per, kilometres = Decimal(task.parameters[economy]), task.part.quantity
    return [
        GasMass(row.gas, row.biogenic, _mass(economy, kilometres, row.value, per), (row,))
        for row in task.choice.factors
    ]


def _mass(economy: str, kilometres: Decimal, factor: Decimal, per: Decimal) -> Decimal:
    if economy.endswith("_per_100km"):
        return rounded(product(kilometres, factor, per, _PER_100))
    return quotient(product(kilometres, factor), per)


def _economy(parameters: Mapping[str, str]) -> str:
    given = [name for name in ECONOMIES if name in parameters]
    if not given:
        raise ParameterMissingError(" / ".join(ECONOMIES))
    if len(given) > 1:
        raise ParameterConflictError(_said(parameters, *given))
    return given[0]


def _said(parameters: Mapping[str, str], *names: str) -> str:
    return ", ".join(f"{name} = {parameters[name]}" for name in names)


METHODS = (
    Method(
        id="vehicle-distance",
        version="1",
        title=Text("ระยะทางคูณอัตราสิ้นเปลืองเชื้อเพลิง", "Distance times fuel economy"),
        equation=(
            "mass(gas) = km x litre_per_100km / 100 x factor(gas per litre of the fuel), or "
            "km / km_per_litre x factor; the same with kilograms"
        ),
        source="GPC 1.1 ch. 7 (vehicle kilometres travelled); IPCC 2006 vol. 2 ch. 3, section 3.2",
        inputs=Text("ระยะทางที่วิ่ง (คัน-กิโลเมตร)", "Distance driven, in vehicle-km"),
        defaults=dict.fromkeys((FUEL, *ECONOMIES), "none: fuel and one of the others have to be given"),
        masses=masses,
        subject=subject,
    ),
)
