"""Versions: out of date since when, why other than the one before, files withdrawn or not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS = {
    "stale_since": sa.DateTime(timezone=True),
    "difference": JSONB,
    "withdrawn_at": sa.DateTime(timezone=True),
    "withdrawn_because": sa.UnicodeText,
}


def upgrade() -> None:
    """Add the columns; versions of before have nothing in them."""
    for name, kind in COLUMNS.items():
        op.add_column("khonkaencarbon_version", sa.Column(name, kind))


def downgrade() -> None:
    """Drop them."""
    for name in COLUMNS:
        op.drop_column("khonkaencarbon_version", name)
