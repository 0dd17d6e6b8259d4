"""``ckan khonkaencarbon ...``: one module per family of commands."""

from __future__ import annotations

import click

__all__ = ["get_commands"]


@click.group(name="khonkaencarbon")
def khonkaencarbon() -> None:
    """City data inventory and city carbon footprint."""


def get_commands() -> list[click.Command]:
    """The command group that CKAN adds to its own."""
    return [khonkaencarbon]
