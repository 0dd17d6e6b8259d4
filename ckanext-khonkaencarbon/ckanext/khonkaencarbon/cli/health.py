"""``ckan khonkaencarbon health``: how the portal is, for operators."""

from __future__ import annotations

import json

import click

from ckanext.khonkaencarbon.portal import health as portal_health


@click.command(name="health")
@click.option("--json", "as_json", is_flag=True, help="Print what /khonkaencarbon/health says.")
def health(as_json: bool) -> None:
    """Say how every part is, and the remedy for what is not well; exit status 1 then."""
    parts = portal_health.report()
    well = portal_health.healthy(parts)
    if as_json:
        told = {"ok": well, "parts": {name: part.as_json() for name, part in parts.items()}}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(portal_health.lines(parts)))
    raise SystemExit(0 if well else 1)
