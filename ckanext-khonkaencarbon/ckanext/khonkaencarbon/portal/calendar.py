"""What needs today's date, which the core does not know: periods that are not over yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ckanext.khonkaencarbon.footprint.findings import finding
from ckanext.khonkaencarbon.footprint.model import Finding, Line

ZONE = ZoneInfo("Asia/Bangkok")


def today() -> date:
    """The date in Khon Kaen."""
    return datetime.now(ZONE).date()


def not_over_yet(lines: Sequence[Line]) -> list[Finding]:
    """A warning if periods end after today, naming the last of them."""
    ahead = [line for line in lines if line.period_end > today()]
    if not ahead:
        return []
    last = max(line.period_end for line in ahead)
    return [finding("period-not-over", value=last.isoformat(), lines=len(ahead))]
