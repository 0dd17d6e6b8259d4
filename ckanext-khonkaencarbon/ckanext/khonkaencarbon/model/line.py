"""The ledger: every emission line of every published version."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa


class Line(tk.BaseModel):  # type: ignore[misc]
    """One row of summary.csv; the roll-up reads the lines of the version in force of each dataset."""

    __tablename__ = "khonkaencarbon_line"

    dataset_id = sa.Column(sa.UnicodeText, primary_key=True)
    version = sa.Column(sa.Integer, primary_key=True)
    line_id = sa.Column(sa.UnicodeText, primary_key=True)
    year = sa.Column(sa.Integer, nullable=False)
    month = sa.Column(sa.Integer)
    period_start = sa.Column(sa.Date, nullable=False)
    period_end = sa.Column(sa.Date, nullable=False)  # inclusive
    gpc_ref = sa.Column(sa.UnicodeText, nullable=False)
    scope = sa.Column(sa.Integer, nullable=False)
    activity = sa.Column(sa.UnicodeText, nullable=False)
    consumer = sa.Column(sa.UnicodeText)
    organisation = sa.Column(sa.UnicodeText)
    facility = sa.Column(sa.UnicodeText)
    place = sa.Column(sa.UnicodeText)
    quantity = sa.Column(sa.Numeric, nullable=False)
    unit = sa.Column(sa.UnicodeText, nullable=False)
    gas = sa.Column(sa.UnicodeText, nullable=False)
    biogenic = sa.Column(sa.Boolean, nullable=False)
    mass_kg = sa.Column(sa.Numeric, nullable=False)
    gwp = sa.Column(sa.Numeric)
    co2e_kg = sa.Column(sa.Numeric)
    method = sa.Column(sa.UnicodeText, nullable=False)
    factor_ids = sa.Column(sa.UnicodeText, nullable=False)  # joined by ;
    quality = sa.Column(sa.UnicodeText)
    uncertainty_pct = sa.Column(sa.Numeric)
    rows = sa.Column(sa.BigInteger, nullable=False)
