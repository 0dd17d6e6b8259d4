"""What the plugin costs CKAN itself: python portal_cost.py CKAN_INI [-n ROUNDS].

Runs in the environment of the portal's tests, against its databases and Solr. Each round starts a process
with our plugin and one without it, in turn: there the same plugins are loaded over the same schemas, and the
few validators and helpers that the schemas name come from a stand-in. Prints processor time in milliseconds a
call (median over the rounds), the median of the ratios of each round, and SQL statements and Solr requests a
call.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

NAME = "khonkaencarbon"
STAND_IN = "khonkaencarbon_stand_in"
DATASETS, RESOURCES = 40, 5
BATCHES = 5

Call = Callable[[], Any]
Figures = dict[str, dict[str, float]]


def main() -> None:
    """Prepare, measure in turn, print, tidy up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ini")
    parser.add_argument("-n", "--rounds", type=int, default=5)
    parser.add_argument("--child", choices=("prepare", "with", "without", "tidy"), help=argparse.SUPPRESS)
    parser.add_argument("--organisation", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print("\n" + json.dumps(child(options.ini, options.child, options.organisation)))
        return
    organisation = run(options.ini, "prepare")
    try:
        rounds = [
            {variant: run(options.ini, variant, organisation) for variant in order}
            for order in itertools.islice(
                itertools.cycle((("with", "without"), ("without", "with"))), options.rounds
            )
        ]
    finally:
        run(options.ini, "tidy", organisation)
    report(rounds)


def run(ini: str, what: str, organisation: str = "") -> Any:
    """One process; its answer is the last line."""
    command = [sys.executable, __file__, ini, "--child", what, "--organisation", organisation]
    return json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    )


def report(rounds: list[dict[str, Figures]]) -> None:
    """A line for each call."""
    print(f"{'':44} {'with':>8} {'without':>8} {'ratio':>7} {'range of ratios':>16}  SQL with/without  Solr")
    for name in rounds[0]["with"]:
        ours, theirs = ([one[variant][name] for one in rounds] for variant in ("with", "without"))
        ratios = [a["cpu"] / b["cpu"] for a, b in zip(ours, theirs, strict=True)]
        cpu = [statistics.median(one["cpu"] for one in each) for each in (ours, theirs)]
        between = f"{min(ratios):.3f}-{max(ratios):.3f}"
        counts = "  ".join(f"{ours[-1][what]:7.1f}/{theirs[-1][what]:.1f}" for what in ("sql", "solr"))
        print(
            f"{name:44} {cpu[0]:8.2f} {cpu[1]:8.2f} {statistics.median(ratios):7.3f} {between:>16}  {counts}"
        )


def child(ini: str, what: str, organisation: str) -> Any:
    """What one process does, with the portal loaded."""
    app = portal(ini, stand_in=what == "without")
    with app._wsgi_app.test_request_context():
        if what == "prepare":
            return prepare()
        if what == "tidy":
            return tidy(organisation)
        return {name: measured(*call) for name, call in calls(app, organisation).items()}


def portal(ini: str, *, stand_in: bool) -> Any:
    """The web application, with our plugin or with the stand-in."""
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app
    from ckan.plugins import core

    config = CKANConfigLoader(ini).get_config()
    if stand_in:
        config["ckan.plugins"] = config["ckan.plugins"].replace(NAME, STAND_IN, 1)
        usual = core._get_service
        core._get_service = lambda name: replacement() if name == STAND_IN else usual(name)
    return make_app(config)


def replacement() -> Any:
    """A plugin that offers nothing but what the schemas name."""
    import ckan.plugins as p

    from ckanext.khonkaencarbon import helpers
    from ckanext.khonkaencarbon.logic import validators

    def named(module: Any) -> dict[str, Any]:
        return {name: getattr(module, name) for name in dir(module) if name.startswith(f"{NAME}_")}

    class StandIn(p.SingletonPlugin):
        p.implements(p.IValidators)
        p.implements(p.ITemplateHelpers)

        def get_validators(self) -> dict[str, Any]:
            return named(validators)

        def get_helpers(self) -> dict[str, Any]:
            return named(helpers)

    return StandIn(name=STAND_IN)


