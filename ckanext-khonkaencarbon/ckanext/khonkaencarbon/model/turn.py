"""When an organisation had a turn that left no run behind."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa


class Turn(tk.BaseModel):  # type: ignore[misc]
    """The newest run of an organisation that came to nothing worth telling, and was forgotten.

    Withdrawing, purging and drafts leave no run in the history; they took their turn all the same.
    """

    __tablename__ = "khonkaencarbon_turn"

    organisation_id = sa.Column(sa.UnicodeText, primary_key=True)
    run_id = sa.Column(sa.BigInteger, nullable=False)
