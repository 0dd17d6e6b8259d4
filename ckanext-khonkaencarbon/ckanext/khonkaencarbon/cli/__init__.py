"""``ckan khonkaencarbon ...``: one module per family of commands."""

from __future__ import annotations

import click

from ckanext.khonkaencarbon.cli.audit import audit
from ckanext.khonkaencarbon.cli.demo import demo
from ckanext.khonkaencarbon.cli.health import health
from ckanext.khonkaencarbon.cli.queue import quarantine, recompute, status, sweep
from ckanext.khonkaencarbon.cli.rollup import rollup

__all__ = ["khonkaencarbon"]


@click.group(name="khonkaencarbon")
def khonkaencarbon() -> None:
    """City data inventory and city carbon footprint."""


khonkaencarbon.add_command(audit)
khonkaencarbon.add_command(demo)
khonkaencarbon.add_command(health)
khonkaencarbon.add_command(quarantine)
khonkaencarbon.add_command(recompute)
khonkaencarbon.add_command(rollup)
khonkaencarbon.add_command(status)
khonkaencarbon.add_command(sweep)
