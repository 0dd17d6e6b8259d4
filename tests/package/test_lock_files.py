"""The lock files agree with each other and with their lists of wishes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(?:==(\S+))?", re.MULTILINE)


def plain(name: str) -> str:
    """A package's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def versions(lock: str) -> dict[str, str]:
    """Package and version of every line of a lock file."""
    return {
        plain(name): version for name, version in NAME.findall((DEPLOY / lock).read_text("utf-8")) if version
    }


@pytest.mark.parametrize("lock", ["requirements-test.lock", "requirements-core.lock"])
def test_tests_run_with_the_versions_of_the_portal(lock: str) -> None:
    portal, other = versions("requirements.lock"), versions(lock)
    assert {
        name: (portal[name], other[name])
        for name in portal.keys() & other.keys()
        if portal[name] != other[name]
    } == {}


@pytest.mark.parametrize(
    "kind", ["requirements", "requirements-test", "requirements-core", "requirements-oracle"]
)
def test_every_wish_is_locked_and_every_lock_has_hashes(kind: str) -> None:
    wishes = {plain(name) for name, _ in NAME.findall((DEPLOY / f"{kind}.in").read_text("utf-8"))}
    text = (DEPLOY / f"{kind}.lock").read_text("utf-8")
    assert wishes <= versions(f"{kind}.lock").keys()
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", text)[1:])
