"""The options of config_declaration.yaml, one typed accessor each; the only place that reads them."""

from __future__ import annotations

from pathlib import Path

import ckan.plugins.toolkit as tk

STORAGE_PATH = "ckanext.khonkaencarbon.storage_path"
SETTLE_SECONDS = "ckanext.khonkaencarbon.settle_seconds"
LEASE_SECONDS = "ckanext.khonkaencarbon.lease_seconds"
MAX_ATTEMPTS = "ckanext.khonkaencarbon.max_attempts"
LARGEST_BUNDLE = "ckanext.khonkaencarbon.largest_bundle"
LARGEST_INPUT_TABLE = "ckanext.khonkaencarbon.largest_input_table"
INVENTORY_VERSION_SECONDS = "ckanext.khonkaencarbon.inventory_version_seconds"
CONTACT = "ckanext.khonkaencarbon.contact"
ACCOUNTING = "ckanext.khonkaencarbon.accounting"


def storage_path() -> Path:
    """Folder of derived files; below ckan.storage_path unless set."""
    return Path(tk.config[STORAGE_PATH] or Path(tk.config["ckan.storage_path"]) / "khonkaencarbon")


def settle_seconds() -> int:
    """Seconds to wait after a change, so that several edits become one run."""
    return int(tk.config[SETTLE_SECONDS])


def lease_seconds() -> int:
    """Seconds after which a worker that gave no sign of life loses its claim."""
    return int(tk.config[LEASE_SECONDS])


def max_attempts() -> int:
    """Runs that may fail in a row before a dataset is set aside."""
    return int(tk.config[MAX_ATTEMPTS])


def largest_bundle() -> int:
    """Bytes of input files above which a version has no verification bundle."""
    return int(tk.config[LARGEST_BUNDLE])


def largest_input_table() -> int:
    """Rows of an input above which it does not become a DataStore table; 0: none does."""
    return int(tk.config[LARGEST_INPUT_TABLE])


def inventory_version_seconds() -> int:
    """Seconds between two versions of the inventory, unless the newer one may not be read any more."""
    return int(tk.config[INVENTORY_VERSION_SECONDS])


def contact() -> str:
    """Mail address that the portal's own pages name; nothing where none is set."""
    return str(tk.config[CONTACT] or "")


def accounting() -> str:
    """How footprints are computed, as JSON of the form khonkaencarbon-settings/1 without a boundary."""
    return str(tk.config[ACCOUNTING] or "{}")
