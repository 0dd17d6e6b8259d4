"""What the City Dashboard costs beside CKAN's own page of a dataset.

    python dashboard.py CKAN_INI [-n ROUNDS] [--datasets N]

Runs in the environment of a portal whose servers are up, as the user that owns it. Two processes take
turns, so that what else the machine does hits both: one is our portal and answers /carbon to somebody who
has nothing in a cache, the other is CKAN without any plugin and answers the page of a dataset with five
resources. With --datasets there are that many accepted datasets more, made by bulk SQL and taken away at
the end.

Prints processor milliseconds a page (median of the batches), the median and the middle half of the ratios
of the rounds, SQL statements a page, and the same for an unchanged page that is answered with 304.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from portal_cost import ANSWER, Process, act, counted

BATCH, RESOURCES = 20, 5
TABLES = ("khonkaencarbon_line", "khonkaencarbon_version")
# An organisation each: two datasets of one organisation that overlap would be a conflict and not count.
GROUPS = """
INSERT INTO "group" (id, name, title, type, is_organization, state, approval_status, extras, created)
SELECT :mark || n, :mark || n, 'องค์กร ' || n, 'organization', true, 'active', 'approved',
  '{"organisation_type": "business"}', now() FROM generate_series(1, :many) n"""
PACKAGES = """
INSERT INTO package (id, name, title, type, state, private, owner_org, extras, metadata_created,
  metadata_modified)
SELECT :mark || n, :mark || n, 'ไฟฟ้า ' || n, 'activity-data', 'active', false, :mark || n,
  '{"include_in_inventory": "true", "inventory_decision": "accepted", "reporting_boundary": "organisation"}',
  now(), now() FROM generate_series(1, :many) n"""
VERSIONS = """
INSERT INTO khonkaencarbon_version (dataset_id, number, in_force, published_at, fence, fingerprint, signature,
  inputs, files, resources, incomplete, overview)
SELECT :mark || n, 1, true, now(), 0, :mark || n, '', '{}', '{}', '{}', false,
  '{"settings": {"gwp": "ar5-tgo", "electricity": "tgo-scope2", "editions": []}, "factors": []}'
FROM generate_series(1, :many) n"""
LINES = """
INSERT INTO khonkaencarbon_line (dataset_id, version, line_id, year, month, period_start, period_end, gpc_ref,
  scope, activity, quantity, unit, gas, biogenic, mass_kg, gwp, co2e_kg, method, factor_ids, rows)
