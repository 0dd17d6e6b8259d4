"""The console command: exit statuses, what lies in the folder, both languages, never a traceback."""

import json

import pytest

from ckanext.khonkaencarbon.footprint import command
from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.factors.rows import FACTOR_COLUMNS

GOOD = "period,activity,quantity,unit\n2024-01,electricity-grid,100,kWh\n"
PARTLY = GOOD + "2024-01,น้ำมัน,5,ลิตร\n"
DOUBTFUL = GOOD + "2024-01,electricity-grid,100,kWh\n"
BAD = "a,b\n1,2\n"
THREE = ["findings.json", "summary.csv", "summary.json"]


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "a.csv") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("text", "status", "written"),
    [
        (GOOD, 0, THREE),
        (PARTLY, 1, THREE),
        (DOUBTFUL, 1, THREE),
        (BAD, 2, THREE[:1]),
        ("", 2, THREE[:1]),
        ("period,activity,quantity,unit\n", 2, THREE[:1]),
    ],
)
def test_exit_status_and_files(file, tmp_path, text, status, written):
    out = tmp_path / "new" / "out"
    assert main(["compute", file(text), "--out", str(out)]) == status
    assert names(out) == written
    assert main(["check", file(text)]) == status


def test_a_later_run_without_result_leaves_no_earlier_summary(file, tmp_path):
    main(["compute", file(GOOD), "--out", str(tmp_path / "out")])
    assert main(["compute", file(BAD), "--out", str(tmp_path / "out")]) == 2
    assert names(tmp_path / "out") == ["findings.json"]


@pytest.mark.parametrize(
    "options",
    [
        ["--mapping", "no-such-file.json"],
        ["--gwp", "ar7"],
        ["--edition", "ipcc-1996"],
        ["--edition", "/no/such/folder"],
    ],
)
def test_what_cannot_be_used_is_written_as_a_finding(file, tmp_path, options):
    assert main(["compute", file(GOOD), *options, "--out", str(tmp_path / "out")]) == 2
    assert names(tmp_path / "out") == ["findings.json"]
    assert len(json.loads((tmp_path / "out/findings.json").read_text("utf-8"))) == 1


@pytest.mark.parametrize(
    ("option", "text"), [("--settings", '{"gwp": 1}'), ("--mapping", "[]"), ("--settings", "{")]
)
def test_a_refused_settings_or_mapping_file_is_status_2(file, tmp_path, option, text):
    arguments = ["compute", file(GOOD), option, file(text, "given.json"), "--out", str(tmp_path / "out")]
    assert main(arguments) == 2


def test_two_mappings_for_three_files_are_refused(file, tmp_path):
    mapping = file("{}", "m.json")
    files = [file(GOOD, f"{number}.csv") for number in range(3)]
    assert (
        main(["compute", *files, "--mapping", mapping, "--mapping", mapping, "--out", str(tmp_path / "out")])
        == 2
    )


def test_json_goes_to_stdout_and_sentences_to_stderr(file, tmp_path, capsysbinary):
    main(["compute", file(PARTLY), "--json", "--out", str(tmp_path / "out")])
    out, err = capsysbinary.readouterr()
    assert out == (tmp_path / "out/summary.json").read_bytes()
    assert "โปรดใช้รหัส" in err.decode()


def test_messages_in_english(file, tmp_path, capsys):
    main(["compute", file(PARTLY), "--lang", "en", "--out", str(tmp_path / "out")])
    out, err = capsys.readouterr()
    assert out == ""
    assert "This word can mean several things" in err
    assert "49.99 kgCO2e from 1 rows" in err


def test_check_prints_sentences_or_json(file, capsys):
    main(["--lang", "en", "check", file(PARTLY)])
    assert "record 2, line 3" in capsys.readouterr().out
    main(["check", file(PARTLY), "--json"])
    assert json.loads(capsys.readouterr().out)[0]["code"] == "ambiguous-activity"


def test_options_beat_the_settings_file_which_beats_the_defaults(file, tmp_path):
    settings = file('{"gwp": "ar4", "boundary": "facility", "editions": ["ipcc-2006"]}', "s.json")
    options = ["--settings", settings, "--gwp", "ar6", "--edition", "tgo-2022-04"]
    assert main(["compute", file(GOOD), *options, "--out", str(tmp_path)]) == 0
    used = json.loads((tmp_path / "summary.json").read_text("utf-8"))["settings"]
    assert (used["gwp"], used["boundary"], used["editions"]) == ("ar6", "facility", ["tgo-2022-04"])


def test_a_folder_serves_as_edition_and_leaves_no_path_behind(file, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    description = (
        "id: own\ntitle: {th: ก, en: A}\npublisher: A\ndate: '2024'\nregion: TH\nsource: A\nco2e_gwp: ar5\n"
    )
    (folder / "edition.yaml").write_text(description, encoding="utf-8")
    row = "OWN-1,electricity-grid,kWh,CO2e,false,0.3,,,TH,,A,high"
    (folder / "factors.csv").write_text(f"{','.join(FACTOR_COLUMNS)}\n{row}\n", encoding="utf-8")
    assert main(["compute", file(GOOD), "--edition", str(folder), "--out", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out/summary.json").read_text("utf-8")
    assert json.loads(text)["totals"]["co2e_kg"] == "30"
    assert str(tmp_path) not in text


def test_factors_are_listed_shown_and_compared(capsys):
    assert main(["factors", "list"]) == 0
    assert "อบก. เมษายน 2565" in capsys.readouterr().out
    assert main(["factors", "show", "ipcc-2006"]) == 0
    assert "IPCC06-DM-FOOD\tincineration\tdry_matter food\t0.4\t" in capsys.readouterr().out
    assert main(["factors", "diff", "tgo-2022-04", "tgo-2026-01"]) == 0
    assert "!\telectricity-grid\tCO2e\tkg/kWh\tTH\t0.4999\t0.475\n" in capsys.readouterr().out
    assert main(["factors", "show", "no-such"]) == 2


def test_a_fault_of_ours_is_one_line_and_status_3(file, tmp_path, capsys, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr(command.computing, "compute", broken)
    assert main(["compute", file(GOOD), "--out", str(tmp_path / "out"), "--lang", "en"]) == 3
    assert capsys.readouterr().err == "The program failed: RuntimeError: first\n"


def test_a_folder_that_cannot_be_written_is_one_line(file, capsys):
    assert main(["compute", file(GOOD), "--out", file("", "not-a-folder")]) == 3
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["compute"], ["rollup"], ["compute", "a.csv"]])
def test_a_command_that_is_not_right_is_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "คำสั่งไม่ถูกต้อง" in capsys.readouterr().err
