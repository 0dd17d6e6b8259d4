"""The kinds of derived files, of a dataset and of the city: data of config/products.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

DATASET, CITY = "dataset", "city"


class Product(NamedTuple):
    """A kind of derived file; names and descriptions by language."""

    file: str
    format: str
    mimetype: str
    name: Mapping[str, str]
    description: Mapping[str, str]


@cache
def products(whose: str) -> Mapping[str, Product]:
    """The kinds of files of a dataset's footprint, or of the city's inventory, by product."""
    text = (files("ckanext.khonkaencarbon.config") / "products.yaml").read_text("utf-8")
    known: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)[whose]
    return {name: Product(**one) for name, one in known.items()}


def of_version(version: Mapping[str, Any]) -> Mapping[str, Product]:
    """The kinds of files of a version, by its row: those that it has."""
    have = version["files"]
    known = products(CITY if "inventory.csv" in have else DATASET)
    return {name: one for name, one in known.items() if one.file in have}
