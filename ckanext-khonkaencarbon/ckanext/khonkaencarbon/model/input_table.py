"""DataStore tables of inputs: what each has to hold, and what it holds."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


class InputTable(tk.BaseModel):  # type: ignore[misc]
    """One table. ``wanted`` and ``held`` are keys of an input's file and mapping; None means no table.

    A table that holds what is wanted is at rest. ``error`` says why the last attempt failed, or why there is
    no table of what is wanted.
    """

    __tablename__ = "khonkaencarbon_input_table"

    resource_id = sa.Column(sa.UnicodeText, primary_key=True)
    dataset_id = sa.Column(sa.UnicodeText, nullable=False)
    wanted = sa.Column(sa.UnicodeText)
    held = sa.Column(sa.UnicodeText)
    rows = sa.Column(sa.BigInteger)  # in the table; None where there is none
    digest = sa.Column(sa.UnicodeText)  # of these rows
    attempts = sa.Column(sa.Integer, nullable=False)
    not_before = sa.Column(sa.DateTime(timezone=True), nullable=False)
    loaded_at = sa.Column(sa.DateTime(timezone=True))
    error = sa.Column(JSONB(none_as_null=True))  # {th, en}
