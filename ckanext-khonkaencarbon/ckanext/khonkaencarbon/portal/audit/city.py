"""The city's sums: what the ledger gives."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.khonkaencarbon.portal.audit.violation import Look, Violation, violation
from ckanext.khonkaencarbon.portal.city.sums import check, refresh


def sums(look: Look) -> Iterator[Violation]:
    """The sums that follow every change are those that a rebuild gives."""
    found = check.differences()
    if found:
        yield violation("city-differs", "", _rebuilt, table=", ".join(found), rows=sum(found.values()))
    look.seen["city_tables"] += len(check.CHECKED)


def _rebuilt() -> bool:
    refresh.bring_up_to_date(rebuild=True)
    return True
