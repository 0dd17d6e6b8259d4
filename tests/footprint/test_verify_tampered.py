"""Bundles that are not right: a change is named; what could do harm is refused before it is opened."""

import hashlib
import io
import json
import stat
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import unpacking
from ckanext.khonkaencarbon.footprint.output.bundle import Request, bundle_bytes
from ckanext.khonkaencarbon.footprint.output.bundle_reading import FOOTPRINT, extract
from ckanext.khonkaencarbon.footprint.output.difference import first_difference
from ckanext.khonkaencarbon.footprint.output.verification import verify

TABLE = "period,activity,quantity,unit\n2024-01,electricity-grid,100,kWh\n2024-02,diesel-road,7,l\n"


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """The members of a right bundle."""
    path = tmp_path_factory.mktemp("input") / "a.csv"
    path.write_text(TABLE, encoding="utf-8")
    request = Request([Source("a.csv", path)], [None], AccountingSettings())
    content = bundle_bytes(request, compute(request.sources, [None], request.settings))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
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


def resealed(members, **changed):
    """The members with some changed and the manifest's checksums made to fit: a forger's work."""
    members = {**members, **{name.replace("__", "/"): content for name, content in changed.items()}}
    manifest = json.loads(members["manifest.json"])
    for one in manifest["files"]:
        content = members[one["path"]]
        one["bytes"], one["sha256"] = len(content), hashlib.sha256(content).hexdigest()
    return {**members, "manifest.json": json.dumps(manifest).encode()}


def replaced(members, member, old, new):
    content = members[member].replace(old.encode(), new.encode())
    assert content != members[member]
    return {**members, member: content}


def test_a_changed_figure_is_found_by_line_and_column(members, packed):
    changed = replaced(members, "outputs/summary.csv", "49.99,1,49.99", "49.99,1,39.99")
    (difference,) = verify(packed(resealed(changed))).differences
    assert difference == ("outputs/summary.csv", 2, "co2e_kg", "39.99", "49.99")


def test_without_a_new_checksum_that_is_said_first(members, packed):
    changed = replaced(members, "outputs/summary.csv", "49.99,1,49.99", "49.99,1,39.99")
    first, second = verify(packed(changed)).differences
    assert (first.file, first.place) == ("outputs/summary.csv", "sha256")
    assert second.place == "co2e_kg"


def test_a_changed_key_is_found_by_its_path(members, packed):
    changed = replaced(members, "outputs/summary.json", '"CO2e": "49.99"', '"CO2e": "49.98"')
    (difference,) = verify(packed(resealed(changed))).differences
    assert difference == ("outputs/summary.json", None, "$.totals.by_gas_kg.CO2e", "49.98", "49.99")


def test_a_changed_input_gives_other_figures(members, packed):
    changed = replaced(members, "inputs/1-a.csv", ",100,", ",200,")
    found = verify(packed(resealed(changed))).differences
    assert found[0] == ("outputs/summary.csv", 2, "quantity", "100", "200")
    assert [one.file for one in found[1:]] == ["outputs/summary.json", "manifest.json"]


def test_a_changed_edition_under_our_id_is_named(members, packed, capsys):
    changed = replaced(members, "editions/tgo-2022-04/factors.csv", ",0.4999,", ",0.0001,")
    path = packed(resealed(changed))
    found = verify(path)
    assert found.editions["tgo-2022-04"] == "differs"
    assert found.differences[0][:3] == ("outputs/summary.csv", 2, "mass_kg")
    assert main(["verify", str(path), "--lang", "en"]) == 1
    assert "The edition tgo-2022-04 of the bundle is not the one" in capsys.readouterr().out


