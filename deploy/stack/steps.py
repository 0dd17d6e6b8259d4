"""Steps of a set-up: done once for the same inputs, shown with the seconds they took."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .place import Place
from .shell import FailedError, explain, note
from .words import Text

PASSED_OVER = {".git", "__pycache__", "node_modules", "target", ".venv", "vendor"}


@dataclass(frozen=True)
class Step:
    """One thing to do: its name, what it depends on (None: look every time), and the doing.

    The doing returns False when there was nothing to do.
    """

    key: str
    name: Text
    do: Callable[[Place], bool | None]
    inputs: Callable[[Place], str] | None = None


def run(place: Place, *steps: Step) -> None:
    """Do the steps one after the other."""
    for step in steps:
        _run(place, step)


def together(place: Place, *steps: Step) -> None:
    """Do steps that do not need each other side by side; the first failure is told after all ended."""
    with ThreadPoolExecutor(len(steps)) as pool:
        for done in [pool.submit(_run, place, step) for step in steps]:
            done.result()


def due(place: Place, *steps: Step) -> bool:
    """Whether one of these steps has other inputs than when it was done last."""
    return any(step.inputs and stamp_of(place, step.key) != step.inputs(place) for step in steps)


def stamp_of(place: Place, key: str) -> str:
    """Inputs with which a step was done last; empty when it never was."""
    path = _stamp(place, key)
    return path.read_text("utf-8") if path.exists() else ""


def _run(place: Place, step: Step) -> None:
    inputs = step.inputs(place) if step.inputs else ""
    if step.inputs and stamp_of(place, step.key) == inputs:
        return
    began = time.monotonic()
    note(place, f"\n== {step.key} {time.strftime('%Y-%m-%dT%H:%M:%S%z')}")
    _stamp(place, step.key).unlink(missing_ok=True)
    try:
        changed = step.do(place)
    except FailedError as failed:
        raise explain(f"“{step.name.th} · {step.name.en}”", failed, place.log / "setup.log") from failed
    if step.inputs:
        _stamp(place, step.key).write_text(inputs, "utf-8")
    if changed is not False:
        print(f"{time.monotonic() - began:6.1f} s  {step.name.th} · {step.name.en}", flush=True)


def _stamp(place: Place, key: str) -> Path:
    return place.home / "stamps" / key


def digest(paths: Iterable[Path], *words: str) -> str:
    """One hash over files, folders (with the names in them) and words."""
    whole = hashlib.sha256()
    for word in words:
        whole.update(f"{word}\0".encode())
    for path in paths:
        for file in [path] if path.is_file() else files_of(path):
            whole.update(f"{file.relative_to(path.parent)}\0".encode())
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def files_of(folder: Path) -> list[Path]:
    """Source files below a folder in a fixed order, without what tools leave behind."""
    if not folder.is_dir():
        return []
    found: list[Path] = []
    for entry in sorted(folder.iterdir()):
        if not entry.is_dir() or entry.is_symlink():
            found.append(entry)
        elif entry.name not in PASSED_OVER and not entry.name.endswith((".egg-info", "_cache")):
            found += files_of(entry)
    return found
