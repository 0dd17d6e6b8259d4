"""History: one row for each computation."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


class Run(tk.BaseModel):  # type: ignore[misc]
    """One computation for one dataset. ``findings`` is kept for the newest run of a dataset only."""

    __tablename__ = "khonkaencarbon_run"

    id = sa.Column(sa.BigInteger, primary_key=True)
    dataset_id = sa.Column(sa.UnicodeText, nullable=False)
    organisation_id = sa.Column(sa.UnicodeText, nullable=False, default="")
    fence = sa.Column(sa.BigInteger, nullable=False)
    state = sa.Column(sa.UnicodeText, nullable=False)  # running, published, refused, failed, quarantined
    started_at = sa.Column(sa.DateTime(timezone=True), nullable=False)
    finished_at = sa.Column(sa.DateTime(timezone=True))
    signature = sa.Column(sa.UnicodeText)
    fingerprint = sa.Column(sa.UnicodeText)
    version = sa.Column(sa.Integer)
    incomplete = sa.Column(sa.Boolean)
    counts = sa.Column(JSONB(none_as_null=True))  # {read, used, refused, lines}
    findings_by_code = sa.Column(JSONB(none_as_null=True))  # {code: number}
    findings = sa.Column(JSONB(none_as_null=True))  # as in findings.json
    progress = sa.Column(JSONB(none_as_null=True))  # {stage, rows} while it is running
    error = sa.Column(JSONB(none_as_null=True))  # {th, en}
