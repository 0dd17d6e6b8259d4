"""COPY + SQL with numeric in a running PostgreSQL: python postgres.py FILE SOCKET_FOLDER. Needs psql.

Does the cube only, as ``pandas_peer.py``. ``run.py --postgres`` starts a private server for it.
"""

import json
import subprocess
import sys

from generate import ACTIVITIES, MONTHS

factors = ", ".join(f"('{u}', {f})" for u, f in {u: f for _, units in ACTIVITIES for u, f in units}.items())
months = ", ".join(f"('{name}', {number})" for number, name in enumerate(MONTHS, 1))
SCRIPT = f"""
SET client_min_messages = warning;
DROP TABLE IF EXISTS raw;
CREATE UNLOGGED TABLE raw (day text, organisation text, activity text, quantity text, unit text);
\\copy raw FROM '{sys.argv[1]}' WITH (FORMAT csv, HEADER true)
ANALYZE raw;
WITH unit(unit, factor) AS (VALUES {factors}), name(name, number) AS (VALUES {months}),
ascii AS (SELECT translate(day, '๐๑๒๓๔๕๖๗๘๙', '0123456789') AS day, organisation, activity, unit,
          replace(translate(quantity, '๐๑๒๓๔๕๖๗๘๙', '0123456789'), ',', '')::numeric AS quantity FROM raw),
dated AS (SELECT *, CASE WHEN day ~ '^[0-9]{{4}}-' THEN left(day, 7)
    WHEN day ~ '/' THEN (split_part(day, '/', 3)::int - 543) || '-' || lpad(split_part(day, '/', 2), 2, '0')
    ELSE (split_part(day, ' ', 3)::int - 543) || '-'
         || lpad((SELECT number FROM name WHERE name = split_part(day, ' ', 2))::text, 2, '0') END AS month
    FROM ascii),
cube AS (SELECT month, organisation, activity, sum(quantity * factor) AS base, count(*) AS rows
         FROM dated JOIN unit USING (unit) GROUP BY 1, 2, 3)
SELECT activity, (sum(base) * 1000)::bigint, sum(rows) FROM cube GROUP BY 1 ORDER BY 1;
"""  # noqa: S608
out = subprocess.run(
    ["psql", "-h", sys.argv[2], "-U", "bench", "-d", "postgres", "-qAtX", "-v", "ON_ERROR_STOP=1"],
    input=SCRIPT, text=True, capture_output=True, check=True,
).stdout  # fmt: skip
rows = [line.split("|") for line in out.splitlines() if line.count("|") == 2]
print(json.dumps({"good": sum(int(r[2]) for r in rows), "thousandths": {r[0]: int(r[1]) for r in rows}}))
