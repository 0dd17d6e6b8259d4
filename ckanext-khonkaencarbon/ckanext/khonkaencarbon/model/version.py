"""Published versions of the footprint of a dataset."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


class Version(tk.BaseModel):  # type: ignore[misc]
    """An immutable set of files and lines. At most one of a dataset is in force, none of a deleted one."""

    __tablename__ = "khonkaencarbon_version"

    dataset_id = sa.Column(sa.UnicodeText, primary_key=True)
    number = sa.Column(sa.Integer, primary_key=True)
    in_force = sa.Column(sa.Boolean, nullable=False)
    published_at = sa.Column(sa.DateTime(timezone=True), nullable=False)
    fence = sa.Column(sa.BigInteger, nullable=False)
    fingerprint = sa.Column(sa.UnicodeText, nullable=False)
    signature = sa.Column(sa.UnicodeText, nullable=False)  # of the inputs, as they last led to this version
    inputs = sa.Column(JSONB, nullable=False)  # what the signature is the hash of
    files = sa.Column(JSONB, nullable=False)  # {name: {sha256, size}}
    resources = sa.Column(JSONB, nullable=False)  # {product: resource id}
    incomplete = sa.Column(sa.Boolean, nullable=False)
    overview = sa.Column(JSONB, nullable=False)  # summary.json without its lines
    stale_since = sa.Column(sa.DateTime(timezone=True))  # when its inputs or rules changed, once noticed
    difference = sa.Column(
        JSONB(none_as_null=True)
    )  # note to the version before, as in difference.schema.json
    withdrawn_at = sa.Column(sa.DateTime(timezone=True))  # its files and lines are gone since
    withdrawn_because = sa.Column(sa.UnicodeText)
