"""One changed dataset of many, against the whole inventory made anew: python city.py CKAN_INI [-n CHANGES].

Runs in the environment of a portal whose servers are up, as the user that owns it, with datasets of its own
that it makes by SQL and takes away at the end; the portal should be an empty one. Each change is a new
version of one dataset, and what follows is measured as a reader causes it: time in the database (the
statements' own), wall clock and processor of the process. At the end of the changes the answer is held
against the lines; not in between, as reading all lines puts out of the memory what the next change needs.
"""

from __future__ import annotations

import argparse
import random
import runpy
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MANY = runpy.run_path(str(Path(__file__).with_name("many_datasets.py")))
PREFIX = "many"
Figures = dict[str, float]


def main() -> None:
    """Make, measure, check, tidy up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ini")
    parser.add_argument("-n", "--changes", type=int, default=40)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5000, 50000])
    options = parser.parse_args()
    portal(options.ini)
    print("| datasets | what | database ms | wall clock ms | processor ms | statements | files opened |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for size in options.sizes:
        with datasets(size):
            measured(size, options.changes)


def measured(size: int, changes: int) -> None:
    """The lines of the table for one size."""
    from ckanext.khonkaencarbon.portal.city.sums import refresh

    whole = cost(lambda: refresh.bring_up_to_date(rebuild=True))
    report(size, "everything anew", [whole])
    settle()
    chance = random.Random(size)  # noqa: S311
    ones: list[Figures] = []
    for number in range(changes):
        change(f"{PREFIX}-{chance.randrange(size)}", number + 2)
        ones.append(cost(refresh.bring_up_to_date))
    check()
    report(size, "one dataset changed", ones)
    edition = changes + 2
    with database().begin() as connection:
        MANY["new_edition"](connection, PREFIX, edition)
    report(size, "new edition for all", [cost(refresh.bring_up_to_date)])
    check()
    report(size, "the totals of all years, read by a new process", [cost(figures) for _ in range(5)])
    share = whole["database"] / statistics.median(one["database"] for one in ones)
    print(f"{size}: one change is 1/{share:.0f} of everything anew in the database", flush=True)


def report(size: int, what: str, found: list[Figures]) -> None:
    """Medians, and what 95 of 100 stay below where there are many."""
    cells = []
    for name in ("database", "wall", "cpu", "statements", "files"):
        values = [one[name] for one in found]
        most = f" (95 %: {statistics.quantiles(values, n=20)[-1]:.1f})" if len(values) > 20 else ""
        cells.append(f"{statistics.median(values):.1f}{most}")
    print(f"| {size:,} | {what} | {' | '.join(cells)} |", flush=True)


def figures() -> None:
    """What the first page needs, with nothing remembered."""
    from ckanext.khonkaencarbon.portal.city import inventory

    inventory._last.clear()
    with inventory.present() as now:
        if not (now.figures and now.cells):
            raise SystemExit("There are no figures")


def cost(work: Callable[[], Any]) -> Figures:
    """Milliseconds of a piece of work, its statements, and the files of the storage that it opens."""
    import sqlalchemy as sa

    spent = {"database": 0.0, "statements": 0}
    began: list[float] = []

    def before(*_told: Any) -> None:
        began.append(time.perf_counter())

    def after(*_told: Any) -> None:
        spent["database"] += 1000 * (time.perf_counter() - began.pop())
        spent["statements"] += 1

    listeners = ("before_cursor_execute", before), ("after_cursor_execute", after)
    for name, listener in listeners:
        sa.event.listen(sa.engine.Engine, name, listener)
    _opened.clear()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        work()
    finally:
        spent["files"] = len(_opened)
        spent |= {"wall": 1000 * (time.perf_counter() - wall), "cpu": 1000 * (time.process_time() - cpu)}
        for name, listener in listeners:
            sa.event.remove(sa.engine.Engine, name, listener)
    return spent


_opened: list[str] = []


def watch_files() -> None:
    """Note each file below the portal's storage that is opened from now on."""
    from ckan.common import config

    folder = config["ckan.storage_path"]

    def told(event: str, arguments: Any) -> None:
        if event == "open" and str(arguments[0]).startswith(folder):
            _opened.append(str(arguments[0]))

    sys.addaudithook(told)


def change(dataset_id: str, number: int) -> None:
    """A new version of a dataset with a tenth more."""
    import sqlalchemy as sa

    with database().begin() as connection:
        for statement in CHANGE:
            connection.execute(sa.text(statement), {"id": dataset_id, "number": number})


def check() -> None:
    """The sums are those of the parts, and the newest version is in them."""
    import sqlalchemy as sa

    with database().begin() as connection:
        found = connection.execute(sa.text(CHECK)).all()
    if found:
        raise SystemExit(f"The sums are wrong: {found[:3]}")


def database() -> Any:
    """The portal's database."""
    from ckan.model import ensure_engine

    return ensure_engine()


def portal(ini: str) -> None:
    """The web application, so that everything is loaded."""
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    make_app(CKANConfigLoader(ini).get_config())
    watch_files()


@contextmanager
def datasets(size: int) -> Iterator[None]:
    """So many datasets for as long as the block runs."""
    with database().begin() as connection:
        MANY["make"](connection, size, PREFIX)
    settle()
    try:
        yield
    finally:
        with database().begin() as connection:
            MANY["remove"](connection, PREFIX)


def settle() -> None:
    """Have PostgreSQL do now what it would do by itself some minutes after so many rows."""
    import sqlalchemy as sa

    with database().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


CHANGE = (
    "UPDATE khonkaencarbon_version SET in_force = false WHERE dataset_id = :id",
    """
    INSERT INTO khonkaencarbon_version (dataset_id, number, in_force, published_at, fence, fingerprint,
        signature, inputs, files, resources, incomplete, overview)
    SELECT dataset_id, :number, true, now(), 0, fingerprint, signature, inputs, files, resources, incomplete,
        overview
    FROM khonkaencarbon_version WHERE dataset_id = :id ORDER BY number LIMIT 1
    """,
    """
    INSERT INTO khonkaencarbon_line (dataset_id, version, line_id, year, month, period_start, period_end,
        gpc_ref, scope, activity, place, quantity, unit, gas, biogenic, mass_kg, method, factor_ids, quality,
        uncertainty_pct, rows)
    SELECT dataset_id, :number, line_id, year, month, period_start, period_end, gpc_ref, scope, activity,
        place, quantity, unit, gas, biogenic, mass_kg * 1.1, method, factor_ids, quality, uncertainty_pct,
        rows
    FROM khonkaencarbon_line WHERE dataset_id = :id AND version = 1
    """,
)
# What differs between the sums and the lines of the versions in force, by year, reference, activity and gas;
# a city-level statistic replaces nothing of it, as what is inside it is kept as a part, too.
CHECK = """
SELECT * FROM (
    SELECT year, gpc_ref, activity, gas, sum(mass_kg) AS mass_kg FROM khonkaencarbon_city_sum
    GROUP BY 1, 2, 3, 4
) sums FULL JOIN (
    SELECT l.year, l.gpc_ref, l.activity, l.gas, sum(l.mass_kg) AS mass_kg
    FROM khonkaencarbon_line l
    JOIN khonkaencarbon_version v ON v.dataset_id = l.dataset_id AND v.number = l.version
    WHERE v.in_force GROUP BY 1, 2, 3, 4
) lines USING (year, gpc_ref, activity, gas)
WHERE sums.mass_kg IS DISTINCT FROM lines.mass_kg
"""


if __name__ == "__main__":
    main()
