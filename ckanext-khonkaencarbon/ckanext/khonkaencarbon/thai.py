"""Wiring: Thai for CKAN and its extensions, a plugin of its own that any Thai CKAN 2.12 can use alone."""

from __future__ import annotations

from pathlib import Path

import ckan.plugins as p
from ckan.lib.plugins import DefaultTranslation

FOLDER = Path(__file__).parent / "i18n_ckan"


class ThaiPlugin(DefaultTranslation, p.SingletonPlugin):
    """Fills what their catalogues leave empty, in one vocabulary; loaded once per process."""

    p.implements(p.ITranslation)

    def i18n_directory(self) -> str:
        """A folder apart from our own words: CKAN keeps one domain per folder."""
        return str(FOLDER)
