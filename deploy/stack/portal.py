"""CKAN: its configuration, its tables, its first administrator."""

from __future__ import annotations

import secrets
from pathlib import Path
from string import Template

from . import postgres, redis, settings, shell, solr
from .place import Place
from .steps import digest, stamp_of

DATABASES = ("ckan", "datastore")
ADMIN = "admin"


def write_ini(place: Place) -> bool:
    """Write the configuration of the running portal; True when it is another one than before."""
    before = place.ini.read_text("utf-8") if place.ini.exists() else ""
    write(place, place.ini, DATABASES, redis_database=0, core="ckan", storage=place.home / "storage")
    return place.ini.read_text("utf-8") != before


def write(
    place: Place,
    ini: Path,
    databases: tuple[str, str],
    *,
    redis_database: int,
    core: str,
    storage: Path,
    more: str = "",
) -> None:
    """Fill the template for one set of databases, Redis database, Solr core and folder of uploads."""
    secret, (main, store) = settings.secret(place), databases
    template = Template((place.source / "deploy/ckan.ini.template").read_text("utf-8"))
    storage.mkdir(parents=True, exist_ok=True)
    ini.touch(mode=0o600)
    ini.write_text(
        template.substitute(
            {name: secret[name] for name in ("session", "csrf", "token")},
            site_url=settings.load(place).address,
            database_url=postgres.url(place, main),
            datastore_write_url=postgres.url(place, store),
            datastore_read_url=postgres.url(place, store, postgres.READER),
            redis_url=redis.url(place, redis_database),
            solr_url=solr.url(place, core),
            storage=storage,
            more=more,
        ),
        "utf-8",
    )


def ckan(place: Place, *words: str | Path, ini: Path | None = None) -> str:
    """Run a CKAN command."""
    return shell.run(place, [place.venv / "bin/ckan", "-c", ini or place.ini, *words])


def database_inputs(place: Place) -> str:
    """Changes when a migration could be due."""
    return digest([place.source / "deploy/stack/portal.py"], stamp_of(place, "package"))


def make_tables(place: Place) -> None:
    """Databases, CKAN's and our migrations, the DataStore's rights; the Thai of CKAN's scripts."""
    postgres.make_databases(place, *DATABASES)
    migrate(place, place.ini)
    ckan(place, "translation", "js")


def index_inputs(place: Place) -> str:
    """Changes with what is indexed of a dataset: the schema, and the words that texts are cut at."""
    extension = place.source / "ckanext-khonkaencarbon/ckanext/khonkaencarbon"
    words = [place.source / "config/synonyms.yaml", place.source / "config/places.yaml"]
    return digest([extension / "catalogue", *words], stamp_of(place, "solr-core"), stamp_of(place, "tables"))


def reindex(place: Place) -> None:
    """Index every dataset anew; the old entries answer until each is replaced."""
    ckan(place, "search-index", "rebuild")


def migrate(place: Place, ini: Path) -> None:
    """Bring the databases of a configuration up to date."""
    ckan(place, "db", "upgrade", ini=ini)
    postgres.sql(place, ckan(place, "datastore", "set-permissions", ini=ini))


def first_admin(place: Place, password: str | None = None) -> str | None:
    """Create the first administrator and return the password; None when there is one already."""
    password = password or secrets.token_urlsafe(12)
    program = place.source / "deploy/first_admin.py"
    said = shell.run(
        place,
        [place.venv / "bin/python", program, ADMIN, "admin@khonkaencarbon.invalid"],
        given=f"{password}\n",
    )
    return password if said.split()[-1:] == ["created"] else None
