"""What the city decided about datasets offered to its inventory."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa


class Decision(tk.BaseModel):  # type: ignore[misc]
    """One decision about one dataset; the newest holds, the older ones are its history."""

    __tablename__ = "khonkaencarbon_decision"

    id = sa.Column(sa.BigInteger, primary_key=True)
    dataset_id = sa.Column(sa.UnicodeText, nullable=False)
    decision = sa.Column(sa.UnicodeText, nullable=False)  # pending, accepted, declined
    reason = sa.Column(sa.UnicodeText, nullable=False, default="")
    user_id = sa.Column(sa.UnicodeText, nullable=False)
    decided_at = sa.Column(sa.DateTime(timezone=True), nullable=False)
