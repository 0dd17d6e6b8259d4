"""The numbers of one task: what row or settings give, else what the chosen edition publishes."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from ckanext.khonkaencarbon.footprint.exact import product, quotient
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter
from ckanext.khonkaencarbon.footprint.methods.method import (
    BasisError,
    MissingRowError,
    ParameterError,
    ParameterMissingError,
    Task,
)

# Ratios of molecular masses as the guidelines print them: numerator and denominator.
CO2_PER_CARBON = (Decimal(44), Decimal(12))
METHANE_PER_CARBON = (Decimal(16), Decimal(12))
N2O_PER_NITROGEN = (Decimal(44), Decimal(28))
PER_THOUSAND = Decimal("0.001")
PER_MILLION = Decimal("0.000001")
ONE = Decimal(1)
DAYS_OF_THE_GUIDELINES = Decimal(365)

# For what is not exact, powers with broken exponents: so many digits that rounding at 9 decimals is certain.
DIGITS = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])

_NUMBER = re.compile(r"\d{1,12}(\.\d{1,18})?", re.ASCII)


class Numbers:
    """Looks up the numbers that a gas mass is made of and remembers the published rows among them."""

    def __init__(self, task: Task) -> None:
        self._given = task.parameters
        self._table = task.choice.by_name
        self._used: dict[str, Parameter] = {}

    @property
    def rows(self) -> tuple[Parameter, ...]:
        """The published rows that were used so far, by id."""
        return tuple(row for _, row in sorted(self._used.items()))

    def word(self, name: str, default: str | None = None) -> str:
        """A choice; ParameterMissingError where neither row nor settings make it and there is no default."""
        word = self._given.get(name, default)
        if word is None:
            raise ParameterMissingError(name)
        return word

    def word_for(self, number: str, name: str) -> str:
        """The choice that decides a number; empty where the number itself is given, else as ``word``."""
        return self.word(name, None if self.given(number) is None else "")

    def given(self, name: str) -> Decimal | None:
        """A number of the row or the settings; ParameterError where it is none."""
        text = self._given.get(name)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            raise ParameterError(name, text)
        return Decimal(text)

    def needed(self, name: str) -> Decimal:
        """A number that only row or settings can give; ParameterMissingError where they do not."""
        number = self.given(name)
        if number is None:
            raise ParameterMissingError(name)
        return number

    def value(self, name: str, *categories: str) -> Decimal:
        """The given number, else that of the edition's first row among ``categories``.

        Raises MissingRowError where the edition has none of them.
        """
        number = self.given(name)
        return self.published(name, *categories) if number is None else number

    def share(self, name: str, *categories: str) -> Decimal:
        """A value from 0 to 1; ParameterError for a larger one."""
        number = self.value(name, *categories)
        if number > 1:
            raise ParameterError(name, self._given.get(name, str(number)))
        return number

    def published(self, name: str, *categories: str) -> Decimal:
        """The edition's number, whatever row and settings say; MissingRowError where it has none."""
        for category in categories or ("",):
            row = self._table.get((name, category))
            if row is not None:
                self._used[row.id] = row
                return row.value
        raise MissingRowError(f"{name} {(categories or ('',))[0]}".strip())

    def knows(self, name: str, category: str) -> bool:
        """Whether the edition has such a row."""
        return (name, category) in self._table

    def categories(self, name: str) -> list[str]:
        """The categories of all rows of a name, sorted."""
        return sorted(category for found, category in self._table if found == name)


def basis(numbers: Numbers, of_number: str = "doc_basis") -> str:
    """Wet or dry, for the mass and for the number per mass alike; BasisError where they differ."""
    mass, number = numbers.word("mass_basis", "wet"), numbers.word(of_number, "wet")
    if mass != number:
        raise BasisError(f"mass {mass}, {of_number} {number}")
    return mass


def chosen(name: str, word: str, known: Iterable[str]) -> str:
    """The word; ParameterError where the edition does not know it."""
    if word not in known:
        raise ParameterError(name, word)
    return word


def through_the_year(task: Task, per_year: Decimal, divisor: Decimal = ONE) -> Decimal:
    """Kilograms from a stock (animals, people) over a part of a year; one gives ``per_year / divisor``.

    A year's number counts for its days: a whole year counts as one, whose months add up to it. A
    cell that was split by days carries a share of its stock, which is undone here.
    """
    key, part = task.part.cell.key, task.part
    days = (key.period_end - key.period_start).days + 1
    of_the_year = 366 if calendar.isleap(part.span.start.year) else 365
    return quotient(product(part.quantity, per_year, Decimal(days)), product(Decimal(of_the_year), divisor))
