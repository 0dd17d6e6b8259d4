"""The bundle of a version of the inventory: computed again it is equal; any change is named or refused."""

import hashlib
import io
import json
import runpy
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog
from ckanext.khonkaencarbon.footprint.inventory import bundle, verification
from ckanext.khonkaencarbon.footprint.inventory.bundle import write_inventory_bundle
from ckanext.khonkaencarbon.footprint.inventory.manifest import INVENTORY, MEMBER_LIMIT
from ckanext.khonkaencarbon.footprint.inventory.request import (
    CityTable,
    InventoryRequest,
    computed,
    fingerprint_of,
)
from ckanext.khonkaencarbon.footprint.inventory.verification import verify_inventory
from ckanext.khonkaencarbon.footprint.output.packing import InputChangedError
from ckanext.khonkaencarbon.footprint.output.unpacking import extract, format_of

VERSION = runpy.run_path(str(Path(__file__).with_name("inventory_version.py")))
FIRST = {
    "datasets": {
        "pea": {
            "reporting_boundary": "city",
            "version": "3",
            "rows": ["2024 I.2.2 electricity-grid CO2e 900"],
        },
        "kku": {"organisation": "kku", "version": "1", "rows": ["2024 I.2.2 electricity-grid CO2e 200"]},
    },
    "settings": {"years": [2024], "base_year": 2024},
    "tables": ["year,gpc_ref,co2e_kg\n2024,V.1,70\n", "year,sector,co2e_kg\n2024,I,800\n"],
}
SECOND = {**FIRST, "tables": ["year,gpc_ref,co2e_kg\n2024,V.1,75\n", FIRST["tables"][1]]}


def packed_bytes(request, files=None):
    target = io.BytesIO()
    write_inventory_bundle(target, request, files or computed(request, FindingLog()))
    return target.getvalue()


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    """The second version of a city."""
    return VERSION["series"]([FIRST, SECOND], tmp_path_factory.mktemp("city"))[1][0]


