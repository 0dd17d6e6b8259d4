"""The demo catalogue is loaded by a steward's actions, twice without change, and removed without a trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from ckan import model
from ckan.common import config
from ckan.tests import factories, helpers
from click.testing import CliRunner

from ckanext.khonkaencarbon.cli.demo import demo as command
from ckanext.khonkaencarbon.portal import demo
from ckanext.khonkaencarbon.portal.demo import Done
from ckanext.khonkaencarbon.portal.demo_catalogue import DemoError, read

DEMO = Path(__file__).parents[2] / "deploy" / "demo"
WASTE = "khon-kaen-city-municipal-waste"
FUEL = "khon-kaen-university-vehicle-fuel"
CITY, UNIVERSITY = "khon-kaen-city-municipality", "khon-kaen-university"


@pytest.fixture
def small(tmp_path):
    """A demo folder of two publishers and their activity datasets; gone again afterwards."""
    tree = yaml.safe_load((DEMO / "catalogue.yaml").read_text(encoding="utf-8"))
    tree["datasets"] = {name: tree["datasets"][name] for name in (WASTE, FUEL)}
    tree["organisations"] = {name: tree["organisations"][name] for name in (CITY, UNIVERSITY)}
    shutil.copytree(DEMO / "files", tmp_path / "files")
    write(tmp_path, tree)
    yield tmp_path
    run(demo.remove, tmp_path)


def write(folder, tree):
    (folder / "catalogue.yaml").write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")


def run(step, folder):
    done = {}
    step(read(folder), lambda name, what: done.update({name: what}))
    return done


def show(name):
    return helpers.call_action("package_show", id=name)


def uploads():
    return {path for path in (Path(config["ckan.storage_path"]) / "resources").rglob("*") if path.is_file()}


def test_the_whole_catalogue_loads_once_and_leaves_no_trace(portal):
    before = uploads()
    assert set(run(demo.load, DEMO).values()) == {Done.CREATED}
    modified = {name: show(name)["metadata_modified"] for name in helpers.call_action("package_list")}
    assert set(run(demo.load, DEMO).values()) == {Done.UNCHANGED}
    assert modified == {name: show(name)["metadata_modified"] for name in modified}
    assert set(run(demo.remove, DEMO).values()) == {Done.REMOVED}
    assert uploads() == before
    assert set(run(demo.remove, DEMO).values()) == {Done.ABSENT}


def test_a_dataset_carries_its_file_and_what_a_reader_must_know(small, app):
    run(demo.load, small)
    waste = show(WASTE)
    assert (waste["reporting_boundary"], waste["include_in_inventory"]) == ("city", "true")
    assert waste.get("inventory_decision") in (None, "", "pending")
    assert waste["license_id"] == "License not specified"
    assert waste["title"] == waste["title_translated"]["th"]
    assert "assumed" in waste["title_translated"]["en"]
    assert "**Assumption:**" in waste["notes_translated"]["en"] and "**สมมติฐาน:**" in waste["notes"]
    table, plant = waste["resources"][:2]
    assert (table["carbon_role"], plant["carbon_role"]) == ("input", "")
    assert app.get(table["url"]).data == (DEMO / "files" / f"{WASTE}.csv").read_bytes()


def test_a_load_that_was_cut_short_is_continued(small, monkeypatch):
    real, calls = demo._load_file, []

    def cut(dataset, file):
        calls.append(file)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(dataset, file)

    monkeypatch.setattr(demo, "_load_file", cut)
    with pytest.raises(KeyboardInterrupt):
        run(demo.load, small)
    assert model.Package.get(WASTE).state == "draft"
    monkeypatch.undo()
    run(demo.load, small)
    assert show(WASTE)["state"] == "active"
    names = [r["name"] for r in show(WASTE)["resources"] if r.get("carbon_role") != "derived"]
    assert len(names) == len(set(names)) == 2
    assert set(run(demo.load, small).values()) == {Done.UNCHANGED}


def test_a_changed_catalogue_updates_what_changed_and_nothing_else(small):
    run(demo.load, small)
    dataset_id, fuel = show(WASTE)["id"], show(FUEL)["metadata_modified"]
    path = small / "files" / f"{WASTE}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("76,650", "76,860"), encoding="utf-8")
    done = run(demo.load, small)
    assert done.pop(WASTE) is Done.UPDATED and set(done.values()) == {Done.UNCHANGED}
    assert show(WASTE)["id"] == dataset_id and show(FUEL)["metadata_modified"] == fuel
    assert len([r for r in show(WASTE)["resources"] if r.get("carbon_role") != "derived"]) == 2


def test_a_name_that_is_taken_stops_the_load_before_anything_is_written(small):
    taken = factories.Dataset(name=FUEL, owner_org=factories.Organization()["id"])
    with pytest.raises(DemoError, match="taken by something the demo did not make"):
        run(demo.load, small)
    assert model.Package.get(WASTE) is None
    assert run(demo.remove, small)[FUEL] is Done.NOT_OURS
    assert show(FUEL)["id"] == taken["id"]
    helpers.call_action("dataset_purge", id=taken["id"])


def test_an_organisation_that_others_use_is_kept(small):
    run(demo.load, small)
    other = factories.Dataset(owner_org=model.Group.get(UNIVERSITY).id)
    assert run(demo.remove, small)[UNIVERSITY] is Done.IN_USE
    assert show(other["id"])["organization"]["name"] == UNIVERSITY
    helpers.call_action("dataset_purge", id=other["id"])


@pytest.mark.parametrize("text", [None, "format: something-else/1", "a: [unclosed"])
def test_a_folder_without_a_catalogue_is_explained_in_both_languages(tmp_path, text):
    if text is not None:
        (tmp_path / "catalogue.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(command, ["--from", str(tmp_path)])
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert "catalogue.yaml" in result.output and any("ก" <= sign <= "๙" for sign in result.output)
