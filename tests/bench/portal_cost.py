"""What the plugin costs CKAN itself: python portal_cost.py CKAN_INI [-n ROUNDS].

Runs in the environment of a portal whose servers are up, as the user that owns it, with datasets of its own
that it purges at the end. Two processes, one with our plugin and one without it, do a batch of calls in turn,
so that what else the machine does hits both: in the second the same plugins are loaded over the same schemas,
and the few validators and helpers that the schemas name come from a stand-in.

Prints processor milliseconds a call (median of the batches), the median and the middle half of the ratios of
the rounds, and three counts a call that no load changes: steps of the interpreter into a function, SQL
statements, requests to Solr.
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
ANSWER = "answer: "

Call = Callable[[], Any]
Figures = dict[str, float]


def main() -> None:
    """Prepare, measure in turn, print, tidy up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ini")
    parser.add_argument("-n", "--rounds", type=int, default=15)
    parser.add_argument("--child", choices=("with", "without"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        serve(options.ini, stand_in=options.child == "without")
        return
    ours, theirs = Process(options.ini, "with"), Process(options.ini, "without")
    names = ours.ask("prepare")
    try:
        theirs.ask("learn", ours.ask("owner"))
        for name in names:
            report(name, *in_turn(name, ours, theirs, options.rounds))
    finally:
        ours.ask("tidy")


class Process:
    """A portal that does what it is asked to."""

    def __init__(self, ini: str, variant: str, program: str = __file__) -> None:
        self.pipes = subprocess.Popen(
            [sys.executable, program, ini, "--child", variant],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, what: str, about: str = "") -> Any:
        """Have one thing done and return its answer."""
        self.pipes.stdin.write(json.dumps([what, about]) + "\n")
        self.pipes.stdin.flush()
        while not (line := self.pipes.stdout.readline()).startswith(ANSWER):
            if not line:
                raise SystemExit(f"{what} {about}: the process ended")
        return json.loads(line.removeprefix(ANSWER))


def serve(ini: str, *, stand_in: bool, of: type[Bench] | None = None) -> None:
    """Answer what is asked until nobody asks any more; ``of`` has other calls than ours."""
    app = portal(ini, stand_in=stand_in)
    with app._wsgi_app.test_request_context():
        bench = (of or Bench)(app)
        for line in sys.stdin:
            what, about = json.loads(line)
            print(ANSWER + json.dumps(getattr(bench, what)(about)), flush=True)


def in_turn(name: str, ours: Process, theirs: Process, rounds: int) -> tuple[list[Figures], list[Figures]]:
    """Batches of the two processes, each time the other one first."""
    found: dict[Process, list[Figures]] = {ours: [], theirs: []}
    for number in range(rounds + 1):
        for process in (ours, theirs) if number % 2 else (theirs, ours):
            found[process].append(process.ask("batch", name))
    return found[ours][1:], found[theirs][1:]  # the first batch is for the caches


def report(name: str, ours: list[Figures], theirs: list[Figures]) -> None:
    """A line of the table in docs/performance.md."""
    ratios = [a["cpu"] / b["cpu"] for a, b in zip(ours, theirs, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    cpu = [f"{statistics.median(one['cpu'] for one in each):.2f}" for each in (ours, theirs)]
    counts = [
        " / ".join(f"{statistics.median(one[what] for one in each):.10g}" for each in (ours, theirs))
        for what in ("steps", "sql", "solr")
    ]
    print(
        f"| {name} | {' / '.join(cpu)} | {middle:.3f} ({low:.3f} to {high:.3f}) | {' | '.join(counts)} |",
        flush=True,
    )


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


class Bench:
    """The calls, over ordinary datasets of an organisation made for them."""

    def __init__(self, app: Any) -> None:
        self.client = app._wsgi_app.test_client()
        self.owned_by = ""
        self.ids: Iterator[str] = iter(())

    def prepare(self, _about: str) -> list[str]:
        """Make the datasets; names of what can be measured."""
        owner = act("organization_create", name=f"cost-{uuid.uuid4().hex[:8]}", title="ค่าใช้จ่าย")["id"]
        for number in range(DATASETS):
            files = [{"url": f"http://example.org/{n}.csv", "name": f"แฟ้ม {n}"} for n in range(RESOURCES)]
            act("package_create", title=f"น้ำ {number}", owner_org=owner, type="dataset", resources=files)
        self.learn(owner)
        return list(self.calls())

    def owner(self, _about: str) -> str:
        """Id of the organisation."""
        return self.owned_by

    def learn(self, owner: str) -> None:
        """Take the datasets that another process has made."""
        self.owned_by = owner
        self.ids = itertools.cycle(one["id"] for one in self.all())

    def all(self) -> list[Any]:
        """The datasets."""
        found = act("package_search", fq=f"owner_org:{self.owned_by}", rows=DATASETS)
        return list(found["results"])

    def tidy(self, _about: str) -> None:
        """Purge what was prepared."""
        for one in self.all():
            act("dataset_purge", id=one["id"])
        act("organization_purge", id=self.owned_by)

    def batch(self, name: str) -> Figures:
        """Processor milliseconds and counts of one call."""
        call, times = self.calls()[name]
        with counted() as counts:
            began = time.process_time()
            for _ in range(times):
                call()
            cpu = 1000 * (time.process_time() - began) / times
        return {"cpu": cpu, "steps": steps(call), **{what: n / times for what, n in counts.items()}}

    def calls(self) -> dict[str, tuple[Call, int]]:
        """What is measured, and how often in a batch."""
        fq = f"owner_org:{self.owned_by}"
        return {
            "`package_show`": (lambda: read("package_show", id=next(self.ids)), 60),
            "`package_show` past the index": (lambda: read("package_show", False, id=next(self.ids)), 30),
            "`package_search`, 1 result": (lambda: read("package_search", fq=fq, rows=1), 60),
            f"`package_search`, {DATASETS} results": (
                lambda: read("package_search", fq=fq, rows=DATASETS),
                20,
            ),
            "`package_show` over HTTP": (lambda: self.get(f"package_show?id={next(self.ids)}"), 40),
            f"`package_search`, {DATASETS} results, over HTTP": (
                lambda: self.get(f"package_search?fq={fq}&rows={DATASETS}"),
                20,
            ),
            "`package_update` of a `dataset`": (self.update, 8),
            "`resource_patch` in a `dataset`": (self.update_resource, 8),
        }

    def get(self, rest: str) -> None:
        """Call an action as a visitor."""
        answer = self.client.get(f"/api/action/{rest}")
        if answer.status_code != 200:
            raise SystemExit(f"{rest}: {answer.status_code}")

    def update(self) -> None:
        """Change a title, as a script does it."""
        dataset = act("package_show", id=next(self.ids))
        act("package_update", **{**dataset, "title": uuid.uuid4().hex})

    def update_resource(self) -> None:
        """Change the description of a resource."""
        resource = act("package_show", id=next(self.ids))["resources"][0]
        act("resource_patch", id=resource["id"], description=uuid.uuid4().hex)


def read(action: str, use_cache: bool = True, **parameters: Any) -> Any:
    """Call an action as a visitor."""
    import ckan.plugins.toolkit as tk
    from ckan import model

    model.Session.remove()
    return tk.get_action(action)({"user": "", "use_cache": use_cache}, parameters)


def steps(call: Call) -> int:
    """How often the interpreter goes into a function, of Python or of C, in one call."""
    seen = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal seen
        seen += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return seen


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
