"""The methods that turn a cell into gas masses: what each is, and where to find it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ckanext.khonkaencarbon.footprint.cube.parts import Part
from ckanext.khonkaencarbon.footprint.factors.selection import Choice
from ckanext.khonkaencarbon.footprint.methods import factor, incineration
from ckanext.khonkaencarbon.footprint.methods.masses import GasMass
from ckanext.khonkaencarbon.footprint.model import Text

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Method:
    """One way from a quantity to kilograms of gas; ``version`` changes whenever a result can."""

    id: str
    version: str
    title: Text
    equation: str
    source: str
    inputs: Text
    defaults: Mapping[str, str]  # parameter: what is taken where neither row nor settings name one
    masses: Callable[[Part, Choice, Parameters], list[GasMass]]


_METHODS = (
    Method(
        id="factor",
        version="1",
        title=Text("ปริมาณกิจกรรมคูณค่าการปล่อย", "Activity times emission factor"),
        equation="mass(gas) = quantity x factor(gas)",
        source="IPCC 2006 vol. 1 ch. 1, equation of section 1.2; GPC 1.1 ch. 6 and 7",
        inputs=Text("ปริมาณเชื้อเพลิงหรือไฟฟ้าในหน่วยฐาน", "Fuel or electricity in its base unit"),
        defaults={},
        masses=factor.masses,
    ),
    Method(
        id="incineration",
        version="1",
        title=Text("การเผาขยะตามองค์ประกอบ", "Incineration of waste by composition"),
        equation=(
            "CO2 = waste x sum(share x dry matter x carbon x fossil fraction) x oxidation x 44/12; "
            "biogenic CO2 with (1 - fossil fraction); CH4, N2O = waste x factor of the furnace"
        ),
        source="IPCC 2006 vol. 5 ch. 5, equations 5.1, 5.2, 5.4 and 5.5; GPC 1.1 ch. 8",
        inputs=Text("น้ำหนักขยะเปียก (กิโลกรัม)", "Wet waste in kilograms"),
        defaults={
            "waste_type": "mixed (the edition's composition)",
            "technology": incineration.DEFAULT_TECHNOLOGY,
            "oxidation": "the edition's value",
        },
        masses=incineration.masses,
    ),
)
METHODS: Mapping[str, Method] = {method.id: method for method in _METHODS}
