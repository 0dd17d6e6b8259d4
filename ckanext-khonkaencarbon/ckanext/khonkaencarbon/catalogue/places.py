"""Districts and subdistricts of the province, in both languages (config/places.yaml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml


def read(name: str) -> Any:
    """A file of config/ that people edit by hand."""
    text = (resources.files("ckanext.khonkaencarbon.config") / name).read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one


@cache
def places() -> Mapping[str, Any]:
    """The file as it stands."""
    loaded: Mapping[str, Any] = read("places.yaml")
    return loaded


@cache
def english() -> Mapping[str, str]:
    """Thai name -> English name."""
    every = (place for district, below in districts() for place in (district, *below))
    return {place["th"]: place["en"] for place in every}


@cache
def districts() -> Sequence[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    """Each district with its subdistricts."""
    return [(one["name"], one["subdistricts"]) for one in places()["districts"]]
