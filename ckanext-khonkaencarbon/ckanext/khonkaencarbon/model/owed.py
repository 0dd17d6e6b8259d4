"""The queue: one row for each dataset that has to be looked at."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

FENCE = sa.Sequence("khonkaencarbon_fence")


class Owed(tk.BaseModel):  # type: ignore[misc]
    """A dataset whose footprint may be out of date, and who is at work on it.

    ``changes`` counts changes, so that a run sees one that came in while it was at work. ``fence`` grows with
    every claim: who holds an older one cannot publish. ``signature`` is that of the inputs being computed.
    ``place`` is the place in the line: a number, because a clock can be put back.
    """

    __tablename__ = "khonkaencarbon_owed"

    dataset_id = sa.Column(sa.UnicodeText, primary_key=True)
    organisation_id = sa.Column(sa.UnicodeText, nullable=False, default="")
    owed_since = sa.Column(sa.DateTime(timezone=True), nullable=False)
    not_before = sa.Column(sa.DateTime(timezone=True), nullable=False)
    changes = sa.Column(sa.BigInteger, nullable=False)
    attempts = sa.Column(sa.Integer, nullable=False)
    lease_until = sa.Column(sa.DateTime(timezone=True))
    fence = sa.Column(sa.BigInteger)
    signature = sa.Column(sa.UnicodeText)
    error = sa.Column(JSONB(none_as_null=True))  # {th, en}
    quarantined_at = sa.Column(sa.DateTime(timezone=True))
    place = sa.Column(sa.BigInteger, nullable=False, server_default=FENCE.next_value())
