"""A second, independent way to what counts: a row is its days, each with an equal part of its mass.

Fractions and sets of days, nothing of ours. A row is (dataset, organisation, first day, last day, kilograms);
a dataset is (level, facility); ``picks`` is a set of datasets, ``disjoint`` a list of sets of them.
"""

from collections import defaultdict
from fractions import Fraction


def reference(rows, datasets, picks, disjoint, year_days):
    """Counted, residual (None without a city-level figure), by organisation, whether the year is covered."""
    city, owners = [], defaultdict(list)
    for name, organisation, first, last, mass in rows:
        row = (name, frozenset(range(first, last + 1)), Fraction(mass, last - first + 1))
        if datasets[name][0] == "city":
            city.append(row)
        else:
            owners[organisation or ("nobody", name)].append(row)
    city = those_that_count(city, datasets, picks, disjoint)
    city_days = covered(city)
    declared, inside, added = {}, Fraction(0), Fraction(0)
    for organisation, own in owners.items():
        whole = [row for row in own if datasets[row[0]][0] == "organisation"]
        places = [row for row in own if datasets[row[0]][0] == "facility"]
        whole = those_that_count(whole, datasets, picks, disjoint)
        places = those_that_count(places, datasets, picks, disjoint)
        places = [(name, days - covered(whole), per_day) for name, days, per_day in places]
        mine = [*whole, *places]
        declared[organisation] = mass_of(mine)
        inside += mass_of([(name, days & city_days, per_day) for name, days, per_day in mine])
        added += mass_of([(name, days - city_days, per_day) for name, days, per_day in mine])
    total = mass_of(city)
    residual = total - inside if city else None
    return total + added, residual, declared, city_days >= set(year_days)


def those_that_count(rows, datasets, picks, disjoint):
    """Days of a rival that was picked go; then rows that overlap with a rival's go as a whole."""

    def rivals(one, other):
        places = {datasets[one], datasets[other]}
        if len(places) == 2 and all(level == "facility" and place for level, place in places):
            return False
        return one != other and not any({one, other} <= group for group in disjoint)

    left = []
    for name, days, per_day in rows:
        for other, theirs, _ in rows:
            if name not in picks and other in picks and rivals(name, other):
                days = days - theirs
        left.append((name, days, per_day))
    return [
        row for row in left if not any(rivals(row[0], other) and row[1] & theirs for other, theirs, _ in left)
    ]


def covered(rows):
    return frozenset().union(*(days for _, days, _ in rows))


def mass_of(rows):
    return sum((per_day * len(days) for _, days, per_day in rows), Fraction(0))
