"""Nitrous oxide of what crops leave on the field, from the harvest (IPCC vol. 4 ch. 11, tier 1)."""

from __future__ import annotations

from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import EXACT, add, product, quotient
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, ParameterConflictError, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import N2O_PER_NITROGEN, ONE, Numbers
from ckanext.khonkaencarbon.footprint.methods.soils import from_nitrogen
from ckanext.khonkaencarbon.footprint.model import Text

_N2O, _NITROGEN = N2O_PER_NITROGEN
_NOTHING = Decimal(0)


def masses(task: Task) -> list[GasMass]:
    """Kilograms of nitrous oxide of the residues of a fresh harvest, direct and by leaching.

    Raises ParameterMissingError without ``crop``, or without a number that the edition has not for this crop;
    ParameterConflictError where more than all residues are removed and burnt.
    """
    numbers = Numbers(task)
    crop = numbers.word("crop")
    nitrogen = product(_number(numbers, "dry_matter", crop), _per_dry_harvest(numbers, crop))
    emitted = from_nitrogen(numbers, "residue")
    mass = quotient(product(task.part.quantity, nitrogen, emitted, _N2O), _NITROGEN)
    return [GasMass("N2O", False, mass, numbers.rows)]


def _per_dry_harvest(numbers: Numbers, crop: str) -> Decimal:
    """Nitrogen in residues above and below ground per kilogram of dry harvest (equation 11.6)."""
    ratio = _number(numbers, "residue_ratio", crop)
    above = product(ratio, _number(numbers, "nitrogen_above", crop), _left(numbers, crop))
    renewed = numbers.given("renewed_share")
    below = product(
        add(ONE, ratio),
        _number(numbers, "root_ratio", crop),
        _number(numbers, "nitrogen_below", crop),
        ONE if renewed is None else renewed,
    )
    return add(above, below)


def _left(numbers: Numbers, crop: str) -> Decimal:
    """The share of residues above ground that stays: neither carried away nor lost in fire."""
    removed, burnt = numbers.given("removed_share") or _NOTHING, numbers.given("burnt_share") or _NOTHING
    lost = product(burnt, _number(numbers, "combustion", crop)) if burnt else _NOTHING
    if add(removed, burnt) > 1:
        raise ParameterConflictError(f"removed_share {removed} + burnt_share {burnt} > 1")
    return EXACT.subtract(ONE, add(removed, lost))


def _number(numbers: Numbers, name: str, crop: str) -> Decimal:
    return numbers.value(name, crop) if numbers.knows(name, crop) else numbers.needed(name)


METHODS = (
    Method(
        id="crop-residue",
        version="1",
        title=Text("เศษพืชที่เหลือในแปลง: ไนตรัสออกไซด์", "Crop residues, nitrous oxide"),
        equation=(
            "N2O = harvest x dry_matter x (residue_ratio x nitrogen_above x (1 - removed_share - "
            "burnt_share x combustion) + (1 + residue_ratio) x root_ratio x nitrogen_below x "
            "renewed_share) x (direct_factor + leached_share x leaching_factor) x 44/28"
        ),
        source=(
            "IPCC 2019 Refinement vol. 4 ch. 11, equations 11.6 and 11.7 (tier 1), 11.1 and 11.10, tables "
            "11.1, 11.1a and 11.3; IPCC 2006 vol. 4 ch. 2, table 2.6, and ch. 11, table 11.2; GPC 1.1 ch. 10"
        ),
        inputs=Text("ผลผลิตสดที่เก็บเกี่ยว (กิโลกรัม) และชนิดพืช", "Fresh harvest in kilograms, and the crop"),
        defaults={
            "crop": "none: has to be given",
            "dry_matter, nitrogen_above, root_ratio, nitrogen_below": (
                "the edition's values for the crop; where it has none they have to be given"
            ),
            "residue_ratio": "the edition's value for the crop (2019); has to be given with the 2006 edition",
            "combustion": "the edition's value for the crop; needed only where residues are burnt",
            "removed_share, burnt_share": "0",
            "renewed_share": "1 (annual crops)",
            "climate": "wet (Khon Kaen; leaching is counted)",
            "land": "cropland",
            "pathway": "all (direct and indirect)",
            "direct_factor, leached_share, leaching_factor": "the edition's values",
        },
        masses=masses,
        rows_of="soil-nitrogen",
    ),
)
