"""Every number of the starting library is in an edition, a check value, or left out with a reason."""

import re
from pathlib import Path

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.factors.edition import edition_ids
from ckanext.khonkaencarbon.footprint.factors.sources import (
    CHECK,
    LEFT_OUT,
    PENDING,
    USED,
    fates,
    source_rows,
)

TABLE = Path(__file__).parents[2] / "docs" / "factor-accounting.csv"
FATES = fates()


def test_the_published_table_is_what_the_editions_say(capsys):
    assert main(["factors", "sources"]) == 0
    assert capsys.readouterr().out == TABLE.read_text(encoding="utf-8"), (
        "khonkaencarbon factors sources > docs/factor-accounting.csv"
    )


def test_each_number_is_listed_once():
    ids = [row["id"] for row in source_rows()]
    assert len(ids) == len(set(ids)) == 537 + 119


def test_left_out_has_a_reason_and_used_has_a_place():
    for fate in FATES:
        assert bool(fate.places) == (fate.state in (USED, CHECK)), fate.said["id"]
        assert fate.reason or fate.state != LEFT_OUT, fate.said["id"]


def test_a_number_of_low_confidence_is_used_only_where_something_confirms_it():
    assert all(fate.reason for fate in FATES if fate.state == USED and fate.said["confidence"] == "low")


def test_printed_totals_are_check_values_and_never_factors():
    totals = [fate for fate in FATES if fate.said["gas"] == "CO2e" and fate.said["id"].endswith("-CO2e")]
    assert len(totals) == 36 and {fate.state for fate in totals} == {CHECK}


def test_nothing_is_forgotten():
    """Those of waste, wastewater and agriculture may wait while the edition that holds them is not there."""
    waiting = "(IPCC|WW-|SWDS-)" if "ipcc-2019" not in edition_ids() else "(?!)"
    pending = [fate.said["id"] for fate in FATES if fate.state == PENDING]
    assert [one for one in pending if not re.match(waiting, one)] == []
