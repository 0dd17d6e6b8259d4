"""Energy whose factor comes with the bill: gas by its heat content, and heat, steam and cooling bought in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import product, quotient, rounded
from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E
from ckanext.khonkaencarbon.footprint.factors.selection import Subject
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, MissingRowError, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import Numbers
from ckanext.khonkaencarbon.footprint.model import Text

PURCHASED = "purchased-heat"
HEAT = "MJ"
# 1 kWh = 3.6 MJ (BIPM, SI Brochure, 9th edition), as a fraction of whole numbers: 1 MJ = 5/18 kWh.
_KWH, _MJ = Decimal(5), Decimal(18)


def of_volume(task: Task) -> list[GasMass]:
    """Kilograms of each gas of a fuel measured by volume, through its net calorific value.

    Raises ParameterMissingError without ``net_calorific_value`` (MJ per m3), MissingRowError where the
    edition has no factor per megajoule.
    """
    per_volume = Numbers(task).needed("net_calorific_value")
    if not task.choice.factors:
        raise MissingRowError(task.part.cell.key.activity)
    return [
        GasMass(row.gas, row.biogenic, rounded(product(task.part.quantity, per_volume, row.value)), (row,))
        for row in task.choice.factors
    ]


def purchased(task: Task) -> list[GasMass]:
    """Kilograms of CO2e, or of CO2, by the factor that the supplier states.

    Raises ParameterMissingError without the factor, or for CO2e without its set of warming potentials.
    """
    numbers = Numbers(task)
    gas = numbers.word("gas", CO2E)
    if gas == CO2E:
        numbers.word("gwp")
    factor = numbers.needed("emission_factor_kg_co2e_per_kwh")
    return [GasMass(gas, False, quotient(product(task.part.quantity, factor, _KWH), _MJ), ())]


def _per_megajoule(own: Subject, _: Mapping[str, str]) -> Subject:
    return own._replace(unit=HEAT)


def _without_rows(own: Subject, _: Mapping[str, str]) -> Subject:
    return own._replace(rowless=True)


METHODS = (
    Method(
        id="fuel-by-volume",
        version="1",
        title=Text("เชื้อเพลิงตามปริมาตรและค่าความร้อน", "Fuel by volume and heat content"),
        equation="mass(gas) = volume x net_calorific_value x factor(gas) per megajoule",
        source="IPCC 2006 vol. 2 ch. 2, equation 2.1, and ch. 1, section 1.4.1.2; GPC 1.1 ch. 6",
        inputs=Text(
            "ปริมาตรก๊าซ (ลูกบาศก์เมตร) และค่าความร้อนสุทธิตามใบแจ้งหนี้หรือผู้จำหน่าย (MJ ต่อลูกบาศก์เมตร) ที่สภาวะวัดเดียวกัน",
            "Volume in m3, and the net calorific value of the bill or the supplier in MJ per m3 at the same "
            "temperature and pressure",
        ),
        defaults={"net_calorific_value": "none: has to be given, with evidence"},
        masses=of_volume,
        subject=_per_megajoule,
    ),
    Method(
        id=PURCHASED,
        version="1",
        title=Text("ความร้อน ไอน้ำ และความเย็นที่ซื้อ", "Purchased heat, steam and cooling"),
        equation="mass = energy x emission_factor_kg_co2e_per_kwh",
        source="GPC 1.1 ch. 6 (scope 2: heat, steam and cooling delivered by a grid; factor of the supplier)",
        inputs=Text(
            "พลังงานที่ส่งมอบ (kWh หรือ MJ) และค่าการปล่อยที่ผู้จำหน่ายแจ้ง พร้อมหลักฐาน",
            "Energy delivered in kWh or MJ, and the factor that the supplier states, with evidence",
        ),
        defaults={
            "emission_factor_kg_co2e_per_kwh": "none: has to be given, with evidence",
            "gas": "CO2e (with its set of warming potentials)",
            "gwp": "none: has to be given for CO2e",
        },
        masses=purchased,
        subject=_without_rows,
    ),
)
