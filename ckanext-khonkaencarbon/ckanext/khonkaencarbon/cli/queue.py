"""Commands about what is owed: sweep, recompute, status, quarantine."""

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
    ids = _chosen(dataset, everything)
    with queue.engine().begin() as connection:
        owed = lookout.owe_anyway(connection, ids)
    if not everything and not owed:
        raise click.ClickException(
            f"{dataset} ไม่ใช่ชุดข้อมูลกิจกรรมที่เผยแพร่ / {dataset} is not an active activity dataset."
        )
    click.echo(json.dumps({"owed": owed, "rung": bell.ring()}))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(as_json: bool) -> None:
    """How many datasets are in each state, and what is set aside with its reason."""
    counts = standing.counted()
    told = json.dumps(counts, ensure_ascii=False, indent=2) if as_json else "\n".join(standing.lines(counts))
    click.echo(told)


@click.group()
def quarantine() -> None:
    """Datasets that were set aside after several faults."""


@quarantine.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print reasons by dataset as JSON.")
def list_(as_json: bool) -> None:
    """Which they are, each with its reason."""
    found = standing.counted()["quarantined"]
    words = list(standing.set_aside(found)) or ["ไม่มีชุดข้อมูลที่พักไว้ / Nothing is set aside"]
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else "\n".join(words))


@quarantine.command()
@click.argument("dataset", required=False)
@click.option("--all", "everything", is_flag=True, help="Everything that is set aside.")
def release(dataset: str | None, everything: bool) -> None:
    """Have DATASET (name or id), or all that is set aside, tried again."""
    ids = _chosen(dataset, everything)
    with queue.engine().begin() as connection:
        lifted = queue.lift(connection, ids)
    if not everything and not lifted:
        raise click.ClickException(f"{dataset} ไม่ได้ถูกพักไว้ / {dataset} is not set aside.")
    click.echo(json.dumps({"released": lifted, "rung": bell.ring()}))


def _chosen(dataset: str | None, everything: bool) -> list[str] | None:
    """Ids of what a command is about; None for everything."""
    if bool(dataset) == everything:
        raise click.UsageError("ระบุชุดข้อมูล หรือ --all / Give a DATASET, or --all.")
    if dataset is None:
        return None
    try:
        return [tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset})["id"]]
    except tk.ObjectNotFound:
        raise click.ClickException(f"ไม่มีชุดข้อมูล {dataset} / There is no dataset {dataset}.") from None
