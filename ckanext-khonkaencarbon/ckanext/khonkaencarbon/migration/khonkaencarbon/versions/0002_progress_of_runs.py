"""How far a running computation has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; runs that are over have nothing in it."""
    op.add_column("khonkaencarbon_run", sa.Column("progress", JSONB))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("khonkaencarbon_run", "progress")
