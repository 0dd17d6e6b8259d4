"""Nitrous oxide of nitrogen put on soils, and carbon dioxide of urea (IPCC vol. 4 ch. 11)."""

from __future__ import annotations

from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import add, product, quotient
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import (
    CO2_PER_CARBON,
    N2O_PER_NITROGEN,
    ONE,
    Numbers,
)
from ckanext.khonkaencarbon.footprint.model import Text

DEFAULT_CLIMATE = "wet"
DEFAULT_LAND = "cropland"
_N2O, _NITROGEN = N2O_PER_NITROGEN
# What each activity puts on the soil: the kind that the edition tells apart.
_KINDS = {
    "nitrogen-synthetic": "synthetic",
    "nitrogen-organic": "organic",
    "nitrogen-crop-residue": "residue",
    "nitrogen-pasture": "pasture",
}


def nitrogen(task: Task) -> list[GasMass]:
    """Kilograms of nitrous oxide: direct, by volatilisation, and by leaching and run-off.

    Raises ParameterError for a pathway that does not exist, MissingRowError where the edition lacks a number.
    """
    numbers, kind = Numbers(task), _KINDS[task.part.cell.key.activity]
    share, emitted = numbers.given("nitrogen_share"), from_nitrogen(numbers, kind)
    mass = quotient(product(task.part.quantity, ONE if share is None else share, emitted, _N2O), _NITROGEN)
    return [GasMass("N2O", False, mass, numbers.rows)]


def from_nitrogen(numbers: Numbers, kind: str) -> Decimal:
    """Kilograms of N2O-N per kilogram of nitrogen of a kind, by the pathways that are asked for."""
    pathway, emitted = numbers.word("pathway", "all"), Decimal(0)
    if pathway in ("all", "direct"):
        emitted = add(emitted, _direct(numbers, kind))
    if pathway in ("all", "indirect", "volatilisation"):
        emitted = add(emitted, _volatilised(numbers, kind))
    if pathway in ("all", "indirect", "leaching"):
        emitted = add(emitted, _leached(numbers))
    return emitted


def _direct(numbers: Numbers, kind: str) -> Decimal:
    """EF1, EF1FR or EF3 of equation 11.1, in kilograms of N2O-N per kilogram of nitrogen."""
    if kind != "pasture" and numbers.word("land", DEFAULT_LAND) == "flooded-rice":
        return numbers.share("direct_factor", "flooded-rice")
    climate = numbers.word("climate", DEFAULT_CLIMATE)
    if kind == "pasture":
        return numbers.share("direct_factor", f"pasture {climate}", "pasture")
    return numbers.share("direct_factor", f"{kind} {climate}", climate, "")


def _volatilised(numbers: Numbers, kind: str) -> Decimal:
    """FracGAS x EF4 of equation 11.9; nitrogen of crop residues does not volatilise."""
    if kind == "residue":
        return Decimal(0)
    climate = numbers.word("climate", DEFAULT_CLIMATE)
    fraction = "synthetic" if kind == "synthetic" else "organic"
    return product(
        numbers.share("volatilised_share", fraction), numbers.share("volatilisation_factor", climate, "")
    )


def _leached(numbers: Numbers) -> Decimal:
    """FracLEACH x EF5 of equation 11.10; nothing leaches in a dry climate without irrigation."""
    climate = numbers.word("climate", DEFAULT_CLIMATE)
    return product(numbers.share("leached_share", climate), numbers.share("leaching_factor"))


def urea(task: Task) -> list[GasMass]:
    """Kilograms of fossil carbon dioxide from urea; its nitrogen is a row of its own."""
    numbers, (gas, atoms) = Numbers(task), CO2_PER_CARBON
    mass = quotient(product(task.part.quantity, numbers.share("carbon"), gas), atoms)
    return [GasMass("CO2", False, mass, numbers.rows)]


METHODS = (
    Method(
        id="soil-nitrogen",
        version="1",
        title=Text("ดินที่ใช้ประโยชน์: ไนตรัสออกไซด์", "Managed soils, nitrous oxide"),
        equation=(
            "N2O = mass x nitrogen_share x (direct_factor + volatilised_share x volatilisation_factor "
            "+ leached_share x "
            "leaching_factor) x 44/28"
        ),
        source=(
            "IPCC 2006 and 2019 vol. 4 ch. 11, equations 11.1, 11.9 and 11.10, tables 11.1 and 11.3; GPC "
            "1.1 ch. 10"
        ),
        inputs=Text(
            "ไนโตรเจนที่ใส่ลงดิน (กิโลกรัม) หรือน้ำหนักปุ๋ยคู่กับสัดส่วนไนโตรเจน",
            "Nitrogen put on the soil in kilograms, or the mass of the fertiliser together with its "
            "share of nitrogen",
        ),
        defaults={
            "nitrogen_share": "1 (the mass is that of nitrogen; 0.46 for urea)",
            "climate": "wet (Khon Kaen; leaching is counted)",
            "land": "cropland",
            "pathway": "all (direct and indirect)",
            "direct_factor, volatilised_share, volatilisation_factor, leached_share, leaching_factor": (
                "the edition's values"
            ),
        },
        masses=nitrogen,
    ),
    Method(
        id="urea",
        version="1",
        title=Text("การใส่ปุ๋ยยูเรีย", "Urea application"),
        equation="CO2 = urea x carbon x 44/12",
        source="IPCC 2006 vol. 4 ch. 11, equation 11.13; GPC 1.1 ch. 10",
        inputs=Text("น้ำหนักปุ๋ยยูเรีย (กิโลกรัม)", "Mass of urea in kilograms"),
        defaults={"carbon": "the edition's value (0.2 kg of carbon per kg)"},
        masses=urea,
    ),
)
