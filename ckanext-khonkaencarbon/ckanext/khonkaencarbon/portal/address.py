"""Addresses of derived files."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

FILES = {"summary-csv": "summary.csv", "summary-json": "summary.json"}  # file of each derived resource


def of(dataset_id: str, number: int | str, name: str) -> str:
    """The absolute address of a file of a version."""
    site = tk.config["ckan.site_url"].rstrip("/")
    root = (tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "")
    return f"{site}{root}/dataset/{dataset_id}/footprint/{number}/{name}"
