"""Installations of the package in fresh environments, made from a copy of the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = (
    "ckanext-khonkaencarbon",
    "schemas",
    "config",
    "setup.py",
    "pyproject.toml",
    "MANIFEST.in",
    "README.md",
)
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.egg-info", "vendor")


def copy(part: Path, target: Path) -> None:
    """Copy a file or folder without what tools leave behind."""
    if part.is_dir():
        shutil.copytree(part, target, ignore=LEFT_BEHIND)
    else:
        shutil.copy(part, target)


@dataclass(frozen=True)
class Installation:
    """An environment and the copy it was installed from."""

    venv: Path
    source: Path

    def run(self, program: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, far from the checkout."""
        command = [str(self.venv / "bin" / program), *map(str, words)]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        clean["PYTHONUTF8"] = "1"
        return subprocess.run(command, cwd=self.venv, env=clean, capture_output=True, text=True, check=False)

    def must(self, program: str, *words: str | Path) -> str:
        """Run a program that has to end well; its output."""
        done = self.run(program, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The files that everything is held against."""
    return CHECKOUT


@pytest.fixture(scope="session")
def install(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes an installation: an environment, with the locked packages or none, and ours by `words` of pip."""

    def make(*words: str, locked: bool) -> Installation:
        folder = tmp_path_factory.mktemp("installation")
        for part in PARTS:
            copy(CHECKOUT / part, folder / "source" / part)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        made = Installation(folder / "venv", folder / "source")
        if locked:
            made.must(
                "pip",
                "install",
                "-q",
                "--no-deps",
                "--require-hashes",
                "-r",
                CHECKOUT / "deploy/requirements.lock",
            )
            words = ("--no-deps", "--no-index", "--no-build-isolation", *words)
        made.must("pip", "install", "-q", *words, made.source)
        return made

    return make


@pytest.fixture(scope="session", params=["wheel", "editable"])
def contents(request: pytest.FixtureRequest, install: Any) -> dict[str, list[str]]:
    """What a locked environment holds after each way of installing us."""
    made = install(*(["--editable"] if request.param == "editable" else []), locked=True)
    told = made.must("python", Path(__file__).with_name("look_inside.py"))
    return {**json.loads(told.splitlines()[-1]), "help": made.must("khonkaencarbon", "--help").splitlines()}
