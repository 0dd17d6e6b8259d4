"""The queue at a glance, for operators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.portal.queue import NOW, OWED, engine

LABELS = {
    "owed": ("รอคำนวณ", "waiting"),
    "running": ("กำลังคำนวณ", "at work"),
    "failed": ("ขัดข้องและจะลองใหม่", "failed, to be tried again"),
    "owed_since": ("รอนานที่สุดตั้งแต่", "the longest since"),
    "published": ("มีผลเผยแพร่", "with a version in force"),
}


def lines(counts: dict[str, Any]) -> Iterator[str]:
    """The counts in words, Thai first."""
    for name, (thai, english) in LABELS.items():
        yield f"{thai} / {english}: {counts[name] if counts[name] is not None else '-'}"
    yield f"พักไว้ / set aside: {len(counts['quarantined'])}"
    yield from set_aside(counts["quarantined"])


def set_aside(quarantined: Mapping[str, Mapping[str, str] | None]) -> Iterator[str]:
    """What is in quarantine, each with its reason."""
    for dataset_id, reason in quarantined.items():
        yield f"✗ {dataset_id}"
        yield from (f"    {(reason or {}).get(language, '-')}" for language in ("th", "en"))


def counted() -> dict[str, Any]:
    """Datasets owed, running, failed and set aside (these by id with their reason), and versions in force."""
    running = OWED.c.lease_until > NOW
    aside = OWED.c.quarantined_at.is_not(None)
    failed = sa.and_(OWED.c.error.is_not(None), sa.not_(aside), sa.func.coalesce(sa.not_(running), True))
    with engine().begin() as connection:
        count = sa.func.count
        row = connection.execute(
            sa.select(
                count().label("owed"),
                count().filter(running).label("running"),
                count().filter(failed).label("failed"),
                sa.func.min(OWED.c.owed_since).label("oldest"),
            ).where(sa.not_(aside))
        ).one()
        set_aside = connection.execute(sa.select(OWED.c.dataset_id, OWED.c.error).where(aside)).all()
        published = connection.execute(
            sa.select(count()).select_from(Version.__table__).where(Version.__table__.c.in_force)
        ).scalar()
    return {
        "owed": row.owed,
        "running": row.running,
        "failed": row.failed,
        "owed_since": row.oldest.isoformat() if row.oldest else None,
        "quarantined": {one.dataset_id: one.error for one in set_aside},
        "published": published,
    }
