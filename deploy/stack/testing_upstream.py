"""CKAN's own tests from its wheel, without and with our plugin: what fails with ours only is explained."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from string import Template
from xml.etree import ElementTree

from . import environment, portal, postgres, redis, solr
from . import testing_servers as servers
from .place import Place

DATABASES = ("upstream", "upstream_datastore")
SUITES = (
    "ckan/tests/logic",
    "ckan/tests/controllers",
    "ckan/tests/lib",
    "ckanext/datastore/tests",
    "ckanext/activity/tests",
)
FUNCTIONS = "ckanext/datastore/tests/allowed_functions.txt"
# Data files of CKAN's tests that its wheel leaves out: a schema without a version, one with an unknown one,
# and the functions that its tests of SQL search may call.
LEFT_OUT = {
    "ckan/tests/lib/search/data/schema-no-version.xml": "<schema/>",
    "ckan/tests/lib/search/data/schema-wrong-version.xml": '<schema name="ckan" version="0.1"/>',
    FUNCTIONS: "upper\nlength\ncount\nround\nto_tsquery",
}


def unexplained(place: Place) -> tuple[int, list[str]]:
    """How many tests passed with our plugin, and those that fail with it only and are not explained."""
    servers.need_servers(place)
    postgres.make_databases(place, *DATABASES)
    for name, text in LEFT_OUT.items():
        file = _packages(place) / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{text}\n", "utf-8")
    _, alone = _run(place, "alone")
    passed, ours = _run(place, "ours", "-p", "everywhere")
    reasons = _explained(place)
    return passed, sorted(one for one in ours - alone if not any(fnmatchcase(one, of) for of in reasons))


def _run(place: Place, name: str, *options: str) -> tuple[int, set[str]]:
    folder = place.source / "tests/ckan"
    ini, report = place.home / f"upstream-{name}.ini", place.home / f"upstream-{name}.xml"
    template = Template((folder / "core.ini.template").read_text("utf-8"))
    values = {
        "database_url": postgres.url(place, DATABASES[0]),
        "datastore_write_url": postgres.url(place, DATABASES[1]),
        "datastore_read_url": postgres.url(place, DATABASES[1], postgres.READER),
        "redis_url": redis.url(place, 2),
        "solr_url": solr.url(place, "upstream"),
        "functions": str(_packages(place) / FUNCTIONS),
        # with our plugin the portal does not start with SQL search on
        "sqlsearch": str(not options).lower(),
    }
    # the tables of the plugins are made while they are listed; then CKAN's tests choose their own
    for plugins in ("datastore activity khonkaencarbon" if options else "datastore activity", ""):
        ini.touch(mode=0o600)
        ini.write_text(template.substitute(values, plugins=plugins), "utf-8")
        if plugins:
            portal.migrate(place, ini)
    report.unlink(missing_ok=True)
    servers.stream(
        place,
        [
            *(place.venv / "bin/pytest", "-q", "--tb=line", "-p", "no:cacheprovider", "-W", "ignore"),
            *(f"--ckan-ini={ini}", f"--junitxml={report}", *options, *SUITES),
        ],
        cwd=_packages(place),
        variables={"CKAN_INI": str(ini), "PYTHONPATH": str(folder)},
    )
    return _read(report)


def _read(report: Path) -> tuple[int, set[str]]:
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))  # noqa: S314
    names = {case: f"{case.get('classname')}::{case.get('name')}" for case in cases}
    bad = {
        names[case] for case in cases if case.find("failure") is not None or case.find("error") is not None
    }
    skipped = {names[case] for case in cases if case.find("skipped") is not None}
    return len(set(names.values()) - bad - skipped), bad


def _packages(place: Place) -> Path:
    """The folder that CKAN's packages lie in."""
    return environment.ckan_package(place).parent


def _explained(place: Place) -> set[str]:
    """Patterns of test ids."""
    lines = (place.source / "tests/ckan/differences.txt").read_text("utf-8").splitlines()
    return {line.partition("|")[0].strip() for line in lines if line.strip() and not line.startswith("#")}
