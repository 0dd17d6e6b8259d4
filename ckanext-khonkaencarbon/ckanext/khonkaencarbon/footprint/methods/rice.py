"""Methane of rice fields (IPCC vol. 4 ch. 5).

A power with a broken exponent is not exact: it, and what is multiplied with it, carries 60 significant
digits.
"""

from __future__ import annotations

from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT, product, rounded
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import DIGITS, ONE, Numbers
from ckanext.khonkaencarbon.footprint.model import Text

AMENDMENTS = ("straw-short", "straw-long", "compost", "farmyard-manure", "green-manure")


def masses(task: Task) -> list[GasMass]:
    """Kilograms of methane of an area harvested once.

    Raises ParameterMissingError without a water regime or the days of cultivation.
    """
    numbers = Numbers(task)
    per_day = product(
        numbers.value("baseline"),
        numbers.value("water_factor", numbers.word_for("water_factor", "water_regime")),
        numbers.value("preseason_factor", numbers.word("preseason", "unknown")),
    )
    per_hectare = product(per_day, numbers.needed("cultivation_days"))
    scaled = DIGITS.multiply(product(task.part.quantity, per_hectare), _amended(numbers))
    return [GasMass("CH4", True, rounded(scaled), numbers.rows)]


def _amended(numbers: Numbers) -> Decimal:
    """SFo = (1 + sum(rate x conversion factor)) ^ exponent (equation 5.3); exactly one without amendments."""
    load = Decimal(0)
    for amendment in AMENDMENTS:
        rate = numbers.given(amendment.replace("-", "_"))
        if rate:
            load = EXACT.add(load, product(rate, numbers.published("amendment", amendment)))
    return DIGITS.power(EXACT.add(ONE, load), numbers.published("amendment_exponent")) if load else ONE


METHODS = (
    Method(
        id="rice",
        version="1",
        title=Text("การปลูกข้าว", "Rice cultivation"),
        equation=(
            "CH4 = area x cultivation_days x baseline x water_factor x preseason_factor x (1 + "
            "sum(tonnes per hectare x "
            "conversion factor of the amendment)) ^ 0.59"
        ),
        source=(
            "IPCC 2006 and 2019 vol. 4 ch. 5, equations 5.1, 5.2 and 5.3, tables 5.11 to 5.14; GPC 1.1 ch. 10"
        ),
        inputs=Text(
            "พื้นที่เก็บเกี่ยวต่อฤดูปลูก (เฮกตาร์ หรือ ไร่)",
            "Area harvested in a season, in hectares or rai; each season counts",
        ),
        defaults={
            "baseline": "the edition's value",
            "water_regime": "none: it must be given, unless water_factor is",
            "water_factor, preseason_factor": "the edition's values for water_regime and preseason",
            "preseason": "unknown (the edition's aggregated value, where it has one)",
            "cultivation_days": "none: it must be given",
            "straw_short, straw_long": (
                "0 (tonnes of dry straw per hectare, ploughed in less or more than 30 days before)"
            ),
            "compost, farmyard_manure, green_manure": "0 (tonnes of fresh weight per hectare)",
        },
        masses=masses,
    ),
)