def test_a_consistent_forgery_with_an_edition_under_our_id_is_not_passed(tmp_path, members, capsys):
    """Everything computes again, but from numbers that TGO never published."""
    folder = tmp_path / "forged"
    folder.mkdir()
    for name, content in members.items():
        if name.startswith("editions/tgo-2022-04/"):
            (folder / name.rpartition("/")[2]).write_bytes(content.replace(b",0.4999,", b",0.0001,"))
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    bundle = str(tmp_path / "b.zip")
    arguments = ["--edition", str(folder), "--out", str(tmp_path / "out"), "--bundle", bundle]
    main(["compute", str(tmp_path / "a.csv"), *arguments])
    capsys.readouterr()
    assert main(["verify", bundle, "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert "Equal" in out and "is not the one of that id" in out


def test_another_version_of_the_code_is_said(members, packed, capsys):
    changed = replaced(members, "manifest.json", '"engine": "', '"engine": "0')
    path = packed(changed)
    assert main(["verify", str(path), "--lang", "en"]) == 1
    assert "Another version of engine" in capsys.readouterr().out
    assert [one.place for one in verify(path).differences] == ["$.versions.engine"]


def test_a_bundle_that_computes_nothing_says_so(members, packed, capsys):
    changed = {**members, "inputs/1-a.csv": b"period,activity,quantity,unit\n"}
    assert main(["verify", str(packed(resealed(changed))), "--lang", "en"]) == 1
    assert "Nothing could be computed from this bundle" in capsys.readouterr().out


def test_differences_are_said_in_both_languages(members, packed, capsys):
    path = packed(resealed(replaced(members, "outputs/summary.csv", "49.99,1,49.99", "49.99,1,39.99")))
    assert main(["verify", str(path)]) == 1
    assert "outputs/summary.csv, บรรทัด 2, co2e_kg: ในชุดตรวจสอบ “39.99” คำนวณใหม่ได้ “49.99”" in (
        capsys.readouterr().out
    )
    assert main(["verify", str(path), "--lang", "en"]) == 1
    assert "summary.csv, line 2, co2e_kg: expected “39.99”, found “49.99”" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("published", "found", "place"),
    [
        (b"a,b\n1,2\n", b"a,b\n1,2\n3,4\n", (3, "", "–", "3,4")),
        (b"a,b\n1,2\n3,4\n", b"a,b\n1,2\n", (3, "", "3,4", "–")),
        (b'a,b\n"x\ny",2\n', b'a,b\n"x\ny",3\n', (3, "b", "2", "3")),
        (b"a,b\n1,2\n", b'a,b\n"1",2\n', (2, "", "1,2", '"1",2')),
        (b"", b"a,b\n", (1, "", "–", "a,b")),
        (b"\xff", b"a", (1, "", "\\xff", "a")),
    ],
)
def test_where_two_tables_differ(published, found, place):
    assert first_difference("x.csv", published, found)[1:] == place


@pytest.mark.parametrize(
    ("published", "found", "place"),
    [
        ('{"a": [1, 2]}', '{"a": [1, 3]}', (None, "$.a[1]", "2", "3")),
        ('{"a": 1}', '{"a": true}', (None, "$.a", "1", "true")),
        ('{"a": 1}', '{"a": 1, "b": 2}', (None, "$.b", "–", "2")),
        ('{"a": [1]}', '{"a": []}', (None, "$.a[0]", "1", "–")),
        ('{"a": 1}', '{"a":1}', (1, "", '{"a": 1}', '{"a":1}')),
        ("[" * 100_000, "[]", (1, "", "[" * 120 + "…", "[]")),
    ],
)
def test_where_two_documents_differ(published, found, place):
    assert first_difference("x.json", published.encode(), found.encode())[1:] == place


def refusal(path, folder, form=FOOTPRINT):
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
        "inputs/../../evil",
        "inputs/1-..\\evil",
        "editions/../x/factors.csv",
        "editions/own/notes.txt",
        "inputs/",
        "outputs/other.csv",
        "C:/evil",
        "readme.txt",
        "inputs/1-a\x01.csv",
    ],
)
def test_a_member_that_does_not_belong_is_refused(members, packed, tmp_path, name):
    finding = refusal(packed({**members, name: b"x"}), tmp_path)
    assert finding.code == "bundle-refused"
    assert not (tmp_path.parent / "evil").exists()


def test_a_known_name_that_the_manifest_does_not_mention_is_refused(members, packed, tmp_path):
    for name in ("inputs/2-b.csv", "mappings/1.json", "editions/tgo-2022-04/factors-x.csv"):
        assert refusal(packed({**members, name: b"x"}), tmp_path).value == name


@pytest.mark.parametrize("name", ["manifest.json", "settings.json", "outputs/summary.csv", "inputs/1-a.csv"])
def test_a_missing_member_is_refused(members, packed, tmp_path, name):
    refusal(packed({other: content for other, content in members.items() if other != name}), tmp_path)


def test_a_member_that_occurs_twice_is_refused(members, tmp_path):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("settings.json", b"{}")
    assert refusal(path, tmp_path).value == "settings.json"


