"""Wheel and editable installation bring the same: every plugin, schema, template, migration, data file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PLUGINS = ["khonkaencarbon=KhonKaenCarbonPlugin", "khonkaencarbon_thai=ThaiPlugin"]


def names(folder: Path, *left_out: str) -> list[str]:
    """Files of a source folder, without what is made at set-up or by tools."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    relative = (path.relative_to(folder) for path in found)
    return sorted(str(path) for path in relative if not set(left_out) & set(path.parts))


def test_every_plugin_loads(contents: dict[str, list[str]]) -> None:
    assert contents["plugins"] == PLUGINS


def test_every_schema_loads_by_its_dotted_name(contents: dict[str, list[str]]) -> None:
    assert {"activity-data", "dataset", "organization"} <= set(contents["types"])


@pytest.mark.parametrize(
    ("part", "folder"),
    [
        ("package", "ckanext-khonkaencarbon/ckanext/khonkaencarbon"),
        ("schemas", "schemas"),
        ("config", "config"),
    ],
)
def test_no_file_is_left_behind(
    contents: dict[str, list[str]], checkout: Path, part: str, folder: str
) -> None:
    assert contents[part] == names(checkout / folder, "vendor")


def test_the_command_is_there(contents: dict[str, list[str]]) -> None:
    assert any("compute" in line for line in contents["help"])


def test_the_lock_file_holds_ckan_at_its_own_pins(contents: dict[str, list[str]], checkout: Path) -> None:
    locked = {
        line.split(" ")[0].lower()
        for line in (checkout / "deploy/requirements.lock").read_text("utf-8").splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    }
    pinned = {pin.lower().replace("[watchdog]", "") for pin in contents["pins"]}
    assert len(pinned) > 40
    assert pinned - locked == set()


def test_an_empty_environment_gets_the_command_without_ckan(install: Any) -> None:
    made = install(locked=False)
    table = made.source / "power.csv"
    table.write_text("period,activity,quantity,unit\n2024-05,electricity-grid,100,kWh\n", "utf-8")
    made.must("khonkaencarbon", "compute", table, "--out", made.source / "out")
    assert (made.source / "out" / "summary.csv").read_text("utf-8").startswith("line_id,")
    assert made.run("python", "-c", "import ckan").returncode == 1
