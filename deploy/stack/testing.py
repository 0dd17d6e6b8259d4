"""deploy/test: the layers of tests, each with what it needs, apart from the portal of deploy/up."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from xml.etree import ElementTree

from . import place, services, setup, solr, testing_upstream
from . import testing_servers as servers
from .place import Place
from .words import StopError, say

LONG, LONG_VARIABLE = "--long", "KHONKAENCARBON_TEST_LONG"
SEED_VARIABLE = "KHONKAENCARBON_TEST_SEED"  # the same faults once more
FORM = {name: os.environ[name] for name in (SEED_VARIABLE,) if name in os.environ}


@dataclass(frozen=True)
class Result:
    """How a layer ended."""

    passed: int
    failed: int
    skipped: int = 0

    def __add__(self, other: Result) -> Result:
        return Result(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def run_layers(words: Sequence[str]) -> int:
    """Run these layers, or all, and say how they ended; 1 when a test failed or a layer ran none.

    ``--long`` asks for the long form of those that have one; other options behind the layers are pytest's:
    ``deploy/test portal -k reader``.
    """
    FORM[LONG_VARIABLE] = str(LONG in words).lower()
    words = [word for word in words if word != LONG]
    layers = list(takewhile(lambda word: not word.startswith("-"), words))
    os.environ["PYTEST_ADDOPTS"] = shlex.join(words[len(layers) :])
    return _run_layers(layers)


def _run_layers(chosen: Sequence[str]) -> int:
    unknown = [name for name in chosen if name not in LAYERS]
    if unknown:
        known = " ".join(LAYERS)
        raise StopError(
            f"ไม่มีชุดทดสอบ {unknown[0]}: มี {known}", f"There is no layer {unknown[0]}: there are {known}."
        )
    here = place.find(testing=True)
    setup.prepare_machine(here)
    with place.locked(here):
        setup.take_over(here)
        try:
            results = {name: _timed(here, name) for name in LAYERS if name in (chosen or USUAL)}
        finally:
            services.stop(here)
    print()
    for name, (result, seconds) in results.items():
        print(f"{name}: {result} ({seconds:.0f} s)")
    whole = sum((result for result, _ in results.values()), Result(0, 0))
    print(whole)
    return 1 if whole.failed else 0


def _timed(here: Place, name: str) -> tuple[Result, float]:
    began = time.monotonic()
    print(f"\n== {name}", flush=True)
    try:
        result = LAYERS[name](here)
    except StopError as stop:
        say(stop.text, error=True)
        result = Result(0, 1)
    if result == Result(0, 0, result.skipped):
        print(f"{name}: no test ran", flush=True)
        result += Result(0, 1)
    return result, time.monotonic() - began


def _checks(here: Place) -> Result:
    venv = servers.need_environment(here, servers.CORE)
    core = "ckanext-khonkaencarbon/ckanext/khonkaencarbon/footprint"
    commands = (["ruff", "check", "."], ["mypy", "--strict", core], ["lint-imports"])
    done = [servers.stream(here, [venv / "bin" / command[0], *command[1:]]) for command in commands]
    return Result(sum(code == 0 for code in done), sum(code != 0 for code in done))


def _footprint(here: Place) -> Result:
    venv = servers.need_environment(here, servers.CORE)
    return _pytest(here, venv, "footprint")


def _oracle(here: Place) -> Result:
    venv = servers.need_environment(here, servers.ORACLE)
    return _pytest(here, venv, "oracle")


def _package(here: Place) -> Result:
    venv = servers.need_environment(here, servers.CORE)
    return _pytest(here, venv, "package")


def _portal(here: Place) -> Result:
    ini = servers.need_test_portal(here)
    servers.need_environment(here, servers.CORE)  # where a downloaded bundle is verified
    return _pytest(
        here, here.venv, "portal", f"--ckan-ini={ini}", CKAN_INI=str(ini), KHONKAENCARBON_TEST_INI=str(ini)
    )


def _search(here: Place) -> Result:
    servers.need_servers(here)
    return _pytest(here, here.venv, "search", "-p", "no:ckan", KHONKAENCARBON_TEST_SOLR=solr.base(here))


def _ckan(here: Place) -> Result:
    passed, unexplained = testing_upstream.unexplained(here)
    for name in unexplained:
        print(f"fails with our plugin only: {name}")
    return Result(passed, len(unexplained))


def _browser(here: Place) -> Result:
    return _on_running_portal(here, "browser")


def _faults(here: Place) -> Result:
    return _on_running_portal(here, "faults")


def _on_running_portal(here: Place, layer: str) -> Result:
    variables = {**servers.need_running_portal(here), **FORM}
    return _pytest(here, here.venv, layer, f"--ckan-ini={here.ini}", **variables)


def _pytest(here: Place, venv: Path, layer: str, *options: str, **variables: str) -> Result:
    report = here.home / f"{layer}.xml"
    report.unlink(missing_ok=True)
    command: list[str | Path] = [
        venv / "bin/python",
        "-m",
        "pytest",
        "-q",
        f"tests/{layer}",
        f"--junitxml={report}",
        *options,
    ]
    code = servers.stream(here, command, variables)
    if not report.exists():
        return Result(0, 1)
    counts = [suite.attrib for suite in ElementTree.parse(report).getroot().iter("testsuite")]  # noqa: S314
    total, bad, skipped = (
        sum(int(count[name]) for count in counts for name in names)
        for names in (("tests",), ("failures", "errors"), ("skipped",))
    )
    # a run that broke off is a failure even when every test that ran passed; 5: there was no test
    bad = bad or int(code not in (0, 5))
    return Result(max(total - bad - skipped, 0), bad, skipped)


LAYERS: dict[str, Callable[[Place], Result]] = {
    "checks": _checks,
    "footprint": _footprint,
    "oracle": _oracle,
    "package": _package,
    "search": _search,
    "portal": _portal,
    "browser": _browser,
    "faults": _faults,
    "ckan": _ckan,
}
# CKAN's own tests take half an hour: tests/ckan/run asks for them
USUAL = [name for name in LAYERS if name != "ckan"]