def test_a_link_is_refused(members, tmp_path):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16 if name == "settings.json" else 0
            archive.writestr(link, content)
    assert "link" in refusal(path, tmp_path).fix.en


def test_another_compression_and_encryption_are_refused(members, packed, tmp_path):
    assert "packed in another way" in refusal(packed(members, compression=zipfile.ZIP_LZMA), tmp_path).fix.en
    content = bytearray(packed(members).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "bundle.zip").write_bytes(content)
    assert "encrypted" in refusal(tmp_path / "bundle.zip", tmp_path).fix.en


def test_sizes_numbers_and_ratios_beyond_the_limits_are_refused(members, packed, tmp_path, monkeypatch):
    bomb = {**members, "inputs/1-a.csv": b"\0" * (70 << 20)}
    path = packed(bomb, compression=zipfile.ZIP_DEFLATED)
    assert "packed more than" in refusal(path, tmp_path).fix.en
    monkeypatch.setattr(unpacking, "SIZE_LIMIT", 1 << 20)
    assert "exceeds" in refusal(path, tmp_path).fix.en
    few = replace(FOOTPRINT, member_limit=3)
    assert "more than 3 members" in refusal(packed(members), tmp_path, few).fix.en


def test_a_member_that_holds_more_than_it_declares_is_refused(members, packed, tmp_path):
    content = packed(members, compression=zipfile.ZIP_STORED).read_bytes()
    size = len(members["inputs/1-a.csv"]).to_bytes(4, "little")
    directory = content.index(b"PK\x01\x02")
    at = content.rindex(b"inputs/1-a.csv") - 46 + 24
    assert directory < at and content[at : at + 4] == size
    (tmp_path / "bundle.zip").write_bytes(content[:at] + (7).to_bytes(4, "little") + content[at + 4 :])
    assert refusal(tmp_path / "bundle.zip", tmp_path).code == "bundle-refused"


def test_too_little_room_is_said(members, packed, tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "_SPARE", 1 << 60)
    assert "not enough room" in refusal(packed(members), tmp_path).fix.en


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), "khonkaencarbon-bundle/2"),
        (("files",), None),
        (("files", 0, "bytes"), "7"),
        (("files", 0, "sha256"), "x"),
        (("files", 0, "path"), 7),
        (("inputs",), []),
        (("inputs", 0, "path"), "settings.json"),
        (("inputs", 0, "mapping"), "settings.json"),
        (("inputs", 0, "name"), None),
        (("editions",), {"../evil": "0" * 64}),
        (("editions",), {"own": "0" * 64}),
        (("personal_data_cleared",), "yes"),
        (("settings",), "inputs/1-a.csv"),
        (("versions",), {}),
    ],
)
def test_a_manifest_that_is_not_one_is_refused(members, packed, tmp_path, place, value):
    manifest = json.loads(members["manifest.json"])
    *path, last = place
    target = manifest
    for step in path:
        target = target[step]
    target[last] = value
    changed = {**members, "manifest.json": json.dumps(manifest).encode()}
    assert refusal(packed(changed), tmp_path).code == "bundle-refused"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_manifest_that_cannot_be_read_is_refused(members, packed, tmp_path, content):
    assert refusal(packed({**members, "manifest.json": content}), tmp_path).code == "bundle-refused"


@pytest.mark.parametrize("content", [b"{", b'{"gwp": "ar7"}', b"\xff", b'{"editions": ["tgo-2022-04"]}'])
def test_settings_that_cannot_be_used_are_status_2(members, packed, capsys, content):
    assert main(["verify", str(packed(resealed({**members, "settings.json": content}))), "--lang", "en"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "flipped", "folder", "absent"])
def test_a_damaged_file_is_a_sentence_and_status_2(members, packed, tmp_path, capsys, damage):
    path = packed(members, compression=zipfile.ZIP_DEFLATED)
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = bytearray(content)
    flipped[60] ^= 0xFF
    contents = {"empty": b"", "text": b"hello", "cut": content[:middle], "flipped": bytes(flipped)}
    if damage in contents:
        path.write_bytes(contents[damage])
    elif damage == "absent":
        path.unlink()
    assert main(["verify", str(tmp_path if damage == "folder" else path), "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err and "error" in err


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


def test_nothing_is_left_behind(members, packed, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    verify(packed(members))
    with pytest.raises(FileRefused):
        verify(packed({**members, "../evil": b""}))
    assert list((tmp_path / "tmp").iterdir()) == []
