"""Methane of landfills by first-order decay (IPCC 2006 vol. 5 ch. 3), and methane taken out of them.

Powers of e are not exact: they, and what is multiplied with them, carry 60 significant digits, so the one
rounding of a mass at 9 decimals gives the same digits everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

from ckanext.khonkaencarbon.footprint.cube.parts import Span
from ckanext.khonkaencarbon.footprint.exact import EXACT, product, rounded
from ckanext.khonkaencarbon.footprint.methods.degradable import DIVISOR, potentials
from ckanext.khonkaencarbon.footprint.methods.method import GasMass, Method, ParameterError, Task
from ckanext.khonkaencarbon.footprint.methods.numbers import DIGITS, ONE, Numbers
from ckanext.khonkaencarbon.footprint.model import Text

DEFAULT_CLIMATE = "tropical_moist_wet"
DEFAULT_COVER = "none"
_MONTHS_TO_NEW_YEAR = Decimal(6)  # waste is deposited, on average, at the middle of the year
_MONTHS = Decimal(12)
_PERCENT = Decimal(100)


def decay(task: Task) -> list[GasMass]:
    """Kilograms of methane for each calendar year from that of the deposit to the horizon.

    The horizon is the parameter ``last_year``, else the last year that any cell of the run reaches. The year
    of the deposit has a line even where decay only begins in the next, so that every deposit is seen.

    Raises ParameterError for a horizon before the deposit, and what ``potentials`` raises.
    """
    numbers, year = Numbers(task), task.part.span.start.year
    years = _horizon(task, numbers, year) - year + 1
    generated = _sums(
        _decayed(numbers, potential, component, years) for component, potential in potentials(numbers)
    )
    return _masses(task, numbers, year, generated or [Decimal(0)] * years)


def history(task: Task) -> list[GasMass]:
    """Methane, from the cell's year on, of deposits before it, projected back from the cell's own amount.

    In each year from ``first_year`` to the year before the cell's, what was deposited is the cell's amount
    divided by 1 + ``growth_pct`` / 100 for every year between. The amount itself is not counted here: it has
    a row of its own under the code of the landfill.

    Raises ParameterMissingError without both parameters, ParameterError for a first year that is not earlier.
    """
    numbers, year = Numbers(task), task.part.span.start.year
    first, growth = numbers.needed("first_year"), numbers.needed("growth_pct")
    if first >= year:
        raise ParameterError("first_year", str(first))
    ages, years = year - int(first), _horizon(task, numbers, year) - year + 1
    step = DIGITS.divide(ONE, DIGITS.add(ONE, DIGITS.divide(growth, _PERCENT)))
    amounts = [DIGITS.power(step, age) for age in range(1, ages + 1)]
    generated = _sums(
        _convolved(list(_decayed(numbers, potential, component, ages + years)), amounts, years)
        for component, potential in potentials(numbers)
    )
    return _masses(task, numbers, year, generated or [Decimal(0)] * years)


def recovered(task: Task) -> list[GasMass]:
    """Methane burnt or used: a mass taken off before oxidation in the cover, so a negative emission.

    (generated - recovered) x (1 - OX) of equation 3.1 is the sum of the lines of deposits and of recovery.
    """
    numbers = Numbers(task)
    mass = product(task.part.quantity, _unoxidised(numbers))
    return [GasMass("CH4", True, rounded(EXACT.minus(mass)), numbers.rows)]


def _horizon(task: Task, numbers: Numbers, year: int) -> int:
    given = numbers.given("last_year")
    last = task.last_year if given is None else int(given)
    if last < year:
        raise ParameterError("last_year", str(last))
    return last


def _unoxidised(numbers: Numbers) -> Decimal:
    return EXACT.subtract(ONE, numbers.share("oxidation", numbers.word("cover", DEFAULT_COVER)))


def _decayed(numbers: Numbers, potential: Decimal, component: str, years: int) -> list[Decimal]:
    """What one kilogram of a component's deposit gives in its own year and in each year after."""
    rate = numbers.value("k", f"{component} {numbers.word('climate', DEFAULT_CLIMATE)}")
    shares = islice(_shares(rate, numbers.value("delay_months")), years)
    return [DIGITS.divide(DIGITS.multiply(potential, share), DIVISOR) for share in shares]


def _shares(rate: Decimal, delay: Decimal) -> Iterator[Decimal]:
    """The shares of a deposit that decay in its year and in each year after; they add up to one.

    With the default delay of six months decay starts on 1 January of the next year (month 13), and the first
    share is zero. A shorter delay lets decay start in month delay + 7 of the year of the deposit (annex
    3A.1).
    """
    if delay > _MONTHS_TO_NEW_YEAR:
        raise ParameterError("delay_months", str(delay))
    in_the_first_year = DIGITS.divide(EXACT.subtract(_MONTHS_TO_NEW_YEAR, delay), _MONTHS)
    loss = rate.copy_negate()
    left, kept = DIGITS.exp(DIGITS.multiply(loss, in_the_first_year)), DIGITS.exp(loss)
    yield DIGITS.subtract(ONE, left)
    lost = DIGITS.subtract(ONE, kept)
    while True:
        yield DIGITS.multiply(left, lost)
        left = DIGITS.multiply(left, kept)


