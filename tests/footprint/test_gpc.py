"""The references of the GPC: scopes, totals, and where network losses belong."""

import pytest

from ckanext.khonkaencarbon.footprint.gpc import losses_reference, references, scope
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary


@pytest.mark.parametrize(("framework", "count"), [("basic", 32), ("basic_plus", 47), ("territorial", 27)])
def test_how_many_references_each_total_has(framework, count):
    """Published counts of the 53 rows that every edition of the table has; II.5.3 is optional."""
    counted = [ref for ref, row in references().items() if row[framework] == "true" and ref != "II.5.3"]
    assert len(counted) == count


def test_every_reference_of_an_activity_exists():
    used = {ref for activity in load_vocabulary().activities.values() for ref in activity.gpc.values()}
    assert {scope(ref) for ref in used} == {1, 2, 3}


@pytest.mark.parametrize(
    ("gpc_ref", "losses"),
    [("I.2.2", "I.2.3"), ("I.6.2", "I.6.3"), ("II.1.2", "II.1.3"), ("I.2.1", None), ("VI.1", None)],
)
def test_losses_of_grid_electricity_belong_to_scope_3_of_the_sub_sector(gpc_ref, losses):
    assert losses_reference(gpc_ref) == losses


def test_all_54_references_can_be_filled_from_a_file():
    reported = load_vocabulary().activities["reported-gas"]
    assert len(references()) == 54 and set(reported.parameters["reference"].choices) == set(references())


def test_every_reference_is_named_in_both_languages():
    assert all(row["subsector_th"] and row["subsector_en"] for row in references().values())
