"""Thai is complete for what this extension says, and the compiled catalogue is that of the source."""

from __future__ import annotations

import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

PACKAGE = Path(str(files("ckanext.khonkaencarbon")))
FOLDER = PACKAGE / "i18n" / "th" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("**/templates/**.html", "ckan.lib.extract:extract_ckan")]


@pytest.fixture(scope="module")
def thai() -> Catalog:
    with (FOLDER / "ckanext-khonkaencarbon.po").open("rb") as file:
        return read_po(file)


def words(catalogue: Catalog) -> list[tuple[str, str]]:
    """Messages as pairs; a plural as its first form, for a compiled catalogue keeps no more."""
    pairs = [(message.id, message.string) for message in catalogue if message.id]
    return sorted(tuple(x if isinstance(x, str) else x[0] for x in pair) for pair in pairs)


def said() -> Iterator[tuple[str, str]]:
    """Every string of ours that is shown through gettext, with its place."""
    options = {"**/templates/**.html": {"trim_blocks": "true"}}
    for place, line, message, *_ in extract_from_dir(PACKAGE, METHODS, options):
        yield f"{place}:{line}", message if isinstance(message, str) else message[0]


def test_everything_we_say_is_said_in_thai(thai: Catalog) -> None:
    missing = [(place, text) for place, text in said() if not (thai.get(text) and thai.get(text).string)]
    assert missing == []


def test_the_extractor_finds_templates_and_code() -> None:
    places = [place for place, _ in said()]
    assert any(".html" in place for place in places)
    assert any(".py" in place for place in places)


def test_nothing_is_left_empty_or_fuzzy(thai: Catalog) -> None:
    assert [message.id for message in thai if message.id and (message.fuzzy or not message.string)] == []


def test_placeholders_survive_translation(thai: Catalog) -> None:
    def holes(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    for message in thai:
        if message.id and not message.python_format and isinstance(message.id, str):
            assert holes(message.id) == holes(str(message.string)), message.id
        assert list(message.check(thai)) == []


def test_the_compiled_catalogue_is_fresh(thai: Catalog) -> None:
    with (FOLDER / "ckanext-khonkaencarbon.mo").open("rb") as file:
        compiled = read_mo(file)
    assert words(compiled) == words(thai)
