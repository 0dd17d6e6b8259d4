"""What is typed becomes one spelling before anything else looks at it, and translations fill plain fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.khonkaencarbon.catalogue.thai_text import tidied, tidied_lines

Validator = Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], None]
LINES = ("textarea.html", "markdown.html")  # snippets of fields of several lines
NOT_WORDS = ("json.html", "mapping.html", "file.html", "organization_upload.html", "organization.html")
NOT_WORDS_EITHER = ("name", "url", "id", "website", "city_boundary", "city_choices", "city_notation")
TRANSLATED = ("title", "notes", "name", "description")


def khonkaencarbon_tidied(field: None, schema: Mapping[str, Any]) -> Validator:
    """A validator of a whole dataset or organisation: its texts with one spelling for each look."""
    fields = [*schema.get("dataset_fields", ()), *schema.get("fields", ())]
    ways = {(f["field_name"],): _way(f) for f in fields} | {("tag_string",): tidied}
    of_files = {f["field_name"]: _way(f, of_file=True) for f in schema.get("resource_fields", ())}

    def tidy(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        _fill_plain(data)
        for part, value in list(data.items()):
            way = _way_of(part, ways, of_files)
            if way is not None and isinstance(value, str):
                data[part] = way(value)

    return tidy


khonkaencarbon_tidied.is_a_scheming_validator = True  # type: ignore[attr-defined]


def tidied_as(field: str, text: str) -> str:
    """A text of a field of several languages."""
    return tidied_lines(text) if field.startswith(("notes", "description")) else tidied(text)


def _way(field: Mapping[str, Any], of_file: bool = False) -> Callable[[str], str] | None:
    name, snippet = field["field_name"], field.get("form_snippet", "text.html")
    is_address = name in NOT_WORDS_EITHER and not (of_file and name == "name")
    if is_address or snippet is None or snippet in NOT_WORDS or name.endswith("_translated"):
        return None
    return tidied_lines if snippet in LINES else tidied


def _way_of(
    part: FlattenKey, ways: Mapping[Any, Any], of_files: Mapping[str, Any]
) -> Callable[[str], str] | None:
    if part[0] == "resources" and len(part) == 3:
        return of_files.get(str(part[2]))
    if part[0] == "tags" and part[-1] == "name":
        return tidied
    way: Callable[[str], str] | None = ways.get(part)
    return way


def _fill_plain(data: FlattenDataDict) -> None:
    """A program that sends translations alone gives the plain field too: Thai, else whatever there is."""
    for part, value in list(data.items()):
        plain = str(part[-1]).removesuffix("_translated")
        if (
            plain == part[-1]
            or plain not in TRANSLATED
            or data.get((*part[:-1], plain))
            not in (
                None,
                "",
                tk.missing,
            )
        ):
            continue
        texts = _texts(value)
        first = texts.get("th") or texts.get("en")
        if first:
            data[(*part[:-1], plain)] = first


def _texts(value: Any) -> Mapping[str, str]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, Mapping) else {}