def _convolved(decayed: list[Decimal], amounts: list[Decimal], years: int) -> list[Decimal]:
    """For each year from the cell's: the sum over earlier deposits; ``amounts[0]`` is of the year before."""
    return [
        _total(DIGITS.multiply(amount, decayed[year + age]) for age, amount in enumerate(amounts, start=1))
        for year in range(years)
    ]


def _sums(series: Iterator[list[Decimal]]) -> list[Decimal]:
    """Year by year, the sum over components."""
    return [_total(iter(values)) for values in zip(*series, strict=True)]


def _total(values: Iterator[Decimal]) -> Decimal:
    result = Decimal(0)
    for value in values:
        result = DIGITS.add(result, value)
    return result


def _masses(task: Task, numbers: Numbers, year: int, generated: list[Decimal]) -> list[GasMass]:
    factor = DIGITS.multiply(task.part.quantity, _unoxidised(numbers))
    return [
        GasMass(
            "CH4",
            True,
            rounded(DIGITS.multiply(factor, one)),
            numbers.rows,
            span=Span(date(year + age, 1, 1), date(year + age, 12, 31)),
        )
        for age, one in enumerate(generated)
    ]


_DEFAULTS = {
    "waste_type": "mixed (the edition's composition of Thai municipal waste)",
    "climate": f"{DEFAULT_CLIMATE} (Khon Kaen: 27.8 C, 1,230 mm a year; IPCC 2006 vol. 5 table 3.3)",
    "doc, docf, k, methane_fraction": "the edition's values",
    "site_type": "none: it must be given, unless mcf is",
    "mcf": "the edition's value for site_type",
    "cover": DEFAULT_COVER,
    "oxidation": "the edition's value for cover (none: 0, oxidising: 0.1)",
    "delay_months": "the edition's value (6: decay starts on 1 January of the next year)",
    "doc_basis, mass_basis": "wet",
    "last_year": "the last calendar year that any row of the run reaches",
}
_SOURCE = "IPCC 2006 vol. 5 ch. 3, equations 3.1, 3.2, 3.4, 3.5 and 3.6, annex 3A.1; GPC 1.1 ch. 8"
_MASS = Text("น้ำหนักขยะที่ฝังกลบ (กิโลกรัม)", "Mass of waste put into the landfill in kilograms")

METHODS = (
    Method(
        id="landfill-decay",
        version="1",
        title=Text("การฝังกลบ: การสลายตัวอันดับหนึ่ง", "Landfill, first-order decay"),
        equation=(
            "CH4(year) = waste x DOC x DOCf x MCF x F x 16/12 x share decayed in the year x (1 - OX), "
            "over all "
            "components; share = exp(-k (6 - delay)/12) x exp(-k (age - 1)) x (1 - exp(-k)) at age 1, "
            "2, ..., "
            "and 1 - exp(-k (6 - delay)/12) in the year of the deposit"
        ),
        source=_SOURCE,
        inputs=_MASS,
        defaults=_DEFAULTS,
        masses=decay,
    ),
    Method(
        id="landfill-history",
        version="1",
        title=Text(
            "การฝังกลบ: ขยะในปีก่อนหน้า ประมาณย้อนหลังตามอัตราเพิ่ม",
            "Landfill, earlier deposits projected back by growth",
        ),
        equation=(
            "deposit(y) = waste / (1 + growth_pct/100)^(year - y) for y = first_year ... year - 1; "
            "methane of "
            "these deposits as in landfill-decay, from the row's year on"
        ),
        source=f"{_SOURCE}; back-casting by a driver: IPCC 2006 vol. 1 ch. 5",
        inputs=Text(
            "น้ำหนักขยะของปีแรกที่มีข้อมูล (กิโลกรัม) ตัวปีนั้นเองนับในรหัสการฝังกลบ",
            "Waste of the first known year in kilograms; that year itself is counted under the "
            "landfill's code",
        ),
        defaults={**_DEFAULTS, "first_year, growth_pct": "none: both must be given, with their evidence"},
        masses=history,
        rows_of="landfill-decay",
    ),
    Method(
        id="landfill-recovery",
        version="1",
        title=Text("มีเทนที่เก็บจากหลุมฝังกลบ", "Methane recovered from a landfill"),
        equation="CH4 = - recovered x (1 - OX)",
        source="IPCC 2006 vol. 5 ch. 3, equation 3.1",
        inputs=Text("มวลมีเทนที่เผาหรือใช้ประโยชน์ (กิโลกรัม)", "Mass of methane flared or used, in kilograms"),
        defaults={
            "cover": DEFAULT_COVER,
            "oxidation": "the edition's value for cover; the same must hold for the landfill's waste",
        },
        masses=recovered,
        rows_of="landfill-decay",
    ),
)
