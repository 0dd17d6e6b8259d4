"""Validators that the dataset types name."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validators as core
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.khonkaencarbon.footprint.findings import FileRefused
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.logic import mapping_form, names
from ckanext.khonkaencarbon.logic.city_validators import (
    khonkaencarbon_city_boundary,
    khonkaencarbon_city_choices,
    khonkaencarbon_city_editions,
    khonkaencarbon_city_notation,
    khonkaencarbon_city_notation_rows,
    khonkaencarbon_city_years,
)
from ckanext.khonkaencarbon.logic.tidying import khonkaencarbon_tidied, tidied_as
from ckanext.khonkaencarbon.logic.valid_choices import (
    khonkaencarbon_choice_of,
    khonkaencarbon_choices_of,
    khonkaencarbon_from_organisation,
    khonkaencarbon_licence,
)
from ckanext.khonkaencarbon.logic.valid_values import (
    khonkaencarbon_amount,
    khonkaencarbon_count,
    khonkaencarbon_date,
    khonkaencarbon_degrees,
    khonkaencarbon_file_link,
    khonkaencarbon_geojson,
    khonkaencarbon_link,
    khonkaencarbon_not_above,
    khonkaencarbon_not_before,
    khonkaencarbon_not_below,
    khonkaencarbon_signed_amount,
    khonkaencarbon_year,
)
from ckanext.khonkaencarbon.portal import guard, language, rules

__all__ = [
    "khonkaencarbon_accounting",
    "khonkaencarbon_amount",
    "khonkaencarbon_choice_of",
    "khonkaencarbon_choices_of",
    "khonkaencarbon_city_boundary",
    "khonkaencarbon_city_choices",
    "khonkaencarbon_city_editions",
    "khonkaencarbon_city_notation",
    "khonkaencarbon_city_notation_rows",
    "khonkaencarbon_city_years",
    "khonkaencarbon_count",
    "khonkaencarbon_date",
    "khonkaencarbon_degrees",
    "khonkaencarbon_file_link",
    "khonkaencarbon_file_names",
    "khonkaencarbon_from_organisation",
    "khonkaencarbon_geojson",
    "khonkaencarbon_languages",
    "khonkaencarbon_licence",
    "khonkaencarbon_link",
    "khonkaencarbon_mapping",
    "khonkaencarbon_name",
    "khonkaencarbon_not_above",
    "khonkaencarbon_not_before",
    "khonkaencarbon_not_below",
    "khonkaencarbon_organisation_name",
    "khonkaencarbon_role",
    "khonkaencarbon_signed_amount",
    "khonkaencarbon_tidied",
    "khonkaencarbon_translated",
    "khonkaencarbon_year",
    "khonkaencarbon_yes_or_no",
    "resource_id_does_not_exist",
    "tag_name_validator",
    "tag_string_convert",
]

LANGUAGES = ("th", "en")
ROLES = ("input", "derived", "")


def tag_name_validator(value: str, context: Context) -> str:
    """Letters of any script with their marks (Thai vowels and tones), digits, blanks, - _ and dots."""
    if all(unicodedata.category(sign)[0] in "LMN" or sign in " -_." for sign in value):
        return value
    raise tk.Invalid(
        tk._("Tag “{tag}” may hold letters, digits, blanks, hyphens and dots only").format(tag=value)
    )


def tag_string_convert(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Tags from a comma-separated string; as core does it, with the rule above."""
    given = data[key].split(",") if isinstance(data[key], str) else data[key]
    tags = [tag.strip() for tag in given if tag.strip()]
    for tag in tags:
        core.tag_length_validator(tag, context)
        tag_name_validator(tag, context)
    taken = {part[1] for part in data if part[0] == "tags" and len(part) == 3}
    for number, tag in enumerate(tags, start=max(taken, default=-1) + 1):
        data["tags", number, "name"] = tag


def khonkaencarbon_accounting(value: str) -> str:
    """How footprints are computed, an option of the portal: a wrong one does not let it start."""
    try:
        rules.check(value)
    except FileRefused as refused:
        found = refused.finding
        raise tk.Invalid(
            f"{found.column}: {found.value} — {found.expected.th} / {found.expected.en}"
        ) from None
    return value


