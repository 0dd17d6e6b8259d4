"""Turns of organisations that leave no run behind, and places in the line that no clock moves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TURN, OWED = "khonkaencarbon_turn", "khonkaencarbon_owed"
NEXT = sa.text("nextval('khonkaencarbon_fence')")
IN_LINE = """
    UPDATE khonkaencarbon_owed owed SET place = line.place FROM (
        SELECT dataset_id, nextval('khonkaencarbon_fence') AS place
        FROM (SELECT dataset_id FROM khonkaencarbon_owed ORDER BY owed_since, dataset_id) ordered) line
    WHERE owed.dataset_id = line.dataset_id
"""


def upgrade() -> None:
    """Make the table; what is owed already keeps its order."""
    op.create_table(
        TURN,
        sa.Column("organisation_id", sa.UnicodeText, primary_key=True),
        sa.Column("run_id", sa.BigInteger, nullable=False),
    )
    op.add_column(OWED, sa.Column("place", sa.BigInteger))
    op.execute(IN_LINE)
    op.alter_column(OWED, "place", nullable=False, server_default=NEXT)


def downgrade() -> None:
    """Drop both."""
    op.drop_column(OWED, "place")
    op.drop_table(TURN)
