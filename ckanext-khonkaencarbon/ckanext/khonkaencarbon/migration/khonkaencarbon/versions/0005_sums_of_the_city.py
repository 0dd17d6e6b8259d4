"""The city's inventory as sums that follow every change, and the triggers that notice the changes.

A trigger notes a change in the transaction that makes it: whoever sees the change sees the note.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT, NUMBER, COUNT = sa.UnicodeText, sa.Numeric, sa.Integer
KEY = {"year": COUNT, "gpc_ref": TEXT, "activity": TEXT}
WHAT = {
    "place": TEXT, "gas": TEXT, "biogenic": sa.Boolean, "quality": TEXT, "uncertainty_pct": TEXT,
    "factor_ids": TEXT, "factor_pct": TEXT,
}  # fmt: skip
SUMS = {"mass_kg": NUMBER, "magnitude": NUMBER, "square": NUMBER, "mixed": NUMBER}
MEMBER = {
    "organisation": TEXT, "organisation_type": TEXT, "level": TEXT, "version": COUNT,
    "incomplete": sa.Boolean, "gwp": TEXT, "electricity": TEXT, "shown": TEXT,
}  # fmt: skip
# table -> its columns, of which the key, and its indexes
TABLES = {
    "pending": ({"id": sa.BigInteger, "dataset_id": TEXT}, ["id"], []),
    "state": (
        {"id": COUNT, "epoch": TEXT, "number": sa.BigInteger, "as_of": sa.DateTime(timezone=True),
         "rules": TEXT, "basis": TEXT, "around": TEXT, "city": TEXT, "tables": TEXT, "years": TEXT,
         "years_outside": TEXT},
        ["id"], [],
    ),
    "member": ({"dataset_id": TEXT, **MEMBER}, ["dataset_id"], [["organisation"]]),
    "row": (
        {"dataset_id": TEXT, "owner": TEXT, **KEY, "period_start": sa.Date, "period_end": sa.Date,
         "organisation": TEXT, **WHAT, "mass_kg": NUMBER},
        [], [["dataset_id"], ["year", "gpc_ref", "activity", "owner"]],
    ),
    "part": (
        {"dataset_id": TEXT, "owner": TEXT, **KEY, "role": TEXT, "organisation": TEXT,
         "organisation_type": TEXT, **WHAT, **SUMS},
        [], [["year", "gpc_ref", "activity", "owner"], ["organisation"]],
    ),
    "note": (
        {"owner": TEXT, **KEY, "position": COUNT, "what": TEXT, "dataset_ids": TEXT, "days": TEXT,
         "co2e_kg": TEXT},
        [], [["year", "gpc_ref", "activity", "owner"]],
    ),
    "cover": ({**KEY, "days": TEXT, "whole": sa.Boolean}, ["year", "gpc_ref", "activity"], []),
    "sum": ({"key": TEXT, **KEY, "role": TEXT, **WHAT, "parts": COUNT, **SUMS}, ["key"], [["year"]]),
    "declared": (
        {"year": COUNT, "framework": TEXT, "kind": TEXT, "name": TEXT, "parts": COUNT, "co2e_kg": NUMBER},
        ["year", "framework", "kind", "name"], [["year", "framework", "kind", "co2e_kg"]],
    ),
    "year": ({"year": COUNT, "totals": TEXT, "cells": TEXT}, ["year"], []),
}  # fmt: skip
PREFIX = "khonkaencarbon_city_"


def upgrade() -> None:
    """Make tables, functions, triggers and an index that finds the few datasets of the city."""
    for name, (columns, key, indexes) in TABLES.items():
        table = PREFIX + name
        made = [
            sa.Column(column, kind, *([sa.Identity()] if (name, column) == ("pending", "id") else []))
            for column, kind in columns.items()
        ]
        op.create_table(table, *made, *([sa.PrimaryKeyConstraint(*key)] if key else []))
        for number, index in enumerate(indexes):
            op.create_index(f"{table}_{number}", table, index)
    for statement in (FUNCTIONS, TRIGGERS):
        op.execute(statement)
    op.execute(
        f"CREATE INDEX IF NOT EXISTS {PREFIX}datasets ON package (type, metadata_created, id) "
        "WHERE type IN ('city-footprint', 'city-indicator')"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute(f"DROP INDEX IF EXISTS {PREFIX}datasets")
    for name, table in (
        ("dataset", "package"), ("upload", "resource"), ("organisation", '"group"'),
        ("version", "khonkaencarbon_version"), ("lines", "khonkaencarbon_line"),
    ):  # fmt: skip
        suffixes = ("_insert", "_update", "_delete") if name == "lines" else ("",)
        for suffix in suffixes:
            op.execute(f"DROP TRIGGER IF EXISTS {PREFIX}{name}{suffix} ON {table}")
        op.execute(f"DROP FUNCTION IF EXISTS {PREFIX}{name}()")
    for name in TABLES:
        op.drop_table(PREFIX + name)


# An empty id stands for what is around the datasets: the city's own dataset, its tables, denominators.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION khonkaencarbon_city_dataset() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND
       ROW(OLD.type, OLD.state, OLD.private, OLD.owner_org, OLD.name, OLD.title, OLD.extras)
       IS NOT DISTINCT FROM
       ROW(NEW.type, NEW.state, NEW.private, NEW.owner_org, NEW.name, NEW.title, NEW.extras) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF OLD.type = 'activity-data' THEN
            INSERT INTO khonkaencarbon_city_pending (dataset_id) VALUES (OLD.id);
        ELSIF OLD.type IN ('city-footprint', 'city-indicator') THEN
            INSERT INTO khonkaencarbon_city_pending (dataset_id) VALUES ('');
        END IF;
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.type IS DISTINCT FROM OLD.type) THEN
        IF NEW.type = 'activity-data' THEN
            INSERT INTO khonkaencarbon_city_pending (dataset_id) VALUES (NEW.id);
        ELSIF NEW.type IN ('city-footprint', 'city-indicator') THEN
            INSERT INTO khonkaencarbon_city_pending (dataset_id) VALUES ('');
        END IF;
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION khonkaencarbon_city_upload() RETURNS trigger AS $$
DECLARE
    whose text := CASE WHEN TG_OP = 'DELETE' THEN OLD.package_id ELSE NEW.package_id END;
BEGIN
    INSERT INTO khonkaencarbon_city_pending (dataset_id)
    SELECT '' FROM package WHERE id = whose AND type IN ('city-footprint', 'city-indicator');
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION khonkaencarbon_city_organisation() RETURNS trigger AS $$
BEGIN
    INSERT INTO khonkaencarbon_city_pending (dataset_id)
    SELECT id FROM package WHERE owner_org = OLD.id AND type = 'activity-data';
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION khonkaencarbon_city_version() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND ROW(OLD.dataset_id, OLD.number, OLD.in_force, OLD.incomplete, OLD.overview)
       IS NOT DISTINCT FROM ROW(NEW.dataset_id, NEW.number, NEW.in_force, NEW.incomplete, NEW.overview) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO khonkaencarbon_city_pending (dataset_id) VALUES (OLD.dataset_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO khonkaencarbon_city_pending (dataset_id) VALUES (NEW.dataset_id);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION khonkaencarbon_city_lines() RETURNS trigger AS $$
BEGIN
    INSERT INTO khonkaencarbon_city_pending (dataset_id) SELECT DISTINCT dataset_id FROM changed;
    RETURN NULL;
END $$ LANGUAGE plpgsql;
"""
TRIGGERS = """
CREATE TRIGGER khonkaencarbon_city_dataset AFTER INSERT OR UPDATE OR DELETE ON package
    FOR EACH ROW EXECUTE FUNCTION khonkaencarbon_city_dataset();
CREATE TRIGGER khonkaencarbon_city_upload AFTER INSERT OR UPDATE OR DELETE ON resource
    FOR EACH ROW EXECUTE FUNCTION khonkaencarbon_city_upload();
CREATE TRIGGER khonkaencarbon_city_organisation AFTER UPDATE OR DELETE ON "group"
    FOR EACH ROW EXECUTE FUNCTION khonkaencarbon_city_organisation();
CREATE TRIGGER khonkaencarbon_city_version AFTER INSERT OR UPDATE OR DELETE ON khonkaencarbon_version
    FOR EACH ROW EXECUTE FUNCTION khonkaencarbon_city_version();
CREATE TRIGGER khonkaencarbon_city_lines_insert AFTER INSERT ON khonkaencarbon_line
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION khonkaencarbon_city_lines();
CREATE TRIGGER khonkaencarbon_city_lines_update AFTER UPDATE ON khonkaencarbon_line
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION khonkaencarbon_city_lines();
CREATE TRIGGER khonkaencarbon_city_lines_delete AFTER DELETE ON khonkaencarbon_line
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION khonkaencarbon_city_lines();
"""
