"""Published versions of the city's inventory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE, STATE = "khonkaencarbon_city_version", "khonkaencarbon_city_state"


def upgrade() -> None:
    """Make the table; the sums are made anew, as they have to know whose each table of the city is."""
    op.create_table(
        TABLE,
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("before", sa.Integer),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.UnicodeText, nullable=False) for name in ("stamp", "fingerprint")),
        *(
            sa.Column(name, JSONB, nullable=False)
            for name in ("sources", "state", "entry", "files", "resources")
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )
    op.execute(sa.delete(sa.table(STATE)))


def downgrade() -> None:
    """Drop it; the files stay where they are."""
    op.drop_table(TABLE)
