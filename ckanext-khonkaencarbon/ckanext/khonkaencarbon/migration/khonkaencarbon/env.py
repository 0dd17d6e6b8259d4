"""Runs the migrations of the extension in the database of the portal, all in one transaction."""

from __future__ import annotations

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import create_engine, pool

PREFIX = "khonkaencarbon_"


def is_ours(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Only tables of the extension are compared when a migration is generated."""
    return kind != "table" or (name or "").startswith(PREFIX)


def upgrade_or_downgrade() -> None:
    """Connect and run what is pending."""
    url = context.config.get_main_option("sqlalchemy.url")
    options = {
        "target_metadata": metadata,
        "version_table": f"{PREFIX}alembic_version",
        "include_object": is_ours,
    }
    if context.is_offline_mode():
        context.configure(url=url, literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


upgrade_or_downgrade()
