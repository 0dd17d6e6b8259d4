"""Solr: collected jars with checked sums, one core with our configset."""

from __future__ import annotations

import hashlib
import shutil
import urllib.error
import urllib.request
from pathlib import Path

from . import environment, settings, shell
from .place import Place
from .solr_schema import thai_schema
from .steps import digest, stamp_of
from .words import StopError

# one small index: the simplest collector takes the least memory and starts fastest
JAVA = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC")
LAUNCHER = "search-server.jar"
CORES = ("ckan",)
STOCK = "stock"  # CKAN's own schema, to compare with
TEST_CORES = ("ckan", "portal", "upstream", "search", STOCK)


def jar_inputs(place: Place) -> str:
    """Changes with the pom, the launcher and the list of sums."""
    deploy = place.source / "deploy" / "solr"
    return digest([deploy / "pom.xml", deploy / "src", deploy / "jars.sha256"])


def collect(place: Place) -> None:
    """Fetch the jars, hold them against the list, and put them in place as a whole."""
    deploy, fresh, build = (
        place.source / "deploy" / "solr",
        place.home / "solr/lib.new",
        place.home / "solr/build",
    )
    for folder in (fresh, build):
        shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    shell.run(
        place,
        [
            *("mvn", "-q", "-B", "-f", deploy / "pom.xml"),
            *(f"-Dmaven.repo.local={place.cache / 'maven'}", f"-Dbuild.folder={build}"),
            *("package", "dependency:copy-dependencies", f"-DoutputDirectory={fresh}"),
        ],
        more={"JAVA_HOME": str(java_home()), "MAVEN_OPTS": "-XX:TieredStopAtLevel=1"},
    )
    _check(fresh, deploy / "jars.sha256")
    (build / LAUNCHER).rename(fresh / LAUNCHER)
    lib = place.home / "solr" / "lib"
    shutil.rmtree(lib, ignore_errors=True)
    fresh.rename(lib)
    shutil.rmtree(build)


def java_home() -> Path:
    """Java 17 of the distribution, whichever Java is the machine's first."""
    return next(Path("/usr/lib/jvm").glob("java-17-openjdk-*"))


def _check(folder: Path, sums: Path) -> None:
    expected = {name: told for told, name in (line.split() for line in sums.read_text("ascii").splitlines())}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.iterdir()}
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        raise StopError(
            f"ไฟล์ของ Solr ที่ดาวน์โหลดมาไม่ตรงกับ deploy/solr/jars.sha256: {', '.join(wrong[:3])} "
            "โปรดตรวจแหล่งดาวน์โหลดของ Maven แล้วสั่งใหม่",
            f"Downloaded Solr files differ from deploy/solr/jars.sha256: {', '.join(wrong[:3])}; "
            "check where Maven downloads from, then run this again.",
        )


def core_inputs(place: Place) -> str:
    """Changes with our configset or CKAN's schema."""
    deploy = place.source / "deploy" / "solr"
    return digest(
        [
            deploy / "conf",
            deploy / "analyzers.xml",
            deploy / "log4j2.xml",
            place.source / "deploy/stack/solr_schema.py",
        ],
        stamp_of(place, "environment"),
    )


def make_cores(place: Place) -> None:
    """Write the home of Solr and the configset of each core; the index itself stays."""
    deploy, home = place.source / "deploy" / "solr", place.home / "solr" / "home"
    theirs = environment.ckan_package(place) / "config/solr/schema.xml"
    ours = thai_schema(theirs, deploy / "analyzers.xml")
    for core in TEST_CORES if place.testing else CORES:
        conf = home / core / "conf"
        shutil.copytree(deploy / "conf", conf, dirs_exist_ok=True)
        (conf / "schema.xml").write_text(theirs.read_text("utf-8") if core == STOCK else ours, "utf-8")
        (home / core / "core.properties").write_text(f"name={core}\n", "utf-8")
    (home / "solr.xml").write_text("<solr/>\n", "utf-8")
    shutil.copy(deploy / "log4j2.xml", home / "log4j2.xml")


def command(place: Place) -> list[str]:
    """How the process manager starts it."""
    home = place.home / "solr"
    return [
        str(java_home() / "bin/java"),
        *JAVA,
        f"-Dlog4j2.configurationFile={home}/home/log4j2.xml",
        f"-Dsolr.log.dir={place.log}",
        "-cp",
        f"{home}/lib/*",
        "SearchServer",
        str(settings.load(place).solr),
        str(home / "home"),
    ]


def base(place: Place) -> str:
    """Address of our Solr."""
    return f"http://127.0.0.1:{settings.load(place).solr}/solr"


def url(place: Place, core: str = "ckan") -> str:
    """Address of a core: ours, or the existing one that KHONKAENCARBON_SOLR_URL names."""
    return settings.load(place).solr_url or f"{base(place)}/{core}"


def answers(place: Place) -> bool:
    """Whether the core can be asked."""
    try:
        with urllib.request.urlopen(f"{url(place)}/schema?wt=schema.xml", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
