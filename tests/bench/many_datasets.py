"""Thousands of datasets with published footprints, by SQL alone: for what has to hold at that size.

Dataset ``i`` is of organisation ``i // 25`` and has twelve months of one activity in one year, so that those
of an organisation do not overlap; the 1,000th is a statistic of the city. The masses follow from ``i``.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

OF_AN_ORGANISATION = 25
YEARS = (2020, 2021, 2022, 2023, 2024)
ACTIVITIES = (  # activity, reference, gases with kg a month for each unit of mass
    ("electricity-grid", "I.2.2", {"CO2e": "0.4999"}),
    ("lpg-stationary", "I.2.1", {"CO2": "3.11", "CH4": "0.00025", "N2O": "0.000005"}),
    ("diesel-road", "II.1.1", {"CO2": "2.698", "CH4": "0.000142", "N2O": "0.000142"}),
    ("diesel-stationary", "I.3.1", {"CO2": "2.698", "CH4": "0.00011", "N2O": "0.000022"}),
    ("gasoline-road", "II.1.1", {"CO2": "2.18", "CH4": "0.00104", "N2O": "0.0001"}),
)
SETTINGS = {"gwp": "ar5-tgo", "electricity": "tgo-scope2"}
GASES = [
    {"kind": kind, "activity": activity, "reference": reference, "gas": gas, "each": each}
    for kind, (activity, reference, gases) in enumerate(ACTIVITIES)
    for gas, each in gases.items()
]
OVERVIEW = {
    "settings": SETTINGS,
    "factors": [{"id": f"f-{one['activity']}-{one['gas']}", "uncertainty_pct": "10"} for one in GASES],
}


def make(connection: Any, count: int, prefix: str = "many") -> None:
    """Organisations, datasets, versions and lines; ids begin with the prefix."""
    known = {
        "prefix": prefix, "count": count, "of": OF_AN_ORGANISATION, "first": YEARS[0],
        "years": len(YEARS), "overview": json.dumps(OVERVIEW), "gases": json.dumps(GASES),
    }  # fmt: skip
    for statement in (ORGANISATIONS, DATASETS, VERSIONS):
        connection.execute(sa.text(statement), known)
    publish(connection, prefix)


def publish(connection: Any, prefix: str, number: int = 1, factor: str = "1") -> None:
    """The lines of a version of all datasets, which is there already."""
    known = {"prefix": prefix, "number": number, "factor": factor, "gases": json.dumps(GASES)}
    known |= {"of": OF_AN_ORGANISATION, "first": YEARS[0], "years": len(YEARS)}
    connection.execute(sa.text(LINES), known)


def new_edition(connection: Any, prefix: str, number: int, factor: str = "1.25") -> None:
    """A new version of every dataset, with the masses of other factors, as a factor edition makes them."""
    known = {"prefix": prefix, "number": number}
    for statement in (OUT_OF_FORCE, NEXT_VERSIONS):
        connection.execute(sa.text(statement), known)
    publish(connection, prefix, number, factor)


def remove(connection: Any, prefix: str = "many") -> None:
    """Take all of it away."""
    for table, column in (
        ("khonkaencarbon_line", "dataset_id"), ("khonkaencarbon_version", "dataset_id"),
        ("package", "id"), ('"group"', "id"),
    ):  # fmt: skip
        connection.execute(
            sa.text(f"DELETE FROM {table} WHERE {column} LIKE :like"),  # noqa: S608
            {"like": f"{prefix}-%"},
        )


ORGANISATIONS = """
INSERT INTO "group" (id, name, title, type, state, approval_status, is_organization, extras)
SELECT :prefix || '-org-' || i, :prefix || '-org-' || i, 'Organisation ' || i, 'organization', 'active',
       'approved', true,
       jsonb_build_object('organisation_type', (ARRAY['school', 'hospital', 'business'])[1 + i % 3])
FROM generate_series(0, (:count - 1) / :of) AS i
"""
DATASETS = """
INSERT INTO package (id, name, title, type, state, private, owner_org, metadata_created, metadata_modified,
                     extras)
SELECT :prefix || '-' || i, :prefix || '-' || i, 'Dataset ' || i, 'activity-data', 'active', false,
       :prefix || '-org-' || i / :of, now(), now(),
       jsonb_build_object('include_in_inventory', 'true', 'inventory_decision', 'accepted',
                          'reporting_boundary', CASE WHEN i = 999 THEN 'city' ELSE 'organisation' END)
FROM generate_series(0, :count - 1) AS i
"""
VERSIONS = """
INSERT INTO khonkaencarbon_version (dataset_id, number, in_force, published_at, fence, fingerprint, signature,
                                    inputs, files, resources, incomplete, overview)
SELECT id, 1, true, now(), 0, id, id, '{}', '{}', '{}', false, CAST(:overview AS jsonb)
FROM package WHERE id LIKE :prefix || '-%' AND type = 'activity-data'
"""
OUT_OF_FORCE = "UPDATE khonkaencarbon_version SET in_force = false WHERE dataset_id LIKE :prefix || '-%'"
NEXT_VERSIONS = """
INSERT INTO khonkaencarbon_version (dataset_id, number, in_force, published_at, fence, fingerprint, signature,
                                    inputs, files, resources, incomplete, overview)
SELECT DISTINCT ON (dataset_id) dataset_id, :number, true, now(), 0, fingerprint, signature, inputs, files,
       resources, false, overview
FROM khonkaencarbon_version WHERE dataset_id LIKE :prefix || '-%' ORDER BY dataset_id, number DESC
"""
LINES = """
INSERT INTO khonkaencarbon_line (dataset_id, version, line_id, year, month, period_start, period_end, gpc_ref,
    scope, activity, place, quantity, unit, gas, biogenic, mass_kg, method, factor_ids, quality,
    uncertainty_pct, rows)
SELECT d.id, :number, md5(d.id || month || g.gas), d.year, month, make_date(d.year, month, 1),
       CAST(make_date(d.year, month, 1) + interval '1 month - 1 day' AS date), g.reference, 1, g.activity,
       'เขต ' || d.i % 4, 1000 + d.i % 97 + month, 'kWh', g.gas, false,
       round(CAST(g.each AS numeric) * (1000 + d.i % 97 + month) * CAST(:factor AS numeric), 9),
       CASE WHEN g.gas = 'CO2e' THEN 'electricity' ELSE 'factor' END, 'f-' || g.activity || '-' || g.gas,
       (ARRAY['H', 'M', 'L'])[1 + d.i % 3], (ARRAY[11.1803, 18.0278, 41.2311])[1 + d.i % 3], 1
FROM (SELECT id, i, :first + (i % :of) / 5 % :years AS year, i % 5 AS kind
      FROM (SELECT id, CAST(substring(id FROM '[0-9]+$') AS integer) AS i FROM package
            WHERE id LIKE :prefix || '-%' AND type = 'activity-data') numbered) d
JOIN json_to_recordset(CAST(:gases AS json))
     AS g(kind integer, activity text, reference text, gas text, each text) ON g.kind = d.kind
CROSS JOIN generate_series(1, 12) AS month
"""
