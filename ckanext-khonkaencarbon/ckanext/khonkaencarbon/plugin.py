"""Wiring: what CKAN finds of this extension. Nothing is decided here."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckan.types import CKANApp, Context, SignalMapping

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.catalogue import searching
from ckanext.khonkaencarbon.logic import action
from ckanext.khonkaencarbon.pages import facets, licensing, machines, site
from ckanext.khonkaencarbon.portal import security, shown, triggers


@tk.blanket.config_declarations
@tk.blanket.actions(action.registered)
@tk.blanket.auth_functions
@tk.blanket.validators
@tk.blanket.helpers
@tk.blanket.blueprints
@tk.blanket.cli
class KhonKaenCarbonPlugin(DefaultTranslation, p.SingletonPlugin):
    """City data inventory and city carbon footprint for CKAN."""

    p.implements(p.IConfigurer)
    p.implements(p.ITranslation)
    p.implements(p.ISignal)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IForkObserver)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IFeed)

    def update_config(self, config: CKANConfig) -> None:
        """Add our templates, public files and web assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "khonkaencarbon")
        licensing.register()

    def get_signal_subscriptions(self) -> SignalMapping:
        """Write "owed" after each committed change of a dataset."""
        return triggers.subscriptions()

    def after_dataset_show(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        """Say of derived resources whether they are out of date."""
        shown.mark(context, pkg_dict)

    def before_fork(self) -> None:
        """Load once in the worker what each job, a fork of it, would load again."""
        jobs.prepare()

    def make_middleware(self, app: CKANApp, config: Any) -> CKANApp:
        """Per-request CSRF exemption and security headers, titles cut between clusters: on the whole site."""
        app.jinja_env.filters["truncate"] = site.truncate
        return security.protect(app)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Index repaired texts, years, places and facets beside what CKAN indexes."""
        return searching.index_document(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Ask Solr for the words that somebody typed in any of their forms."""
        return searching.search_parameters(search_params)

    def dataset_facets(self, facets_dict: dict[str, str], package_type: str) -> dict[str, str]:
        """What datasets are filtered by."""
        return facets.titles()

    def organization_facets(
        self, facets_dict: dict[str, str], organization_type: str, package_type: str | None
    ) -> dict[str, str]:
        """The same on the page of an organisation, without the organisation."""
        return facets.titles(without=("organization", "kk_organisation_type"))

    def get_feed_class(self) -> type:
        """Feeds in the language of their address."""
        return machines.feed_class()

    def get_item_additional_fields(self, dataset_dict: dict[str, Any]) -> dict[str, Any]:
        """Hand the feed the dataset of an entry."""
        return {machines.DATASET: dataset_dict}
