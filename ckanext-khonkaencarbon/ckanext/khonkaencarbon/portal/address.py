"""Addresses of derived files."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.portal import products

# file of each derived resource of a dataset; a version made before it was one, or too large for it, lacks it
FILES = {name: one.file for name, one in products.products(products.DATASET).items()}


def of(dataset_id: str, number: int | str, name: str) -> str:
    """The absolute address of a file of a version."""
    return tk.config["ckan.site_url"].rstrip("/") + path_of(dataset_id, number, name)


def path_of(dataset_id: str, number: int | str, name: str) -> str:
    """The same without the site."""
    root = (tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "")
    return f"{root}/dataset/{dataset_id}/footprint/{number}/{name}"


def of_version(dataset_id: str, number: int) -> str:
    """The permanent address of the page of a version."""
    return of(dataset_id, number, "").rstrip("/")
