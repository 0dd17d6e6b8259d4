"""Validators of fields with a list to choose from, and of fields that an organisation can fill in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.khonkaencarbon.catalogue import choices
from ckanext.khonkaencarbon.portal import language

Field = Mapping[str, Any]
Validator = Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], None]
MOST_NAMED = 6  # choices that a message names


def khonkaencarbon_choice_of(field: Field, schema: Mapping[str, Any]) -> Validator:
    """A validator of one choice, given by its value or by its label in either language."""

    def choice_of(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        if _is_empty(data.get(key)):
            data.pop(key, None)
            raise tk.StopOnError
        data[key] = _known(str(data[key]), _offered(field))

    return choice_of


def khonkaencarbon_choices_of(field: Field, schema: Mapping[str, Any]) -> Validator:
    """A validator of several choices, stored as a JSON list in the order of the list."""

    def choices_of(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        if _is_empty(data.get(key)):
            data.pop(key, None)
            raise tk.StopOnError
        offered = _offered(field)
        known = {_known(one, offered) for one in _several(data[key])}
        ordered = [choice["value"] for choice in offered if choice["value"] in known]
        data[key] = json.dumps(ordered, ensure_ascii=False)

    return choices_of


for _validator in (khonkaencarbon_choice_of, khonkaencarbon_choices_of):
    _validator.is_a_scheming_validator = True  # type: ignore[attr-defined]


def khonkaencarbon_licence(value: Any) -> str:
    """A licence of the government's catalogue or of CKAN's list; none is the one that says so."""
    if _is_empty(value):
        return choices.UNSPECIFIED_LICENCE
    given = str(value).strip()
    if given in model.Package.get_license_register().keys():  # noqa: SIM118 - it has no __contains__
        return given
    return _known(given, choices.licence_choices())


def khonkaencarbon_from_organisation(*fields: str) -> Validator:
    """A validator that fills an empty field with the first of these that the organisation has."""

    def from_organisation(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        owner = data.get(("owner_org",))
        if not _is_empty(data.get(key)) or _is_empty(owner):
            return
        group = model.Group.get(str(owner))
        known = {} if group is None else {**(group.extras or {}), "title": group.title or group.name}
        data[key] = next((known[field] for field in fields if known.get(field)), "")

    return from_organisation


def _offered(field: Field) -> Sequence[choices.Choice]:
    listed: Sequence[choices.Choice] = tk.h.scheming_field_choices(field)
    return listed


def _known(given: str, offered: Sequence[choices.Choice]) -> str:
    value = choices.meant(given, offered)
    if value is not None:
        return value
    named = ", ".join(language.text(choice["label"]) for choice in offered[:MOST_NAMED])
    more = " …" if len(offered) > MOST_NAMED else ""
    raise tk.Invalid(
        tk._("“{value}” is not in the list: choose one such as {choices}").format(
            value=given[:60], choices=named + more
        )
    )


def _several(value: Any) -> list[str]:
    """Choices as a form, a list or the JSON text of a list gives them."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return [value]
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return [one for one in value if one]
    raise tk.Invalid(tk._("Give a list of choices"))


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], tk.missing)
