"""Grid electricity, with its network losses inside the factor or apart, and electricity made on site."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT, product, quotient, rounded
from ckanext.khonkaencarbon.footprint.factors.selection import Subject
from ckanext.khonkaencarbon.footprint.gpc import losses_reference
from ckanext.khonkaencarbon.footprint.methods.method import (
    GasMass,
    Method,
    MissingRowError,
    ParameterMissingError,
    Task,
)
from ckanext.khonkaencarbon.footprint.model import GENERATION, Factor, Text
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

METHOD = "electricity"
LOSS_SHARE = "loss_share"


def masses(task: Task) -> list[GasMass]:
    """Kilograms of gas of the electricity delivered and, on a generation basis, of what was lost on the way.

    Raises MissingRowError where the edition has no factor, ParameterMissingError where the share that is lost
    is needed and was not given.
    """
    if not task.choice.factors:
        raise MissingRowError(task.part.cell.key.activity)
    delivered = [
        GasMass(row.gas, row.biogenic, rounded(product(task.part.quantity, row.value)), (row,))
        for row in task.choice.factors
    ]
    if task.choice.edition.electricity != GENERATION:
        return delivered
    return [*delivered, *(_lost(task, row) for row in task.choice.factors)]


def _lost(task: Task, row: Factor) -> GasMass:
    if LOSS_SHARE not in task.parameters:
        raise ParameterMissingError(LOSS_SHARE)
    share, key = Decimal(task.parameters[LOSS_SHARE]), task.part.cell.key
    mass = quotient(product(task.part.quantity, row.value, share), EXACT.subtract(Decimal(1), share))
    place = load_vocabulary().activities[key.activity].gpc[key.consumer]
    return GasMass(row.gas, row.biogenic, mass, (row,), losses_reference(place))


def nothing(task: Task) -> list[GasMass]:
    """No gas: a kWh of the sun that is used where it is made emits nothing, and replaces no other line."""
    return [GasMass("CO2", False, rounded(product(task.part.quantity, Decimal(0))), ())]


def _without_rows(own: Subject, _: Mapping[str, str]) -> Subject:
    return own._replace(rowless=True)


METHODS = (
    Method(
        id=METHOD,
        version="1",
        title=Text("ไฟฟ้าจากสายส่ง", "Grid electricity"),
        equation=(
            "mass(gas) = kWh x factor(gas); with the setting generation-plus-losses also, under I.x.3 "
            "or II.x.3, kWh x factor(gas) x loss_share / (1 - loss_share)"
        ),
        source="GPC 1.1 ch. 6 (scope 2 and transmission and distribution losses in scope 3)",
        inputs=Text("ไฟฟ้าที่ใช้ (กิโลวัตต์-ชั่วโมง)", "Electricity used, in kWh"),
        defaults={LOSS_SHARE: "none: has to be given with generation-plus-losses"},
        masses=masses,
    ),
    Method(
        id="on-site",
        version="1",
        title=Text("ไฟฟ้าแสงอาทิตย์ที่ผลิตและใช้เอง", "Solar electricity made and used on site"),
        equation="mass(CO2) = 0; never set off against electricity of the grid",
        source="GPC 1.1 ch. 6 (grid-supplied energy is what the grid delivers)",
        inputs=Text("ไฟฟ้าที่ผลิตและใช้เอง (กิโลวัตต์-ชั่วโมง)", "Electricity made and used on site, in kWh"),
        defaults={},
        masses=nothing,
        subject=_without_rows,
    ),
)
