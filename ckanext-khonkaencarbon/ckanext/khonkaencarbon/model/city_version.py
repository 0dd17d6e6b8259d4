"""Published versions of the city's inventory."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


class CityVersion(tk.BaseModel):  # type: ignore[misc]
    """An immutable set of files, to be read while all in it counts; the newest such is in force."""

    __tablename__ = "khonkaencarbon_city_version"

    dataset_id = sa.Column(sa.UnicodeText, primary_key=True)
    number = sa.Column(sa.Integer, primary_key=True)
    before = sa.Column(sa.Integer)  # the version whose log this one goes on with; none where there is none
    published_at = sa.Column(sa.DateTime(timezone=True), nullable=False)
    as_of = sa.Column(sa.DateTime(timezone=True), nullable=False)
    stamp = sa.Column(sa.UnicodeText, nullable=False)  # of the instant that last led to this version
    fingerprint = sa.Column(sa.UnicodeText, nullable=False)
    # {datasets: {id: version}, earlier: [ids in the log alone], tables: [ids of datasets of tables]}
    sources = sa.Column(JSONB, nullable=False)
    state = sa.Column(JSONB, nullable=False)  # settings and tables, to tell the next version's changes
    entry = sa.Column(JSONB, nullable=False)  # of the recalculation log
    files = sa.Column(JSONB, nullable=False)  # {name: {sha256, size}}
    resources = sa.Column(JSONB, nullable=False)  # {product: resource id}
    withdrawn_at = sa.Column(sa.DateTime(timezone=True))  # its files are gone since