def resource_id_does_not_exist(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """An id that is free; as core does it, but what was a derived resource once leaves no id behind."""
    value = data[key]
    if value is tk.missing:
        return
    ids = model.Resource.package_id, model.Resource.state
    stored = model.Session.query(*ids).filter(model.Resource.id == value).first()
    if stored is not None and stored.state != "deleted":
        if stored.package_id != data.get(("id",)):
            errors[key].append(tk._("Resource id already exists."))
    elif not guard.is_system(context) and guard.was_derived(value):
        errors[key].append(guard.RESERVED)


def khonkaencarbon_name(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """A usable free address where none was given: the old one, or one made of the title.

    Without a title there is none to make, and the title is what has to be given.
    """
    if data.get(key) not in (None, "", tk.missing):
        return
    package = context.get("package")
    title = data.get(("title",))
    if package is not None:
        data[key] = package.name
    elif title and title is not tk.missing:
        data[key] = names.free_name(str(title), str(data.get(("type",)) or "dataset"))
    else:
        errors[("title",)].append(tk._("Missing value"))
        raise tk.StopOnError


def khonkaencarbon_organisation_name(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """A usable free address of an organisation where none was given: the old one, or one made of its name."""
    if data.get(key) not in (None, "", tk.missing):
        return
    group, title = context.get("group"), data.get(("title",))
    if group is not None:
        data[key] = group.name
    elif title and title is not tk.missing:
        data[key] = names.free_name(str(title), "organization", model.Group.get)
    else:
        errors[key].append(tk._("Missing value"))
        raise tk.StopOnError


def khonkaencarbon_file_names(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Give uploads a name again where core's cleaning left nothing but the extension of a Thai one."""
    for part in [part for part in data if part[0] == "resources" and part[-1] == "url"]:
        if data.get((*part[:-1], "url_type")) == "upload":
            data[part] = names.file_name(str(data[part]))


def khonkaencarbon_translated(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Store <field>_translated as JSON text.

    The Thai part is the plain field; the form sends the other as <field>_translated-en.
    """
    value = data.get(key)
    given = {} if value is tk.missing else _languages(value)
    if given is None:
        errors[key].append(tk._("Give a text for each language: {shape}").format(shape='{"th": …, "en": …}'))
        raise tk.StopOnError
    from_form = _taken_from_form(data, key, f"{key[-1]}-en")
    if from_form is not None:
        given["en"] = from_form
    field = str(key[-1])
    given = {lang: tidied_as(field, text) for lang, text in given.items()}
    plain = data.get((*key[:-1], key[-1].removesuffix("_translated")))
    if plain and plain is not tk.missing:
        given["th"] = str(plain)
    if not given.get("en"):
        data.pop(key, None)
        raise tk.StopOnError
    data[key] = json.dumps({lang: given[lang] for lang in LANGUAGES if given.get(lang)}, ensure_ascii=False)


def khonkaencarbon_languages(value: Any) -> Any:
    """A stored translation as a dict, without empty languages."""
    return _languages(value) or {}


def khonkaencarbon_role(value: Any) -> str:
    """What a file is for: ``input``, ``derived`` or, by default, an attachment."""
    role = "" if value in (None, tk.missing) else value
    if role in ROLES:
        return str(role)
    raise tk.Invalid(tk._("Unknown role “{role}”").format(role=role))


def khonkaencarbon_yes_or_no(value: Any) -> Any:
    """Booleans of the API become the texts of the form."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def khonkaencarbon_mapping(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """The mapping as JSON text: from the selects of the form, or as given; refused if it cannot be read."""
    value = data.get(key)
    selects = mapping_form.taken_from(data.get((*key[:-1], "__extras")))
    if selects:
        value = mapping_form.assembled(value if isinstance(value, str) else "", selects)
    if not value or value is tk.missing:
        data.pop(key, None)
        raise tk.StopOnError
    try:
        mapping = ColumnMapping.from_json(value)
    except FileRefused as refused:
        errors[key].append(language.text(refused.finding.fix))
        raise tk.StopOnError from refused
    data[key] = json.dumps(mapping.as_json(), ensure_ascii=False)


def _languages(value: Any) -> dict[str, str] | None:
    """A copy of the texts by language; ``None`` if it is something else."""
    if not value:
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if not isinstance(value, Mapping) or not all(isinstance(text, str | None) for text in value.values()):
        return None
    return {str(lang): text.strip() for lang, text in value.items() if lang in LANGUAGES and text}


def _taken_from_form(data: FlattenDataDict, key: FlattenKey, name: str) -> str | None:
    extras = data.get((*key[:-1], "__extras"))
    text = extras.pop(name, None) if isinstance(extras, dict) else None
    return text.strip() if isinstance(text, str) else None
