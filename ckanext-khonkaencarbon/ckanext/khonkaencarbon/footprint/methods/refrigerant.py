"""Refrigerants, blends by component: from what was refilled, or from the charge and a yearly leak rate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import product, rounded
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter
from ckanext.khonkaencarbon.footprint.methods.method import (
    GasMass,
    Method,
    NotAYearError,
    ParameterError,
    ParameterMissingError,
    Task,
)
from ckanext.khonkaencarbon.footprint.model import Text

_STOCK = ("basis", "stock")  # of activities whose quantity is the charge and not what escaped


def masses(task: Task) -> list[GasMass]:
    """Kilograms of each component.

    Raises ParameterMissingError where refrigerant or kind of equipment is not given, ParameterError where the
    edition does not know it, NotAYearError where a charge is given for anything but twelve months.
    """
    refrigerant = task.parameters.get("refrigerant")
    if refrigerant is None:
        raise ParameterMissingError("refrigerant")
    components = {gas: row for (name, gas), row in _shares(task).items() if name == refrigerant}
    if not components:
        raise ParameterError("refrigerant", refrigerant)
    rate, rows = _escaped(task)
    return [
        GasMass(gas, False, rounded(product(task.part.quantity, row.value, rate)), (row, *rows))
        for gas, row in components.items()
    ]


def _shares(task: Task) -> dict[tuple[str, str], Parameter]:
    """The share of a gas in a refrigerant; the edition's category is "R-410A HFC-32"."""
    rows = ((row.category.partition(" "), row) for row in task.choice.parameters if row.name == "share")
    return {(refrigerant, gas): row for (refrigerant, _, gas), row in rows}


def _escaped(task: Task) -> tuple[Decimal, tuple[Parameter, ...]]:
    """The share of the quantity that escapes, with the row it was taken from."""
    if _STOCK not in task.parameters.items():
        return Decimal(1), ()
    key = task.part.cell.key
    if not _is_a_year(key.period_start, key.period_end):
        raise NotAYearError(f"{key.period_start}/{key.period_end}")
    if "leak_rate" in task.parameters:
        return Decimal(task.parameters["leak_rate"]), ()
    row = _leak_rate(task.choice.parameters, task.parameters)
    return row.value, (row,)


def _leak_rate(rows: tuple[Parameter, ...], parameters: Mapping[str, str]) -> Parameter:
    equipment = parameters.get("equipment")
    if equipment is None:
        raise ParameterMissingError("equipment / leak_rate")
    found = next((row for row in rows if (row.name, row.category) == ("leak_rate", equipment)), None)
    if found is None:
        raise ParameterError("equipment", equipment)
    return found


def _is_a_year(start: date, end: date) -> bool:
    after = end + timedelta(days=1)
    return (after.year, after.month, after.day) == (start.year + 1, start.month, start.day)


METHODS = (
    Method(
        id="refrigerant",
        version="1",
        title=Text("สารทำความเย็นที่รั่วไหล", "Leakage of refrigerants"),
        equation=(
            "mass(gas) = refrigerant refilled x share of the gas in it; "
            "of a charge: charge x leak rate per year x share"
        ),
        source="IPCC 2006 vol. 3 ch. 7, equations 7.13 and 7.14 (operation); GPC 1.1 ch. 9",
        inputs=Text(
            "น้ำหนักสารที่เติมหรือรั่ว หรือที่บรรจุในเครื่อง (กิโลกรัม)", "Refrigerant refilled or leaked, or charged, in kg"
        ),
        defaults={
            "refrigerant": "none: has to be given, unless the activity names it",
            "equipment": "none: decides the leak rate of a charge",
            "leak_rate": "the edition's value for the equipment",
        },
        masses=masses,
    ),
)
