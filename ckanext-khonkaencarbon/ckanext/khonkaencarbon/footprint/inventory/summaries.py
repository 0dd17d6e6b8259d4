"""summary.json to rows of the ledger. Anybody may have written it: it is checked before it is trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E, known_gases
from ckanext.khonkaencarbon.footprint.gpc import references
from ckanext.khonkaencarbon.footprint.inventory.ledger import summed
from ckanext.khonkaencarbon.footprint.inventory.model import Key, LedgerRow
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.footprint.uncertainty import QUALITY_PCT

FORMAT = "khonkaencarbon-summary/1"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,24})?", re.ASCII)
_TEXT_LIMIT = 32_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class NotASummaryError(ValueError):
    """A JSON document that says it is a summary and is none; the argument names the place."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the roll-up takes from a summary."""

    labels: tuple[str, ...]  # what settings may know it by; the first is its fingerprint
    fingerprint: str
    gwp: str
    electricity: str
    editions: tuple[str, ...]
    boundary: str
    incomplete: bool
    co2e_only: bool  # has lines that no GWP set can weigh anew
    co2e_basis: bool  # of which it says itself that their set is another than its own
    grid: bool  # has lines of grid electricity
    lines: tuple[Mapping[str, Any], ...]
    factor_pct: Mapping[str, Decimal | None]

    def rows(self, dataset: str, organisation: str) -> list[LedgerRow]:
        """The summed rows under the dataset's id; an organisation of the dataset beats that of the lines."""
        return summed(self._rows(dataset, organisation))

    def _rows(self, dataset: str, organisation: str) -> Iterator[LedgerRow]:
        for line in self.lines:
            factors = tuple(line["factor_ids"])
            yield LedgerRow(
                dataset,
                Key(line["period_start"].year, line["gpc_ref"], line["activity"]),
                line["period_start"],
                line["period_end"],
                organisation or line["organisation"],
                line["place"],
                line["gas"],
                line["biogenic"],
                line["quality"],
                line["uncertainty_pct"],
                factors,
                self.factor_pct.get(factors[0]) if len(factors) == 1 else None,
                line["mass_kg"],
            )


def read_summary(document: Mapping[str, Any], names: Iterable[str]) -> Summary:
    """A summary that was checked as far as the roll-up uses it.

    Args:
        document: the parsed JSON.
        names: what the file is known by, beside its fingerprint and its inputs.

    Raises:
        NotASummaryError: something in it is missing or of the wrong kind.
    """
    try:
        return _summary(document, names)
    except NotASummaryError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise NotASummaryError(str(error)[:80]) from error


def _summary(document: Mapping[str, Any], names: Iterable[str]) -> Summary:
    settings = document["settings"]
    fingerprint = _text("fingerprint", document["fingerprint"], needed=True)
    inputs = document["inputs"]
    known = [one[name] for one in inputs for name in ("name", "sha256", "resource_id")]
    lines = tuple(_line(one) for one in document["lines"])
    return Summary(
        labels=tuple(dict.fromkeys([fingerprint, *(_text("inputs", one) for one in known if one), *names])),
        fingerprint=fingerprint,
        gwp=_text("settings.gwp", settings["gwp"], needed=True),
        electricity=_text("settings.electricity", settings["electricity"], needed=True),
        editions=tuple(_text("settings.editions", one) for one in settings["editions"]),
        boundary=_text("settings.boundary", settings["boundary"], needed=True),
        incomplete=_flag("incomplete", document["incomplete"]),
        co2e_only=any(line["gas"] == CO2E for line in lines),
        co2e_basis="gwp-basis" in document.get("findings", {}),
        grid=any(line["method"] == electricity.METHOD for line in lines),
        lines=lines,
        factor_pct={one["id"]: _percentage(one["uncertainty_pct"]) for one in document["factors"]},
    )


def _line(given: Mapping[str, Any]) -> dict[str, Any]:
    line = {
        name: _text(name, given[name]) for name in ("activity", "organisation", "place", "method", "quality")
    }
    gas, reference = _text("gas", given["gas"]), _text("gpc_ref", given["gpc_ref"])
    if gas not in known_gases():
        raise NotASummaryError(f"gas: {gas[:40]}")
    if reference not in references():
        raise NotASummaryError(f"gpc_ref: {reference[:40]}")
    if line["quality"] and line["quality"] not in QUALITY_PCT:
        raise NotASummaryError("quality")
    start, end = _day(given["period_start"]), _day(given["period_end"])
    if start > end or start.year != end.year or not line["activity"]:
        raise NotASummaryError("period_start, period_end, activity")
    return {
        **line,
        "gas": gas,
        "gpc_ref": reference,
        "period_start": start,
        "period_end": end,
        "biogenic": _flag("biogenic", given["biogenic"]) and gas in ("CO2", "CH4"),
        "mass_kg": _number("mass_kg", given["mass_kg"]),
        "uncertainty_pct": _percentage(given["uncertainty_pct"]),
        "factor_ids": [_text("factor_ids", one) for one in given["factor_ids"]],
    }


def _text(place: str, value: object, *, needed: bool = False) -> str:
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or len(value) > _TEXT_LIMIT or (needed and not value):
        raise NotASummaryError(place)
    return value


def _flag(place: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise NotASummaryError(place)
    return value


def _number(place: str, value: object) -> Decimal:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise NotASummaryError(place)
    return Decimal(value)


def _percentage(value: object) -> Decimal | None:
    if value is None:
        return None
    pct = _number("uncertainty_pct", value)
    if pct < 0:
        raise NotASummaryError("uncertainty_pct")
    return Decimal(plain(pct))


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise NotASummaryError("period_start, period_end")
    return date.fromisoformat(value)
