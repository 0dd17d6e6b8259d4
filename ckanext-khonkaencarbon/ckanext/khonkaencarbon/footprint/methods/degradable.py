"""What can become methane in a kilogram of buried waste: shared by first-order decay and commitment."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ckanext.khonkaencarbon.footprint.exact import product, total
from ckanext.khonkaencarbon.footprint.methods.method import BasisError, MissingRowError
from ckanext.khonkaencarbon.footprint.methods.numbers import METHANE_PER_CARBON, Numbers, basis

MIXED, BULK = "mixed", "bulk_msw"
_PER_CARBON, DIVISOR = (
    METHANE_PER_CARBON  # potentials are multiplied by the first, still to be divided by the second
)


def potentials(numbers: Numbers) -> list[tuple[str, Decimal]]:
    """Twelve times the kilograms of methane that a kilogram of each component can make, before oxidation.

    DOC x DOCf x MCF x F x 16 (IPCC 2006 vol. 5, equations 3.2 and 3.6), exact; the division by 12 is left to
    the last step. Components without degradable carbon are left out.

    Raises:
        BasisError: a wet mass with a DOC per dry mass, or the reverse, or a mixture weighed dry.
        ParameterMissingError: neither a site type nor an MCF is given.
        MissingRowError: the edition lacks a number.
    """
    correction = numbers.share("mcf", numbers.word_for("mcf", "site_type"))
    methane_fraction = numbers.share("methane_fraction")
    return [
        (
            component,
            product(carbon, _decomposable(numbers, component), correction, methane_fraction, _PER_CARBON),
        )
        for component, carbon in _carbon(numbers)
        if carbon
    ]


def _decomposable(numbers: Numbers, component: str) -> Decimal:
    """DOCf: by kind of waste where the edition tells kinds apart, else one for all."""
    return numbers.share("docf", component, "")


def _carbon(numbers: Numbers) -> Iterator[tuple[str, Decimal]]:
    """Degradable carbon in a kilogram of the waste, by component."""
    waste_type, mass_basis = numbers.word("waste_type", MIXED), basis(numbers)
    if waste_type not in (MIXED, BULK):
        yield waste_type, _content(numbers, waste_type, mass_basis)
        return
    if mass_basis == "dry":
        raise BasisError(f"{waste_type}: shares are of wet waste")
    if waste_type == BULK and numbers.given("doc") is not None:
        yield BULK, numbers.share("doc")
        return
    parts = [(kind, product(share, _content(numbers, kind, "wet"))) for kind, share in composition(numbers)]
    yield from [(BULK, total([carbon for _, carbon in parts]))] if waste_type == BULK else parts


def _content(numbers: Numbers, component: str, mass_basis: str) -> Decimal:
    return numbers.share("doc", component if mass_basis == "wet" else f"{component} dry")


def composition(numbers: Numbers) -> list[tuple[str, Decimal]]:
    """The edition's shares of wet mixed waste by component; MissingRowError where it has none."""
    kinds = numbers.categories("share")
    if not kinds:
        raise MissingRowError("share")
    return [(kind, numbers.published("share", kind)) for kind in kinds]