@pytest.fixture(scope="module")
def members(second):
    """The members of a right bundle."""
    with zipfile.ZipFile(io.BytesIO(packed_bytes(second))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def packed(tmp_path):
    def pack(members, **options):
        path = tmp_path / "bundle.zip"
        with zipfile.ZipFile(path, "w", **options) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    return pack


def resealed(members):
    """The members with the manifest's checksums made to fit: a forger's work."""
    manifest = json.loads(members["manifest.json"])
    for one in manifest["files"]:
        content = members[one["path"]]
        one["bytes"], one["sha256"] = len(content), hashlib.sha256(content).hexdigest()
    return {**members, "manifest.json": json.dumps(manifest).encode()}


def replaced(members, member, old, new):
    content = members[member].replace(old.encode(), new.encode())
    assert content != members[member]
    return {**members, member: content}


def manifest_with(members, place, value):
    manifest = json.loads(members["manifest.json"])
    *path, last = place
    target = manifest
    for step in path:
        target = target[step]
    target[last] = value
    return {**members, "manifest.json": json.dumps(manifest).encode()}


def test_a_bundle_is_equal_and_says_so(members, packed, second, capsys):
    path = packed(members)
    assert main(["verify", str(path), "--lang", "en"]) == 0
    assert f"Equal: computed again, every byte is the same (fingerprint {fingerprint_of(second)})" in (
        capsys.readouterr().out
    )
    assert main(["verify", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["equal"], found["differences"], found["versions"], found["editions"]) == (True, [], [], {})


def test_it_holds_what_it_was_made_of(members, second):
    assert sorted(members) == [
        "history.json",
        "inputs/kku/summary.json",
        "inputs/pea/summary.json",
        "manifest.json",
        *(f"outputs/{name}" for name in sorted(computed(second, FindingLog()))),
        "settings.json",
        "tables/1-0.csv",
        "tables/2-1.csv",
    ]
    manifest = json.loads(members["manifest.json"])
    assert (manifest["format"], manifest["number"]) == ("khonkaencarbon-inventory-bundle/1", 2)
    assert (manifest["as_of"], manifest["fingerprint"]) == (second.as_of, fingerprint_of(second))
    assert (
        b"2,2026-11-02T08:00:00+00:00,2024,basic_plus,970,975,5,0.5155,true"
        in (members["outputs/recalculations.csv"])
    )


def test_equal_requests_give_equal_bytes(second):
    turned = replace(
        second,
        settings=dict(reversed(second.settings.items())),
        summaries=dict(reversed(second.summaries.items())),
        tables=list(reversed(second.tables)),
        history=[dict(reversed(one.items())) for one in second.history],
    )
    assert packed_bytes(turned) == packed_bytes(second)


def test_an_empty_inventory_and_odd_names_of_tables_can_be_verified(tmp_path):
    empty = InventoryRequest(
        {}, {}, [CityTable("../ก:\n.csv", b"x"), CityTable("", b"y")], [], 1, "2026-11-27T08:00Z"
    )
    (tmp_path / "b.zip").write_bytes(packed_bytes(empty))
    assert verify_inventory(tmp_path / "b.zip").equal


def test_two_datasets_with_equal_summaries_can_be_verified(tmp_path, second):
    twin = replace(second, summaries=dict.fromkeys(second.summaries, second.summaries["pea"]))
    (tmp_path / "b.zip").write_bytes(packed_bytes(twin))
    assert verify_inventory(tmp_path / "b.zip").equal


def test_a_summary_that_changes_while_it_is_packed_makes_no_bundle(second, tmp_path, monkeypatch):
    copies = {name: tmp_path / name for name in second.summaries}
    for name, path in copies.items():
        path.write_bytes(second.summaries[name].read_bytes())
    request = replace(second, summaries=copies)
    files = computed(request, FindingLog())
    monkeypatch.setattr(
        bundle, "pack", lambda target, given: [list(one.chunks) for one in changing(given, copies)]
    )
    with pytest.raises(InputChangedError):
        write_inventory_bundle(io.BytesIO(), request, files)


def changing(given, copies):
    for path in copies.values():
        path.write_bytes(path.read_bytes().replace(b"900", b"901"))
    return given


def test_an_id_that_is_no_name_of_a_folder_is_refused(second):
    odd = replace(
        second,
        settings={**second.settings, "datasets": {"../x": {}}},
        summaries={"../x": second.summaries["pea"]},
    )
    with pytest.raises(ValueError, match="x"):
        packed_bytes(odd, {})


CHANGES = {
    "a figure": ("outputs/inventory.csv", ",900,900,", ",900,901,", "outputs/inventory.csv"),
    "a total": ("outputs/totals.json", '"basic": "900"', '"basic": "901"', "outputs/totals.json"),
    "a state": ("outputs/coverage.csv", ",computed,", ",partial,", "outputs/coverage.csv"),
    "the series": ("outputs/timeseries.csv", "2024,900", "2024,901", "outputs/timeseries.csv"),
    "an organisation": ("outputs/organisations.csv", "kku", "kkx", "outputs/organisations.csv"),
    "the cross-check": ("outputs/crosscheck.csv", ",800,", ",801,", "outputs/crosscheck.csv"),
    "the log": ("outputs/recalculations.csv", ",970,", ",971,", "outputs/recalculations.csv"),
    "a summary": ("inputs/kku/summary.json", '"200"', '"201"', "outputs/inventory.csv"),
    "a table": ("tables/1-0.csv", "75", "76", "outputs/inventory.csv"),
    "a setting": ("settings.json", '"years"', '"gwp": "ar6", "years"', "outputs/totals.json"),
    "a figure of the history": ("history.json", '"970"', '"971"', "outputs/recalculations.csv"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_where_it_shows_first(members, packed, change):
    member, old, new, place = CHANGES[change]
    found = verify_inventory(packed(resealed(replaced(members, member, old, new)))).differences
    assert found[0].file == place
    unsealed = verify_inventory(packed(replaced(members, member, old, new))).differences
    assert (unsealed[0].file, unsealed[0].place) == (member, "sha256")


@pytest.mark.parametrize(
    ("place", "value", "file"),
    [
        (("fingerprint",), "0" * 64, "manifest.json"),
        (("versions", "inventory"), "0", "manifest.json"),
        (("number",), 3, "outputs/recalculations.csv"),
        (("as_of",), "2026-11-03T00:00:00Z", "outputs/recalculations.csv"),
        (("tables", 0, "name"), "other.csv", "outputs/recalculations.csv"),
    ],
)
def test_a_changed_claim_is_found(members, packed, place, value, file):
    assert verify_inventory(packed(manifest_with(members, place, value))).differences[0].file == file


def test_another_version_of_the_code_is_said(members, packed, capsys):
    path = packed(manifest_with(members, ("versions", "inventory"), "0"))
    assert main(["verify", str(path), "--lang", "en"]) == 1
    assert "Another version of inventory: 0 in the bundle" in capsys.readouterr().out


def test_differences_are_said_in_both_languages(members, packed, capsys):
    path = packed(resealed(replaced(members, "outputs/inventory.csv", ",900,900,", ",900,901,")))
    assert main(["verify", str(path)]) == 1
    assert "co2e_kg: ในชุดตรวจสอบ “901” คำนวณใหม่ได้ “900”" in capsys.readouterr().out
    assert main(["verify", str(path), "--lang", "en"]) == 1
    assert "outputs/inventory.csv, line 2, co2e_kg: expected “901”, found “900”" in capsys.readouterr().out


def test_a_cross_check_that_was_left_out_or_put_in_is_found(members, packed, second, tmp_path):
    manifest = json.loads(members["manifest.json"])
    files = [one for one in manifest["files"] if one["path"] != "outputs/crosscheck.csv"]
    left = {name: one for name, one in members.items() if name != "outputs/crosscheck.csv"}
    (one,) = verify_inventory(packed(manifest_with(left, ("files",), files))).differences
    assert (one.file, one.expected, one.found) == ("outputs/crosscheck.csv", "–", "crosscheck.csv")
    plain = replace(second, tables=second.tables[:1])
    content = packed_bytes(plain, {**computed(plain, FindingLog()), "crosscheck.csv": b"year\n"})
    (tmp_path / "more.zip").write_bytes(content)
    (one,) = verify_inventory(tmp_path / "more.zip").differences
    assert (one.file, one.expected, one.found) == ("outputs/crosscheck.csv", "crosscheck.csv", "–")


def refusal(path, folder, form=INVENTORY):
    with pytest.raises(FileRefused) as caught:
        extract(path, folder, form)
    finding = caught.value.finding
    assert finding.fix.th != finding.fix.en
    return finding


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "inputs/../evil/summary.json",
        "inputs/../summary.json",
        "inputs/a/b/summary.json",
        "inputs/pea/other.json",
        "inputs/.x/summary.json",
        "tables/../evil",
        "tables/0-a.csv",
        "tables/1-a\x01.csv",
        "editions/own/factors.csv",
        "mappings/1.json",
        "outputs/summary.json",
        "C:/evil",
        "readme.txt",
    ],
)
def test_a_member_that_does_not_belong_is_refused(members, packed, tmp_path, name):
    assert refusal(packed({**members, name: b"x"}), tmp_path).code == "bundle-refused"
    assert not (tmp_path.parent / "evil").exists()


@pytest.mark.parametrize("name", ["tables/3-b.csv", "inputs/other/summary.json"])
def test_a_known_name_that_the_manifest_does_not_mention_is_refused(members, packed, tmp_path, name):
    assert refusal(packed({**members, name: b"x"}), tmp_path).value == name


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "settings.json",
        "history.json",
        "outputs/inventory.csv",
        "outputs/recalculations.csv",
        "tables/1-0.csv",
        "inputs/pea/summary.json",
    ],
)
def test_a_missing_member_is_refused(members, packed, tmp_path, name):
    refusal(packed({other: content for other, content in members.items() if other != name}), tmp_path)


