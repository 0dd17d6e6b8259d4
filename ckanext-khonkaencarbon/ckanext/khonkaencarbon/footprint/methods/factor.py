"""Fuel and electricity: the quantity times a factor per gas."""

from __future__ import annotations

from ckanext.khonkaencarbon.footprint.exact import product, rounded
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, MissingRowError, Task
from ckanext.khonkaencarbon.footprint.model import Text


def masses(task: Task) -> list[GasMass]:
    """Kilograms of each gas that the edition has a factor for; needs no parameters.

    Raises MissingRowError where the edition has none.
    """
    if not task.choice.factors:
        raise MissingRowError(task.part.cell.key.activity)
    return [
        GasMass(row.gas, row.biogenic, rounded(product(task.part.quantity, row.value)), (row,))
        for row in task.choice.factors
    ]


METHODS = (
    Method(
        id="factor",
        version="1",
        title=Text("ปริมาณกิจกรรมคูณค่าการปล่อย", "Activity times emission factor"),
        equation="mass(gas) = quantity x factor(gas)",
        source="IPCC 2006 vol. 1 ch. 1, equation of section 1.2; GPC 1.1 ch. 6 and 7",
        inputs=Text("ปริมาณเชื้อเพลิงหรือไฟฟ้าในหน่วยฐาน", "Fuel or electricity in its base unit"),
        defaults={},
        masses=masses,
    ),
)
