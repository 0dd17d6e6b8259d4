"""Wiring: what CKAN finds of this extension. Nothing is decided here."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckan.types import CKANApp, Context, SignalMapping

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.logic import action
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

    def update_config(self, config: CKANConfig) -> None:
        """Add our templates, public files and web assets."""
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "khonkaencarbon")

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
        """Per-request CSRF exemption and security headers, for the whole site."""
        return security.protect(app)
