"""Incineration and open burning of municipal waste by composition (IPCC 2006 vol. 5 ch. 5)."""

from __future__ import annotations

from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT, add, product, quotient, rounded, total
from ckanext.khonkaencarbon.footprint.methods.degradable import MIXED, composition
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, ParameterError, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import (
    CO2_PER_CARBON,
    ONE,
    PER_MILLION,
    Numbers,
    chosen,
)
from ckanext.khonkaencarbon.footprint.model import Text

DEFAULT_TECHNOLOGY = "continuous-stoker"
OPEN_BURNING = "open-burning"


def incineration(task: Task) -> list[GasMass]:
    """Kilograms of fossil and biogenic CO2, CH4 and N2O of a mass of wet waste burnt in a furnace.

    CH4 counts as non-fossil. Raises ParameterError for a kind of waste, furnace or oxidation that the
    edition does not know, MissingRowError for an edition without the numbers of this method.
    """
    technology = Numbers(task).word("technology", DEFAULT_TECHNOLOGY)
    return [
        *_carbon_dioxide(task, ""),
        _trace_gas(task, "CH4", "ch4", technology),
        _trace_gas(task, "N2O", "n2o", technology),
    ]


def open_burning(task: Task) -> list[GasMass]:
    """The same for waste burnt in the open, where N2O is published per dry mass.

    Raises as ``incineration``.
    """
    return [
        *_carbon_dioxide(task, OPEN_BURNING),
        _trace_gas(task, "CH4", "ch4", OPEN_BURNING),
        _nitrous_oxide_of_dry_waste(task),
    ]


def _trace_gas(task: Task, gas: str, name: str, technology: str) -> GasMass:
    """Grams per tonne of wet waste."""
    numbers = Numbers(task)
    if not numbers.knows(name, technology):
        raise ParameterError("technology", technology)
    factor = numbers.published(name, technology)
    mass = rounded(product(task.part.quantity, factor, PER_MILLION))
    return GasMass(gas, gas == "CH4", mass, numbers.rows)


def _nitrous_oxide_of_dry_waste(task: Task) -> GasMass:
    numbers = Numbers(task)
    dry = total([product(share, numbers.published("dry_matter", kind)) for kind, share in _parts(numbers)])
    factor = numbers.published("n2o_dry", OPEN_BURNING)
    return GasMass("N2O", False, rounded(product(task.part.quantity, dry, factor, PER_MILLION)), numbers.rows)


def _carbon_dioxide(task: Task, technology: str) -> list[GasMass]:
    numbers = Numbers(task)
    oxidation = numbers.share("oxidation", technology)
    fossil = biogenic = Decimal(0)
    for kind, share in _parts(numbers):
        dry, carbon, fraction = (
            numbers.published(name, kind) for name in ("dry_matter", "carbon", "fossil_fraction")
        )
        burnt = product(share, dry, carbon)
        fossil = add(fossil, product(burnt, fraction))
        biogenic = add(biogenic, product(burnt, EXACT.subtract(ONE, fraction)))
    return [
        GasMass("CO2", is_biogenic, _burnt(task.part.quantity, carbon, oxidation), numbers.rows)
        for is_biogenic, carbon in ((False, fossil), (True, biogenic))
    ]


def _burnt(waste: Decimal, carbon_share: Decimal, oxidation: Decimal) -> Decimal:
    numerator, denominator = CO2_PER_CARBON
    return quotient(product(waste, carbon_share, oxidation, numerator), denominator)


def _parts(numbers: Numbers) -> list[tuple[str, Decimal]]:
    """Shares of wet mass by component: the edition's mixture, or one component alone."""
    waste_type = numbers.word("waste_type", MIXED)
    if waste_type == MIXED:
        return composition(numbers)
    return [(chosen("waste_type", waste_type, numbers.categories("carbon")), ONE)]


_EQUATION = (
    "CO2 = waste x sum(share x dry matter x carbon x fossil fraction) x oxidation x 44/12; biogenic CO2 with "
    "(1 - fossil fraction); "
)
_INPUTS = Text("น้ำหนักขยะเปียก (กิโลกรัม)", "Wet waste in kilograms")
_DEFAULTS = {"waste_type": "mixed (the edition's composition)", "oxidation": "the edition's value"}
_SOURCE = "IPCC 2006 vol. 5 ch. 5, equations 5.1, 5.2, 5.4 and 5.5; GPC 1.1 ch. 8"

METHODS = (
    Method(
        id="incineration",
        version="1",
        title=Text("การเผาขยะตามองค์ประกอบ", "Incineration of waste by composition"),
        equation=f"{_EQUATION}CH4, N2O = waste x factor of the furnace",
        source=_SOURCE,
        inputs=_INPUTS,
        defaults={**_DEFAULTS, "technology": DEFAULT_TECHNOLOGY},
        masses=incineration,
    ),
    Method(
        id="open-burning",
        version="1",
        title=Text("การเผาขยะกลางแจ้งตามองค์ประกอบ", "Open burning of waste by composition"),
        equation=(
            f"{_EQUATION}CH4 = waste x factor; N2O = waste x sum(share x dry matter) x factor per dry mass"
        ),
        source=_SOURCE,
        inputs=_INPUTS,
        defaults=_DEFAULTS,
        masses=open_burning,
        rows_of="incineration",
    ),
)
