"""What the words of an activity table stand for: activities, their parameters, units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.text import fold

_JOINTS = str.maketrans("", "", " -_")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that an activity's method takes: a choice, or a number within bounds."""

    name: str
    label: Text
    choices: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None  # inclusive
    below: Decimal | None = None  # exclusive
    above: Decimal | None = None  # exclusive

    def allows(self, number: Decimal) -> bool:
        """Whether the number is within the bounds."""
        return (
            (self.minimum is None or number >= self.minimum)
            and (self.maximum is None or number <= self.maximum)
            and (self.below is None or number < self.below)
            and (self.above is None or number > self.above)
        )

    def choice(self, text: str) -> str | None:
        """The choice that a cell means, whatever its blanks, hyphens and case: R410A is R-410A."""
        return next((one for one in self.choices if _bare(one) == _bare(text)), None)

    def allowed(self) -> str:
        """The choices or bounds as text for a sentence."""
        if self.choices:
            return ", ".join(self.choices)
        bounds = ((">=", self.minimum), (">", self.above), ("<=", self.maximum), ("<", self.below))
        return ", ".join(f"{sign} {bound}" for sign, bound in bounds if bound is not None)


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that causes emissions, with the units it is measured in and where the GPC puts it."""

    code: str
    label: Text
    aliases: tuple[str, ...]
    base_units: Mapping[str, str]  # dimension -> base unit
    method: str
    parameters: Mapping[str, Parameter]
    gpc: Mapping[str, str]  # consumer ('' = none given) -> GPC reference; a consumer not listed is refused
    allows_negative: bool
    default_consumer: str = ""  # taken where a row names none
    factors_of: str = ""  # the activity whose published rows serve this one too, if not its own
    fixed: Mapping[str, str] = field(default_factory=dict)  # parameters that the activity itself decides
    needs_evidence: bool = False  # a row that names no evidence is refused

    @property
    def sector(self) -> str:
        """Roman number of the GPC sector."""
        return gpc.sector(next(iter(self.gpc.values())))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and how many base units of its dimension one of it is; exact.

    ``also`` has further dimensions that it measures: a kWh is electricity, and 3.6 MJ of a fuel.
    """

    name: str
    label: Text
    dimension: str
    to_base: Decimal
    also: Mapping[str, Decimal] = field(default_factory=dict)

    def measuring(self, dimensions: Iterable[str]) -> Unit | None:
        """The unit as a measure of the first of its dimensions that is among these; None if none is."""
        allowed = set(dimensions)
        if self.dimension in allowed:
            return self
        return next(
            (replace(self, dimension=one, to_base=size) for one, size in self.also.items() if one in allowed),
            None,
        )


@dataclass(frozen=True, slots=True)
class AmbiguousWord:
    """A word that the consumer decides, or nobody."""

    by_consumer: Mapping[str, str]  # consumer -> activity code


def _bare(text: str) -> str:
    return fold(text).translate(_JOINTS)
