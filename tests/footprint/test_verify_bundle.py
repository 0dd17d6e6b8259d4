"""Bundles that are right: what is in them, that they are the same twice, and that they verify."""

import io
import json
import shutil
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.factors.edition import edition_ids, load_edition
from ckanext.khonkaencarbon.footprint.factors.edition_files import edition_files
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output.bundle import (
    InputChangedError,
    Request,
    bundle_bytes,
    write_bundle,
)
from ckanext.khonkaencarbon.footprint.output.verification import verify
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping

GOOD = "period,activity,quantity,unit\n2024-01,electricity-grid,100,kWh\n"
SPLIT = "period_start,period_end,activity,quantity,unit\n2025-12-01,2026-01-31,electricity-grid,100,kWh\n"
OTHER = "เดือน,kWh\nม.ค. 2567,5\n"
OTHER_MAPPING = {
    "roles": {
        "activity": {"constant": "electricity-grid"},
        "unit": {"constant": "kWh"},
        "quantity": {"column": "kWh"},
    }
}


@pytest.fixture
def request_of(tmp_path):
    def build(*contents, mappings=(None,), settings=None, names=None, **more):
        sources = []
        for number, content in enumerate(contents):
            path = tmp_path / f"file{number}"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            sources.append(Source(names[number] if names else f"{number}.csv", path, f"resource-{number}"))
        return Request(sources, list(mappings), settings or AccountingSettings(), **more)

    return build


def run(request):
    return compute(
        request.sources,
        request.mappings,
        request.settings,
        personal_data_cleared=request.personal_data_cleared,
    )


def verified(request, folder):
    path = folder / "bundle.zip"
    path.write_bytes(bundle_bytes(request, run(request)))
    return verify(path)


def names_in(content):
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_bundle_holds_inputs_mapping_settings_editions_outputs_and_checksums(request_of):
    mappings = [None, ColumnMapping.from_json(OTHER_MAPPING)]
    request = request_of(GOOD, OTHER, mappings=mappings, names=["ก/ข.csv", "b.csv"])
    content = bundle_bytes(request, run(request))
    names = names_in(content)
    assert names[:2] == ["manifest.json", "settings.json"]
    assert {one.split("/")[1] for one in names if one.startswith("editions/")} == set(
        AccountingSettings().editions
    )
    assert names[-5:-2] == ["outputs/summary.csv", "outputs/summary.json", "outputs/findings.json"]
    assert {one.partition("-")[2] for one in names[-2:]} == {"ก_ข.csv", "b.csv"}
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("manifest.json"))
    assert [one["path"] for one in manifest["files"]] == names[1:]
    assert sorted(one["mapping"] is None for one in manifest["inputs"]) == [False, True]


def test_equal_runs_give_equal_bytes_whatever_the_order_of_files(request_of, tmp_path):
    mapping = ColumnMapping.from_json(OTHER_MAPPING)
    one = request_of(GOOD, OTHER, mappings=[None, mapping])
    other = Request(one.sources[::-1], [mapping, None], one.settings)
    assert bundle_bytes(one, run(one)) == bundle_bytes(other, run(other))
    member = zipfile.ZipFile(io.BytesIO(bundle_bytes(one, run(one)))).infolist()[0]
    assert (member.date_time, member.create_system) == ((1980, 1, 1, 0, 0, 0), 3)


@pytest.mark.parametrize(
    ("contents", "mappings"),
    [
        ([GOOD], [None]),
        ([GOOD, GOOD], [None]),  # the same bytes twice, under two names
        ([OTHER], [ColumnMapping.from_json(OTHER_MAPPING)]),
        ([GOOD, OTHER], [None, ColumnMapping.from_json(OTHER_MAPPING)]),
        ([GOOD + "2024-01,น้ำมัน,5,ลิตร\n"], [None]),  # a row is refused
        ([GOOD.replace("2024-01", "ม.ค. 2567").encode("cp874")], [None]),  # remark: encoding assumed
        ([GOOD + "2024-03,diesel-road,7,l\n2024,waste-incineration-exported,3,t\n"], [None]),
        ([SPLIT], [None]),
    ],
)
def test_a_bundle_verifies(request_of, tmp_path, contents, mappings):
    request = request_of(*contents, mappings=mappings)
    found = verified(request, tmp_path)
    assert found.equal, found.differences
    assert (found.versions, set(found.editions.values())) == ((), {"same"})


