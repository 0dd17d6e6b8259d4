"""Which fields a form asks for: those of the chosen type of data or kind of organisation, in their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.khonkaencarbon.catalogue import choices
from ckanext.khonkaencarbon.catalogue.places import places
from ckanext.khonkaencarbon.catalogue.thai_text import order
from ckanext.khonkaencarbon.pages import facets
from ckanext.khonkaencarbon.portal.language import named, text

Field = Mapping[str, Any]
DATA_TYPE, ORGANISATION_TYPE = "data_type", "organisation_type"
ASKED_BY = {"for_data_types": DATA_TYPE, "for_organisation_types": ORGANISATION_TYPE}
DEFAULT_TYPE = "ข้อมูลประเภทอื่นๆ"


@dataclass(frozen=True)
class Part:
    """A part of a form that is folded up until somebody opens it."""

    name: str
    title: str
    fields: Sequence[Field]


def asked(fields: Sequence[Field], data: Mapping[str, Any], package_id: str | None = None) -> list[Field]:
    """The fields that a form shows for what is chosen in it, or in the dataset of a file."""
    chosen = _chosen(fields, data, package_id)
    return [
        field for field in fields if field.get("form_snippet", "") is not None and _is_asked(field, chosen)
    ]


def parts(fields: Sequence[Field], more: str) -> list[Part]:
    """The folded parts of a form, those without a field left out."""
    titles = {
        "notation": tk._("Notation keys: references without a figure"),
        "english": tk._("Name and description in English"),
        "more": more,
        "type": tk._("Fields for this type of data"),
        "optional": tk._("Further fields, if they apply"),
        "contact": tk._("Address and contact"),
        "size": tk._("How large the organisation is"),
    }
    grouped = {name: [field for field in fields if field.get("form_group") == name] for name in titles}
    return [Part(name, titles[name], found) for name, found in grouped.items() if found or name == "type"]


def choices_of(field: Field) -> Sequence[choices.Choice]:
    """The choices of a field from schemas/choices.csv."""
    return choices.lists()[field["vocabulary"]]


def place_choices(field: Field) -> list[choices.Choice]:
    """Districts of the province, each followed by its subdistricts; values are their codes."""
    listed: list[choices.Choice] = []
    for district in places()["districts"]:
        name = district["name"]
        listed.append(_place(district["code"], f"อำเภอ{name['th']}", f"{name['en']} (district)"))
        listed += [
            _place(one["code"], f"ตำบล{one['th']}", f"{one['en']} ({name['en']})")
            for one in district["subdistricts"]
        ]
    return listed


def _place(code: str, th: str, en: str) -> choices.Choice:
    return {"value": code, "label": {"th": th, "en": en}}


def organisations(available: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Organisations by their names in the language of the page, in the order of a dictionary."""
    names = facets.organisation_names()
    shown = [{**one, "display_name": names.get(one["name"], one["display_name"])} for one in available]
    return sorted(shown, key=lambda one: order(one["display_name"]))


def sizes(organisation: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What is known of the size of an organisation: name, number and unit in the language of the page."""
    schema = tk.h.scheming_get_organization_schema("organization") or {}
    measured = [field for field in schema.get("fields", ()) if field.get("unit")]
    return [
        (text(field["label"]), organisation[field["field_name"]], text(field["unit"]))
        for field in measured
        if organisation.get(field["field_name"])
    ]


def place_name(code: str) -> str:
    """A district or subdistrict in the language of the page."""
    found = next((one for one in place_choices({}) if one["value"] == code), None)
    return text(found["label"]) if found else code


def kind_name(organisation: Mapping[str, Any]) -> str:
    """The kind of an organisation in the language of the page."""
    value = organisation.get(ORGANISATION_TYPE) or ""
    return facets.label("kk_organisation_type", value) if value else ""


def is_in_thai_only(entity: Mapping[str, Any], field: str = "title") -> bool:
    """Whether an English page shows a Thai text because there is no other."""
    if facets.is_thai() or not entity.get(field):
        return False
    translated = entity.get(f"{field}_translated")
    return not (isinstance(translated, Mapping) and translated.get("en")) and named(entity, field) != ""


def _chosen(fields: Sequence[Field], data: Mapping[str, Any], package_id: str | None) -> Mapping[str, str]:
    found = {name: data.get(name) or _default(fields, name) for name in ASKED_BY.values()}
    if package_id:
        package = model.Package.get(package_id)
        found[DATA_TYPE] = (package.extras.get(DATA_TYPE) if package else "") or DEFAULT_TYPE
    return found


def _default(fields: Sequence[Field], name: str) -> str:
    return next((str(field.get("default") or "") for field in fields if field["field_name"] == name), "")


def _is_asked(field: Field, chosen: Mapping[str, str]) -> bool:
    return all(chosen[by] in field[rule] for rule, by in ASKED_BY.items() if rule in field)
