"""``ckan khonkaencarbon demo``: load or remove the demo catalogue."""

from __future__ import annotations

from pathlib import Path

import click

from ckanext.khonkaencarbon.portal import demo as demo_loader
from ckanext.khonkaencarbon.portal.demo_catalogue import DemoError, read


@click.command(name="demo")
@click.option(
    "--from",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder with catalogue.yaml and files/ (deploy/demo of the repository).",
)
@click.option("--remove", is_flag=True, help="Purge what an earlier load made, and nothing else.")
def demo(folder: Path, remove: bool) -> None:
    """Load the demo catalogue; run again, it changes nothing."""
    try:
        catalogue = read(folder)
        progress = _Progress(len(catalogue.organisations) + len(catalogue.datasets))
        (demo_loader.remove if remove else demo_loader.load)(catalogue, progress)
    except DemoError as problem:
        raise click.ClickException(f"{problem.text.th}\n{problem.text.en}") from problem


class _Progress:
    """One line per entry: how far, what was done, in both languages, with which name."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.count = 0

    def __call__(self, name: str, done: demo_loader.Done) -> None:
        self.count += 1
        click.echo(f"[{self.count}/{self.total}] {done.value.th} / {done.value.en}: {name}")
