"""``khonkaencarbon diff``: two bundles hold all that a difference needs."""

import json

import pytest

from ckanext.khonkaencarbon.footprint.command import main

ROWS = "period,activity,quantity,unit,used\n2024-01,electricity-grid,1000,kWh,900\n"
MAPPING = '{"roles": {"quantity": {"column": "used"}}}'


@pytest.fixture
def bundle(tmp_path):
    def build(name, rows, *options):
        (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
        path = tmp_path / f"{name}.zip"
        out = ["--out", str(tmp_path / "out"), "--bundle", str(path)]
        assert main(["compute", str(tmp_path / "a.csv"), *options, *out]) == 0
        return str(path)

    return build


def test_rows_and_mapping_are_told_apart_and_gwp_is_named(bundle, tmp_path, capsys):
    (tmp_path / "mapping.json").write_text(MAPPING, encoding="utf-8")
    old = bundle("old", ROWS)
    more = ROWS + "2024-02,diesel-road,10,litre,9\n"
    new = bundle("new", more, "--mapping", str(tmp_path / "mapping.json"), "--gwp", "ar6")
    capsys.readouterr()
    assert main(["diff", old, new, "--json"]) == 0
    terms = json.loads(capsys.readouterr().out)["terms"]
    assert [term["causes"] for term in terms] == [["rows"], ["mapping"], ["gwp"]]
    assert terms[1]["change"]["by_activity"]["electricity-grid"] == "-49.99"
    assert main(["--lang", "en", "diff", old, old]) == 0
    assert capsys.readouterr().out == "Every figure is as before: 499.9 kgCO2e\n"


def test_what_is_no_bundle_is_refused(bundle, tmp_path, capsys):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert main(["diff", bundle("old", ROWS), str(tmp_path / "x.zip")]) == 2
    assert "x.zip" in capsys.readouterr().err
