"""What the city asked organisations to publish, with who and when, and why a request was closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "khonkaencarbon_request"


def upgrade() -> None:
    """Make the table; an organisation is asked for a cell once at a time."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("gpc_ref", sa.UnicodeText, nullable=False),
        sa.Column("organisation_id", sa.UnicodeText, nullable=False),
        sa.Column("note", sa.UnicodeText, nullable=False),
        sa.Column("opened_by", sa.UnicodeText, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.UnicodeText),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.UnicodeText),
    )
    op.create_index(
        f"{TABLE}_open",
        TABLE,
        ["year", "gpc_ref", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
