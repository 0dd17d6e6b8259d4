"""What every job needs, loaded once by the worker: jobs are forks of it and find it there."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import findings, summary

log = logging.getLogger(__name__)

TABLE = "period,activity,quantity,unit\n2024-01,electricity-grid,1,kWh\n"


@cache
def preload() -> None:
    """Look up CKAN's actions and compute a table of one row, which fills every cache; never raises."""
    try:
        tk.get_action("package_revise")
        with TemporaryDirectory() as folder:
            path = Path(folder, "activity.csv")
            path.write_text(TABLE, encoding="utf-8")
            footprint = compute([Source(path.name, path)], [None], AccountingSettings())
        summary.json_bytes(footprint)
        summary.csv_bytes(footprint)
        findings.json_bytes(footprint.log)
    except Exception:
        log.exception("The worker could not load ahead; each of its jobs loads by itself")
