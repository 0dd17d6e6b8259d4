"""What every method is: its description, what it is given, what it hands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ckanext.khonkaencarbon.footprint.cube.parts import Part, Span
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.factors.selection import Choice, NotComputableError, Subject
from ckanext.khonkaencarbon.footprint.model import Text


class Task(NamedTuple):
    """What a method computes with: one part of a cell and all that applies to it."""

    part: Part
    choice: Choice
    parameters: Mapping[str, str]  # of the row, else of the settings; the method knows its defaults
    last_year: int  # the last calendar year that any cell of the run reaches


class GasMass(NamedTuple):
    """Kilograms of a gas, rounded once, with the published rows it was computed from.

    ``gpc_ref`` is set where the gas belongs to another reference than the activity (network losses);
    ``span`` where it escapes at another time than the part's (decay in a landfill).

    ``elasticities``, beside ``rows``, say by how many % the mass changes when a row's value changes by 1 %,
    so that the uncertainty of the rows becomes that of the line: 1 for a factor of a product
    (``uncertainty.of_product``), a component's share for a term of a sum (``uncertainty.ratio``), negative
    where the mass falls. A method may leave them out: ``sensitivity.by_difference`` finds them.
    """

    gas: str
    biogenic: bool
    mass_kg: Decimal
    rows: tuple[PublishedRow, ...]
    gpc_ref: str | None = None
    span: Span | None = None
    elasticities: tuple[Decimal, ...] | None = None


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
    masses: Callable[[Task], list[GasMass]]
    # What to look up in the editions, where it is not the cell's own activity and unit.
    subject: Callable[[Subject, Mapping[str, str]], Subject] | None = None
    rows_of: str = ""  # the method under whose id its numbers are published, where it shares them

    @property
    def table(self) -> str:
        """The id under which an edition publishes the numbers of this method."""
        return self.rows_of or self.id


class ParameterMissingError(NotComputableError):
    """A parameter that has no default was not given; the message names it."""


class ParameterConflictError(NotComputableError):
    """Parameters that cannot stand together; the message names them and their values."""


class NotAYearError(NotComputableError):
    """A quantity that stands for a whole year was given for another period; the message names it."""


class BasisError(NotComputableError):
    """A wet mass with a number per dry mass, or the reverse; the message says which."""


class ParameterError(NotComputableError):
    """A parameter's value cannot be used by the method."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name} = {value}")


class MissingRowError(NotComputableError):
    """The chosen edition lacks a row that the method cannot do without."""
