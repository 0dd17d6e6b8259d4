"""Animals: methane of digestion and manure by head, nitrous oxide of managed manure (IPCC vol. 4 ch. 10)."""

from __future__ import annotations

from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import add, product, quotient
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, MissingRowError, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import (
    DAYS_OF_THE_GUIDELINES,
    N2O_PER_NITROGEN,
    PER_THOUSAND,
    Numbers,
    through_the_year,
)
from ckanext.khonkaencarbon.footprint.model import Text

ANIMALS = "head"
_N2O, _NITROGEN = N2O_PER_NITROGEN


def by_head(task: Task) -> list[GasMass]:
    """Kilograms of each gas that the edition has a yearly factor per head for.

    Raises MissingRowError where the edition has none.
    """
    if not task.choice.factors:
        raise MissingRowError(task.part.cell.key.activity)
    return [
        GasMass(row.gas, row.biogenic, through_the_year(task, row.value), (row,))
        for row in task.choice.factors
    ]


def manure_nitrogen(task: Task) -> list[GasMass]:
    """Kilograms of nitrous oxide, direct and indirect, of nitrogen in one manure system.

    Raises ParameterMissingError without ``animal`` and ``manure_system`` (and ``animal_mass`` where the
    edition has none), MissingRowError for a pair that the edition lacks.
    """
    numbers, by_animals = Numbers(task), task.part.cell.key.unit == ANIMALS
    animal, system = numbers.word("animal"), numbers.word("manure_system")
    volatilised = product(
        numbers.share("volatilised_share", f"{animal} {system}"), numbers.share("volatilisation_factor")
    )
    indirect = add(volatilised, _leached(numbers, system))
    per_nitrogen = product(add(numbers.share("direct_factor", system), indirect), _N2O)
    if not by_animals:
        mass = quotient(product(task.part.quantity, per_nitrogen), _NITROGEN)
    else:
        mass = through_the_year(task, product(_excreted(numbers, animal), per_nitrogen), _NITROGEN)
    return [GasMass("N2O", False, mass, numbers.rows)]


def _leached(numbers: Numbers, system: str) -> Decimal:
    """FracLEACH x EF5 of equations 10.27 and 10.29 (2019); zero where neither edition nor row has a share."""
    if numbers.given("leached_share") is None and not numbers.knows("leached_share", system):
        return Decimal(0)
    share = numbers.share("leached_share", system)
    return product(share, numbers.share("leaching_factor")) if share else share


def _excreted(numbers: Numbers, animal: str) -> Decimal:
    """Kilograms of nitrogen that an animal excretes in a year: rate x mass / 1000 x 365 (equation 10.30)."""
    mass = (
        numbers.value("animal_mass", animal)
        if numbers.knows("animal_mass", animal)
        else numbers.needed("animal_mass")
    )
    return product(numbers.value("nitrogen_rate", animal), mass, PER_THOUSAND, DAYS_OF_THE_GUIDELINES)


_HEADS = Text(
    "จำนวนสัตว์เฉลี่ยในช่วงเวลา (ตัว)", "Average number of animals in the period; a whole year counts in full"
)
_BY_HEAD = "mass(gas) = animals x factor per head and year x days of the period / days of the year"

METHODS = (
    Method(
        id="enteric-fermentation",
        version="1",
        title=Text("การหมักในระบบย่อยอาหารของสัตว์", "Enteric fermentation"),
        equation=_BY_HEAD,
        source="IPCC 2006 and 2019 vol. 4 ch. 10, equation 10.19, tables 10.10 and 10.11; GPC 1.1 ch. 10",
        inputs=_HEADS,
        defaults={},
        masses=by_head,
    ),
    Method(
        id="manure-methane",
        version="1",
        title=Text("การจัดการมูลสัตว์: มีเทน", "Manure management, methane"),
        equation=_BY_HEAD,
        source=(
            "IPCC 2006 vol. 4 ch. 10, equation 10.22, tables 10.14 and 10.15 (27-28 C and above); GPC 1.1 "
            "ch. 10"
        ),
        inputs=_HEADS,
        defaults={},
        masses=by_head,
    ),
    Method(
        id="manure-nitrogen",
        version="2",
        title=Text("การจัดการมูลสัตว์: ไนตรัสออกไซด์", "Manure management, nitrous oxide"),
        equation=(
            "N2O = N x (direct_factor + volatilised_share x volatilisation_factor + leached_share x "
            "leaching_factor) x 44/28; N of animals = animals x "
            "nitrogen_rate x animal_mass / 1000 x 365 x days of the period / days of the year"
        ),
        source=(
            "IPCC 2006 and 2019 vol. 4 ch. 10, equations 10.25 to 10.30, tables 10.19, 10.21 and 10.22, and "
            "ch. 11, table 11.3"
        ),
        inputs=Text(
            "จำนวนสัตว์เฉลี่ย (ตัว) หรือไนโตรเจนในมูลสัตว์ (กิโลกรัม) ที่จัดการด้วยระบบหนึ่ง",
            "Average number of animals, or nitrogen in their manure in kilograms, in one management system",
        ),
        defaults={
            "animal, manure_system": "none: they must be given",
            "animal_mass": "the edition's value (2019); must be given with the 2006 edition",
            "nitrogen_rate, direct_factor, volatilised_share, volatilisation_factor, leaching_factor": (
                "the edition's values"
            ),
            "leached_share": "the edition's value (2019); none with the 2006 edition: leaching not estimated",
        },
        masses=manure_nitrogen,
    ),
)
