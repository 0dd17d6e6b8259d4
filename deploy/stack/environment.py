"""The virtual environment: locked packages, our own package, the pages' charts and fonts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from . import shell, source
from .place import Place
from .steps import digest, stamp_of


def lock(place: Place) -> Path:
    """The lock file for what this stack is for."""
    return place.source / "deploy" / ("requirements-test.lock" if place.testing else "requirements.lock")


def inputs(place: Place) -> str:
    """Changes with the lock file and the Python that reads it."""
    return digest([lock(place)], _python_version())


def _python_version() -> str:
    asked = subprocess.run(["/usr/bin/python3", "--version"], capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def make(place: Place) -> None:
    """Build the environment anew: half an environment of an earlier run is never trusted."""
    fill(place, place.venv, lock(place))


def fill(place: Place, venv: Path, lock_file: Path) -> None:
    """A fresh environment that holds exactly what the lock file names."""
    shutil.rmtree(venv, ignore_errors=True)
    shell.run(place, ["/usr/bin/python3", "-m", "venv", venv])
    shell.run(place, [venv / "bin/pip", "install", "-q", "--no-deps", "--require-hashes", "-r", lock_file])


def package_inputs(place: Place) -> str:
    """Changes with our code or the environment it goes into."""
    return digest([], source.package(place), stamp_of(place, "environment"))


def install_package(place: Place) -> None:
    """Install our package from the copy, not editable."""
    put_package(place, place.venv)


def put_package(place: Place, venv: Path) -> None:
    """Build and install our package alone; what it needs is already there."""
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--force-reinstall")
    _forget_builds(place)
    shell.run(place, [venv / "bin/pip", "install", "-q", *options, place.source])
    _forget_builds(place)


def _forget_builds(place: Place) -> None:
    for left_over in ("build", "ckanext-khonkaencarbon/ckanext_khonkaencarbon.egg-info"):
        shutil.rmtree(place.source / left_over, ignore_errors=True)


def installed_package(place: Place) -> Path:
    """Folder of our installed package."""
    return _site_packages(place) / "ckanext" / "khonkaencarbon"


def ckan_package(place: Place) -> Path:
    """Folder of the installed CKAN."""
    return _site_packages(place) / "ckan"


def _site_packages(place: Place) -> Path:
    return next((place.venv / "lib").glob("python3.*")) / "site-packages"


def assets_inputs(place: Place) -> str:
    """Changes with the locked npm packages or a new installation of our package."""
    return digest([place.source / "deploy" / "assets"], stamp_of(place, "package"))


def build_assets(place: Place) -> None:
    """Bundle charts and fonts into the installed package."""
    shell.run(
        place,
        [place.source / "deploy/assets/build", installed_package(place)],
        more={"PATH": f"{place.venv}/bin:{shell.SYSTEM_PATH}"},
    )
