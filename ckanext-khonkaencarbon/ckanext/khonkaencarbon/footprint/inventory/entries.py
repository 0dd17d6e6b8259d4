"""The inventory's answer for one reference and year: computed, typed, a notation key, or nothing yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.exact import total
from ckanext.khonkaencarbon.footprint.factors.gwp import CO2E
from ckanext.khonkaencarbon.footprint.inventory import spans
from ckanext.khonkaencarbon.footprint.inventory.carriers import Carrier, weighted
from ckanext.khonkaencarbon.footprint.inventory.choices import PICK_TYPED
from ckanext.khonkaencarbon.footprint.inventory.model import (
    COMPUTED,
    CONFLICT,
    INSIDE,
    MISSING,
    NOTATION,
    PARTIAL,
    TYPED,
    Entry,
    Key,
    LedgerRow,
    NotationEntry,
    Part,
    TypedRow,
)
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.footprint.inventory.weight import spread
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.footprint.model import TGO_SCOPE2, Text
from ckanext.khonkaencarbon.footprint.uncertainty import QUALITY_PCT
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

# Waste of the city that is burnt for energy elsewhere: facts of the GPC's practice in docs/inventory.md.
WASTE_TO_ENERGY = Key(0, "III.3.2", "waste-incineration-exported")
WASTE_NOTATION = Text(
    "รวมอยู่ในค่าการปล่อยของไฟฟ้าจากสายส่ง เพราะโรงไฟฟ้าขยะนอกเขตขายไฟฟ้าเข้าสายส่ง แสดงแยกเป็นบันทึกนอกยอดรวม",
    "In the factor of grid electricity, because the plant outside sells its power; stated apart as a memo",
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything about one reference and year."""

    year: int
    gpc_ref: str
    carriers: Sequence[Carrier] = ()
    typed: Sequence[TypedRow] = ()
    notation: NotationEntry | None = None
    grid: str = ""  # of losses: the reference of the grid electricity, where its factor contains them


def entry(of: Gathered, settings: CitySettings) -> tuple[Entry, list[str]]:
    """The entry, and the codes of what a planner has to know about it."""
    known = of.notation
    whose = known.responsible if known else ""
    computed, memo = _computed(of, settings)
    typed = spread([_typed_part(row, settings.gwp) for row in of.typed])
    found: list[str] = []
    if of.grid and typed:
        found.append("inventory-losses-twice")
        typed = []
    parts, status, remark = _chosen(of, computed, typed, settings)
    found += remark
    if parts:
        found += ["notation-with-value"] if known else []
        found += ["inventory-negative-residual"] if _overdrawn(parts) else []
        said = "; ".join(sorted({row.explanation for row in of.typed} - {""})) if status == TYPED else ""
        return Entry(of.year, of.gpc_ref, status, parts, memo, known, whose, said), found
    key = known or _derived(of, memo)
    status = NOTATION if key else MISSING
    if any(one.conflict for one in of.carriers):
        status = CONFLICT
    return Entry(of.year, of.gpc_ref, status, (), memo, key, whose), found


def residual(parts: Iterable[Part]) -> Decimal:
    """CO2e of the city-level figures less what organisations declared within them."""
    sums = []
    for part in parts:
        if part.co2e_kg is not None and part.role != "added":
            sums.append(-part.co2e_kg if part.role == INSIDE else part.co2e_kg)
    return total(sums)


def contains_losses(of: Entry, settings: CitySettings) -> bool:
    """Whether the figure is grid electricity by a factor that has the network losses in it."""
    if settings.electricity != TGO_SCOPE2 or gpc.sector(of.gpc_ref) != "I":
        return False
    activities = load_vocabulary().activities
    return gpc.scope(of.gpc_ref) == 2 and any(
        part.row.gas == CO2E
        and part.row.key.activity in activities
        and activities[part.row.key.activity].method == electricity.METHOD
        for part in of.counted
    )


def _computed(of: Gathered, settings: CitySettings) -> tuple[list[Part], tuple[Part, ...]]:
    parts: list[Part] = []
    memo: list[Part] = []
    for one in of.carriers:
        if not settings.waste_is_counted and one.key[1:] == WASTE_TO_ENERGY[1:]:
            memo += [part for part in one.parts if part.role != INSIDE]
        else:
            parts += one.parts
    return parts, tuple(memo)


def _chosen(
    of: Gathered, computed: list[Part], typed: list[Part], settings: CitySettings
) -> tuple[tuple[Part, ...], str, list[str]]:
    """Computed figures, or the typed total with what was computed inside it; never both."""
    full = bool(computed) and all(one.full for one in of.carriers if one.has_figures)
    if not typed:
        return tuple(computed), COMPUTED if full else PARTIAL, []
    if not computed:
        return tuple(typed), TYPED, []
    pick = settings.choices.pick_of_reference(of.year, of.gpc_ref)
    found = [] if pick else ["inventory-typed-and-computed"]
    if pick == PICK_TYPED or (pick is None and not full):
        shown = [part._replace(role=INSIDE) for part in computed if part.role in ("added", INSIDE)]
        return (*typed, *shown), TYPED, found
    return tuple(computed), COMPUTED if full else PARTIAL, found


def _overdrawn(parts: Sequence[Part]) -> bool:
    """Whether organisations declared more than a carrier's city-level figure."""
    carriers = {part.row.key.activity for part in parts if part.role == "city"}
    groups = [[part for part in parts if part.row.key.activity == one] for one in sorted(carriers)]
    groups += [list(parts)] if any(part.role == "typed" for part in parts) else []
    return any(residual(group) < 0 and any(part.role == INSIDE for part in group) for group in groups)


def _derived(of: Gathered, memo: Sequence[Part]) -> NotationEntry | None:
    """A key that follows from the settings."""
    if of.grid:
        return NotationEntry("IE", both(losses_included(of.grid)), elsewhere=of.grid)
    return NotationEntry("IE", both(WASTE_NOTATION)) if memo else None


def losses_included(gpc_ref: str) -> Text:
    """Why the network losses are not a figure of their own."""
    return Text(
        f"รวมอยู่ใน {gpc_ref} แล้ว เพราะค่าการปล่อยของไฟฟ้าจาก อบก. รวมการสูญเสียในสายส่งและสายจำหน่าย",
        f"Included in {gpc_ref}: TGO's electricity factor contains transmission and distribution losses",
    )


def both(text: Text) -> str:
    """Both languages in the one cell that a table has."""
    return f"{text.th} / {text.en}"


def _typed_part(row: TypedRow, gwp_set: str) -> Part:
    first, last = spans.year_span(row.year)
    year = Key(row.year, row.gpc_ref, "")
    pct = QUALITY_PCT.get(row.quality)
    ledger = LedgerRow(
        "", year, _day(first), _day(last), "", "", row.gas, row.biogenic, row.quality, pct, (), None,
        Decimal(0),
    )  # fmt: skip
    mass, co2e = row.mass_kg, row.co2e_kg
    if mass is None:
        mass = co2e if row.gas == CO2E else None
    else:
        co2e = weighted(row.gas, row.biogenic, mass, gwp_set)
    return Part("typed", ledger, mass, co2e, abs(co2e or Decimal(0)))


_day = date.fromordinal