def test_settings_that_are_not_the_defaults_verify(request_of, tmp_path):
    settings = AccountingSettings(
        gwp="ar6",
        editions=("ipcc-2006", "tgo-2022-04"),
        boundary="city",
        parameters={"waste-incineration-exported": {"oxidation": "0.5"}},
    )
    request = request_of(GOOD + "2024,waste-incineration-exported,3,t\n", settings=settings)
    assert verified(request, tmp_path).equal


def test_the_clearance_of_personal_data_is_carried(request_of, tmp_path):
    text = "period,activity,quantity,unit,note\n2024-01,electricity-grid,100,kWh,1101700230708\n"
    assert run(request_of(text)).personal_data
    request = request_of(text, personal_data_cleared=True)
    assert verified(request, tmp_path).equal


def test_an_edition_of_a_folder_travels_with_the_bundle(request_of, tmp_path):
    folder = tmp_path / "own"
    shutil.copytree(Path(str(files("ckanext.khonkaencarbon.config") / "factors" / "tgo-2022-04")), folder)
    about = (folder / "edition.yaml").read_text("utf-8").replace("id: tgo-2022-04", "id: own")
    (folder / "edition.yaml").write_text(about, encoding="utf-8")
    (folder / "notes.txt").write_text("not part of an edition", encoding="utf-8")
    request = request_of(GOOD, settings=AccountingSettings(editions=(str(folder),)))
    found = verified(request, tmp_path)
    assert (found.equal, found.editions) == (True, {"own": "unknown"})
    content = bundle_bytes(request, run(request))
    assert "editions/own/factors.csv" in names_in(content) and str(tmp_path).encode() not in content
    assert not any("notes" in name for name in names_in(content))


def test_settings_that_ask_for_an_edition_by_id_hold_for_one_given_as_a_folder(request_of, tmp_path):
    folder = tmp_path / "own"
    shutil.copytree(Path(str(files("ckanext.khonkaencarbon.config") / "factors" / "tgo-2022-04")), folder)
    about = (folder / "edition.yaml").read_text("utf-8").replace("id: tgo-2022-04", "id: eppo-generation")
    (folder / "edition.yaml").write_text(about, encoding="utf-8")
    settings = AccountingSettings(
        electricity="generation-plus-losses",
        editions=(str(folder),),
        parameters={"electricity-grid": {"loss_share": "0.06"}},
    )
    request = request_of("period,activity,quantity,unit\n2024-03,diesel-road,7,l\n", settings=settings)
    assert verified(request, tmp_path).equal


@pytest.mark.parametrize("name", edition_ids())
def test_the_files_of_an_edition_are_all_that_it_is_loaded_from(name, tmp_path):
    for file_name, content in edition_files(name).items():
        (tmp_path / file_name).write_bytes(content)
    assert load_edition(str(tmp_path)).sha256 == load_edition(name).sha256


def test_an_input_that_changed_meanwhile_makes_no_bundle(request_of):
    request = request_of(GOOD)
    footprint = run(request)
    request.sources[0].path.write_text(GOOD + GOOD, encoding="utf-8")
    with pytest.raises(InputChangedError):
        write_bundle(io.BytesIO(), request, footprint)


def test_there_is_no_bundle_of_nothing(request_of):
    request = request_of("a,b\n1,2\n")
    with pytest.raises(ValueError, match="nothing was computed"):
        bundle_bytes(request, run(request))


def test_compute_writes_a_bundle_and_verify_says_equal_in_both_languages(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(GOOD, encoding="utf-8")
    bundle = str(tmp_path / "new" / "b.zip")
    arguments = ["compute", str(tmp_path / "a.csv"), "--out", str(tmp_path / "out"), "--bundle", bundle]
    assert main(arguments) == 0
    assert main(["verify", bundle]) == 0
    assert main(["verify", bundle, "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "ตรงกันทุกไบต์" in out and "Equal: computed again, every byte is the same" in out
    assert main(["verify", bundle, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["equal"] is True
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(arguments) == 2
    assert not Path(bundle).exists()
