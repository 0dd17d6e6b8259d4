"""Commands about what is owed: sweep, recompute, status."""

from __future__ import annotations

import json

import ckan.plugins.toolkit as tk
import click

from ckanext.khonkaencarbon.portal import bell, lookout, queue
from ckanext.khonkaencarbon.portal import status as standing
from ckanext.khonkaencarbon.portal import sweep as sweeper


@click.command()
@click.option("--every", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Keep on, with this pause.")
def sweep(every: float | None) -> None:
    """Owe what nobody was told of, and ring a worker if anything is due."""
    if every is not None:
        sweeper.keep_sweeping(every)
    found = sweeper.look_out()
    rung = sweeper.sweep()
    click.echo(json.dumps({"found": found, "rung": rung}))


@click.command()
@click.argument("dataset", required=False)
@click.option("--all", "everything", is_flag=True, help="Every activity dataset.")
def recompute(dataset: str | None, everything: bool) -> None:
    """Owe DATASET (name or id), or all of them, and ring a worker; lifts quarantines."""
    if bool(dataset) == everything:
        raise click.UsageError("Give a DATASET, or --all.")
    if dataset is not None:
        try:
            dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset})["id"]
        except tk.ObjectNotFound:
            raise click.ClickException(f"There is no dataset {dataset}.") from None
    with queue.engine().begin() as connection:
        owed = lookout.owe_anyway(connection, None if everything else [str(dataset)])
    if not everything and not owed:
        raise click.ClickException(f"{dataset} is not an activity dataset.")
    click.echo(json.dumps({"owed": owed, "rung": bell.ring()}))


@click.command()
def status() -> None:
    """How many datasets are in each state, and what is in quarantine, as JSON."""
    click.echo(json.dumps(standing.counted(), ensure_ascii=False, indent=2))
