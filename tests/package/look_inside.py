"""Run by the Python of an installation: prints as JSON what our package brings there."""

from __future__ import annotations

import json
from importlib import metadata, resources
from importlib.resources.abc import Traversable

PACKAGE = "ckanext.khonkaencarbon"
# the folders that setup.py maps into the package
MAPPED = ("schemas", "config")


def files(folder: Traversable, prefix: str = "") -> list[str]:
    """Names of all files below a folder, as code finds them."""
    found: list[str] = []
    for entry in folder.iterdir():
        if entry.name == "__pycache__" or (not prefix and entry.name in MAPPED):
            continue
        name = f"{prefix}{entry.name}"
        found += files(entry, f"{name}/") if entry.is_dir() else [name]
    return found


def plugins() -> list[str]:
    """Entry points of ours that load."""
    ours = [point for point in metadata.entry_points(group="ckan.plugins") if point.value.startswith(PACKAGE)]
    return sorted(f"{point.name}={point.load().__name__}" for point in ours)


def types() -> list[str]:
    """Types and names of the dataset and organisation schemas, read as ckanext-scheming reads them."""
    from ckanext.scheming.plugins import _load_schema

    names = [
        name
        for name in files(resources.files(f"{PACKAGE}.schemas"))
        if "/" not in name and name.endswith(".yaml")
    ]
    loaded = [_load_schema(f"{PACKAGE}.schemas:{name}") for name in names]
    return sorted(
        schema.get("dataset_type") or schema.get("organization_type") or "presets" for schema in loaded
    )


def pins() -> list[str]:
    """What this CKAN was released with."""
    wanted = [line.split(";") for line in metadata.requires("ckan") or []]
    return sorted(pin.strip() for pin, *marks in wanted if marks and 'extra == "requirements"' in marks[0])


if __name__ == "__main__":
    print(
        json.dumps(
            {
                "plugins": plugins(),
                "types": types(),
                "pins": pins(),
                "package": sorted(files(resources.files(PACKAGE))),
                **{part: sorted(files(resources.files(f"{PACKAGE}.{part}"))) for part in MAPPED},
            }
        )
    )
