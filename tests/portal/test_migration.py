"""The migration makes exactly the tables that the models describe, and nothing that is not a number."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from alembic.command import check
from ckan import model
from ckan.cli.db import _repo_for_plugin, current_revision

from ckanext.khonkaencarbon.model import Line


def test_the_tables_are_those_of_the_models(portal):
    assert current_revision("khonkaencarbon").endswith("(head)")
    with _repo_for_plugin("khonkaencarbon") as repo:
        repo.setup_migration_version_control()
        check(repo.alembic_config)


@pytest.mark.parametrize("column", ["quantity", "mass_kg", "co2e_kg", "gwp", "uncertainty_pct"])
@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_the_ledger_holds_numbers_only(portal, column, value):
    line = dict.fromkeys(("line_id", "gpc_ref", "activity", "unit", "gas", "method", "factor_ids"), "x")
    line |= dict.fromkeys(("year", "version", "scope", "rows", "quantity", "mass_kg"), 1)
    line |= {"dataset_id": "x", "biogenic": False, "period_start": "2024-01-01", "period_end": "2024-01-01"}
    with pytest.raises(sa.exc.IntegrityError), model.ensure_engine().begin() as connection:
        connection.execute(sa.insert(Line).values({**line, column: Decimal(value)}))
