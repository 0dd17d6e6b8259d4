"""A copy of the checkout in the state folder: the checkout may be closed to the user that runs the portal."""

from __future__ import annotations

import shutil
from pathlib import Path

from .place import CHECKOUT, SYSTEM_USER, Place
from .steps import digest, files_of

RUNNING = (
    "ckanext-khonkaencarbon",
    "schemas",
    "config",
    "deploy",
    "setup.py",
    "pyproject.toml",
    "MANIFEST.in",
    "README.md",
    "LICENSE",
)
# What is built into the package: a change installs it again and restarts the services.
PACKAGE = ("ckanext-khonkaencarbon", "schemas", "config", "setup.py", "pyproject.toml", "MANIFEST.in")


def parts(place: Place) -> list[Path]:
    """Files and folders of the checkout that are copied; tests want all of it."""
    names = sorted(entry.name for entry in CHECKOUT.iterdir()) if place.testing else RUNNING
    made = {".git", "build", "dist"}
    wanted = (name for name in names if name not in made and not name.startswith(".run"))
    return [CHECKOUT / name for name in wanted if (CHECKOUT / name).exists()]


def inputs(place: Place) -> str:
    """Changes when a file of the checkout does."""
    return digest(parts(place))


def copy(place: Place) -> None:
    """Replace the copy as a whole."""
    fresh = place.home / "source.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for part in parts(place):
        for file in files_of(part) if part.is_dir() else [part]:
            target = fresh / file.relative_to(CHECKOUT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target, follow_symlinks=False)
    if place.as_root:
        for path in (fresh, *fresh.rglob("*")):
            shutil.chown(path, SYSTEM_USER, SYSTEM_USER)
    shutil.rmtree(place.source, ignore_errors=True)
    fresh.rename(place.source)


def package(place: Place) -> str:
    """Changes when the installed package would."""
    return digest(place.source / name for name in PACKAGE if (place.source / name).exists())
