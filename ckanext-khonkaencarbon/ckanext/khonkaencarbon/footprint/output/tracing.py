"""Where one figure comes from: everything that summary.json says about a line, gathered in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint.exact import plain, product, rounded
from ckanext.khonkaencarbon.footprint.gpc import references

FRAMEWORKS = ("basic", "basic_plus", "territorial")
_TOTALS: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "by_year": lambda line: str(line["year"]),
    "by_month": lambda line: None if line["month"] is None else f"{line['year']:04}-{line['month']:02}",
    "by_gpc_ref": lambda line: line["gpc_ref"],
    "by_scope": lambda line: str(line["scope"]),
    "by_gas_kg": lambda line: line["gas"],
    "by_activity": lambda line: line["activity"],
    "by_organisation": lambda line: line["organisation"] or "",
}

Json = dict[str, Any]


def trace(summary: Mapping[str, Any], line_id: str) -> Json | None:
    """A line and all that made it, parameters and factors to inputs and totals; None where there is none.

    Args:
        summary: the document of summary.json.
        line_id: of the line.

    Raises:
        LookupError, TypeError, ValueError: it is not such a document.
    """
    line = next((one for one in summary["lines"] if one["line_id"] == line_id), None)
    if line is None:
        return None
    used = set(line["factor_ids"])
    factors = [one for one in summary["factors"] if one["id"] in used]
    editions = {one.get("edition") for one in factors}
    return {
        "line": line,
        "factors": factors,
        "parameters": _parameters(summary, line),
        "method": next(one for one in summary["methods"] if one["id"] == line["method"]),
        "equation": equation(line, factors),
        "gwp_set": summary["settings"]["gwp"],
        "editions": [one for one in summary["editions"] if one["id"] in editions],
        "inputs": summary["inputs"],
        "totals": _totals(summary["totals"], line),
        "frameworks": frameworks(line),
        "fingerprint": summary["fingerprint"],
    }


def equation(line: Mapping[str, Any], factors: list[Json]) -> str | None:
    """The sum with its numbers filled in where it is quantity times one factor; None where it is not."""
    if len(factors) != 1:
        return None
    (factor,) = factors
    quantity, mass = Decimal(line["quantity"]), Decimal(line["mass_kg"])
    if rounded(product(quantity, Decimal(factor["value"]))) != mass:
        return None
    return f"{line['quantity']} {line['unit']} × {factor['value']} {factor['unit']} = {plain(mass)} kg"


def frameworks(line: Mapping[str, Any]) -> list[str]:
    """The totals of a city that the line's reference counts in; none for a line without CO2e."""
    row = references().get(line["gpc_ref"], {})
    return [] if line["co2e_kg"] is None else [name for name in FRAMEWORKS if row.get(name) == "true"]


def _parameters(summary: Mapping[str, Any], line: Mapping[str, Any]) -> Json:
    """What the rows or the settings gave the method, by name; a row's word comes before the settings'."""
    settings = summary["settings"].get("parameters", {}).get(line["activity"], {})
    found = {name: {"value": value, "from": "settings"} for name, value in settings.items()}
    own = line.get("parameters", {})
    return {**found, **{name: {"value": value, "from": "row"} for name, value in own.items()}}


def _totals(totals: Mapping[str, Any], line: Mapping[str, Any]) -> Json:
    """Every total that the line is a part of: its key and its value."""
    if line["co2e_kg"] is None:  # biogenic CO2, or a gas that the GPC keeps as a memo item
        name = "biogenic_co2_kg" if line["gas"] == "CO2" else "memo_co2e_kg"
        return {name: {"key": None, "value": totals[name]}}
    keys = {name: key_of(line) for name, key_of in _TOTALS.items()}
    found = {
        name: {"key": key, "value": totals[name][key]} for name, key in keys.items() if key in totals[name]
    }
    return {"co2e_kg": {"key": None, "value": totals["co2e_kg"]}, **found}
