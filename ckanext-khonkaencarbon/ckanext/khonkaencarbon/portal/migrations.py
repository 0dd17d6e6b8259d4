"""Whether CKAN's tables and those of the plugins are at their newest revision."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import ckan.migration
import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from alembic.script import ScriptDirectory


def behind(connection: sa.engine.Connection) -> list[str]:
    """Names of what is not at its newest revision ("ckan" for CKAN itself)."""
    return [name for name, head in _heads().items() if _current(connection, name) != head]


def _current(connection: sa.engine.Connection, name: str) -> str | None:
    table = "alembic_version" if name == "ckan" else f"{name}_alembic_version"
    if not sa.inspect(connection).has_table(table):
        return None
    return connection.execute(sa.select(sa.column("version_num")).select_from(sa.table(table))).scalar()


@cache
def _heads() -> dict[str, str | None]:
    folders = {"ckan": Path(ckan.migration.__file__).parent}
    for name in tk.aslist(tk.config["ckan.plugins"]):
        module = sys.modules[type(p.get_plugin(name)).__module__]
        folder = Path(str(module.__file__)).parent / "migration" / name
        if folder.is_dir():
            folders[name] = folder
    return {name: ScriptDirectory(str(folder)).get_current_head() for name, folder in folders.items()}
