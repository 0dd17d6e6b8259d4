"""Thai is complete for what this extension says, and for what CKAN and its extensions say beside it."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from ckan.lib.i18n import build_js_translations, get_ckan_i18n_dir
from ckan.tests.helpers import CKANTestApp, call_action

from ckanext.khonkaencarbon import thai as thai_plugin
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS

PACKAGE = Path(str(files("ckanext.khonkaencarbon")))
OURS = PACKAGE / "i18n" / "th" / "LC_MESSAGES" / "ckanext-khonkaencarbon.po"
OF_OTHERS = thai_plugin.FOLDER / "th" / "LC_MESSAGES" / "ckanext-khonkaencarbon_thai.po"
EXTENSIONS = ("activity", "datastore", "datatablesview", "dcat", "scheming", "spatial")
METHODS_OF_EXTRACTION = [
    ("**/tests/**", "ignore"),
    ("**/vendor/**", "ignore"),
    ("**.py", "python"),
    ("**.js", "javascript"),
    ("**/templates/**.html", "ckan.lib.extract:extract_ckan"),
]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true"}}
# Words of earlier translations that people would have to learn beside ours.
OTHER_WORDS = (
    "แพคเกจ",
    "แพคเก็จ",
    "แพกเกจ",
    "แท็ค",
    "บรรณาธิการ",
    "อัพโหลด",
    "หน้าปัด",
    "ลิขสิทธิ์",
    "กรุณา",
    "ทรัพยากร",
)


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def first(words: str | tuple[str, ...] | list[str]) -> str:
    """A message, or the first form of a plural."""
    return words if isinstance(words, str) else words[0]


def messages(path: Path) -> list[Message]:
    return [message for message in catalogue(path) if message.id]


@cache
def thai() -> dict[str, str]:
    """What pages say in Thai, as CKAN puts its catalogue and those of plugins together."""
    core = Path(get_ckan_i18n_dir()) / "th" / "LC_MESSAGES" / "ckan.po"
    known: dict[str, str] = {}
    for path in (core, OURS, OF_OTHERS):
        known |= {first(one.id): first(one.string) for one in messages(path) if first(one.string)}
    return known


def said(folder: Path = PACKAGE) -> Iterator[tuple[str, str]]:
    """Every string of a package that is shown through gettext, with its place."""
    for place, line, message, *_ in extract_from_dir(folder, METHODS_OF_EXTRACTION, OPTIONS):
        yield f"{folder.name}/{place}:{line}", first(message)


def words(catalogue: Catalog) -> list[tuple[str, str]]:
    """Messages as pairs; a plural as its first form, for a compiled catalogue keeps no more."""
    return sorted((first(message.id), first(message.string)) for message in catalogue if message.id)


def test_everything_we_say_is_said_in_thai() -> None:
    assert [(place, text) for place, text in said() if text not in thai()] == []


def test_everything_ckan_says_is_said_in_thai() -> None:
    core = messages(Path(get_ckan_i18n_dir()) / "ckan.pot")
    assert len(core) > 1200
    assert [first(one.id) for one in core if first(one.id) not in thai()] == []


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_everything_extensions_say_is_said_in_thai(extension: str) -> None:
    found = list(said(Path(str(files(f"ckanext.{extension}")))))
    assert found
    assert [(place, text) for place, text in found if text not in thai()] == []


def test_types_of_datasets_have_thai_names(portal: None) -> None:
    types = [kind.title() for kind in call_action("scheming_dataset_schema_list") if kind != "dataset"]
    assert types
    assert [name for kind in types for name in (kind, f"{kind}s") if name not in thai()] == []


def test_defaults_of_methods_are_said_in_thai() -> None:
    defaults = {default for method in METHODS.values() for default in method.defaults.values() if default}
    assert sorted(defaults - thai().keys()) == []


def test_the_extractor_finds_templates_and_code() -> None:
    places = [place for place, _ in said()]
    assert any(".html" in place for place in places)
    assert any(".py" in place for place in places)


def test_no_message_stands_in_both_catalogues() -> None:
    ours, of_others = ({first(one.id) for one in messages(path)} for path in (OURS, OF_OTHERS))
    assert sorted(ours & of_others) == []


def test_there_is_one_vocabulary() -> None:
    assert [text for text in thai().values() if any(word in text for word in OTHER_WORDS)] == []


@pytest.mark.parametrize("path", [OURS, OF_OTHERS], ids=lambda path: path.stem)
class TestCatalogue:
    def test_nothing_is_left_empty_or_fuzzy(self, path: Path) -> None:
        assert [one.id for one in messages(path) if one.fuzzy or not first(one.string)] == []

    def test_placeholders_survive_translation(self, path: Path) -> None:
        for message in messages(path):
            if not message.python_format:
                assert holes(first(message.id)) == holes(first(message.string)), message.id
            assert list(message.check(catalogue(path))) == []

    def test_markup_survives_translation(self, path: Path) -> None:
        for message in messages(path):
            assert marks(first(message.id)) == marks(first(message.string)), message.id

    def test_the_compiled_catalogue_is_fresh(self, path: Path) -> None:
        with path.with_suffix(".mo").open("rb") as file:
            compiled = read_mo(file)
        assert words(compiled) == words(catalogue(path))


def holes(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def marks(text: str) -> Counter[str]:
    """Elements of a text and where they lead."""
    return Counter(re.findall(r"</?\w+|href=\"[^\"]*\"", text))


def test_scripts_are_told_thai(app: CKANTestApp) -> None:
    build_js_translations()
    told = app.get("/api/i18n/th").json
    assert told[""]["lang"] == "th"
    for message in (
        "Please draw query extent in the map:",
        "Copy to clipboard",
        "Are you sure you want to perform this action?",
    ):
        assert told[message][1] == thai()[message]


def test_catalogues_are_read_once(app: CKANTestApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app.get("/about")

    def refused(*_: object) -> None:
        raise AssertionError("a catalogue was read during a request")

    monkeypatch.setattr("babel.support.Translations.load", refused)
    assert app.get("/about").status_code == 200