def test_a_member_that_occurs_twice_and_a_link_are_refused(members, tmp_path):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("settings.json", b"{}")
    assert refusal(path, tmp_path).value == "settings.json"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16 if name == "history.json" else 0
            archive.writestr(link, content)
    assert "link" in refusal(path, tmp_path).fix.en


def test_bombs_and_too_many_members_are_refused(members, packed, tmp_path, monkeypatch):
    bomb = {**members, "history.json": b" " * (70 << 20) + b"[]"}
    assert "packed more than" in refusal(packed(bomb, compression=zipfile.ZIP_DEFLATED), tmp_path).fix.en
    few = replace(INVENTORY, member_limit=3)
    assert "more than 3 members" in refusal(packed(members), tmp_path, few).fix.en
    monkeypatch.setattr(verification, "WHOLE_LIMIT", 10)
    with pytest.raises(FileRefused, match="a member exceeds"):
        verify_inventory(packed(members))


def test_twenty_thousand_summaries_fit():
    assert MEMBER_LIMIT >= 20_000 + 1_000  # tables and what stands beside them
    path, sha256 = "inputs/" + "0" * 36 + "/summary.json", "0" * 64
    one = json.dumps({"path": path, "bytes": 10**9, "sha256": sha256}, indent=2)
    assert 20_000 * (len(one) + 8 * one.count("\n")) < INVENTORY.manifest_limit


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), "khonkaencarbon-inventory-bundle/2"),
        (("files",), None),
        (("files", 0, "bytes"), True),
        (("files", 0, "sha256"), "x"),
        (("tables",), None),
        (("tables", 0, "path"), "settings.json"),
        (("tables", 0, "name"), None),
        (("tables", 0, "name"), "\ud800"),
        (("number",), 0),
        (("number",), True),
        (("number",), 10**9),
        (("as_of",), "yesterday"),
        (("as_of",), None),
        (("settings",), "history.json"),
        (("history",), None),
        (("versions",), {}),
        (("fingerprint",), "x"),
    ],
)
def test_a_manifest_that_is_not_one_is_refused(members, packed, capsys, place, value):
    assert main(["verify", str(packed(manifest_with(members, place, value))), "--lang", "en"]) == 2
    assert "bundle-refused" in capsys.readouterr().err


