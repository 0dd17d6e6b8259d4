"""Methane commitment: all methane that a year's waste will ever make, counted in that year (GPC ch. 8)."""

from __future__ import annotations

from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT, product, quotient, total
from ckanext.khonkaencarbon.footprint.methods.degradable import DIVISOR, potentials
from ckanext.khonkaencarbon.footprint.methods.landfill import DEFAULT_COVER
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import ONE, Numbers
from ckanext.khonkaencarbon.footprint.model import Text


def masses(task: Task) -> list[GasMass]:
    """Kilograms of methane; equals what first-order decay adds up to over all years.

    Raises what ``degradable.potentials`` raises.
    """
    numbers = Numbers(task)
    potential = total([value for _, value in potentials(numbers)])
    oxidation = numbers.share("oxidation", numbers.word("cover", DEFAULT_COVER))
    recovered = (
        numbers.share("recovered_share") if numbers.given("recovered_share") is not None else Decimal(0)
    )
    kept = product(EXACT.subtract(ONE, recovered), EXACT.subtract(ONE, oxidation))
    mass = quotient(product(task.part.quantity, potential, kept), DIVISOR)
    return [GasMass("CH4", True, mass, numbers.rows)]


METHODS = (
    Method(
        id="landfill-commitment",
        version="1",
        title=Text("การฝังกลบ: มีเทนทั้งหมดในอนาคตนับในปีที่ฝังกลบ", "Landfill, methane commitment"),
        equation=(
            "CH4 = waste x L0 x (1 - recovered_share) x (1 - OX); L0 = MCF x DOC x DOCf x F x 16/12, "
            "DOC = sum(share x "
            "DOC of the component)"
        ),
        source="GPC 1.1 ch. 8, equations 8.3 and 8.4; IPCC 2006 vol. 5 ch. 3 for the numbers",
        inputs=Text("น้ำหนักขยะที่ฝังกลบ (กิโลกรัม)", "Mass of waste put into the landfill in kilograms"),
        defaults={
            "waste_type": "mixed (the edition's composition of Thai municipal waste)",
            "doc, docf, methane_fraction": "the edition's values",
            "site_type": "none: it must be given, unless mcf is",
            "mcf": "the edition's value for site_type",
            "cover": DEFAULT_COVER,
            "oxidation": "the edition's value for cover (none: 0, oxidising: 0.1)",
            "recovered_share": "0",
            "doc_basis, mass_basis": "wet",
        },
        masses=masses,
        rows_of="landfill-decay",
    ),
)
