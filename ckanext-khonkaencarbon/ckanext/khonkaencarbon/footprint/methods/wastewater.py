"""Methane and nitrous oxide of wastewater (IPCC 2006 and 2019 vol. 5 ch. 6)."""

from __future__ import annotations

from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT, add, product, quotient, rounded
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, ParameterError, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import (
    DAYS_OF_THE_GUIDELINES,
    N2O_PER_NITROGEN,
    ONE,
    PER_THOUSAND,
    Numbers,
    through_the_year,
)
from ckanext.khonkaencarbon.footprint.model import Text

PEOPLE = "person"
UNTREATED = "untreated"
_N2O, _NITROGEN = N2O_PER_NITROGEN


def domestic(task: Task) -> list[GasMass]:
    """Kilograms of methane from people (their BOD) or from a mass of BOD, for one way of treatment.

    Raises ParameterMissingError without a treatment, MissingRowError for one that the edition lacks.
    """
    numbers = Numbers(task)
    if task.part.cell.key.unit != PEOPLE:
        return _methane(task, numbers, "b0_bod")
    correction = numbers.value("industrial_bod", numbers.word_for("mcf", "treatment"), "")
    grams = numbers.value("bod_g_per_person_day")
    factor = product(
        grams, PER_THOUSAND, DAYS_OF_THE_GUIDELINES, correction, _kept(numbers), _factor(numbers, "b0_bod")
    )
    return [GasMass("CH4", True, through_the_year(task, factor), numbers.rows)]


def industrial(task: Task) -> list[GasMass]:
    """Kilograms of methane from a mass of COD, for one way of treatment; raises as ``domestic``."""
    return _methane(task, Numbers(task), "b0_cod")


def _methane(task: Task, numbers: Numbers, capacity: str) -> list[GasMass]:
    mass = rounded(product(task.part.quantity, _kept(numbers), _factor(numbers, capacity)))
    return [GasMass("CH4", True, mass, numbers.rows)]


def _factor(numbers: Numbers, capacity: str) -> Decimal:
    """Kilograms of methane per kilogram of BOD or COD: B0 x MCF (equations 6.2 and 6.5)."""
    return product(numbers.value(capacity), numbers.share("mcf", numbers.word_for("mcf", "treatment")))


def _kept(numbers: Numbers) -> Decimal:
    """The share of organic matter that is not taken out as sludge: (TOW - S) / TOW."""
    removed = numbers.given("sludge_share")
    return ONE if removed is None else EXACT.subtract(ONE, numbers.share("sludge_share"))


def recovered(task: Task) -> list[GasMass]:
    """Methane burnt or used: R of equations 6.1 and 6.4, taken off as a negative emission."""
    return [GasMass("CH4", True, rounded(EXACT.minus(task.part.quantity)), ())]


def nitrogen(task: Task) -> list[GasMass]:
    """Kilograms of nitrous oxide from people (their protein) or from a mass of nitrogen in the wastewater.

    Of the effluent, and of the plant where the treatment turns nitrogen over. The 2006 Guidelines count a
    plant by the people it serves and take the nitrogen it emits from the effluent; the 2019 Refinement counts
    it by nitrogen and takes what the plant removes.

    Raises MissingRowError for a treatment that the edition lacks, ParameterError for a plant counted by
    people where a mass of nitrogen is given.
    """
    numbers, by_people = Numbers(task), task.part.cell.key.unit == PEOPLE
    treatment = numbers.word("treatment", UNTREATED)
    amount = _nitrogen_per_person(numbers, treatment) if by_people else ONE
    emitted = add(_effluent(numbers, treatment, amount), _plant(numbers, treatment, amount, by_people))
    if by_people:
        mass = through_the_year(task, emitted, _NITROGEN)
    else:
        mass = quotient(product(task.part.quantity, emitted), _NITROGEN)
    return [GasMass("N2O", False, mass, numbers.rows)]


def _nitrogen_per_person(numbers: Numbers, treatment: str) -> Decimal:
    """Kilograms of nitrogen of a person and year in the water (equation 6.8 of 2006, 6.10 of 2019)."""
    return product(
        numbers.value("protein_g_per_person_day"),
        PER_THOUSAND,
        DAYS_OF_THE_GUIDELINES,
        _if_published(numbers, "protein_consumed"),
        numbers.value("nitrogen_in_protein"),
        _if_published(numbers, "household_nitrogen"),
        numbers.value("nonconsumed"),
        numbers.value("codischarge", treatment, ""),
    )


def _if_published(numbers: Numbers, name: str) -> Decimal:
    """A factor that only the 2019 equation has."""
    return numbers.value(name) if numbers.knows(name, "") else ONE


def _effluent(numbers: Numbers, treatment: str, amount: Decimal) -> Decimal:
    """N2O of what reaches the water, times 28, so that one division is left for the end."""
    removed = numbers.given("nitrogen_removed")
    if removed is not None or numbers.knows("nitrogen_removed", treatment):
        amount = product(amount, EXACT.subtract(ONE, numbers.share("nitrogen_removed", treatment)))
    return product(amount, numbers.share("effluent_factor"), _N2O)


