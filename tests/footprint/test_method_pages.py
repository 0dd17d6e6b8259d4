"""Method pages: all that the registry holds, in both languages, and the committed page is that of today."""

import json
from pathlib import Path

import pytest

from ckanext.khonkaencarbon.footprint.command import main
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.output.method_pages import COMMAND, page
from ckanext.khonkaencarbon.footprint.output.methods import description
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"


def test_the_committed_page_is_fresh():
    assert PAGE.read_text("utf-8") == page(), f"run: {COMMAND}"


def test_every_method_with_its_equation_and_activities_is_on_the_page():
    text = page()
    for method in METHODS.values():
        section = text.split(f"\n## {method.id}\n")[1].split("\n## ")[0]
        wanted = [
            method.title.th,
            method.title.en,
            method.source,
            method.inputs.th,
            *method.equation.split("; "),
        ]
        wanted += [
            f"`{code}`" for code, one in load_vocabulary().activities.items() if one.method == method.id
        ]
        assert [one for one in wanted if one not in section] == []


def test_every_parameter_has_its_bounds_or_choices_and_its_default():
    for activity in load_vocabulary().activities.values():
        parameters = {one["name"]: one for one in description(activity.method)["parameters"]}
        assert activity.parameters.keys() <= parameters.keys()
    oxidation = next(one for one in description("incineration")["parameters"] if one["name"] == "oxidation")
    assert (oxidation["allowed"], oxidation["default"]) == (">= 0, <= 1", "the edition's value")


def test_published_numbers_are_named_with_size_and_source():
    numbers = {(one["edition"], one["name"]): one for one in description("incineration")["numbers"]}
    dry = numbers["ipcc-2006", "dry_matter"]
    assert dry["rows"] > 1 and dry["values"].startswith("0.4 – 1 ") and dry["sources"]


def test_list_and_show_in_both_languages(capsys):
    assert main(["methods", "list", "--lang", "en"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in listed] == sorted(METHODS)
    assert main(["methods", "show", "incineration", "--lang", "en"]) == 0
    assert "Equation: CO2 = waste x sum(" in capsys.readouterr().out
    assert main(["methods", "show", "incineration"]) == 0
    assert "สมการ: CO2 = waste x sum(" in capsys.readouterr().out
    assert main(["methods", "show", "factor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == description("factor")
    assert main(["methods", "page"]) == 0
    assert capsys.readouterr().out == page()


def test_help_and_refusal_name_the_methods_there_are(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")  # so that no name is broken at a hyphen
    for arguments, status in ((["methods", "show", "--help"], 0), (["methods", "show", "no-such"], 2)):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == status
        said = "".join("".join(capsys.readouterr()).split())  # lines of help are broken at hyphens too
        assert all(method_id in said for method_id in METHODS)
