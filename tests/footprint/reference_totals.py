"""A second, independent way to the totals: fractions over rows, no package of ours but its data files.

Rows are multiplied one by one and never summed into cells first; only the rounding of the contracts (once per
line, half even, 9 decimals) is applied, to sums of exact fractions. For monthly files in base units.
"""

import csv
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

CONFIG = Path(__file__).parents[2] / "config"
FRACTION_OF_CARBON = Fraction(44, 12)


def table(name):
    with (CONFIG / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def gas_factors(activity, unit, month):
    """(gas, biogenic, kg per unit) of the month, from TGO's list of 2022 or its electricity of 2026."""
    if activity == "waste-incineration-exported":
        return waste_factors()
    edition = "tgo-2026-01" if activity == "electricity-grid" and month >= "2026" else "tgo-2022-04"
    rows = table(f"factors/{edition}/factors.csv")
    return [
        (r["gas"], False, Fraction(r["value"]))
        for r in rows
        if (r["activity"], r["unit"]) == (activity, unit)
    ]


def waste_factors():
    value = {
        (r["parameter"], r["category"]): Fraction(r["value"])
        for r in table("factors/ipcc-2006/parameters-waste.csv")
        if r["activity"] == "incineration"
    }
    fossil = biogenic = Fraction(0)
    for (name, kind), share in value.items():
        if name == "share":
            carbon = share * value["dry_matter", kind] * value["carbon", kind]
            fossil += carbon * value["fossil_fraction", kind]
            biogenic += carbon * (1 - value["fossil_fraction", kind])
    per_gram = Fraction(1, 10**6)
    return [
        ("CO2", False, fossil * FRACTION_OF_CARBON),
        ("CO2", True, biogenic * FRACTION_OF_CARBON),
        ("CH4", True, value["ch4", "continuous-stoker"] * per_gram),
        ("N2O", False, value["n2o", "continuous-stoker"] * per_gram),
    ]


def e_to_the_minus(rate):
    """The power of e as a fraction, by its series: sixty terms leave less than 1e-60 of a rate below one."""
    term = total = Fraction(1)
    for n in range(1, 60):
        term *= Fraction(-rate) / n
        total += term
    return total


def landfill_methane(deposits, last_year, components, left_after_oxidation=1):
    """Kilograms by year, in units of 1e-9: {year: kilograms deposited}, [(methane per kilogram, k)].

    Decay starts on 1 January of the year after the deposit; each deposit's mass of a year is rounded once.
    """
    found = defaultdict(int)
    for year, deposit in deposits.items():
        for emitted in range(year + 1, last_year + 1):
            mass = Fraction(0)
            for per_kilogram, rate in components:
                kept = e_to_the_minus(rate)
                mass += per_kilogram * (1 - kept) * kept ** (emitted - year - 1)
            found[emitted] += round(deposit * mass * left_after_oxidation * 10**9)
    return dict(found)


def broken_power(base, numerator, denominator, places=30):
    """base ** (numerator / denominator) by bisection over whole numbers, cut at ``places`` decimals."""
    scale = 10**places
    low, high = 0, int(base + 1) * scale
    while high - low > 1:
        middle = (low + high) // 2
        if Fraction(middle, scale) ** denominator <= base**numerator:
            low = middle
        else:
            high = middle
    return Fraction(low, scale)


def rice_methane(hectares, days, baseline, water, preseason, load):
    """In units of 1e-9 kg; ``load`` is the sum of tonnes per hectare times conversion factors."""
    amended = broken_power(1 + load, 59, 100)
    return round(hectares * days * baseline * water * preseason * amended * 10**9)


def potential(gas, biogenic):
    if gas == "CO2e":
        return Fraction(1)
    if gas == "CO2" and biogenic:
        return Fraction(0)
    origin = {True: "non-fossil", False: "fossil"}
    rows = [r for r in table("gwp.csv") if r["gas"] == gas and r["origin"] in ("", origin[biogenic])]
    return Fraction(rows[0]["ar5-tgo"])


def total_co2e(file):
    """The total in units of 1e-10 kg: masses have nine decimals, potentials at most one."""
    masses = defaultdict(Fraction)
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            for gas, biogenic, factor in gas_factors(row["activity"], row["unit"], row["period"]):
                line = (row["organisation"], row["period"], row["activity"], row["unit"], gas, biogenic)
                masses[line] += Fraction(row["quantity"]) * factor
    # round() of a Fraction is half even.
    return sum(round(mass * 10**9) * potential(*line[-2:]) * 10 for line, mass in masses.items())


if __name__ == "__main__":
    print(total_co2e(Path(sys.argv[1])))
