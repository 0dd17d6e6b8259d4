"""Incineration of industrial waste by kind, or by its analysed carbon (IPCC 2006 vol. 5 ch. 2 and 5)."""

from __future__ import annotations

from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT, product, quotient, rounded
from ckanext.khonkaencarbon.footprint.methods.incineration import DEFAULT_TECHNOLOGY
from ckanext.khonkaencarbon.footprint.methods.method import (
    GasMass,
    Method,
    ParameterConflictError,
    ParameterError,
    Task,
)
from ckanext.khonkaencarbon.footprint.methods.numbers import CO2_PER_CARBON, PER_MILLION, Numbers, chosen
from ckanext.khonkaencarbon.footprint.model import Text


def masses(task: Task) -> list[GasMass]:
    """Kilograms of fossil and biogenic CO2, CH4 and N2O of a mass of wet industrial waste.

    CH4 counts as non-fossil. Raises ParameterMissingError where neither ``waste_type`` nor both numbers of
    carbon are given, ParameterConflictError for more fossil carbon than carbon.
    """
    technology = Numbers(task).word("technology", DEFAULT_TECHNOLOGY)
    return [
        *_carbon_dioxide(task),
        _trace_gas(task, "CH4", "ch4", technology),
        _trace_gas(task, "N2O", "n2o", ""),
    ]


def _carbon_dioxide(task: Task) -> list[GasMass]:
    numbers = Numbers(task)
    kind = _kind(numbers)
    carbon, fossil = numbers.share("carbon_wet", kind), numbers.share("fossil_carbon_wet", kind)
    if fossil > carbon:
        raise ParameterConflictError(f"fossil_carbon_wet {fossil} > carbon_wet {carbon}")
    oxidation = numbers.share("oxidation")
    return [
        GasMass("CO2", False, _burnt(task, fossil, oxidation), numbers.rows),
        GasMass("CO2", True, _burnt(task, EXACT.subtract(carbon, fossil), oxidation), numbers.rows),
    ]


def _kind(numbers: Numbers) -> str:
    """The kind of waste; nothing where its carbon has been analysed."""
    analysed = all(numbers.given(name) is not None for name in ("carbon_wet", "fossil_carbon_wet"))
    if analysed:
        return ""
    return chosen("waste_type", numbers.word("waste_type"), numbers.categories("carbon_wet"))


def _burnt(task: Task, carbon: Decimal, oxidation: Decimal) -> Decimal:
    dioxide, atoms = CO2_PER_CARBON
    return quotient(product(task.part.quantity, carbon, oxidation, dioxide), atoms)


def _trace_gas(task: Task, gas: str, name: str, category: str) -> GasMass:
    """Grams per tonne of wet waste."""
    numbers = Numbers(task)
    if not numbers.knows(name, category):
        raise ParameterError("technology", category)
    mass = rounded(product(task.part.quantity, numbers.published(name, category), PER_MILLION))
    return GasMass(gas, gas == "CH4", mass, numbers.rows)


METHODS = (
    Method(
        id="industrial-incineration",
        version="1",
        title=Text("การเผากากอุตสาหกรรม", "Incineration of industrial waste"),
        equation=(
            "CO2 = waste x fossil_carbon_wet x oxidation x 44/12; biogenic CO2 with (carbon_wet - "
            "fossil_carbon_wet); CH4 = waste x factor of the furnace; N2O = waste x factor"
        ),
        source=(
            "IPCC 2006 vol. 5 ch. 5, equations 5.1, 5.4 and 5.5, tables 5.3 and 5.6; ch. 2, table 2.5; GPC "
            "1.1 ch. 8"
        ),
        inputs=Text(
            "น้ำหนักกากเปียก (กิโลกรัม) และชนิดของกาก หรือผลวิเคราะห์คาร์บอน",
            "Wet waste in kilograms, and its kind or an analysis of its carbon",
        ),
        defaults={
            "waste_type": "none: has to be given, unless both numbers of carbon are",
            "carbon_wet, fossil_carbon_wet": "the edition's values for the kind of waste",
            "technology": DEFAULT_TECHNOLOGY,
            "oxidation": "the edition's value",
        },
        masses=masses,
    ),
)
