"""Notation keys that follow from how something was computed; never a zero."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E
from ckanext.khonkaencarbon.footprint.gpc import losses_reference, sector
from ckanext.khonkaencarbon.footprint.methods.electricity import METHOD
from ckanext.khonkaencarbon.footprint.model import Line, Text


class Notation(NamedTuple):
    """NO, NE, IE or C, and why."""

    key: str
    explanation: Text


def notation(lines: Iterable[Line]) -> dict[str, Notation]:
    """IE for the network losses of every grid-electricity reference of sector I: TGO's factor has them in it.

    Not for transport: II.x.3 holds more than losses, the parts of journeys outside the boundary.
    """
    grids = {line.gpc_ref for line in lines if line.gas == CO2E and line.method == METHOD}
    found = {losses_reference(ref): ref for ref in grids if sector(ref) == "I"}
    return {losses: _included(found[losses]) for losses in sorted(filter(None, found))}


def _included(gpc_ref: str) -> Notation:
    return Notation(
        "IE",
        Text(
            f"รวมอยู่ใน {gpc_ref} แล้ว เพราะค่าการปล่อยของไฟฟ้าจาก อบก. รวมการสูญเสียในสายส่งและสายจำหน่าย",
            f"Included in {gpc_ref}: TGO's electricity factor contains transmission and distribution losses",
        ),
    )
