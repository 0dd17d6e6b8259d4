"""A mass of gas reported with its own evidence: carried through, nothing added."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.exact import rounded
from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E
from ckanext.khonkaencarbon.footprint.factors.selection import Subject
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, ParameterMissingError, Task
from ckanext.khonkaencarbon.footprint.model import Text

METHOD = "reported"
# Sectors whose methane is taken to be non-fossil where a row does not say, as in typed totals.
_NON_FOSSIL = ("III", "V")


def masses(task: Task) -> list[GasMass]:
    """The mass itself under the row's reference; ParameterMissingError without gas or reference."""
    parameters = task.parameters
    for name in ("gas", "reference", *(["gwp"] if parameters.get("gas") == CO2E else [])):
        if name not in parameters:
            raise ParameterMissingError(name)
    gas, reference = parameters["gas"], parameters["reference"]
    return [
        GasMass(gas, _is_biogenic(gas, reference, parameters), rounded(task.part.quantity), (), reference)
    ]


def _is_biogenic(gas: str, reference: str, parameters: Mapping[str, str]) -> bool:
    if gas not in ("CO2", "CH4"):
        return False
    if "origin" in parameters:
        return parameters["origin"] == "non-fossil"
    return gas == "CH4" and gpc.sector(reference) in _NON_FOSSIL


def _without_rows(own: Subject, _: Mapping[str, str]) -> Subject:
    return own._replace(rowless=True)


METHODS = (
    Method(
        id=METHOD,
        version="1",
        title=Text("มวลก๊าซที่รายงานพร้อมหลักฐาน", "Gas reported with its own evidence"),
        equation="mass(gas) = the mass given",
        source="GPC 1.1 ch. 5 (measured or elsewhere computed data, with a statement of their quality)",
        inputs=Text("มวลก๊าซ (กิโลกรัม) และหลักฐาน", "Mass of gas in kg, and evidence"),
        defaults={
            "gas": "none: has to be given",
            "reference": "none: has to be given",
            "origin": "fossil; CH4 of sectors III and V non-fossil",
            "gwp": "none: has to be given for CO2e",
        },
        masses=masses,
        subject=_without_rows,
    ),
)
