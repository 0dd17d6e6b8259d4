"""Which DataStore tables of inputs there have to be, and what each of them holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "khonkaencarbon_input_table"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        TABLE,
        sa.Column("resource_id", sa.UnicodeText, primary_key=True),
        sa.Column("dataset_id", sa.UnicodeText, nullable=False),
        sa.Column("wanted", sa.UnicodeText),
        sa.Column("held", sa.UnicodeText),
        sa.Column("rows", sa.BigInteger),
        sa.Column("digest", sa.UnicodeText),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True)),
        sa.Column("error", JSONB),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
