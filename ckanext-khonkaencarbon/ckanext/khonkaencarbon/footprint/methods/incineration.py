"""Incineration of municipal waste by composition (IPCC 2006 vol. 5 ch. 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.cube.parts import Part
from ckanext.khonkaencarbon.footprint.exact import EXACT, add, product, quotient, rounded
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter
from ckanext.khonkaencarbon.footprint.methods.method import (
    GasMass,
    Method,
    MissingRowError,
    ParameterError,
    Task,
)
from ckanext.khonkaencarbon.footprint.model import Text

DEFAULT_TECHNOLOGY = "continuous-stoker"
_MIXED = "mixed"
_FRACTION = re.compile(r"0(\.\d{1,18})?|1(\.0{1,18})?", re.ASCII)
_CO2_PER_CARBON = (Decimal(44), Decimal(12))
_KG_PER_GRAM_PER_TONNE = Decimal("0.000001")

Table = Mapping[tuple[str, str], Parameter]


def masses(task: Task) -> list[GasMass]:
    """Kilograms of fossil and biogenic CO2, CH4 and N2O of a mass of wet waste.

    CH4 counts as non-fossil. Raises ParameterError for a kind of waste, furnace or oxidation that the
    edition does not know, MissingRowError for an edition without the numbers of this method.
    """
    part, parameters = task.part, task.parameters
    table = {(row.name, row.category): row for row in task.choice.parameters}
    technology = parameters.get("technology", DEFAULT_TECHNOLOGY)
    gases = [GasMass("CH4", True, *_furnace(part, table, "ch4", technology))]
    gases.append(GasMass("N2O", False, *_furnace(part, table, "n2o", technology)))
    return [*_carbon_dioxide(part, table, parameters), *gases]


def _furnace(part: Part, table: Table, gas: str, technology: str) -> tuple[Decimal, tuple[Parameter, ...]]:
    row = table.get((gas, technology))
    if row is None:
        raise ParameterError("technology", technology)
    return rounded(product(part.quantity, row.value, _KG_PER_GRAM_PER_TONNE)), (row,)


def _carbon_dioxide(part: Part, table: Table, parameters: Mapping[str, str]) -> list[GasMass]:
    shares, rows = _composition(table, parameters.get("waste_type", _MIXED))
    oxidation, oxidation_rows = _oxidation(table, parameters)
    fossil = biogenic = Decimal(0)
    for component, share in shares.items():
        dry, carbon, fraction = (
            _row(table, name, component) for name in ("dry_matter", "carbon", "fossil_fraction")
        )
        rows += [dry, carbon, fraction]
        total = product(share, dry.value, carbon.value)
        fossil = add(fossil, product(total, fraction.value))
        biogenic = add(biogenic, product(total, EXACT.subtract(Decimal(1), fraction.value)))
    rows += oxidation_rows
    return [
        GasMass("CO2", is_biogenic, _burnt(part.quantity, carbon_share, oxidation), tuple(rows))
        for is_biogenic, carbon_share in ((False, fossil), (True, biogenic))
    ]


def _burnt(waste: Decimal, carbon_share: Decimal, oxidation: Decimal) -> Decimal:
    numerator, denominator = _CO2_PER_CARBON
    return quotient(product(waste, carbon_share, oxidation, numerator), denominator)


def _composition(table: Table, waste_type: str) -> tuple[dict[str, Decimal], list[Parameter]]:
    """Shares of wet mass by component: the edition's mixture, or one component alone."""
    if waste_type == _MIXED:
        shares = [row for (name, _), row in sorted(table.items()) if name == "share"]
        if not shares:
            raise MissingRowError("share")
        return {row.category: row.value for row in shares}, shares
    if ("carbon", waste_type) not in table:
        raise ParameterError("waste_type", waste_type)
    return {waste_type: Decimal(1)}, []


def _oxidation(table: Table, parameters: Mapping[str, str]) -> tuple[Decimal, list[Parameter]]:
    given = parameters.get("oxidation")
    if given is None:
        row = _row(table, "oxidation", "")
        return row.value, [row]
    if not _FRACTION.fullmatch(given):
        raise ParameterError("oxidation", given)
    return Decimal(given), []


def _row(table: Table, name: str, category: str) -> Parameter:
    if (name, category) not in table:
        raise MissingRowError(f"{name} {category}".strip())
    return table[name, category]


METHODS = (
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
            "technology": DEFAULT_TECHNOLOGY,
            "oxidation": "the edition's value",
        },
        masses=masses,
    ),
)
