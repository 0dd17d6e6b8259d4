"""Template helpers; what they show is made in ``pages``."""

from __future__ import annotations

from ckanext.khonkaencarbon.catalogue.searching import notice as khonkaencarbon_search_notice
from ckanext.khonkaencarbon.pages.cards import cards as khonkaencarbon_cards
from ckanext.khonkaencarbon.pages.city_requests import of_organisation as khonkaencarbon_asked_of
from ckanext.khonkaencarbon.pages.city_requests import of_user as khonkaencarbon_asked_of_me
from ckanext.khonkaencarbon.pages.facets import label as khonkaencarbon_facet_label
from ckanext.khonkaencarbon.pages.facets import ordered as khonkaencarbon_facet_items
from ckanext.khonkaencarbon.pages.facets import place_options as khonkaencarbon_place_options
from ckanext.khonkaencarbon.pages.forms import asked as khonkaencarbon_asked
from ckanext.khonkaencarbon.pages.forms import choices_of as khonkaencarbon_choices
from ckanext.khonkaencarbon.pages.forms import is_in_thai_only as khonkaencarbon_in_thai_only
from ckanext.khonkaencarbon.pages.forms import kind_name as khonkaencarbon_organisation_kind
from ckanext.khonkaencarbon.pages.forms import organisations as khonkaencarbon_organisations
from ckanext.khonkaencarbon.pages.forms import parts as khonkaencarbon_form_parts
from ckanext.khonkaencarbon.pages.forms import place_choices as khonkaencarbon_place_choices
from ckanext.khonkaencarbon.pages.forms import place_name as khonkaencarbon_place_name
from ckanext.khonkaencarbon.pages.forms import sizes as khonkaencarbon_organisation_sizes
from ckanext.khonkaencarbon.pages.front import front as khonkaencarbon_front
from ckanext.khonkaencarbon.pages.guides import listed as khonkaencarbon_guides
from ckanext.khonkaencarbon.pages.licensing import name as khonkaencarbon_licence
from ckanext.khonkaencarbon.pages.licensing import options as khonkaencarbon_licence_options
from ckanext.khonkaencarbon.pages.machines import structured_data
from ckanext.khonkaencarbon.pages.mapping_offer import for_resource as khonkaencarbon_mapping_offer
from ckanext.khonkaencarbon.pages.notation import fault_of_all as khonkaencarbon_notation_fault
from ckanext.khonkaencarbon.pages.notation import is_asked_for as khonkaencarbon_notation_asked
from ckanext.khonkaencarbon.pages.notation import meanings as khonkaencarbon_notation_meanings
from ckanext.khonkaencarbon.pages.notation import organisations as khonkaencarbon_notation_organisations
from ckanext.khonkaencarbon.pages.notation import references as khonkaencarbon_notation_references
from ckanext.khonkaencarbon.pages.notation import responsible as khonkaencarbon_responsible
from ckanext.khonkaencarbon.pages.notation import rows as khonkaencarbon_notation_rows
from ckanext.khonkaencarbon.pages.notation import shown as khonkaencarbon_notation_shown
from ckanext.khonkaencarbon.pages.panel import for_dataset as khonkaencarbon_panel
from ckanext.khonkaencarbon.pages.quality import for_dataset as khonkaencarbon_quality
from ckanext.khonkaencarbon.pages.site import entity_name as humanize_entity_type
from ckanext.khonkaencarbon.pages.site import extract as markdown_extract
from ckanext.khonkaencarbon.pages.site import has_charts as khonkaencarbon_has_charts
from ckanext.khonkaencarbon.pages.site import has_vendor as khonkaencarbon_has_vendor
from ckanext.khonkaencarbon.pages.site import largest_upload as khonkaencarbon_largest_upload
from ckanext.khonkaencarbon.pages.use import of_resource as khonkaencarbon_use
from ckanext.khonkaencarbon.portal.language import figure as khonkaencarbon_figure
from ckanext.khonkaencarbon.portal.language import formula as khonkaencarbon_formula
from ckanext.khonkaencarbon.portal.language import moment as render_datetime
from ckanext.khonkaencarbon.portal.language import month as khonkaencarbon_month
from ckanext.khonkaencarbon.portal.language import named as khonkaencarbon_named
from ckanext.khonkaencarbon.portal.language import phrase as khonkaencarbon_phrase
from ckanext.khonkaencarbon.portal.language import text as khonkaencarbon_text
from ckanext.khonkaencarbon.portal.language import tonnes as khonkaencarbon_tonnes
from ckanext.khonkaencarbon.portal.language import year as khonkaencarbon_year
from ckanext.khonkaencarbon.portal.language import years as khonkaencarbon_years
from ckanext.khonkaencarbon.settings import contact as khonkaencarbon_contact

__all__ = [
    "humanize_entity_type",
    "khonkaencarbon_asked",
    "khonkaencarbon_asked_of",
    "khonkaencarbon_asked_of_me",
    "khonkaencarbon_cards",
    "khonkaencarbon_choices",
    "khonkaencarbon_contact",
    "khonkaencarbon_facet_items",
    "khonkaencarbon_facet_label",
    "khonkaencarbon_figure",
    "khonkaencarbon_form_parts",
    "khonkaencarbon_formula",
    "khonkaencarbon_front",
    "khonkaencarbon_guides",
    "khonkaencarbon_has_charts",
    "khonkaencarbon_has_vendor",
    "khonkaencarbon_in_thai_only",
    "khonkaencarbon_largest_upload",
    "khonkaencarbon_licence",
    "khonkaencarbon_licence_options",
    "khonkaencarbon_mapping_offer",
    "khonkaencarbon_month",
    "khonkaencarbon_named",
    "khonkaencarbon_notation_asked",
    "khonkaencarbon_notation_fault",
    "khonkaencarbon_notation_meanings",
    "khonkaencarbon_notation_organisations",
    "khonkaencarbon_notation_references",
    "khonkaencarbon_notation_rows",
    "khonkaencarbon_notation_shown",
    "khonkaencarbon_organisation_kind",
    "khonkaencarbon_organisation_sizes",
    "khonkaencarbon_organisations",
    "khonkaencarbon_panel",
    "khonkaencarbon_phrase",
    "khonkaencarbon_place_choices",
    "khonkaencarbon_place_name",
    "khonkaencarbon_place_options",
    "khonkaencarbon_quality",
    "khonkaencarbon_responsible",
    "khonkaencarbon_search_notice",
    "khonkaencarbon_text",
    "khonkaencarbon_tonnes",
    "khonkaencarbon_use",
    "khonkaencarbon_year",
    "khonkaencarbon_years",
    "markdown_extract",
    "render_datetime",
    "structured_data",
]