SELECT :mark || n, 1, 'line', 2023, 1 + n % 12, make_date(2023, 1 + n % 12, 1),
  (make_date(2023, 1 + n % 12, 1) + interval '1 month - 1 day')::date, 'I.2.2', 2, 'electricity-grid', n,
  'kWh',
  'CO2e', false, n * 0.4999, 1, n * 0.4999, 'factor', 'f', 1 FROM generate_series(1, :many) n"""


def main() -> None:
    """Prepare, measure in turn, print, tidy up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ini")
    parser.add_argument("-n", "--rounds", type=int, default=15)
    parser.add_argument("--datasets", type=int, default=0)
    parser.add_argument("--child", choices=("ours", "stock"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        serve(options.ini, options.child == "stock")
        return
    ours, stock = (Process(options.ini, variant, __file__) for variant in ("ours", "stock"))
    page = ours.ask("prepare", str(options.datasets))
    try:
        report(options, ours, stock, page)
    finally:
        ours.ask("tidy")


def report(options: argparse.Namespace, ours: Process, stock: Process, page: str) -> None:
    """The rows of the table in docs/performance.md."""
    found: list[tuple[dict[str, float], ...]] = []
    for number in range(options.rounds + 1):
        sides = [("cold", ours, "/carbon"), ("known", ours, "304 /carbon"), ("stock", stock, page)]
        one = {name: side.ask("batch", path) for name, side, path in (sides if number % 2 else sides[::-1])}
        found.append((one["cold"], one["known"], one["stock"]))
    found = found[1:]  # the first batch is for the caches
    for place, name in enumerate(("cold", "unchanged, 304")):
        ratios = [one[place]["cpu"] / one[2]["cpu"] for one in found]
        low, middle, high = statistics.quantiles(ratios, n=4)
        cpu = [f"{statistics.median(one[side]['cpu'] for one in found):.2f}" for side in (place, 2)]
        sql = [f"{statistics.median(one[side]['sql'] for one in found):.10g}" for side in (place, 2)]
        print(
            f"| `/carbon`, {name}, {options.datasets} datasets | {' / '.join(cpu)} | "
            f"{middle:.3f} ({low:.3f} to {high:.3f}) | {' / '.join(sql)} |",
            flush=True,
        )


def serve(ini: str, stock: bool) -> None:
    """Answer what is asked until nobody asks any more."""
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    config = CKANConfigLoader(ini).get_config()
    if stock:
        config["ckan.plugins"] = ""
    app = make_app(config)._wsgi_app
    with app.test_request_context():
        bench = Bench(app)
        for line in sys.stdin:
            what, about = json.loads(line)
            print(ANSWER + json.dumps(getattr(bench, what)(about)), flush=True)


class Bench:
    """The pages, over datasets made for them."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.mark = f"cost-{uuid.uuid4().hex[:8]}-"
        self.owner = ""
        self.dataset = ""
        self.tag = ""

    def prepare(self, many: str) -> str:
        """Make an organisation, a dataset to read and datasets that count; the page of the first."""
        self.owner = act("organization_create", name=f"{self.mark}org", title="ค่าใช้จ่าย")["id"]
        files = [{"url": f"http://example.org/{n}.csv", "name": f"แฟ้ม {n}"} for n in range(RESOURCES)]
        made = act("package_create", title="น้ำ", owner_org=self.owner, type="dataset", resources=files)
        self.dataset = made["id"]
        with _writing() as connection:
            for statement in (GROUPS, PACKAGES, VERSIONS, LINES) if int(many) else ():
                connection.execute(_text(statement), {"mark": self.mark, "many": int(many)})
        return f"/dataset/{made['name']}"

    def tidy(self, _about: str) -> None:
        """Take away what was prepared."""
        with _writing() as connection:
            for table in TABLES:
                named = f"DELETE FROM {table} WHERE dataset_id LIKE :like"  # noqa: S608 - our own tables
                connection.execute(_text(named), {"like": f"{self.mark}%"})
            for table in ("package", '"group"'):
                gone = f"DELETE FROM {table} WHERE id LIKE :like"  # noqa: S608 - two names
                connection.execute(_text(gone), {"like": f"{self.mark}%"})
        act("dataset_purge", id=self.dataset)
        act("organization_purge", id=self.owner)

    def batch(self, path: str) -> dict[str, float]:
        """Processor milliseconds and SQL statements of one page."""
        known = path.startswith("304 ")
        path = path.removeprefix("304 ")
        first = self.get(path, {})
        if path == "/carbon" and "kk-city-total" not in self.app.test_client().get(path).text:
            raise SystemExit("the inventory has no figure: give --datasets")
        headers = {"If-None-Match": first} if known else {}
        with counted() as counts:
            began = time.process_time()
            for _ in range(BATCH):
                self.get(path, headers, 304 if known else 200)
            cpu = 1000 * (time.process_time() - began) / BATCH
        return {"cpu": cpu, "sql": counts["sql"] / BATCH}

    def get(self, path: str, headers: dict[str, str], status: int = 200) -> str:
        """A page as somebody gets it who is there for the first time; its tag."""
        answer = self.app.test_client().get(path, headers=headers)
        if answer.status_code != status:
            raise SystemExit(f"{path}: {answer.status_code}")
        return answer.headers.get("ETag") or ""


@contextmanager
def _writing() -> Iterator[Any]:
    from ckan.model import ensure_engine

    with ensure_engine().begin() as connection:
        yield connection


def _text(statement: str) -> Any:
    import sqlalchemy as sa

    return sa.text(statement)


if __name__ == "__main__":
    main()
