"""Pages and files over HTTP: one blueprint per module; those listed here are registered with CKAN."""

from __future__ import annotations

from ckanext.khonkaencarbon.views.city import khonkaencarbon_city
from ckanext.khonkaencarbon.views.footprint import khonkaencarbon_footprint
from ckanext.khonkaencarbon.views.forms import khonkaencarbon_forms
from ckanext.khonkaencarbon.views.guides import khonkaencarbon_guides
from ckanext.khonkaencarbon.views.health import khonkaencarbon_health
from ckanext.khonkaencarbon.views.mapping import khonkaencarbon_mapping
from ckanext.khonkaencarbon.views.methods import khonkaencarbon_methods
from ckanext.khonkaencarbon.views.panel import khonkaencarbon_panel
from ckanext.khonkaencarbon.views.refusals import khonkaencarbon_refusals
from ckanext.khonkaencarbon.views.sitemap import khonkaencarbon_sitemap
from ckanext.khonkaencarbon.views.suggest import khonkaencarbon_suggest
from ckanext.khonkaencarbon.views.table import khonkaencarbon_table

__all__: list[str] = [
    "khonkaencarbon_city",
    "khonkaencarbon_footprint",
    "khonkaencarbon_forms",
    "khonkaencarbon_guides",
    "khonkaencarbon_health",
    "khonkaencarbon_mapping",
    "khonkaencarbon_methods",
    "khonkaencarbon_panel",
    "khonkaencarbon_refusals",
    "khonkaencarbon_sitemap",
    "khonkaencarbon_suggest",
    "khonkaencarbon_table",
]
