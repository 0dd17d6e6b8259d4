"""What stewards type becomes what the portal stores."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.plugins.toolkit import ValidationError
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action
from ckanext.scheming.helpers import scheming_field_choices
from ckanext.scheming.plugins import SchemingDatasetsPlugin, SchemingOrganizationsPlugin
from ckanext.scheming.validation import validators_from_string

from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.logic import mapping_form

THAI_TAGS = ["น้ำ", "ไฟฟ้า", "ก๊าซเรือนกระจก", "เมือง", "ที่ดิน", "ขยะ"]


@pytest.fixture(scope="module")
def organisation(portal: None) -> dict[str, Any]:
    return factories.Organization()


def act(action: str, **fields: Any) -> dict[str, Any]:
    """Call an action as the site's own user."""
    site = call_action("get_site_user")["name"]
    return call_action(action, context={"user": site, "ignore_auth": True}, **fields)


def create(organisation: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return act("package_create", owner_org=organisation["id"], **fields)


def schemas() -> list[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Each schema by type, with all its fields."""
    datasets = SchemingDatasetsPlugin.instance._expanded_schemas
    organisations = SchemingOrganizationsPlugin.instance._expanded_schemas
    return [
        *((kind, s, s["dataset_fields"] + s["resource_fields"]) for kind, s in datasets.items()),
        *((kind, s, s["fields"]) for kind, s in organisations.items()),
    ]


def test_the_types_are_there(portal: None) -> None:
    city = {"city-footprint", "city-indicator", "city-plan", "reduction-measure", "emission-factors"}
    assert {kind for kind, _, _ in schemas()} == {"dataset", "activity-data", "organization", *city}


def test_every_validator_of_every_schema_exists(portal: None) -> None:
    for _, schema, fields in schemas():
        for field in fields:
            for rule in ("validators", "output_validators"):
                validators_from_string(field.get(rule, ""), field, schema)


def test_every_label_help_and_choice_is_in_both_languages(portal: None) -> None:
    for kind, _, fields in schemas():
        for field in fields:
            texts = [field["label"], *(field[k] for k in ("help_text", "upload_label") if k in field)]
            texts += [choice["label"] for choice in scheming_field_choices(field) or ()]
            assert all(text["th"] and text["en"] for text in texts), (kind, field["field_name"])


FIRST = ["title", "notes", "owner_org", "private", "update_frequency_unit", "tag_string", "license_id"]
FIRST += ["maintainer", "maintainer_email"]
OF_ITS_KIND = {
    "dataset": ["data_type"],
    "activity-data": ["reporting_boundary", "include_in_inventory"],
    "city-indicator": [],
}


@pytest.mark.parametrize("kind", OF_ITS_KIND)
def test_a_form_begins_with_few_questions_and_folds_up_the_others(app: CKANTestApp, kind: str) -> None:
    sysadmin = {"Authorization": factories.SysadminWithToken()["token"]}
    page = BeautifulSoup(app.get(f"/{kind}/new", headers=sysadmin).body, "html.parser")
    asked = [
        one
        for one in page.select("#dataset-edit [id^=field-][name]")
        if not one.find_parent(class_="kk-explains")
    ]
    folded = [one["name"] for one in asked if one.find_parent("details")]
    first = [one["name"] for one in asked if not one.find_parent("details")]
    assert sorted(first) == sorted([*FIRST, *OF_ITS_KIND[kind]])
    assert {"title_translated-en", "url", "first_year_of_data", "telephone_number"} <= set(folded)
    assert not page.select("#dataset-edit details[open]")


@pytest.mark.parametrize("kind", ["dataset", "activity-data"])
def test_title_and_organisation_are_enough(organisation: dict[str, Any], kind: str) -> None:
    made = create(organisation, type=kind, title="ปริมาณขยะมูลฝอย พ.ศ. 2565")
    assert re.fullmatch(r"priman-khaya[a-z-]*-2565(-\d+)?", made["name"])
    assert made["title"] == "ปริมาณขยะมูลฝอย พ.ศ. 2565"


def test_a_latin_title_makes_the_name_and_keeps_it(organisation: dict[str, Any]) -> None:
    title = f"Electricity {uuid.uuid4().hex[:6]}"
    first, second = (create(organisation, type="dataset", title=title) for _ in range(2))
    assert first["name"] == title.lower().replace(" ", "-")
    assert second["name"] == first["name"] + "-2"
    patched = act("package_patch", id=first["id"], title="ไฟฟ้า")
    assert patched["name"] == first["name"]


def test_who_gives_neither_name_nor_title_is_asked_for_the_title(organisation: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        create(organisation, type="dataset")
    assert set(refused.value.error_dict) == {"title"}


def test_thai_tags_are_kept_both_ways(organisation: dict[str, Any]) -> None:
    listed = create(organisation, title="ก", tags=[{"name": tag} for tag in THAI_TAGS])
    typed = create(organisation, title="ข", tag_string=", ".join(THAI_TAGS))
    for made in (listed, typed):
        assert sorted(tag["name"] for tag in made["tags"]) == sorted(THAI_TAGS)


def test_signs_are_no_tag(organisation: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        create(organisation, title="ก", tag_string="ไฟ<ฟ้า>")


def test_titles_are_stored_in_both_languages(organisation: dict[str, Any]) -> None:
    typed = create(organisation, title="ไฟฟ้า", **{"title_translated-en": " Power "})
    given = create(organisation, title="ไฟฟ้า", title_translated={"en": "Power"})
    plain = create(organisation, title="ไฟฟ้า")
    assert typed["title_translated"] == given["title_translated"] == {"th": "ไฟฟ้า", "en": "Power"}
    assert not plain.get("title_translated")
    patched = act("package_patch", id=typed["id"], title="ไฟ")
    assert patched["title_translated"] == {"th": "ไฟ", "en": "Power"}


def test_an_activity_dataset_has_its_defaults(organisation: dict[str, Any]) -> None:
    made = create(organisation, type="activity-data", title="ไฟฟ้า", include_in_inventory=True)
    assert (made["reporting_boundary"], made["include_in_inventory"]) == ("organisation", "true")


def test_an_unknown_boundary_is_refused(organisation: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        create(organisation, type="activity-data", title="ไฟฟ้า", reporting_boundary="planet")


SELECTS = {
    "mapping-period-column": "",
    "mapping-month-column": "เดือน",
    "mapping-year-column": "ปี",
    "mapping-activity-column": "",
    "mapping-activity-constant": "electricity-grid",
    "mapping-quantity-column": "หน่วยไฟฟ้า",
    "mapping-quantity-constant": "5",
    "mapping-unit-constant": "kWh",
    "mapping-consumer-constant": "",
    "mapping-era": "be",
    "mapping-header_row": "2",
}
STORED = {
    "period": {"columns": ["เดือน", "ปี"]},
    "activity": {"constant": "electricity-grid"},
    "quantity": {"column": "หน่วยไฟฟ้า"},
    "unit": {"constant": "kWh"},
}


def test_the_selects_become_the_mapping_of_the_command_line(organisation: dict[str, Any]) -> None:
    dataset = create(organisation, type="activity-data", title="ไฟฟ้า")
    resource = act("resource_create", package_id=dataset["id"], url="x.csv", carbon_role="input", **SELECTS)
    stored = json.loads(resource["carbon_mapping"])
    assert stored["roles"] == STORED
    assert (stored["era"], stored["header_row"]) == ("be", 2)
    assert ColumnMapping.from_json(resource["carbon_mapping"]).as_json() == stored
    assert not [name for name in resource if name.startswith("mapping-")]


def test_the_form_keeps_what_it_does_not_show() -> None:
    earlier = {"total_words": ["สุทธิ"], "roles": {"param_mcf": {"constant": "1"}, "note": {"column": "ก"}}}
    made = mapping_form.assembled(json.dumps(earlier), {"unit-column": "หน่วย"})
    assert made["total_words"] == ["สุทธิ"]
    assert made["roles"] == {"param_mcf": {"constant": "1"}, "unit": {"column": "หน่วย"}}


def test_parameters_of_the_form_are_roles_of_the_mapping() -> None:
    earlier = {"roles": {"param_mcf": {"constant": "1"}, "param_k": {"constant": "0.1"}}}
    selects = {"param_mcf-column": "", "param_mcf-constant": "", "param_waste_type-column": "ชนิด"}
    made = mapping_form.assembled(json.dumps(earlier), selects)
    assert made["roles"] == {"param_k": {"constant": "0.1"}, "param_waste_type": {"column": "ชนิด"}}
    assert ColumnMapping.from_json(made).as_json()["roles"] == made["roles"]


MONTHS = {
    "wide-shown": "true",
    "wide-heading-0": "ต.ค.",
    "wide-period-0": "2024-10",
    "wide-heading-1": "หมายเหตุ",
    "wide-period-1": " ",
    "period-column": "ต.ค.",
    "unit-constant": "kWh",
}


def test_month_columns_of_the_form_are_the_wide_of_the_mapping() -> None:
    made = mapping_form.assembled("", {**MONTHS, "wide": "true"})
    assert made["wide"] == {"columns": {"ต.ค.": "2024-10"}, "value": "quantity"}
    assert made["roles"] == {"unit": {"constant": "kWh"}}
    assert ColumnMapping.from_json(made).as_json()["wide"] == made["wide"]
    assert mapping_form.assembled(json.dumps(made), MONTHS)["wide"] is None
    assert mapping_form.assembled(json.dumps(made), {"unit-constant": "kWh"})["wide"] == made["wide"]


def test_the_sheet_of_the_form_can_be_taken_away_again() -> None:
    made = mapping_form.assembled("", {"sheet": "ไฟฟ้า 2568"})
    assert ColumnMapping.from_json(made).sheet == "ไฟฟ้า 2568"
    assert mapping_form.assembled(json.dumps(made), {"sheet": ""})["sheet"] is None


@pytest.mark.parametrize("given", ["{", "[]", '{"roles": {"height": {"column": "x"}}}'])
def test_an_unreadable_mapping_is_refused_in_words(organisation: dict[str, Any], given: str) -> None:
    dataset = create(organisation, type="activity-data", title="ไฟฟ้า")
    with pytest.raises(ValidationError) as refused:
        act("resource_create", package_id=dataset["id"], url="x.csv", carbon_mapping=given)
    assert "carbon_mapping" in refused.value.error_dict


def test_a_file_without_a_role_is_an_attachment(organisation: dict[str, Any]) -> None:
    dataset = create(organisation, type="activity-data", title="ไฟฟ้า")
    resource = act("resource_create", package_id=dataset["id"], url="x.pdf")
    assert resource["carbon_role"] == ""
