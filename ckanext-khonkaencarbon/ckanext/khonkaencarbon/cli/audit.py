"""``ckan khonkaencarbon audit``: whether everything that is published can be trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from ckanext.khonkaencarbon.portal import audit as auditor
from ckanext.khonkaencarbon.portal import bell
from ckanext.khonkaencarbon.portal.audit import Report

WELL = "ครบถ้วนถูกต้อง / All is well"
MENDED = "แก้ไขแล้วหรือส่งเข้าคิวแล้ว / put right, or in the queue to be"
LEFT = "ยังไม่ได้แก้ / not put right"


@click.command()
@click.option("--repair", is_flag=True, help="Put right what can be put right without guessing.")
@click.option("--quick", is_flag=True, help="Only what opens no file and computes nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print counts and violations as JSON.")
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=auditor.GRACE,
    show_default=True,
    metavar="SECONDS",
    help="Leave files that belong to nothing alone for this long.",
)
def audit(repair: bool, quick: bool, as_json: bool, grace: float) -> None:
    """Check that what is published holds, everywhere; exit status 1 where something is left."""
    report = auditor.audit(repair=repair, quick=quick, grace=grace)
    if report.mended:
        bell.ring()
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(report, repair)))
    raise SystemExit(1 if report.left else 0)


def _lines(report: Report, repair: bool) -> Iterator[str]:
    yield " ".join(f"{name}={count}" for name, count in report.seen.items())
    for one in report.violations:
        told = "" if not repair else f" [{MENDED if one in report.mended else LEFT}]"
        yield f"✗ {one.fault.code} {one.dataset_id}{told}"
        yield f"    {one.fault}"
    if not report.violations:
        yield f"✓ {WELL}"