def act(action: str, **parameters: Any) -> Any:
    """Call an action as the site's own user, as a request does: with a session of its own."""
    import ckan.plugins.toolkit as tk
    from ckan import model

    model.Session.remove()
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"user": site}, parameters)


def prepare() -> str:
    """An organisation with ordinary datasets; its id."""
    owner: str = act("organization_create", name=f"cost-{uuid.uuid4().hex[:8]}", title="ค่าใช้จ่าย")["id"]
    for number in range(DATASETS):
        resources = [{"url": f"http://example.org/{n}.csv", "name": f"แฟ้ม {n}"} for n in range(RESOURCES)]
        act("package_create", title=f"น้ำ {number}", owner_org=owner, type="dataset", resources=resources)
    return owner


def tidy(organisation: str) -> None:
    """Purge what was prepared."""
    for one in act("package_search", fq=f"owner_org:{organisation}", rows=DATASETS)["results"]:
        act("dataset_purge", id=one["id"])
    act("organization_purge", id=organisation)


def calls(app: Any, organisation: str) -> dict[str, tuple[Call, int]]:
    """What is measured, and how often in a batch."""
    import ckan.plugins.toolkit as tk
    from ckan import model

    fq = f"owner_org:{organisation}"
    ids = itertools.cycle([one["id"] for one in act("package_search", fq=fq, rows=DATASETS)["results"]])
    client = app._wsgi_app.test_client()

    def anonymous(action: str, context: Any = None, **parameters: Any) -> Any:
        model.Session.remove()
        return tk.get_action(action)({"user": "", **(context or {})}, parameters)

    def update() -> None:
        dataset = act("package_show", id=next(ids))
        act("package_update", **{**dataset, "title": uuid.uuid4().hex})

    def update_resource() -> None:
        resource = act("package_show", id=next(ids))["resources"][0]
        act("resource_patch", id=resource["id"], description=uuid.uuid4().hex)

    return {
        "package_show": (lambda: anonymous("package_show", id=next(ids)), 60),
        "package_show, past the index": (
            lambda: anonymous("package_show", {"use_cache": False}, id=next(ids)),
            30,
        ),
        "package_search, 1 result": (lambda: anonymous("package_search", fq=fq, rows=1), 60),
        f"package_search, {DATASETS} results": (
            lambda: anonymous("package_search", fq=fq, rows=DATASETS),
            20,
        ),
        "package_show over HTTP": (lambda: client.get(f"/api/action/package_show?id={next(ids)}"), 40),
        f"package_search, {DATASETS} results, over HTTP": (
            lambda: client.get(f"/api/action/package_search?fq={fq}&rows={DATASETS}"),
            20,
        ),
        "package_update, with package_show": (update, 15),
        "resource_patch, with package_show": (update_resource, 15),
    }


def measured(call: Call, times: int) -> dict[str, float]:
    """Processor milliseconds, SQL statements and Solr requests of one call."""
    for _ in range(times):
        call()
    with counted() as counts:
        batches = []
        for _ in range(BATCHES):
            began = time.process_time()
            for _ in range(times):
                call()
            batches.append(1000 * (time.process_time() - began) / times)
    return {
        "cpu": statistics.median(batches),
        **{what: count / times / BATCHES for what, count in counts.items()},
    }


@contextmanager
def counted() -> Iterator[dict[str, int]]:
    """SQL statements to any database and requests to Solr meanwhile."""
    import pysolr
    import sqlalchemy as sa

    counts = {"sql": 0, "solr": 0}
    usual = pysolr.Solr._send_request

    def statement(*_told: Any) -> None:
        counts["sql"] += 1

    def request(*given: Any, **named: Any) -> Any:
        counts["solr"] += 1
        return usual(*given, **named)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", statement)
    pysolr.Solr._send_request = request
    try:
        yield counts
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", statement)
        pysolr.Solr._send_request = usual


if __name__ == "__main__":
    main()
