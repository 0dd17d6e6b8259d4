"""Published bytes: form, order, and the schemas that others may hold them against."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files

import pytest

from ckanext.khonkaencarbon.footprint.accounting import as_json, settings_from_json
from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.compute import compute, footprint_of_cells
from ckanext.khonkaencarbon.footprint.difference import note
from ckanext.khonkaencarbon.footprint.difference.decomposition import decompose
from ckanext.khonkaencarbon.footprint.difference.version import Version
from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import cells, descriptor, findings, package, summary, uncertainty
from ckanext.khonkaencarbon.footprint.output.bundle import Request, bundle_bytes
from ckanext.khonkaencarbon.footprint.output.columns import COLUMNS
from ckanext.khonkaencarbon.footprint.output.totals import quality_shares
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.reading.uncertainty_table import GROUP, REQUIRED

TABLE = """period,activity,quantity,unit,consumer,organisation,facility,quality,param_waste_type
2024-01,electricity-grid,1000.50,kWh,commercial,"ห้าง ""ก"", สาขา 1",=1+1,H,
2024-02,diesel-road,0,litre,,,,,
2024,waste-incineration-exported,12.5,t,,เทศบาล,,L,food
2024-03,น้ำมัน,5,ลิตร,,,,,
2024-03,lpg-road,๕,ลิตร,,,,,
"""


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(TABLE, encoding="utf-8")
    return compute([Source("a.csv", path, "resource-1")], [None], AccountingSettings())


def test_the_csv_has_the_columns_of_the_table_schema_and_the_lines_of_the_json(result):
    text = summary.csv_bytes(result).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    fields = json.loads(schema("summary.tableschema.json"))["fields"]
    assert list(COLUMNS) == [one["name"] for one in fields] == list(rows[0])
    assert "\r" not in text and text.endswith("\n")
    assert rows == [as_text(line) for line in json.loads(summary.json_bytes(result))["lines"]]
    check_table(rows, fields)


def check_table(rows, fields):
    """The part of Table Schema that our schemas use."""
    for row in rows:
        for one in fields:
            value, rules = row[one["name"]], one.get("constraints", {})
            assert value or not rules.get("required"), one["name"]
            if value:
                read = CELLS[one["type"]](value)
                assert rules.get("minimum", read) <= read <= rules.get("maximum", read), (one["name"], value)
                assert value in rules.get("enum", [value]), (one["name"], value)
    for name in (one["name"] for one in fields if one.get("constraints", {}).get("unique")):
        assert len({row[name] for row in rows}) == len(rows), name


CELLS = {
    "string": str,
    "number": Decimal,
    "integer": int,
    "year": int,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def as_text(line):
    """A JSON line as the cells of the CSV, which has no parameters."""
    words = {None: "", True: "true", False: "false"}
    return {
        name: words[value]
        if value is None or isinstance(value, bool)
        else ";".join(value)
        if isinstance(value, list)
        else str(value)
        for name, value in line.items()
        if name != "parameters"
    }


def test_quoting_is_minimal_and_formulas_stay_as_they_are(result):
    line = summary.csv_bytes(result).decode().splitlines()[1]
    assert ',commercial,"ห้าง ""ก"", สาขา 1",=1+1,,1000.5,kWh,CO2e,false,500.14995,1,500.14995,' in line


def test_lines_are_sorted_by_cell_part_reference_gas_and_biogenic(result):
    shown = [
        (line.period_start.isoformat(), line.key.activity, line.gas, line.biogenic) for line in result.lines
    ]
    assert shown[:2] == [
        ("2024-01-01", "electricity-grid", "CO2e", False),
        ("2024-01-01", "waste-incineration-exported", "CH4", True),
    ]
    assert len({line.line_id for line in result.lines}) == len(result.lines)
    assert shown == sorted(shown, key=lambda one: (one[0], one[1] != "electricity-grid", one[2:]))


def test_the_summary_fits_its_schema(result):
    document = json.loads(summary.json_bytes(result))
    check(document, json.loads(schema("summary.schema.json")))
    assert list(document) == json.loads(schema("summary.schema.json"))["required"]
    assert document["notation"]["I.2.3"]["key"] == "IE"


def test_removals_several_inputs_and_parameters_fit_the_schemas_too(result, tmp_path):
    (tmp_path / "b.csv").write_text("period,activity,quantity,unit\n2024,diesel-road,7,l\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    sources = [Source(name, tmp_path / name) for name in ("a.csv", "b.csv")]
    found = compute(sources, [None], AccountingSettings())
    first = found.lines[0]
    removal = first._replace(mass_kg=-first.mass_kg, co2e_kg=-first.co2e_kg, quantity=-first.quantity)
    found = replace(found, lines=(removal, *found.lines[1:]))
    document = json.loads(summary.json_bytes(found))
    check(document, json.loads(schema("summary.schema.json")))
    assert [one["name"] for one in document["inputs"]] in (["a.csv", "b.csv"], ["b.csv", "a.csv"])
    assert document["lines"][0]["co2e_kg"].startswith("-")
    assert {json.dumps(line["parameters"]) for line in document["lines"]} == {
        "{}",
        '{"waste_type": "food"}',
    }
    rows = list(csv.DictReader(io.StringIO(summary.csv_bytes(found).decode(), newline="")))
    check_table(rows, json.loads(schema("summary.tableschema.json"))["fields"])


def test_a_cell_that_does_not_fit_is_seen(result):
    rows = list(csv.DictReader(io.StringIO(summary.csv_bytes(result).decode(), newline="")))
    fields = json.loads(schema("summary.tableschema.json"))["fields"]
    for wrong in ({"scope": "4"}, {"line_id": rows[1]["line_id"]}, {"gas": ""}, {"quality": "A"}):
        with pytest.raises(AssertionError):
            check_table([{**rows[0], **wrong}, *rows[1:]], fields)


def test_quality_is_weighted_by_emissions_and_grades_of_lines_are_kept(result):
    """500.14995 of grade H, 12.5 t of food waste of grade L: CO2 none, CH4 and N2O; 5 litres without."""
    document = json.loads(summary.json_bytes(result))
    weights = dict.fromkeys(("H", "M", "L", "none"), Decimal(0))
    for line in document["lines"]:
        weights[line["quality"] or "none"] += Decimal(line["co2e_kg"] or 0)
    whole = sum(weights.values())
    expected = {grade: f"{weight / whole:.4f}" for grade, weight in weights.items()}
    shares = {grade: f"{Decimal(share):.4f}" for grade, share in document["quality_shares"].items()}
    assert shares == expected
    assert document["quality"] is None  # some lines have no grade
    assert sum(map(Decimal, shares.values())) == 1


def test_removals_count_by_their_size_and_nothing_has_no_shares(result):
    first, second = result.lines[0], result.lines[-1]
    size = abs(second.co2e_kg)
    opposite = (
        first._replace(co2e_kg=-size, key=first.key._replace(quality="M")),
        second._replace(key=second.key._replace(quality="H")),
    )
    assert quality_shares(opposite) == {"H": "0.5", "M": "0.5", "L": "0", "none": "0"}
    assert quality_shares([]) is None


def test_the_findings_fit_their_schema(result):
    document = json.loads(findings.json_bytes(result.log))
    check(document, json.loads(schema("findings.schema.json")))
    assert {one["code"] for one in document} == {"ambiguous-activity"}
    assert list(document[0]) == json.loads(schema("findings.schema.json"))["items"]["required"]


def test_stored_cells_fit_their_schema(result):
    document = json.loads(cells.json_bytes(result.cube))
    check(document, json.loads(schema("cells.schema.json")))
    assert list(document) == json.loads(schema("cells.schema.json"))["required"]


def test_a_difference_note_fits_its_schema(result):
    settings = replace(result.settings, gwp="ar6")
    changed = footprint_of_cells(result.cube, result.editions, settings)
    document = note.document(decompose(Version.of(result), Version.of(changed)))
    check(document, json.loads(schema("difference.schema.json")))
    assert list(document) == json.loads(schema("difference.schema.json"))["required"]
    assert document["terms"]


def test_the_manifest_of_a_bundle_and_what_it_names_fit_their_schemas(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text(TABLE, encoding="utf-8")
    mapping = ColumnMapping.from_json({"total_words": ["ยอด"]})
    request = Request([Source("b.csv", path)], [mapping], AccountingSettings())
    content = bundle_bytes(request, compute(request.sources, [mapping], request.settings))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        check(manifest, json.loads(schema("bundle.schema.json")))
        assert list(manifest) == json.loads(schema("bundle.schema.json"))["required"]
        check(json.loads(archive.read(manifest["settings"])), json.loads(schema("settings.schema.json")))
        given = json.loads(archive.read(manifest["inputs"][0]["mapping"]))
        assert given == mapping.as_json()


@pytest.mark.parametrize("group", ["", "x"])
def test_the_uncertainty_table_fits_its_schemas(tmp_path, capsys, group):
    fields = json.loads(schema("uncertainty-table.tableschema.json"))["fields"]
    assert [one["name"] for one in fields] == list(uncertainty.COLUMNS)
    given = [*REQUIRED, GROUP]
    rows = [["a", "CO2", "0.5", "-10", "5", "7", group], ["b", "N2O", "60", "0", "0", "200.5", group]]
    text = "\n".join(",".join(row) for row in [given, *rows])
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert main(["uncertainty", str(tmp_path / "t.csv")]) == 0
    check_table(list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))), fields)
    assert main(["uncertainty", str(tmp_path / "t.csv"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    check(document, json.loads(schema("uncertainty.schema.json")))
    assert list(document["total"]) == list(uncertainty.COLUMNS)


def test_biogenic_co2_is_apart_and_outside_the_masses(result):
    totals = summary.document(result)["totals"]
    assert totals["biogenic_co2_kg"] == "6966.666666667"
    assert Decimal(totals["by_gas_kg"]["CO2"]) < 100


def test_settings_with_their_defaults_fit_their_schema():
    settings = settings_from_json("{}")
    assert settings == AccountingSettings()
    check(as_json(settings), json.loads(schema("settings.schema.json")))
    assert settings_from_json(as_json(settings)) == settings


@pytest.mark.parametrize(
    "given",
    [
        "[]",
        "not json",
        "[" * 100_000,
        {"format": "khonkaencarbon-settings/2"},
        {"gwp": "ar7"},
        {"gwp": ["ar5"]},
        {"boundary": None},
        {"editions": "tgo-2022-04"},
        {"editions": ["../secret"]},
        {"editions": []},
        {"electricity": "generation-plus-losses"},
        {"parameters": {"diesel-road": {"mcf": "1"}}},
        {"parameters": {"waste-incineration-exported": {"oxidation": "1.1"}}},
        {"parameters": {"waste-incineration-exported": {"oxidation": 1}}},
        {"unknown": 1},
    ],
)
def test_settings_that_are_not_understood_are_refused_with_a_finding(given):
    with pytest.raises(FileRefused) as caught:
        settings_from_json(given)
    assert caught.value.finding.code == "settings-refused"


def test_the_data_package_fits_its_schema_and_a_fault_in_it_does_not(result):
    named = {
        name: {"sha256": "0" * 64, "size": 1} for name in ("summary.csv", "summary.json", "findings.json")
    }
    content = package.json_bytes(result, descriptor.About("5e1f", "ไฟฟ้า", "เทศบาล", "cc-by"), named)
    document = json.loads(content)
    check(document, json.loads(schema("datapackage.schema.json")))
    with pytest.raises(AssertionError):
        check({**document, "sources": []}, json.loads(schema("datapackage.schema.json")))


@pytest.mark.parametrize("planted", [{"counts": {"read": -1}}, {"fingerprint": "x"}, {"quality": "A"}])
def test_the_check_can_fail(result, planted):
    document = {**json.loads(summary.json_bytes(result)), **planted}
    with pytest.raises(AssertionError):
        check(document, json.loads(schema("summary.schema.json")))


def schema(name: str) -> str:
    return files("ckanext.khonkaencarbon.schemas").joinpath(name).read_text(encoding="utf-8")


TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
}
RULES = {
    "const": lambda value, rule, _: value == rule,
    "enum": lambda value, rule, _: value in rule,
    "pattern": lambda value, rule, _: value is None or re.search(rule, value),
    "minimum": lambda value, rule, _: value is None or value >= rule,
    "maximum": lambda value, rule, _: value is None or value <= rule,
    "minLength": lambda value, rule, _: value is None or len(value) >= rule,
    "minItems": lambda value, rule, _: len(value) >= rule,
    "uniqueItems": lambda value, rule, _: len(set(value)) == len(value),
    "required": lambda value, rule, _: set(rule) <= set(value),
    "type": lambda value, rule, _: any(
        isinstance(value, TYPES[one]) and (one == "boolean" or not isinstance(value, bool))
        for one in ([rule] if isinstance(rule, str) else rule)
    ),
}
NOTES = {"$schema", "$defs", "title", "description", "default", "format"}


def check(value, rules, root=None):
    """The part of JSON Schema that our schemas use; a word it does not know is an error."""
    root = root or rules
    if "$ref" in rules:
        name = rules["$ref"]
        target = root["$defs"][name.rpartition("/")[2]] if name.startswith("#") else json.loads(schema(name))
        check(value, target, root if name.startswith("#") else target)
    if "anyOf" in rules:
        assert any(fits(value, one, root) for one in rules["anyOf"]), value
    for name in rules.keys() & RULES.keys():
        assert RULES[name](value, rules[name], root), (name, rules[name], value)
    check_members(value, rules, root)
    nested = {"$ref", "anyOf", "properties", "additionalProperties", "propertyNames", "items"}
    assert rules.keys() <= RULES.keys() | NOTES | nested, rules.keys()


def check_members(value, rules, root):
    known = rules.get("properties", {})
    others = rules.get("additionalProperties", {})
    for name, member in value.items() if isinstance(value, dict) else ():
        check(name, rules.get("propertyNames", {}), root)
        assert name in known or others is not False, name
        check(member, known.get(name, others), root)
    for member in value if isinstance(value, list) else ():
        check(member, rules.get("items", {}), root)


def fits(value, rules, root) -> bool:
    try:
        check(value, rules, root)
    except AssertionError:
        return False
    return True
