"""``ckan khonkaencarbon rollup``: the city's sums, brought up to date or made anew."""

from __future__ import annotations

import json

import click

from ckanext.khonkaencarbon.portal.city import inventory
from ckanext.khonkaencarbon.portal.city.sums import check, refresh


@click.command()
@click.option("--rebuild", is_flag=True, help="Make all sums anew from the ledger.")
@click.option("--check", "checking", is_flag=True, help="Hold the sums against a rebuild; change nothing.")
def rollup(rebuild: bool, checking: bool) -> None:
    """Take what was changed into the city's sums; exit status 1 where a check finds other rows."""
    if checking:
        found = check.differences()
        click.echo(json.dumps(found))
        raise SystemExit(1 if found else 0)
    refresh.bring_up_to_date(rebuild=rebuild)
    with inventory.present() as now:
        told = {"as_of": now.as_of.isoformat(), "stamp": now.stamp, "years": list(now.years)}
    click.echo(json.dumps(told))