def _plant(numbers: Numbers, treatment: str, amount: Decimal, by_people: bool) -> Decimal:
    """N2O of the plant, times 28, less what its nitrogen would have made in the effluent (2006 only)."""
    if treatment == UNTREATED:
        return Decimal(0)
    if not numbers.knows("plant_g_per_person", treatment):
        return product(amount, numbers.share("plant_factor", treatment), _N2O)
    if not by_people:
        raise ParameterError("treatment", treatment)
    plant = product(numbers.published("plant_g_per_person", treatment), PER_THOUSAND)
    served = product(plant, numbers.value("codischarge", treatment, ""))
    return product(served, _NITROGEN, EXACT.subtract(ONE, numbers.share("effluent_factor")))


_TREATMENT = {"treatment": "none: it must be given, unless mcf is"}
_BOD = {
    "bod_g_per_person_day, industrial_bod, b0_bod": (
        "the edition's values (industrial_bod by treatment: 1.25 in sewers)"
    ),
    "mcf": "the edition's value for treatment",
    "sludge_share": "0",
}

METHODS = (
    Method(
        id="wastewater-methane",
        version="1",
        title=Text("น้ำเสียชุมชน: มีเทน", "Domestic wastewater, methane"),
        equation=(
            "CH4 = BOD x (1 - sludge_share) x B0 x MCF; BOD of people = people x bod_g_per_person_day "
            "/ 1000 x 365 x "
            "industrial_bod x days of the period / days of the year"
        ),
        source="IPCC 2006 vol. 5 ch. 6, equations 6.1, 6.2 and 6.3; 2019 Refinement, the same; GPC 1.1 ch. 8",
        inputs=Text(
            "จำนวนคนเฉลี่ยในช่วงเวลา หรือมวลบีโอดี (กิโลกรัม) ตามวิธีบำบัดหนึ่งวิธี น้ำที่บำบัดแล้วและปล่อยออกเป็นแถวของตัวเอง",
            "Average number of people in the period, or BOD in kilograms, by one treatment; treated "
            "water that is "
            "discharged is a row of its own",
        ),
        defaults={**_TREATMENT, **_BOD},
        masses=domestic,
    ),
    Method(
        id="wastewater-methane-industrial",
        version="1",
        title=Text("น้ำเสียอุตสาหกรรม: มีเทน", "Industrial wastewater, methane"),
        equation="CH4 = COD x (1 - sludge_share) x B0 x MCF",
        source="IPCC 2006 vol. 5 ch. 6, equations 6.4 and 6.5; GPC 1.1 ch. 8",
        inputs=Text("มวลซีโอดี (กิโลกรัม) ตามวิธีบำบัดหนึ่งวิธี", "COD in kilograms, by one treatment"),
        defaults={
            **_TREATMENT,
            "b0_cod": "the edition's value",
            "mcf": "the edition's value for treatment",
            "sludge_share": "0",
        },
        masses=industrial,
        rows_of="wastewater-methane",
    ),
    Method(
        id="wastewater-recovery",
        version="1",
        title=Text("มีเทนที่เก็บจากการบำบัดน้ำเสีย", "Methane recovered from wastewater treatment"),
        equation="CH4 = - recovered",
        source="IPCC 2006 vol. 5 ch. 6, equations 6.1 and 6.4",
        inputs=Text("มวลมีเทนที่เผาหรือใช้ประโยชน์ (กิโลกรัม)", "Mass of methane flared or used, in kilograms"),
        defaults={},
        masses=recovered,
        rows_of="wastewater-methane",
    ),
    Method(
        id="wastewater-nitrogen",
        version="1",
        title=Text("น้ำเสีย: ไนตรัสออกไซด์", "Wastewater, nitrous oxide"),
        equation=(
            "N2O = N x (1 - nitrogen_removed) x effluent_factor x 44/28 + N x plant_factor x 44/28; N "
            "of people = people x "
            "protein_g_per_person_day / 1000 x 365 x protein_consumed x nitrogen_in_protein x "
            "household_nitrogen x "
            "nonconsumed x codischarge; 2006 plants: people x codischarge x 3.2 g, their nitrogen "
            "taken from the effluent"
        ),
        source=(
            "IPCC 2006 vol. 5 ch. 6, equations 6.7, 6.8 and 6.9; 2019 Refinement vol. 5 ch. 6, "
            "equations 6.7 to 6.10; "
            "GPC 1.1 ch. 8"
        ),
        inputs=Text(
            "จำนวนคนเฉลี่ยในช่วงเวลา หรือมวลไนโตรเจนในน้ำเสีย (กิโลกรัม)",
            "Average number of people in the period, or nitrogen in the wastewater in kilograms",
        ),
        defaults={
            "treatment": f"{UNTREATED} (all nitrogen reaches the water)",
            "protein_g_per_person_day": "the edition's value (Thailand 59, FAOSTAT supply)",
            "protein_consumed, household_nitrogen": "the edition's values (2019 only)",
            "nitrogen_in_protein, nonconsumed, codischarge, effluent_factor": "the edition's values",
            "nitrogen_removed, plant_factor": "the edition's values for treatment (2019)",
        },
        masses=nitrogen,
    ),
)