DEEP = b"[" * 900 + b"]" * 900


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("settings.json", b"{"),
        ("settings.json", b"[]"),
        ("settings.json", b"\xff"),
        ("settings.json", b'{"gwp": "ar7"}'),
        ("settings.json", b'{"city": "\\ud800"}'),
        ("settings.json", b"{}"),
        ("inputs/kku/summary.json", b"{}"),
        ("inputs/kku/summary.json", b""),
        ("inputs/kku/summary.json", DEEP),
        ("history.json", b"{}"),
        ("history.json", b"\xff"),
        ("history.json", DEEP),
        ("history.json", b"[1]"),
        ("history.json", b"[{}]"),
    ],
)
def test_members_that_cannot_be_used_are_status_2(members, packed, capsys, member, content):
    assert main(["verify", str(packed(resealed({**members, member: content}))), "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "error" in err and "Traceback" not in err


@pytest.mark.parametrize("depth", range(900, 1000, 7))
@pytest.mark.parametrize(("member", "place"), [("settings.json", '"years"'), ("history.json", '"base_year"')])
def test_json_that_is_nested_deeply_is_a_difference_or_refused(members, packed, member, place, depth):
    deep = f'"boundary": {"[" * depth}{"]" * depth}, {place}'
    assert main(["verify", str(packed(resealed(replaced(members, member, place, deep))))]) in (0, 1, 2)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("number",), 2),
        (("number",), 0),
        (("as_of",), "\ud800"),
        (("totals", "2024", "basic"), "1e9999999"),
        (("totals", "2024", "basic"), None),
        (("totals",), {"x": {"basic": "1", "basic_plus": "1", "territorial": "1"}}),
        (("base_year",), "2024"),
        (("causes",), {}),
        (("causes",), []),
        (("made_of",), None),
        (("made_of", "settings"), {}),
        (("made_of", "datasets"), {"a": 1}),
        (("made_of", "tables"), []),
    ],
)
def test_a_history_that_is_none_is_refused(members, packed, capsys, place, value):
    history = json.loads(members["history.json"])
    *path, last = place
    target = history[0]
    for step in path:
        target = target[step]
    target[last] = value
    changed = resealed({**members, "history.json": json.dumps(history).encode()})
    assert main(["verify", str(packed(changed)), "--lang", "en"]) == 2
    assert "history.json" in capsys.readouterr().err


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_a_difference_or_a_refusal_and_never_a_fault_of_ours(members, packed, data):
    """Bytes anywhere are changed; where it still says equal, nothing but dates and rights can differ."""
    path = packed(members)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    status = main(["verify", str(path)])
    assert status in (0, 1, 2)
    if status == 0:
        with zipfile.ZipFile(path) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == members


def test_where_another_bundle_is_wanted_it_is_a_clear_finding(members, packed, tmp_path, capsys):
    path = packed(members)
    assert format_of(path) == "khonkaencarbon-inventory-bundle/1"
    (tmp_path / "s.json").write_text("{}")
    options = ["--settings", str(tmp_path / "s.json"), "--out", str(tmp_path / "out"), "--lang", "en"]
    assert main(["rollup", str(path), *options]) == 2
    assert "bundle-of-other-form: bundle.zip" in capsys.readouterr().err
    assert main(["diff", str(path), str(path), "--lang", "en"]) == 2
    err = capsys.readouterr().err
    assert "bundle-of-other-form" in err and "khonkaencarbon verify" in err


def test_what_python_cannot_hash_is_refused(members, packed, monkeypatch):
    monkeypatch.setattr(verification, "claims", lambda *_: deep(0))
    with pytest.raises(FileRefused, match="nested too deeply"):
        verify_inventory(packed(members))


def deep(level):
    return deep(level + 1)


def test_nothing_is_left_behind(members, packed, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    verify_inventory(packed(members))
    with pytest.raises(FileRefused):
        verify_inventory(packed({**members, "../evil": b""}))
    assert list((tmp_path / "tmp").iterdir()) == []
