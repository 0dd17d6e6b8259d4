"""What the city asked organisations to publish."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa


class Request(tk.BaseModel):  # type: ignore[misc]
    """One request of the city to one organisation for one cell of the coverage; kept when it is closed."""

    __tablename__ = "khonkaencarbon_request"

    id = sa.Column(sa.BigInteger, primary_key=True)
    year = sa.Column(sa.Integer, nullable=False)  # of the common era
    gpc_ref = sa.Column(sa.UnicodeText, nullable=False)
    organisation_id = sa.Column(sa.UnicodeText, nullable=False)
    note = sa.Column(sa.UnicodeText, nullable=False, default="")
    opened_by = sa.Column(sa.UnicodeText, nullable=False)  # id of a user
    opened_at = sa.Column(sa.DateTime(timezone=True), nullable=False)
    closed_by = sa.Column(sa.UnicodeText)
    closed_at = sa.Column(sa.DateTime(timezone=True))
    reason = sa.Column(sa.UnicodeText)  # why the city closed it
