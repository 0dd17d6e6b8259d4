"""Queue, history, versions and ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.UnicodeText
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the sequence and the four tables; the sequence goes with the queue when that is dropped."""
    op.execute("CREATE SEQUENCE IF NOT EXISTS khonkaencarbon_fence")
    _owed()
    op.execute("ALTER SEQUENCE khonkaencarbon_fence OWNED BY khonkaencarbon_owed.fence")
    _run()
    _version()
    _line()


def downgrade() -> None:
    """Drop everything again; derived files and resources stay where they are."""
    for table in ("line", "version", "run", "owed"):
        op.drop_table(f"khonkaencarbon_{table}")


def _owed() -> None:
    op.create_table(
        "khonkaencarbon_owed",
        sa.Column("dataset_id", TEXT, primary_key=True),
        sa.Column("organisation_id", TEXT, nullable=False),
        sa.Column("owed_since", TIME, nullable=False),
        sa.Column("not_before", TIME, nullable=False),
        sa.Column("changes", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", TIME),
        sa.Column("fence", sa.BigInteger),
        sa.Column("signature", TEXT),
        sa.Column("error", JSONB),
        sa.Column("quarantined_at", TIME),
    )
    op.create_index("khonkaencarbon_owed_due", "khonkaencarbon_owed", ["not_before"])


def _run() -> None:
    op.create_table(
        "khonkaencarbon_run",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("dataset_id", TEXT, nullable=False),
        sa.Column("organisation_id", TEXT, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.Column("signature", TEXT),
        sa.Column("fingerprint", TEXT),
        sa.Column("version", sa.Integer),
        sa.Column("incomplete", sa.Boolean),
        sa.Column("counts", JSONB),
        sa.Column("findings_by_code", JSONB),
        sa.Column("findings", JSONB),
        sa.Column("error", JSONB),
        sa.CheckConstraint(
            "state IN ('running', 'published', 'refused', 'failed', 'quarantined')",
            name="khonkaencarbon_run_state",
        ),
    )
    op.create_index("khonkaencarbon_run_dataset", "khonkaencarbon_run", ["dataset_id", "id"])
    op.create_index("khonkaencarbon_run_turn", "khonkaencarbon_run", ["organisation_id", "id"])


def _version() -> None:
    op.create_table(
        "khonkaencarbon_version",
        sa.Column("dataset_id", TEXT, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("in_force", sa.Boolean, nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("signature", TEXT, nullable=False),
        sa.Column("inputs", JSONB, nullable=False),
        sa.Column("files", JSONB, nullable=False),
        sa.Column("resources", JSONB, nullable=False),
        sa.Column("incomplete", sa.Boolean, nullable=False),
        sa.Column("overview", JSONB, nullable=False),
        sa.CheckConstraint("number > 0", name="khonkaencarbon_version_number"),
    )
    op.create_index(
        "khonkaencarbon_version_in_force",
        "khonkaencarbon_version",
        ["dataset_id"],
        unique=True,
        postgresql_where=sa.text("in_force"),
    )


def _line() -> None:
    op.create_table(
        "khonkaencarbon_line",
        sa.Column("dataset_id", TEXT, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("line_id", TEXT, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("month", sa.Integer),
        sa.Column("period_start", sa.Date, nullable=False),
        sa.Column("period_end", sa.Date, nullable=False),
        sa.Column("gpc_ref", TEXT, nullable=False),
        sa.Column("scope", sa.Integer, nullable=False),
        sa.Column("activity", TEXT, nullable=False),
        sa.Column("consumer", TEXT),
        sa.Column("organisation", TEXT),
        sa.Column("facility", TEXT),
        sa.Column("place", TEXT),
        _number("quantity", nullable=False),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("gas", TEXT, nullable=False),
        sa.Column("biogenic", sa.Boolean, nullable=False),
        _number("mass_kg", nullable=False),
        _number("gwp"),
        _number("co2e_kg"),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("factor_ids", TEXT, nullable=False),
        sa.Column("quality", TEXT),
        _number("uncertainty_pct"),
        sa.Column("rows", sa.BigInteger, nullable=False),
        *(_finite(name) for name in ("quantity", "mass_kg", "gwp", "co2e_kg", "uncertainty_pct")),
    )
    op.create_index("khonkaencarbon_line_reference", "khonkaencarbon_line", ["year", "gpc_ref"])


def _number(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Numeric, nullable=nullable)


def _finite(name: str) -> sa.CheckConstraint:
    rule = f"{name} NOT IN ('NaN'::numeric, 'Infinity'::numeric, '-Infinity'::numeric)"
    return sa.CheckConstraint(rule, name=f"khonkaencarbon_line_{name}_finite")
