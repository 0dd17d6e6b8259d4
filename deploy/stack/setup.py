"""The set-up from a bare machine to servers that answer, step by step."""

from __future__ import annotations

import time

from . import (
    demo,
    environment,
    machine,
    packages,
    place,
    portal,
    postgres,
    redis,
    services,
    settings,
    solr,
    source,
)
from .place import Place
from .steps import Step, due, run, together
from .words import Text

SOURCE = Step("source", Text("สำเนาโปรแกรม", "copy of the program"), source.copy, source.inputs)
ENVIRONMENT = Step(
    "environment", Text("แพ็กเกจ Python", "Python packages"), environment.make, environment.inputs
)
SOLR_JARS = Step("solr-jars", Text("โปรแกรม Solr", "Solr"), solr.collect, solr.jar_inputs)
CLUSTER = Step("cluster", Text("คลัสเตอร์ PostgreSQL", "PostgreSQL cluster"), postgres.make_cluster)
PACKAGE = Step(
    "package", Text("ส่วนขยาย", "the extension"), environment.install_package, environment.package_inputs
)
ASSETS = Step(
    "assets", Text("แผนภูมิและแบบอักษร", "charts and fonts"), environment.build_assets, environment.assets_inputs
)
SOLR_CORE = Step("solr-core", Text("การค้นหาภาษาไทย", "Thai search"), solr.make_cores, solr.core_inputs)
SERVERS = Step(
    "servers", Text("เริ่ม PostgreSQL, Redis, Solr", "PostgreSQL, Redis, Solr started"), services.start_servers
)
TABLES = Step("tables", Text("ตารางข้อมูล", "tables"), portal.make_tables, portal.database_inputs)
SEARCH_INDEX = Step("search-index", Text("ดัชนีค้นหา", "search index"), portal.reindex, portal.index_inputs)
APPLICATIONS = Step(
    "applications", Text("เริ่มหน้าเว็บและงานคำนวณ", "pages and workers started"), services.start_applications
)
DEMO = Step("demo", Text("ข้อมูลตัวอย่างและผลคำนวณ", "demo catalogue and its footprints"), demo.load, demo.inputs)


def prepare_machine(here: Place) -> None:
    """Packages, the system user, the state folder: the part that may need root."""
    machine.check_disk(here)
    began = time.monotonic()
    if packages.install(here):
        print(f"{time.monotonic() - began:6.1f} s  แพ็กเกจของระบบ · system packages", flush=True)
    packages.make_user(here)
    place.make(here)


def take_over(here: Place) -> None:
    """Copy the program while the checkout can be read, then go on as the user that owns the state.

    A busy port is refused here, before minutes of downloading.
    """
    run(here, SOURCE)
    place.become_owner(here)
    settings.choose(here)


def install(here: Place) -> None:
    """Everything that is done before a server runs; what changes under running services stops them first."""
    if due(here, ENVIRONMENT, SOLR_JARS, PACKAGE, ASSETS, SOLR_CORE):
        services.stop(here)
    together(here, ENVIRONMENT, SOLR_JARS, CLUSTER)
    run(here, PACKAGE, ASSETS, SOLR_CORE)
    configure(here)


def configure(here: Place) -> None:
    """Choose ports, write the configuration of Redis and CKAN; another one than before stops the services."""
    settings.choose(here)
    redis.make(here)
    if portal.write_ini(here):
        services.stop(here)
