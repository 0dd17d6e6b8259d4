"""Composting and anaerobic digestion (IPCC 2006 vol. 5 ch. 4)."""

from __future__ import annotations

from ckanext.khonkaencarbon.footprint.exact import product, rounded
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import PER_THOUSAND, Numbers
from ckanext.khonkaencarbon.footprint.model import Text


def composting(task: Task) -> list[GasMass]:
    """Kilograms of methane and nitrous oxide of composted waste."""
    return _masses(task, "composting")


def digestion(task: Task) -> list[GasMass]:
    """Kilograms of methane (and no nitrous oxide) that escape where waste is digested without air."""
    return _masses(task, "digestion")


def _masses(task: Task, treatment: str) -> list[GasMass]:
    found = []
    for gas, name, biogenic in (("CH4", "ch4", True), ("N2O", "n2o", False)):
        numbers = Numbers(task)
        factor = numbers.published(name, f"{treatment} {numbers.word('mass_basis', 'wet')}")
        mass = rounded(product(task.part.quantity, factor, PER_THOUSAND))
        found.append(GasMass(gas, biogenic, mass, numbers.rows))
    return found


_EQUATION = "mass(gas) = waste x factor(gas, treatment, wet or dry) / 1000"
_INPUTS = Text("น้ำหนักขยะอินทรีย์ที่บำบัด (กิโลกรัม)", "Mass of organic waste treated, in kilograms")
_DEFAULTS = {"mass_basis": "wet"}

METHODS = (
    Method(
        id="composting",
        version="1",
        title=Text("การหมักทำปุ๋ย", "Composting"),
        equation=_EQUATION,
        source="IPCC 2006 vol. 5 ch. 4, equations 4.1 and 4.2, table 4.1; GPC 1.1 ch. 8",
        inputs=_INPUTS,
        defaults=_DEFAULTS,
        masses=composting,
    ),
    Method(
        id="digestion",
        version="1",
        title=Text("การหมักแบบไม่ใช้ออกซิเจน", "Anaerobic digestion"),
        equation=_EQUATION,
        source="IPCC 2006 vol. 5 ch. 4, equations 4.1 and 4.2, table 4.1; GPC 1.1 ch. 8",
        inputs=_INPUTS,
        defaults=_DEFAULTS,
        masses=digestion,
        rows_of="composting",
    ),
)
